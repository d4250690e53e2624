/// The OpenAPI 3.1 document of the HTTP interface, as `/openapi.json` serves it.
///
/// A raw string and not an embedded resource: the array literal that SwiftPM makes of one takes the
/// compiler half a minute in a debug build.
enum OpenAPIDocument {
    static let bytes: [UInt8] = Array(Self.text.utf8)

    private static let text = #"""
        {
          "openapi": "3.1.0",
          "info": {
            "title": "Nodus",
            "version": "0.1.0",
            "summary": "The HTTP interface of a messenger server.",
            "license": { "name": "MIT", "identifier": "MIT" },
            "description": "JSON in and out, UTF-8. Ids are integers below 2^53. Times are ISO \#
        8601 in UTC with microseconds and `Z`. Character limits count Unicode code points. Every \#
        GET answers HEAD too. Names in a body that are not listed here are \#
        ignored.\n\n**Tokens.** `Authorization: Bearer <access token>` on everything but \#
        register, login, refresh, tag availability and the documents.\n\n**Errors.** \#
        `{\"detail\": \"<sentence>\"}`; with 422, mostly, `{\"detail\": [{\"type\", \"loc\", \#
        \"msg\", \"input\"}]}`. 429 and 503 carry `Retry-After` in seconds.\n\n**Paging.** Every \#
        page lists its messages newest first and orders by id; nothing is skipped. Without a \#
        cursor a page shows the newest messages, with `before_id` the newest ones strictly below, \#
        with `after_id` the oldest ones strictly above, with `around_id` that message in the \#
        middle; the three exclude each other. `has_more` says whether there are more in the \#
        direction of the page, and `next_cursor` where to go on. With `after_id` that is upwards: \#
        `next_cursor` is the newest id of the page, to be given as the next `after_id`. Else it \#
        is downwards: `next_cursor` is the oldest id of the page, to be given as the next \#
        `before_id`. Above a page made with `around_id` go on with `after_id` = its first \#
        message's id. Where `has_more` is false, `next_cursor` is null. Deleted messages keep \#
        their places unless `include_deleted=false`.\n\n**Idempotent requests.** \#
        `Idempotency-Key` is optional. The same key with the same body again, by the same user, \#
        with the same method and path (and `chat_id` for a sent message): nothing is done twice, \#
        the status is that of the first time and the body shows the resource as it is now, with \#
        `Idempotency-Replayed: true`. The same key with another body: 422. Only successes are \#
        remembered, for 24 hours or a user's last 1,000. Where the header is not listed it is \#
        ignored. Bodies are the same where they hold the same, in whatever order.\n\n**WebSocket.** \#
        `GET /ws?token=<access token>` opens the stream of events, which takes commands too: see \#
        `/asyncapi.json`."
          },
          "servers": [{"url": "/"}],
          "security": [{"bearer": []}],
          "tags": [
            { "name": "auth", "description": "Accounts and sessions." },
            {
              "name": "users",
              "description": "People, and the tags by which they find each other."
            },
            { "name": "chats", "description": "Groups and direct chats." },
            { "name": "members", "description": "Who is in a group." },
            { "name": "messages", "description": "What people write." },
            { "name": "reactions", "description": "Emoji on messages." },
            { "name": "presence", "description": "Who is online, and who is typing." },
            { "name": "events", "description": "What happens, as it happens." },
            { "name": "documents", "description": "Outside `/api/v1`." }
          ],
          "paths": {
            \#(AccountPaths.text),
            \#(UserPaths.text),
            \#(ChatPaths.text),
            \#(MemberPaths.text),
            \#(MessagePaths.text),
            \#(SearchPaths.text),
            \#(ReactionPaths.text),
            \#(PresencePaths.text),
            \#(SyncPaths.text),
            \#(ServerPaths.text)
          },
          "components": {
            "securitySchemes": { "bearer": {
              "type": "http",
              "scheme": "bearer",
              "bearerFormat": "JWT",
              "description": "The `access_token` of a TokenPair."
            } },
            "schemas": {
              \#(WireSchemas.text),
              \#(OpenAPISchemas.text)
            },
            "examples": {
              \#(OpenAPIExamples.text)
            },
            "parameters": {
              \#(OpenAPIParameters.text)
            },
            "headers": {
              \#(OpenAPIHeaders.text)
            },
            "responses": {
              \#(OpenAPIResponses.text)
            }
          }
        }
        """#
}
