/// Who is in a group: members of `paths`.
enum MemberPaths {
    static let text = #"""
        "/api/v1/chats/{chat_id}/members": {
          "get": {
            "operationId": "listMembers",
            "tags": ["members"],
            "summary": "The members of a chat",
            "parameters": [{"$ref": "#/components/parameters/ChatInPath"}],
            "responses": {
              "200": {
                "description": "In order of joining.",
                "content": { "application/json": {
                  "schema": {
                    "type": "array",
                    "items": { "$ref": "#/components/schemas/Member" },
                    "maxItems": 10000
                  },
                  "examples": { "members": {"$ref": "#/components/examples/members"} }
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
          "post": {
            "operationId": "addMember",
            "tags": ["members"],
            "summary": "Add somebody to a group",
            "parameters": [
              { "$ref": "#/components/parameters/ChatInPath" },
              { "$ref": "#/components/parameters/IdempotencyKey" }
            ],
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
              "201": {
                "description": "They are a member.",
                "headers": { "Idempotency-Replayed": {
                  "$ref": "#/components/headers/IdempotencyReplayed"
                } },
                "content": { "application/json": {
                  "schema": {
                    "type": "object",
                    "required": ["message"],
                    "properties": { "message": {"const": "Member added successfully"} }
                  },
                  "example": { "message": "Member added successfully" }
                } }
              },
              "400": {
                "description": "They cannot be added.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "examples": {
                    "unknown_user": { "value": {"detail": "User not found"} },
                    "not_an_admin": { "value": {
                      "detail": "Only admins can add members to group chats"
                    } },
                    "direct_chat": { "value": {
                      "detail": "Cannot add members to direct messages"
                    } },
                    "already_a_member": { "value": {
                      "detail": "User is already a member of this chat"
                    } },
                    "chat_is_full": { "value": {
                      "detail": "The chat has its 10000 members already"
                    } },
                    "malformed_path": { "value": {"detail": "Malformed path"} }
                  }
                } }
              },
              "401": { "$ref": "#/components/responses/Unauthorized" },
              "403": { "$ref": "#/components/responses/AccessDenied" },
              "404": { "$ref": "#/components/responses/ChatNotFound" },
              "413": { "$ref": "#/components/responses/TooLarge" },
              "415": { "$ref": "#/components/responses/NotJSON" },
              "422": { "$ref": "#/components/responses/InvalidOrKeyReused" },
              "503": { "$ref": "#/components/responses/Busy" },
              "default": { "$ref": "#/components/responses/Refused" }
            }
          }
        },
        "/api/v1/chats/{chat_id}/members/{user_id}": { "delete": {
          "operationId": "removeMember",
          "tags": ["members"],
          "summary": "Remove somebody from a group",
          "parameters": [
            { "$ref": "#/components/parameters/ChatInPath" },
            { "$ref": "#/components/parameters/UserInPath" },
            { "$ref": "#/components/parameters/IdempotencyKey" }
          ],
          "responses": {
            "204": {
              "description": "They are no member any more.",
              "headers": { "Idempotency-Replayed": {
                "$ref": "#/components/headers/IdempotencyReplayed"
              } }
            },
            "400": {
              "description": "They cannot be removed.",
              "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Error" },
                "examples": {
                  "not_an_admin": { "value": {
                    "detail": "Only admins can remove members from group chats"
                  } },
                  "direct_chat": { "value": {
                    "detail": "Cannot remove members from direct messages"
                  } },
                  "oneself": { "value": {
                    "detail": "Admins cannot remove themselves, use leave instead"
                  } },
                  "no_member": { "value": {"detail": "User is not a member of this chat"} },
                  "malformed_path": { "value": {"detail": "Malformed path"} }
                }
              } }
            },
            "401": { "$ref": "#/components/responses/Unauthorized" },
            "403": { "$ref": "#/components/responses/AccessDenied" },
            "404": { "$ref": "#/components/responses/ChatNotFound" },
            "422": { "$ref": "#/components/responses/InvalidParameterOrKeyReused" },
            "503": { "$ref": "#/components/responses/Busy" },
            "default": { "$ref": "#/components/responses/Refused" }
          }
        } },
        "/api/v1/chats/{chat_id}/leave": { "post": {
          "operationId": "leaveChat",
          "tags": ["members"],
          "summary": "Leave a group",
          "description": "Where the last admin leaves, the member of longest standing becomes \#
        one.",
          "parameters": [
            { "$ref": "#/components/parameters/ChatInPath" },
            { "$ref": "#/components/parameters/IdempotencyKey" }
          ],
          "responses": {
            "204": {
              "description": "The caller is no member any more.",
              "headers": { "Idempotency-Replayed": {
                "$ref": "#/components/headers/IdempotencyReplayed"
              } }
            },
            "400": {
              "description": "It is no group.",
              "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Error" },
                "examples": {
                  "direct_chat": { "value": {"detail": "Cannot leave direct messages"} },
                  "malformed_path": { "value": {"detail": "Malformed path"} }
                }
              } }
            },
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
