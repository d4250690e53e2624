extension AsyncAPICommand {
    static let all = Self.ofMessages + Self.ofReactions + Self.ofChats + Self.ofPresence

    private static let chat = "\"chat_id\": \(AsyncAPIDocument.schema("ID"))"
    private static let message = "\"message_id\": \(AsyncAPIDocument.schema("ID"))"

    private static let ofMessages = [
        AsyncAPICommand(
            name: "send",
            summary: "Send a message: POST /messages.",
            required: ["chat_id", "type"],
            fields: #"""
                \#(Self.chat),
                "type": {
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 50,
                  "description": "`text`, `voice` or any other word that the clients agree on."
                },
                "content": {
                  "type": ["string", "null"],
                  "description": "At most 16,384 bytes of UTF-8."
                },
                "payload": {
                  "type": ["object", "null"],
                  "description": "At most 32,768 bytes without blanks; a voice message's has \#
                `attachment_id`, `codec` and `duration_ms`."
                },
                "reply_to_id": {
                  "type": ["integer", "null"],
                  "description": "A message of the same chat."
                }
                """#,
            status: 201,
            body: AsyncAPIDocument.schema("Message"),
            refusals: [400, 403, 503]
        ),
        AsyncAPICommand(
            name: "edit",
            summary: "Change a message of one's own: PATCH /messages/{message_id}.",
            required: ["message_id"],
            fields: #"""
                \#(Self.message),
                "content": {
                  "type": ["string", "null"],
                  "description": "Stays where it is not named. At most 16,384 bytes of UTF-8."
                },
                "payload": {
                  "type": ["object", "null"],
                  "description": "Stays where it is not named. At most 32,768 bytes without blanks."
                }
                """#,
            status: 200,
            body: AsyncAPIDocument.schema("Message"),
            refusals: [400, 403, 404, 503]
        ),
        AsyncAPICommand(
            name: "delete",
            summary: "Delete a message of one's own: DELETE /messages/{message_id}.",
            required: ["message_id"],
            fields: Self.message,
            status: 204,
            refusals: [400, 403, 404, 503]
        ),
        AsyncAPICommand(
            name: "page",
            summary: "A page of a chat's messages: GET /messages.",
            required: ["chat_id"],
            fields: #"""
                \#(Self.chat),
                "limit": {
                  "type": ["integer", "null"], "minimum": 1, "maximum": 200, "default": 50
                },
                "before_id": {
                  "type": ["integer", "null"],
                  "description": "The newest messages strictly below. The three ids exclude each \#
                other; without one of them: the newest."
                },
                "after_id": {
                  "type": ["integer", "null"],
                  "description": "The oldest messages strictly above."
                },
                "around_id": {
                  "type": ["integer", "null"],
                  "description": "That message in the middle."
                },
                "include_deleted": { "type": ["boolean", "null"], "default": true }
                """#,
            status: 200,
            body: AsyncAPIDocument.schema("Page"),
            refusals: [403, 503],
            takesKey: false
        ),
    ]

    private static let ofReactions = [
        AsyncAPICommand(
            name: "react",
            summary: "React to a message: POST /messages/{message_id}/reactions.",
            required: ["message_id", "emoji"],
            fields: #"""
                \#(Self.message),
                "emoji": { "type": "string", "minLength": 1, "maxLength": 10 }
                """#,
            status: 201,
            body: AsyncAPIDocument.schema("Reaction"),
            refusals: [400, 403, 404, 503]
        ),
        AsyncAPICommand(
            name: "unreact",
            summary: "Take a reaction back: DELETE /messages/{message_id}/reactions/{emoji}.",
            required: ["message_id", "emoji"],
            fields: #"\#(Self.message), "emoji": {"type": "string"}"#,
            status: 204,
            refusals: [403, 404, 503]
        ),
    ]

    private static let ofChats = [
        AsyncAPICommand(
            name: "read",
            summary: "Mark everything in a chat as read: POST /chats/{chat_id}/read.",
            required: ["chat_id"],
            fields: Self.chat,
            status: 200,
            body: #"""
                {
                  "type": "object",
                  "required": ["message_ids", "up_to_id"],
                  "properties": {
                    "message_ids": {
                      "type": "array",
                      "items": { "$ref": "#/components/schemas/ID" },
                      "maxItems": 1000,
                      "description": "What became read now, the newest of it."
                    },
                    "up_to_id": {
                      "type": ["integer", "null"],
                      "description": "Where one's reading stands; null in a chat without messages."
                    }
                  }
                }
                """#,
            refusals: [403, 404, 503]
        )
    ]

    private static let users = #"""
        "user_ids": {
          "type": "array",
          "items": { "$ref": "#/components/schemas/ID" },
          "maxItems": 256,
          "description": "One socket can subscribe to 256."
        }
        """#

    private static let ofPresence = [
        AsyncAPICommand(
            name: "typing",
            summary: "Say that one types, for 10 s, or has stopped: POST /presence/typing.",
            required: ["chat_id", "is_typing"],
            fields: #"\#(Self.chat), "is_typing": {"type": "boolean"}"#,
            status: 204,
            refusals: [403],
            takesKey: false
        ),
        AsyncAPICommand(
            name: "heartbeat",
            summary: "Say that one is there: POST /presence/heartbeat.",
            required: [],
            fields: #"""
                "idle": {
                  "type": ["boolean", "null"],
                  "description": "Of this socket: whether nobody is looking. Stays where it is not \#
                named. Who has only idle sockets is `away`."
                }
                """#,
            status: 204,
            refusals: [],
            takesKey: false
        ),
        AsyncAPICommand(
            name: "subscribe",
            summary:
                "Hear of the presence of people with whom one shares a chat, also of a large one.",
            required: ["user_ids"],
            fields: Self.users,
            status: 200,
            body: #"""
                {
                  "type": "array",
                  "items": { "$ref": "#/components/schemas/Presence" },
                  "description": "As they are now, in the order asked for."
                }
                """#,
            refusals: [400, 403, 404],
            takesKey: false
        ),
        AsyncAPICommand(
            name: "unsubscribe",
            summary: "Hear of them only where one shares a chat of at most 256 members.",
            required: ["user_ids"],
            fields: Self.users,
            status: 204,
            refusals: [],
            takesKey: false
        ),
    ]
}
