/// Who is online, and who is typing: members of `paths`.
enum PresencePaths {
    static let text = #"""
        "/api/v1/presence/typing": { "post": {
          "operationId": "setTyping",
          "tags": ["presence"],
          "summary": "Say that the caller is typing, or no more",
          "description": "Ends by itself after 10 seconds, and when a message is sent.",
          "requestBody": {
            "required": true,
            "content": { "application/json": {
              "schema": {
                "type": "object",
                "required": ["chat_id", "is_typing"],
                "properties": {
                  "chat_id": { "$ref": "#/components/schemas/ID" },
                  "is_typing": { "type": "boolean" }
                }
              },
              "example": { "chat_id": 1, "is_typing": true }
            } }
          },
          "responses": {
            "204": { "description": "The other members are told." },
            "401": { "$ref": "#/components/responses/Unauthorized" },
            "403": { "$ref": "#/components/responses/NotMember" },
            "413": { "$ref": "#/components/responses/TooLarge" },
            "415": { "$ref": "#/components/responses/NotJSON" },
            "422": { "$ref": "#/components/responses/Invalid" },
            "default": { "$ref": "#/components/responses/Refused" }
          }
        } },
        "/api/v1/presence/typing/{chat_id}": { "get": {
          "operationId": "listTyping",
          "tags": ["presence"],
          "summary": "Who is typing in a chat",
          "parameters": [{"$ref": "#/components/parameters/ChatInPath"}],
          "responses": {
            "200": {
              "description": "The ids of users.",
              "content": { "application/json": {
                "schema": { "type": "array", "items": {"$ref": "#/components/schemas/ID"} },
                "example": [2]
              } }
            },
            "400": { "$ref": "#/components/responses/MalformedPath" },
            "401": { "$ref": "#/components/responses/Unauthorized" },
            "403": { "$ref": "#/components/responses/NotMember" },
            "422": { "$ref": "#/components/responses/InvalidParameter" },
            "default": { "$ref": "#/components/responses/Refused" }
          }
        } },
        "/api/v1/presence/heartbeat": { "post": {
          "operationId": "heartbeat",
          "tags": ["presence"],
          "summary": "Stay online without a socket",
          "responses": {
            "204": { "description": "The caller is online for 300 seconds more." },
            "401": { "$ref": "#/components/responses/Unauthorized" },
            "default": { "$ref": "#/components/responses/Refused" }
          }
        } },
        "/api/v1/presence/me": { "get": {
          "operationId": "showMyPresence",
          "tags": ["presence"],
          "summary": "The caller's presence",
          "responses": {
            "200": {
              "description": "The presence.",
              "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Presence" },
                "examples": { "presence": {"$ref": "#/components/examples/presence"} }
              } }
            },
            "401": { "$ref": "#/components/responses/Unauthorized" },
            "default": { "$ref": "#/components/responses/Refused" }
          }
        } },
        "/api/v1/presence/{user_id}": { "get": {
          "operationId": "showPresence",
          "tags": ["presence"],
          "summary": "A user's presence",
          "parameters": [{"$ref": "#/components/parameters/UserInPath"}],
          "responses": {
            "200": {
              "description": "The presence.",
              "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Presence" },
                "examples": { "presence": {"$ref": "#/components/examples/presence"} }
              } }
            },
            "400": { "$ref": "#/components/responses/MalformedPath" },
            "401": { "$ref": "#/components/responses/Unauthorized" },
            "403": {
              "description": "The caller shares no chat with them.",
              "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Error" },
                "example": { "detail": "Access denied" }
              } }
            },
            "404": { "$ref": "#/components/responses/UserNotFound" },
            "422": { "$ref": "#/components/responses/InvalidParameter" },
            "default": { "$ref": "#/components/responses/Refused" }
          }
        } }
        """#
}
