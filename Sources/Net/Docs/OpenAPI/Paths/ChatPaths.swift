/// Groups and direct chats: members of `paths`.
enum ChatPaths {
    static let text = #"""
        "/api/v1/chats": {
          "get": {
            "operationId": "listChats",
            "tags": ["chats"],
            "summary": "The caller's chats",
            "responses": {
              "200": {
                "description": "All of them, the newest activity first.",
                "content": { "application/json": {
                  "schema": { "type": "array", "items": {"$ref": "#/components/schemas/Chat"} },
                  "examples": { "chats": {"$ref": "#/components/examples/chats"} }
                } }
              },
              "401": { "$ref": "#/components/responses/Unauthorized" },
              "default": { "$ref": "#/components/responses/Refused" }
            }
          },
          "post": {
            "operationId": "createChat",
            "tags": ["chats"],
            "summary": "Make a chat",
            "description": "The caller is a member, and in a group its admin.",
            "parameters": [{"$ref": "#/components/parameters/IdempotencyKey"}],
            "requestBody": {
              "required": true,
              "content": { "application/json": {
                "schema": {
                  "type": "object",
                  "required": ["title", "member_ids"],
                  "properties": {
                    "title": { "type": "string", "minLength": 1, "maxLength": 255 },
                    "is_group": { "type": "boolean", "default": true },
                    "member_ids": {
                      "type": "array",
                      "items": { "$ref": "#/components/schemas/ID" },
                      "maxItems": 10000,
                      "description": "The caller and repeated ids make no difference."
                    }
                  }
                },
                "example": { "title": "Hikers", "is_group": true, "member_ids": [2] }
              } }
            },
            "responses": {
              "201": {
                "description": "The chat.",
                "headers": { "Idempotency-Replayed": {
                  "$ref": "#/components/headers/IdempotencyReplayed"
                } },
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Chat" },
                  "examples": { "group": {"$ref": "#/components/examples/group"} }
                } }
              },
              "400": {
                "description": "One of the members is not known, or they are too many.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "examples": {
                    "unknown_user": { "value": {"detail": "User not found"} },
                    "chat_is_full": { "value": {
                      "detail": "The chat has its 10000 members already"
                    } }
                  }
                } }
              },
              "401": { "$ref": "#/components/responses/Unauthorized" },
              "403": {
                "description": "The request is repeated, and the caller has left the chat \#
        since.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "Access denied" }
                } }
              },
              "404": {
                "description": "The request is repeated, and the chat has been deleted since.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "Chat not found" }
                } }
              },
              "413": { "$ref": "#/components/responses/TooLarge" },
              "415": { "$ref": "#/components/responses/NotJSON" },
              "422": { "$ref": "#/components/responses/InvalidOrKeyReused" },
              "503": { "$ref": "#/components/responses/Busy" },
              "default": { "$ref": "#/components/responses/Refused" }
            }
          }
        },
        "/api/v1/chats/direct": { "post": {
          "operationId": "openDirectChat",
          "tags": ["chats"],
          "summary": "Open the direct chat with somebody",
          "description": "Safe to repeat without a key: two people have one direct chat.",
          "requestBody": {
            "required": true,
            "content": { "application/json": {
              "schema": {
                "type": "object",
                "required": ["user_id"],
                "properties": { "user_id": {"$ref": "#/components/schemas/ID"} }
              },
              "example": { "user_id": 2 }
            } }
          },
          "responses": {
            "200": {
              "description": "The existing chat, or a new one.",
              "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Chat" },
                "examples": { "direct": {"$ref": "#/components/examples/direct"} }
              } }
            },
            "400": {
              "description": "There cannot be such a chat.",
              "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Error" },
                "examples": {
                  "oneself": { "value": {
                    "detail": "Cannot create direct message with yourself"
                  } },
                  "unknown_user": { "value": {"detail": "One or both users not found"} }
                }
              } }
            },
            "401": { "$ref": "#/components/responses/Unauthorized" },
            "413": { "$ref": "#/components/responses/TooLarge" },
            "415": { "$ref": "#/components/responses/NotJSON" },
            "422": { "$ref": "#/components/responses/Invalid" },
            "503": { "$ref": "#/components/responses/Busy" },
            "default": { "$ref": "#/components/responses/Refused" }
          }
        } },
        "/api/v1/chats/{chat_id}": {
          "get": {
            "operationId": "showChat",
            "tags": ["chats"],
            "summary": "A chat",
            "parameters": [{"$ref": "#/components/parameters/ChatInPath"}],
            "responses": {
              "200": {
                "description": "The chat.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Chat" },
                  "examples": { "direct": {"$ref": "#/components/examples/direct"} }
                } }
              },
              "400": { "$ref": "#/components/responses/MalformedPath" },
              "401": { "$ref": "#/components/responses/Unauthorized" },
              "403": { "$ref": "#/components/responses/AccessDenied" },
              "404": { "$ref": "#/components/responses/ChatNotFound" },
              "422": { "$ref": "#/components/responses/InvalidParameter" },
              "default": { "$ref": "#/components/responses/Refused" }
            }
          },
          "patch": {
            "operationId": "renameChat",
            "tags": ["chats"],
            "summary": "Rename a chat",
            "description": "Any member may. Where `title` is absent or null nothing changes.",
            "parameters": [
              { "$ref": "#/components/parameters/ChatInPath" },
              { "$ref": "#/components/parameters/IdempotencyKey" }
            ],
            "requestBody": {
              "required": true,
              "content": { "application/json": {
                "schema": {
                  "type": "object",
                  "properties": { "title": {
                    "type": ["string", "null"],
                    "minLength": 1,
                    "maxLength": 255
                  } }
                },
                "example": { "title": "Hikers" }
              } }
            },
            "responses": {
              "200": {
                "description": "The chat as it is now.",
                "headers": { "Idempotency-Replayed": {
                  "$ref": "#/components/headers/IdempotencyReplayed"
                } },
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Chat" },
                  "examples": { "group": {"$ref": "#/components/examples/group"} }
                } }
              },
              "400": { "$ref": "#/components/responses/MalformedPath" },
              "401": { "$ref": "#/components/responses/Unauthorized" },
              "403": { "$ref": "#/components/responses/AccessDenied" },
              "404": { "$ref": "#/components/responses/ChatNotFound" },
              "413": { "$ref": "#/components/responses/TooLarge" },
              "415": { "$ref": "#/components/responses/NotJSON" },
              "422": { "$ref": "#/components/responses/InvalidOrKeyReused" },
              "503": { "$ref": "#/components/responses/Busy" },
              "default": { "$ref": "#/components/responses/Refused" }
            }
          },
          "delete": {
            "operationId": "deleteChat",
            "tags": ["chats"],
            "summary": "Delete a chat with all its messages",
            "description": "In a group an admin may, in a direct chat either side.",
            "parameters": [
              { "$ref": "#/components/parameters/ChatInPath" },
              { "$ref": "#/components/parameters/IdempotencyKey" }
            ],
            "responses": {
              "204": {
                "description": "The chat is gone, for all members.",
                "headers": { "Idempotency-Replayed": {
                  "$ref": "#/components/headers/IdempotencyReplayed"
                } }
              },
              "400": { "$ref": "#/components/responses/MalformedPath" },
              "401": { "$ref": "#/components/responses/Unauthorized" },
              "403": {
                "description": "The caller is no member, or not an admin of the group.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "Access denied" }
                } }
              },
              "404": { "$ref": "#/components/responses/ChatNotFound" },
              "422": { "$ref": "#/components/responses/InvalidParameterOrKeyReused" },
              "503": { "$ref": "#/components/responses/Busy" },
              "default": { "$ref": "#/components/responses/Refused" }
            }
          }
        },
        "/api/v1/chats/{chat_id}/read": { "post": {
          "operationId": "markRead",
          "tags": ["chats"],
          "summary": "Mark everything as read",
          "parameters": [
            { "$ref": "#/components/parameters/ChatInPath" },
            { "$ref": "#/components/parameters/IdempotencyKey" }
          ],
          "responses": {
            "200": {
              "description": "What became read by this.",
              "headers": { "Idempotency-Replayed": {
                "$ref": "#/components/headers/IdempotencyReplayed"
              } },
              "content": { "application/json": {
                "schema": {
                  "type": "object",
                  "required": ["message_ids", "up_to_id"],
                  "properties": {
                    "message_ids": {
                      "type": "array",
                      "items": { "$ref": "#/components/schemas/ID" },
                      "maxItems": 1000,
                      "description": "Newest first, at most the newest 1,000. Empty where all \#
        was read already, and where the request is repeated."
                    },
                    "up_to_id": {
                      "type": ["integer", "null"],
                      "format": "int64",
                      "minimum": 1,
                      "maximum": 9007199254740991,
                      "description": "Everything up to this id is read; null where the chat \#
        has no messages."
                    }
                  }
                },
                "example": { "message_ids": [2241, 1217], "up_to_id": 2241 }
              } }
            },
            "400": { "$ref": "#/components/responses/MalformedPath" },
            "401": { "$ref": "#/components/responses/Unauthorized" },
            "403": { "$ref": "#/components/responses/AccessDenied" },
            "404": { "$ref": "#/components/responses/ChatNotFound" },
            "422": { "$ref": "#/components/responses/InvalidParameterOrKeyReused" },
            "503": { "$ref": "#/components/responses/Busy" },
            "default": { "$ref": "#/components/responses/Refused" }
          }
        } }
        """#
}
