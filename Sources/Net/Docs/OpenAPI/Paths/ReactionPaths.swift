/// Emoji on messages: members of `paths`.
enum ReactionPaths {
    static let text = #"""
        "/api/v1/messages/{message_id}/reactions": { "post": {
          "operationId": "addReaction",
          "tags": ["reactions"],
          "summary": "React to a message",
          "description": "A user has each emoji once on a message. A message has at most 20 \#
        different ones.",
          "parameters": [
            { "$ref": "#/components/parameters/MessageInPath" },
            { "$ref": "#/components/parameters/IdempotencyKey" }
          ],
          "requestBody": {
            "required": true,
            "content": { "application/json": {
              "schema": {
                "type": "object",
                "required": ["emoji"],
                "properties": { "emoji": {"type": "string", "minLength": 1, "maxLength": 10} }
              },
              "example": { "emoji": "👍" }
            } }
          },
          "responses": {
            "201": {
              "description": "The reaction.",
              "headers": { "Idempotency-Replayed": {
                "$ref": "#/components/headers/IdempotencyReplayed"
              } },
              "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Reaction" },
                "examples": { "reaction": {"$ref": "#/components/examples/reaction"} }
              } }
            },
            "400": {
              "description": "The reaction cannot be added.",
              "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Error" },
                "examples": {
                  "exists": { "value": {"detail": "Reaction already exists"} },
                  "too_many_kinds": { "value": {"detail": "Too many different reactions"} },
                  "deleted_message": { "value": {"detail": "Cannot react to deleted message"} },
                  "malformed_path": { "value": {"detail": "Malformed path"} }
                }
              } }
            },
            "401": { "$ref": "#/components/responses/Unauthorized" },
            "403": { "$ref": "#/components/responses/AccessDenied" },
            "404": { "$ref": "#/components/responses/MessageNotFound" },
            "413": { "$ref": "#/components/responses/TooLarge" },
            "415": { "$ref": "#/components/responses/NotJSON" },
            "422": { "$ref": "#/components/responses/InvalidOrKeyReused" },
            "503": { "$ref": "#/components/responses/Busy" },
            "default": { "$ref": "#/components/responses/Refused" }
          }
        } },
        "/api/v1/messages/{message_id}/reactions/{emoji}": { "delete": {
          "operationId": "removeReaction",
          "tags": ["reactions"],
          "summary": "Take a reaction back",
          "parameters": [
            { "$ref": "#/components/parameters/MessageInPath" },
            {
              "name": "emoji",
              "in": "path",
              "required": true,
              "description": "Percent-encoded.",
              "schema": { "type": "string", "minLength": 1, "maxLength": 10 },
              "example": "👍"
            },
            { "$ref": "#/components/parameters/IdempotencyKey" }
          ],
          "responses": {
            "204": {
              "description": "The caller has no such reaction on the message, and may have \#
        had none.",
              "headers": { "Idempotency-Replayed": {
                "$ref": "#/components/headers/IdempotencyReplayed"
              } }
            },
            "400": { "$ref": "#/components/responses/MalformedPath" },
            "401": { "$ref": "#/components/responses/Unauthorized" },
            "403": { "$ref": "#/components/responses/AccessDenied" },
            "404": { "$ref": "#/components/responses/MessageNotFound" },
            "422": { "$ref": "#/components/responses/InvalidParameterOrKeyReused" },
            "503": { "$ref": "#/components/responses/Busy" },
            "default": { "$ref": "#/components/responses/Refused" }
          }
        } }
        """#
}
