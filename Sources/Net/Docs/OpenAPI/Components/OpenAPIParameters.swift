/// Parts of paths, queries and heads: members of `components.parameters`.
enum OpenAPIParameters {
    static let text = #"""
        "ChatInPath": {
          "name": "chat_id",
          "in": "path",
          "required": true,
          "description": "The chat.",
          "schema": { "$ref": "#/components/schemas/ID" },
          "example": 1
        },
        "ChatInQuery": {
          "name": "chat_id",
          "in": "query",
          "required": true,
          "description": "The chat.",
          "schema": { "$ref": "#/components/schemas/ID" },
          "example": 1
        },
        "MessageInPath": {
          "name": "message_id",
          "in": "path",
          "required": true,
          "description": "The message.",
          "schema": { "$ref": "#/components/schemas/ID" },
          "example": 2241
        },
        "UserInPath": {
          "name": "user_id",
          "in": "path",
          "required": true,
          "description": "The user.",
          "schema": { "$ref": "#/components/schemas/ID" },
          "example": 2
        },
        "Limit": {
          "name": "limit",
          "in": "query",
          "required": false,
          "description": "At most so many messages.",
          "schema": { "type": "integer", "minimum": 1, "maximum": 200, "default": 50 }
        },
        "IdempotencyKey": {
          "name": "Idempotency-Key",
          "in": "header",
          "required": false,
          "description": "Makes the request safe to repeat: see Idempotent requests. At \#
        most 255 bytes.",
          "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
          "example": "5c1b5f0e-6a0e-4d0c-9d5e-0f6f0b7f1c11"
        }
        """#
}
