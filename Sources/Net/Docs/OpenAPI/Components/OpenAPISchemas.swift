/// What bodies hold, beside what the WebSocket has too: members of `components.schemas`.
enum OpenAPISchemas {
    static let text = #"""
        "Cursor": {
          "type": "integer",
          "format": "int64",
          "minimum": 0,
          "maximum": 9007199254740991,
          "description": "A message id, or 0 for before all of them. There need not be such \#
        a message."
        },
        "User": {
          "type": "object",
          "required": ["id", "email", "display_name", "tag", "avatar_url", "created_at"],
          "properties": {
            "id": { "$ref": "#/components/schemas/ID" },
            "email": {
              "type": ["string", "null"],
              "maxLength": 255,
              "description": "null in what others see."
            },
            "display_name": { "type": "string", "minLength": 1, "maxLength": 255 },
            "tag": {
              "type": "string",
              "minLength": 3,
              "description": "By which people find each other. Lower case, without `@`."
            },
            "avatar_url": { "type": ["string", "null"], "maxLength": 1024 },
            "created_at": {
              "type": "string",
              "format": "date-time",
              "description": "When the account was made."
            }
          }
        },
        "TokenPair": {
          "type": "object",
          "required": ["access_token", "refresh_token", "token_type", "expires_in"],
          "properties": {
            "access_token": { "type": "string", "description": "A JWT (HS256)." },
            "refresh_token": {
              "type": "string",
              "description": "Good for one `POST /api/v1/auth/refresh`; 7 days unless \#
        configured otherwise."
            },
            "token_type": { "const": "bearer" },
            "expires_in": {
              "type": "number",
              "minimum": 0,
              "description": "Seconds from the access token's making to its end; 900 unless \#
        configured otherwise."
            }
          }
        },
        "Chat": {
          "type": "object",
          "required": [
            "id", "title", "is_group", "created_at", "participants", "lastMessagePreview",
            "lastMessageAuthor", "updatedAt", "unreadCount"
          ],
          "properties": {
            "id": { "$ref": "#/components/schemas/ID" },
            "title": { "type": "string", "minLength": 1, "maxLength": 255 },
            "is_group": { "type": "boolean" },
            "created_at": {
              "type": "string",
              "format": "date-time",
              "description": "When the chat was made."
            },
            "participants": {
              "type": "array",
              "items": { "$ref": "#/components/schemas/User" },
              "maxItems": 10000,
              "description": "In order of joining."
            },
            "lastMessagePreview": {
              "type": ["string", "null"],
              "description": "The content of the newest message that is not deleted, or \#
        `[медиа]` where it has none; null where there is no such message."
            },
            "lastMessageAuthor": {
              "type": ["string", "null"],
              "description": "The display name of its author."
            },
            "updatedAt": {
              "type": ["string", "null"],
              "format": "date-time",
              "description": "Its `ts`."
            },
            "unreadCount": {
              "type": "integer",
              "minimum": 0,
              "description": "Messages of others, not deleted, that the caller has not read."
            }
          }
        },
        "Member": {
          "type": "object",
          "required": ["user_id", "role", "joined_at", "user"],
          "properties": {
            "user_id": { "$ref": "#/components/schemas/ID" },
            "role": {
              "enum": ["admin", "member"],
              "description": "In a direct chat both are `member`."
            },
            "joined_at": {
              "type": "string",
              "format": "date-time",
              "description": "When they joined, last."
            },
            "user": { "$ref": "#/components/schemas/User" }
          }
        },
        "Sync": {
          "type": "object",
          "required": ["epoch", "seq", "chats", "events", "has_more"],
          "properties": {
            "epoch": { "type": "string", "description": "Names the history." },
            "seq": {
              "type": "integer",
              "minimum": 0,
              "description": "The next `since`."
            },
            "chats": {
              "type": "array",
              "items": { "$ref": "#/components/schemas/ID" },
              "description": "All that the caller is in."
            },
            "events": {
              "type": "array",
              "items": {
                "type": "object",
                "required": ["event", "data"],
                "properties": {
                  "event": { "type": "string" },
                  "data": { "type": "object" },
                  "seq": { "type": "integer" },
                  "prev": { "type": "integer" }
                }
              },
              "description": "At most about 1,000, or 1 MiB."
            },
            "has_more": {
              "type": "boolean",
              "description": "Whether more is there already."
            }
          }
        },
        "Readiness": {
          "type": "object",
          "required": [
            "status", "backlog_events", "lag_seconds", "database", "last_error"
          ],
          "properties": {
            "status": { "enum": ["ready", "read-only"] },
            "backlog_events": {
              "type": "integer",
              "minimum": 0,
              "description": "Events that the database does not have yet."
            },
            "lag_seconds": {
              "type": "number",
              "minimum": 0,
              "description": "The age of the oldest of them."
            },
            "database": {
              "enum": ["up", "down", "refused", null],
              "description": "null until it has been asked; refused where it answers but \#
        does not take the events."
            },
            "last_error": { "type": ["string", "null"] }
          }
        }
        """#
}
