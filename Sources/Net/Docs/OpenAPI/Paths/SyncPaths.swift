/// What happens, without a socket: members of `paths`.
enum SyncPaths {
    static let text = #"""
        "/api/v1/sync": { "get": {
          "operationId": "sync",
          "tags": ["events"],
          "summary": "Events since a position, or the next that happen",
          "description": "The durable frames of the WebSocket for clients that cannot have \#
        one. Without `since` it tells at once where the server is; with it, it waits for an \#
        event. Pass `seq` and `epoch` back as the next `since` and `epoch`. `resync` says that \#
        everything is to be fetched anew, `chat.resync` that a chat is; chats that are not listed \#
        are gone.",
          "parameters": [
            {
              "name": "since",
              "in": "query",
              "required": false,
              "description": "The position up to which the client has all.",
              "schema": { "type": "integer", "minimum": 0 }
            },
            {
              "name": "epoch",
              "in": "query",
              "required": false,
              "description": "The history that counts it.",
              "schema": { "type": "string" }
            },
            {
              "name": "timeout",
              "in": "query",
              "required": false,
              "description": "Seconds to wait where nothing has happened.",
              "schema": { "type": "integer", "minimum": 0, "maximum": 30, "default": 30 }
            }
          ],
          "responses": {
            "200": {
              "description": "What happened; nothing where the time was up.",
              "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Sync" },
                "example": {
                  "epoch": "5f0c8e2c55b94d1f9c0f2f6d3f1f7a10",
                  "seq": 23,
                  "chats": [1, 2],
                  "events": [{
                    "event": "message.updated",
                    "data": {
                      "id": 2241,
                      "chat_id": 1,
                      "author_id": 1,
                      "ts": "2024-11-05T10:05:30.904112Z",
                      "reply_to_id": null,
                      "type": "text",
                      "content": "Lunch at two?",
                      "payload": null,
                      "is_deleted": false,
                      "deleted_at": null,
                      "updated_at": "2024-11-05T10:06:40.000731Z",
                      "reactions": [{
                        "id": 1217,
                        "message_id": 2241,
                        "user_id": 2,
                        "emoji": "👍",
                        "created_at": "2024-11-05T10:05:41.500000Z"
                      }],
                      "status": "read"
                    },
                    "seq": 23,
                    "prev": 15
                  }],
                  "has_more": false
                }
              } }
            },
            "401": { "$ref": "#/components/responses/Unauthorized" },
            "422": { "$ref": "#/components/responses/InvalidParameter" },
            "default": { "$ref": "#/components/responses/Refused" }
          }
        } }
        """#
}
