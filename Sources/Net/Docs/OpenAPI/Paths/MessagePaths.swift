/// What people write: members of `paths`.
enum MessagePaths {
    static let text = #"""
        "/api/v1/messages": {
          "get": {
            "operationId": "listMessages",
            "tags": ["messages"],
            "summary": "A page of a chat's messages",
            "description": "Newest first, whichever cursor is given. Without one: the newest \#
        messages. See Paging.",
            "parameters": [
              { "$ref": "#/components/parameters/ChatInQuery" },
              { "$ref": "#/components/parameters/Limit" },
              {
                "name": "before_id",
                "in": "query",
                "required": false,
                "description": "The newest messages with ids strictly below. Excludes the \#
        other two.",
                "schema": { "$ref": "#/components/schemas/Cursor" }
              },
              {
                "name": "after_id",
                "in": "query",
                "required": false,
                "description": "The oldest messages with ids strictly above; 0 begins at the \#
        chat's first. Excludes the other two.",
                "schema": { "$ref": "#/components/schemas/Cursor" }
              },
              {
                "name": "around_id",
                "in": "query",
                "required": false,
                "description": "That message in the middle, or the place where it would be. \#
        Excludes the other two.",
                "schema": { "$ref": "#/components/schemas/Cursor" }
              },
              {
                "name": "include_deleted",
                "in": "query",
                "required": false,
                "description": "false leaves deleted messages out; else they stay in their \#
        places.",
                "schema": { "type": "boolean", "default": true }
              }
            ],
            "responses": {
              "200": {
                "description": "The page.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Page" },
                  "examples": { "page": {"$ref": "#/components/examples/page"} }
                } }
              },
              "400": { "$ref": "#/components/responses/MalformedPath" },
              "401": { "$ref": "#/components/responses/Unauthorized" },
              "403": { "$ref": "#/components/responses/NotMember" },
              "422": {
                "description": "Something is wrong with the request's parameters.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/ValidationError" },
                  "examples": {
                    "missing": { "$ref": "#/components/examples/parameter_missing" },
                    "bounds": { "$ref": "#/components/examples/parameter_out_of_bounds" },
                    "two_cursors": {
                      "summary": "There are two cursors",
                      "value": { "detail": [{
                        "type": "value_error",
                        "loc": ["query", "before_id"],
                        "msg": "Value error, before_id, after_id and around_id exclude each \#
        other",
                        "input": "2241"
                      }] }
                    }
                  }
                } }
              },
              "default": { "$ref": "#/components/responses/Refused" }
            }
          },
          "post": {
            "operationId": "sendMessage",
            "tags": ["messages"],
            "summary": "Send a message",
            "description": "10 a second, at first 40 at once, per user; 100 a second per \#
        chat. A message of type `voice` needs `attachment_id`, `codec` and `duration_ms` in its \#
        payload.",
            "parameters": [{"$ref": "#/components/parameters/IdempotencyKey"}],
            "requestBody": {
              "required": true,
              "content": { "application/json": {
                "schema": {
                  "type": "object",
                  "required": ["chat_id", "type"],
                  "properties": {
                    "chat_id": { "$ref": "#/components/schemas/ID" },
                    "type": { "type": "string", "minLength": 1, "maxLength": 50 },
                    "content": {
                      "type": ["string", "null"],
                      "maxLength": 16384,
                      "description": "At most 16,384 bytes of UTF-8."
                    },
                    "payload": {
                      "type": ["object", "null"],
                      "description": "Any object; at most 32,768 bytes without blanks, \#
        and every number finite as a double."
                    },
                    "reply_to_id": {
                      "type": ["integer", "null"],
                      "format": "int64",
                      "minimum": 1,
                      "maximum": 9007199254740991,
                      "description": "A message of the same chat."
                    }
                  }
                },
                "examples": {
                  "text": { "value": {
                    "chat_id": 1,
                    "type": "text",
                    "content": "See you there.",
                    "reply_to_id": 2241
                  } },
                  "voice": { "value": {
                    "chat_id": 1,
                    "type": "voice",
                    "payload": { "attachment_id": 3, "codec": "opus", "duration_ms": 2400 }
                  } }
                }
              } }
            },
            "responses": {
              "201": {
                "description": "The message.",
                "headers": { "Idempotency-Replayed": {
                  "$ref": "#/components/headers/IdempotencyReplayed"
                } },
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Message" },
                  "examples": { "reply": {"$ref": "#/components/examples/reply"} }
                } }
              },
              "400": {
                "description": "The message cannot be sent.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "examples": {
                    "unknown_reply": { "value": {
                      "detail": "Reply message not found or belongs to different chat"
                    } },
                    "deleted_reply": { "value": {"detail": "Cannot reply to deleted message"} },
                    "voice_payload": { "value": {
                      "detail": "Voice message payload missing keys: attachment_id, codec, \#
        duration_ms"
                    } }
                  }
                } }
              },
              "401": { "$ref": "#/components/responses/Unauthorized" },
              "403": { "$ref": "#/components/responses/NotMember" },
              "404": {
                "description": "The request is repeated, and the chat has been deleted since.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "Message not found" }
                } }
              },
              "413": { "$ref": "#/components/responses/TooLarge" },
              "415": { "$ref": "#/components/responses/NotJSON" },
              "422": {
                "description": "Something is wrong with the request's fields, or its \#
        `Idempotency-Key` came with another body before.",
                "content": { "application/json": {
                  "schema": { "anyOf": [
                    { "$ref": "#/components/schemas/ValidationError" },
                    { "$ref": "#/components/schemas/Error" }
                  ] },
                  "examples": {
                    "missing": { "$ref": "#/components/examples/field_missing" },
                    "json": { "$ref": "#/components/examples/body_not_json" },
                    "long_content": {
                      "summary": "The content is too long",
                      "value": { "detail": [{
                        "type": "value_error",
                        "loc": ["body", "content"],
                        "msg": "Value error, content must have at most 16384 bytes",
                        "input": null
                      }] }
                    },
                    "long_payload": {
                      "summary": "The payload is too large",
                      "value": { "detail": [{
                        "type": "value_error",
                        "loc": ["body", "payload"],
                        "msg": "Value error, payload must have at most 32768 bytes",
                        "input": null
                      }] }
                    },
                    "key_reused": { "$ref": "#/components/examples/key_reused" },
                    "key_too_long": { "$ref": "#/components/examples/key_too_long" }
                  }
                } }
              },
              "429": { "$ref": "#/components/responses/Limited" },
              "503": { "$ref": "#/components/responses/Busy" },
              "default": { "$ref": "#/components/responses/Refused" }
            }
          }
        },
        "/api/v1/messages/{message_id}": {
          "get": {
            "operationId": "showMessage",
            "tags": ["messages"],
            "summary": "A message",
            "parameters": [{"$ref": "#/components/parameters/MessageInPath"}],
            "responses": {
              "200": {
                "description": "The message.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Message" },
                  "examples": { "message": {"$ref": "#/components/examples/message"} }
                } }
              },
              "400": { "$ref": "#/components/responses/MalformedPath" },
              "401": { "$ref": "#/components/responses/Unauthorized" },
              "403": { "$ref": "#/components/responses/AccessDenied" },
              "404": { "$ref": "#/components/responses/MessageNotFound" },
              "422": { "$ref": "#/components/responses/InvalidParameter" },
              "default": { "$ref": "#/components/responses/Refused" }
            }
          },
          "patch": {
            "operationId": "editMessage",
            "tags": ["messages"],
            "summary": "Edit a message",
            "description": "Its author may. What is absent stays; null takes it away.",
            "parameters": [
              { "$ref": "#/components/parameters/MessageInPath" },
              { "$ref": "#/components/parameters/IdempotencyKey" }
            ],
            "requestBody": {
              "required": true,
              "content": { "application/json": {
                "schema": {
                  "type": "object",
                  "properties": {
                    "content": {
                      "type": ["string", "null"],
                      "maxLength": 16384,
                      "description": "At most 16,384 bytes of UTF-8."
                    },
                    "payload": {
                      "type": ["object", "null"],
                      "description": "Any object; at most 32,768 bytes without blanks, \#
        and every number finite as a double."
                    }
                  },
                  "minProperties": 1
                },
                "example": { "content": "Lunch at two?" }
              } }
            },
            "responses": {
              "200": {
                "description": "The message as it is now.",
                "headers": { "Idempotency-Replayed": {
                  "$ref": "#/components/headers/IdempotencyReplayed"
                } },
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Message" },
                  "examples": { "edited": {"$ref": "#/components/examples/edited"} }
                } }
              },
              "400": {
                "description": "The message is deleted.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "examples": {
                    "deleted_message": { "value": {"detail": "Cannot update deleted message"} },
                    "malformed_path": { "value": {"detail": "Malformed path"} }
                  }
                } }
              },
              "401": { "$ref": "#/components/responses/Unauthorized" },
              "403": { "$ref": "#/components/responses/NotAuthor" },
              "404": { "$ref": "#/components/responses/MessageNotFound" },
              "413": { "$ref": "#/components/responses/TooLarge" },
              "415": { "$ref": "#/components/responses/NotJSON" },
              "422": {
                "description": "Something is wrong with the request's fields, or its \#
        `Idempotency-Key` came with another body before.",
                "content": { "application/json": {
                  "schema": { "anyOf": [
                    { "$ref": "#/components/schemas/ValidationError" },
                    { "$ref": "#/components/schemas/Error" }
                  ] },
                  "examples": {
                    "neither": {
                      "summary": "There is nothing to change",
                      "value": { "detail": [{
                        "type": "value_error",
                        "loc": ["body", "content"],
                        "msg": "Value error, content or payload is needed",
                        "input": null
                      }] }
                    },
                    "json": { "$ref": "#/components/examples/body_not_json" },
                    "key_reused": { "$ref": "#/components/examples/key_reused" },
                    "key_too_long": { "$ref": "#/components/examples/key_too_long" }
                  }
                } }
              },
              "503": { "$ref": "#/components/responses/Busy" },
              "default": { "$ref": "#/components/responses/Refused" }
            }
          },
          "delete": {
            "operationId": "deleteMessage",
            "tags": ["messages"],
            "summary": "Delete a message",
            "description": "Its author may.",
            "parameters": [
              { "$ref": "#/components/parameters/MessageInPath" },
              { "$ref": "#/components/parameters/IdempotencyKey" }
            ],
            "responses": {
              "204": {
                "description": "The message is deleted; a tombstone keeps its place.",
                "headers": { "Idempotency-Replayed": {
                  "$ref": "#/components/headers/IdempotencyReplayed"
                } }
              },
              "400": {
                "description": "It is deleted already.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "examples": {
                    "already_deleted": { "value": {"detail": "Message already deleted"} },
                    "malformed_path": { "value": {"detail": "Malformed path"} }
                  }
                } }
              },
              "401": { "$ref": "#/components/responses/Unauthorized" },
              "403": { "$ref": "#/components/responses/NotAuthor" },
              "404": { "$ref": "#/components/responses/MessageNotFound" },
              "422": { "$ref": "#/components/responses/InvalidParameterOrKeyReused" },
              "503": { "$ref": "#/components/responses/Busy" },
              "default": { "$ref": "#/components/responses/Refused" }
            }
          }
        }
        """#
}
