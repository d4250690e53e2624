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
            "/api/v1/auth/register": { "post": {
              "operationId": "register",
              "tags": ["auth"],
              "summary": "Make an account",
              "description": "The tag begins as the letters and digits of the mail address's \#
        local part, at most 20, `_` and the id. 10 registrations an hour and address.",
              "security": [],
              "requestBody": {
                "required": true,
                "content": { "application/json": {
                  "schema": {
                    "type": "object",
                    "required": ["email", "password", "display_name"],
                    "properties": {
                      "email": {
                        "type": "string",
                        "format": "email",
                        "maxLength": 255,
                        "description": "In ASCII; at least two labels in the domain."
                      },
                      "password": {
                        "type": "string",
                        "format": "password",
                        "minLength": 8,
                        "maxLength": 1024,
                        "description": "At most 1,024 bytes of UTF-8."
                      },
                      "display_name": { "type": "string", "minLength": 1, "maxLength": 255 },
                      "avatar_url": { "type": ["string", "null"], "maxLength": 1024 }
                    }
                  },
                  "example": {
                    "email": "ann@example.org",
                    "password": "correct horse",
                    "display_name": "Ann"
                  }
                } }
              },
              "responses": {
                "200": {
                  "description": "The account, and a session of it.",
                  "content": { "application/json": {
                    "schema": {
                      "type": "object",
                      "required": ["user", "tokens"],
                      "properties": {
                        "user": { "$ref": "#/components/schemas/User" },
                        "tokens": { "$ref": "#/components/schemas/TokenPair" }
                      }
                    },
                    "examples": { "registered": {"$ref": "#/components/examples/registered"} }
                  } }
                },
                "400": {
                  "description": "The mail address is taken, by whatever case it is spelled in.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Error" },
                    "example": { "detail": "Email already registered" }
                  } }
                },
                "413": { "$ref": "#/components/responses/TooLarge" },
                "415": { "$ref": "#/components/responses/NotJSON" },
                "422": {
                  "description": "Something is wrong with the request's fields or parameters.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/ValidationError" },
                    "examples": {
                      "email_and_password": { "value": { "detail": [
                        {
                          "type": "string_too_short",
                          "loc": ["body", "password"],
                          "msg": "String should have at least 8 characters",
                          "input": null
                        },
                        {
                          "type": "value_error",
                          "loc": ["body", "email"],
                          "msg": "Value error, value is not a valid email address",
                          "input": "ann"
                        }
                      ] } },
                      "long_password": { "value": { "detail": [{
                        "type": "value_error",
                        "loc": ["body", "password"],
                        "msg": "Value error, password must have at most 1024 bytes",
                        "input": null
                      }] } }
                    }
                  } }
                },
                "429": { "$ref": "#/components/responses/Limited" },
                "503": { "$ref": "#/components/responses/Busy" },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
            "/api/v1/auth/login": { "post": {
              "operationId": "logIn",
              "tags": ["auth"],
              "summary": "Open a session",
              "description": "5 tries, then one a minute, per mail address and client address.",
              "security": [],
              "requestBody": {
                "required": true,
                "content": { "application/json": {
                  "schema": {
                    "type": "object",
                    "required": ["email", "password"],
                    "properties": {
                      "email": { "type": "string", "maxLength": 255 },
                      "password": { "type": "string", "format": "password" }
                    }
                  },
                  "example": { "email": "ann@example.org", "password": "correct horse" }
                } }
              },
              "responses": {
                "200": {
                  "description": "A session's tokens.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/TokenPair" },
                    "examples": { "tokens": {"$ref": "#/components/examples/tokens"} }
                  } }
                },
                "401": {
                  "description": "No account has this mail address and password.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Error" },
                    "example": { "detail": "Invalid credentials" }
                  } }
                },
                "413": { "$ref": "#/components/responses/TooLarge" },
                "415": { "$ref": "#/components/responses/NotJSON" },
                "422": { "$ref": "#/components/responses/Invalid" },
                "429": { "$ref": "#/components/responses/Limited" },
                "503": { "$ref": "#/components/responses/Busy" },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
            "/api/v1/auth/refresh": { "post": {
              "operationId": "refresh",
              "tags": ["auth"],
              "summary": "Replace the tokens of a session",
              "description": "The refresh token is replaced too. Giving the replaced one again \#
        within 10 seconds gives the same successor, because the first answer may have been lost; \#
        later it ends the session.",
              "security": [],
              "requestBody": {
                "required": true,
                "content": { "application/json": {
                  "schema": {
                    "type": "object",
                    "required": ["refresh_token"],
                    "properties": { "refresh_token": {"type": "string"} }
                  },
                  "example": {
                    "refresh_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3IiwiZ2VuIjoxfQ.c2lnbmF0dXJl"
                  }
                } }
              },
              "responses": {
                "200": {
                  "description": "The successors.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/TokenPair" },
                    "examples": { "tokens": {"$ref": "#/components/examples/tokens"} }
                  } }
                },
                "401": {
                  "description": "The token is not good, or its session is over.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Error" },
                    "example": { "detail": "Invalid refresh token" }
                  } }
                },
                "413": { "$ref": "#/components/responses/TooLarge" },
                "415": { "$ref": "#/components/responses/NotJSON" },
                "422": { "$ref": "#/components/responses/Invalid" },
                "503": { "$ref": "#/components/responses/Busy" },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
            "/api/v1/auth/logout": { "post": {
              "operationId": "logOut",
              "tags": ["auth"],
              "summary": "End the session",
              "requestBody": {
                "required": false,
                "content": { "application/json": {
                  "schema": {
                    "type": "object",
                    "properties": { "refresh_token": {"type": ["string", "null"]} }
                  },
                  "example": {
                    "refresh_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3IiwiZ2VuIjoxfQ.c2lnbmF0dXJl"
                  }
                } }
              },
              "responses": {
                "204": {
                  "description": "The session of the access token is over, and that of the \#
        refresh token, where one is given; their sockets are closed."
                },
                "401": {
                  "description": "There is no access token, or one of the tokens is not good (any \#
        more).",
                  "headers": { "WWW-Authenticate": {
                    "$ref": "#/components/headers/WWWAuthenticate"
                  } },
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Error" },
                    "examples": {
                      "missing_token": { "value": {"detail": "Missing token"} },
                      "invalid_token": { "value": {"detail": "Invalid token"} },
                      "invalid_refresh_token": { "value": {"detail": "Invalid refresh token"} }
                    }
                  } }
                },
                "413": { "$ref": "#/components/responses/TooLarge" },
                "415": { "$ref": "#/components/responses/NotJSON" },
                "422": { "$ref": "#/components/responses/Invalid" },
                "503": { "$ref": "#/components/responses/Busy" },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
            "/api/v1/users/me": {
              "get": {
                "operationId": "showMe",
                "tags": ["users"],
                "summary": "The caller's account",
                "responses": {
                  "200": {
                    "description": "The account.",
                    "content": { "application/json": {
                      "schema": { "$ref": "#/components/schemas/User" },
                      "examples": { "me": {"$ref": "#/components/examples/me"} }
                    } }
                  },
                  "401": { "$ref": "#/components/responses/UnknownCaller" },
                  "default": { "$ref": "#/components/responses/Refused" }
                }
              },
              "patch": {
                "operationId": "changeMe",
                "tags": ["users"],
                "summary": "Change the caller's name or picture",
                "description": "What is absent stays. `avatar_url: null` takes the picture away.",
                "requestBody": {
                  "required": true,
                  "content": { "application/json": {
                    "schema": {
                      "type": "object",
                      "properties": {
                        "display_name": {
                          "type": ["string", "null"],
                          "minLength": 1,
                          "maxLength": 255,
                          "description": "null is as good as absent."
                        },
                        "avatar_url": { "type": ["string", "null"], "maxLength": 1024 }
                      }
                    },
                    "example": { "display_name": "Ann" }
                  } }
                },
                "responses": {
                  "200": {
                    "description": "The account as it is now.",
                    "content": { "application/json": {
                      "schema": { "$ref": "#/components/schemas/User" },
                      "examples": { "me": {"$ref": "#/components/examples/me"} }
                    } }
                  },
                  "401": { "$ref": "#/components/responses/UnknownCaller" },
                  "413": { "$ref": "#/components/responses/TooLarge" },
                  "415": { "$ref": "#/components/responses/NotJSON" },
                  "422": { "$ref": "#/components/responses/Invalid" },
                  "503": { "$ref": "#/components/responses/Busy" },
                  "default": { "$ref": "#/components/responses/Refused" }
                }
              }
            },
            "/api/v1/users/me/tag": { "put": {
              "operationId": "changeTag",
              "tags": ["users"],
              "summary": "Choose a tag",
              "requestBody": {
                "required": true,
                "content": { "application/json": {
                  "schema": {
                    "type": "object",
                    "required": ["tag"],
                    "properties": { "tag": {
                      "type": "string",
                      "pattern": "^@?[A-Za-z0-9][A-Za-z0-9_.]{1,30}[A-Za-z0-9]$",
                      "description": "A leading `@` is dropped; the rest becomes lower case."
                    } }
                  },
                  "example": { "tag": "@Ann_7" }
                } }
              },
              "responses": {
                "200": {
                  "description": "The account as it is now.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/User" },
                    "examples": { "me": {"$ref": "#/components/examples/me"} }
                  } }
                },
                "401": { "$ref": "#/components/responses/UnknownCaller" },
                "409": {
                  "description": "Somebody else has this tag.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Error" },
                    "example": { "detail": "Tag is already taken" }
                  } }
                },
                "413": { "$ref": "#/components/responses/TooLarge" },
                "415": { "$ref": "#/components/responses/NotJSON" },
                "422": {
                  "description": "Something is wrong with the request's fields or parameters.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/ValidationError" },
                    "examples": { "tag": { "value": { "detail": [{
                      "type": "value_error",
                      "loc": ["body", "tag"],
                      "msg": "Value error, tag must have 3 to 32 of letters, digits, _ and ., and \#
        begin and end with a letter or digit",
                      "input": "_a"
                    }] } } }
                  } }
                },
                "503": { "$ref": "#/components/responses/Busy" },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
            "/api/v1/users/tag/{tag}/available": { "get": {
              "operationId": "isTagAvailable",
              "tags": ["users"],
              "summary": "Whether a tag is free",
              "security": [],
              "parameters": [{
                "name": "tag",
                "in": "path",
                "required": true,
                "description": "A leading `@` and capitals make no difference.",
                "schema": {
                  "type": "string",
                  "pattern": "^@?[A-Za-z0-9][A-Za-z0-9_.]{1,30}[A-Za-z0-9]$"
                },
                "example": "ann.b"
              }],
              "responses": {
                "200": {
                  "description": "The answer.",
                  "content": { "application/json": {
                    "schema": {
                      "type": "object",
                      "required": ["available"],
                      "properties": { "available": {"type": "boolean"} }
                    },
                    "example": { "available": true }
                  } }
                },
                "400": { "$ref": "#/components/responses/MalformedPath" },
                "422": {
                  "description": "It is no tag.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/ValidationError" },
                    "examples": { "tag": { "value": { "detail": [{
                      "type": "value_error",
                      "loc": ["path", "tag"],
                      "msg": "Value error, tag must have 3 to 32 of letters, digits, _ and ., and \#
        begin and end with a letter or digit",
                      "input": "_a"
                    }] } } }
                  } }
                },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
            "/api/v1/users/search": { "get": {
              "operationId": "findUser",
              "tags": ["users"],
              "summary": "The user with a tag",
              "parameters": [{
                "name": "tag",
                "in": "query",
                "required": true,
                "description": "The whole tag; a leading `@` and capitals make no difference.",
                "schema": { "type": "string" },
                "example": "@bob"
              }],
              "responses": {
                "200": {
                  "description": "The user.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/User" },
                    "examples": { "user": {"$ref": "#/components/examples/user"} }
                  } }
                },
                "400": { "$ref": "#/components/responses/MalformedPath" },
                "401": { "$ref": "#/components/responses/Unauthorized" },
                "404": {
                  "description": "Nobody has this tag, or it is no tag.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Error" },
                    "example": { "detail": "User not found" }
                  } }
                },
                "422": {
                  "description": "The tag is missing.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/ValidationError" },
                    "examples": { "missing": { "value": { "detail": [{
                      "type": "missing",
                      "loc": ["query", "tag"],
                      "msg": "Field required",
                      "input": null
                    }] } } }
                  } }
                },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
            "/api/v1/users/{user_id}": { "get": {
              "operationId": "showUser",
              "tags": ["users"],
              "summary": "A user",
              "parameters": [{"$ref": "#/components/parameters/UserInPath"}],
              "responses": {
                "200": {
                  "description": "The user, with `email` null unless it is the caller.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/User" },
                    "examples": { "user": {"$ref": "#/components/examples/user"} }
                  } }
                },
                "400": { "$ref": "#/components/responses/MalformedPath" },
                "401": { "$ref": "#/components/responses/Unauthorized" },
                "404": { "$ref": "#/components/responses/UserNotFound" },
                "422": { "$ref": "#/components/responses/InvalidParameter" },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
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
                    "example": { "title": "Hikers", "is_group": true, "member_ids": [9] }
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
                  "example": { "user_id": 9 }
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
                    "example": { "message_ids": [43779], "up_to_id": 43779 }
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
            } },
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
                    "example": { "user_id": 9 }
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
            } },
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
                        "missing": {
                          "summary": "A parameter is missing",
                          "value": { "detail": [{
                            "type": "missing",
                            "loc": ["query", "chat_id"],
                            "msg": "Field required",
                            "input": null
                          }] }
                        },
                        "bounds": {
                          "summary": "A parameter is out of bounds",
                          "value": { "detail": [{
                            "type": "less_than_equal",
                            "loc": ["query", "limit"],
                            "msg": "Input should be less than or equal to 200",
                            "input": "500"
                          }] }
                        },
                        "two_cursors": {
                          "summary": "There are two cursors",
                          "value": { "detail": [{
                            "type": "value_error",
                            "loc": ["query", "before_id"],
                            "msg": "Value error, before_id, after_id and around_id exclude each \#
        other",
                            "input": "42755"
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
                        "chat_id": 12,
                        "type": "text",
                        "content": "See you there.",
                        "reply_to_id": 42755
                      } },
                      "voice": { "value": {
                        "chat_id": 12,
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
                        "missing": {
                          "summary": "A field is missing",
                          "value": { "detail": [{
                            "type": "missing",
                            "loc": ["body", "chat_id"],
                            "msg": "Field required",
                            "input": { "type": "text" }
                          }] }
                        },
                        "json": {
                          "summary": "The body is not JSON",
                          "value": { "detail": [{
                            "type": "json_invalid",
                            "loc": ["body", 17],
                            "msg": "JSON decode error",
                            "input": {}
                          }] }
                        },
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
                        "key_reused": {
                          "summary": "The key came with another body",
                          "value": { "detail": "Idempotency-Key was used with another body" }
                        },
                        "key_too_long": {
                          "summary": "The key is empty or too long",
                          "value": { "detail": [{
                            "type": "value_error",
                            "loc": ["header", "Idempotency-Key"],
                            "msg": "Value error, Idempotency-Key must have 1 to 255 bytes",
                            "input": null
                          }] }
                        }
                      }
                    } }
                  },
                  "429": { "$ref": "#/components/responses/Limited" },
                  "503": { "$ref": "#/components/responses/Busy" },
                  "default": { "$ref": "#/components/responses/Refused" }
                }
              }
            },
            "/api/v1/messages/search": { "get": {
              "operationId": "searchMessages",
              "tags": ["messages"],
              "summary": "Messages that contain a text",
              "parameters": [
                { "$ref": "#/components/parameters/ChatInQuery" },
                {
                  "name": "query",
                  "in": "query",
                  "required": true,
                  "description": "Part of the content, in any case; blanks around it do not count.",
                  "schema": { "type": "string" },
                  "example": "there"
                },
                { "$ref": "#/components/parameters/Limit" },
                {
                  "name": "offset",
                  "in": "query",
                  "required": false,
                  "description": "So many are skipped.",
                  "schema": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 2147483647,
                    "default": 0
                  }
                }
              ],
              "responses": {
                "200": {
                  "description": "Newest first; deleted ones are not found.",
                  "content": { "application/json": {
                    "schema": {
                      "type": "array",
                      "items": { "$ref": "#/components/schemas/Message" },
                      "maxItems": 200
                    },
                    "examples": { "found": {"$ref": "#/components/examples/found"} }
                  } }
                },
                "400": {
                  "description": "There is nothing to look for, or the query is not well \#
        percent-encoded.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Error" },
                    "examples": {
                      "empty_query": { "value": {"detail": "Search query cannot be empty"} },
                      "malformed_path": { "value": {"detail": "Malformed path"} }
                    }
                  } }
                },
                "401": { "$ref": "#/components/responses/Unauthorized" },
                "403": { "$ref": "#/components/responses/NotMember" },
                "422": { "$ref": "#/components/responses/InvalidParameter" },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
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
                        "json": {
                          "summary": "The body is not JSON",
                          "value": { "detail": [{
                            "type": "json_invalid",
                            "loc": ["body", 17],
                            "msg": "JSON decode error",
                            "input": {}
                          }] }
                        },
                        "key_reused": {
                          "summary": "The key came with another body",
                          "value": { "detail": "Idempotency-Key was used with another body" }
                        },
                        "key_too_long": {
                          "summary": "The key is empty or too long",
                          "value": { "detail": [{
                            "type": "value_error",
                            "loc": ["header", "Idempotency-Key"],
                            "msg": "Value error, Idempotency-Key must have 1 to 255 bytes",
                            "input": null
                          }] }
                        }
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
            },
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
            } },
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
                  "example": { "chat_id": 12, "is_typing": true }
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
                    "example": [9]
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
            } },
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
                      "seq": 4127,
                      "chats": [7],
                      "events": [
                        { "event": "chat.resync", "data": {"chat_id": 7} }
                      ],
                      "has_more": false
                    }
                  } }
                },
                "401": { "$ref": "#/components/responses/Unauthorized" },
                "422": { "$ref": "#/components/responses/InvalidParameter" },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
            "/health": { "get": {
              "operationId": "showHealth",
              "tags": ["documents"],
              "summary": "Whether the server answers",
              "security": [],
              "responses": {
                "200": {
                  "description": "It does.",
                  "content": { "application/json": {
                    "schema": {
                      "type": "object",
                      "required": ["status"],
                      "properties": { "status": {"const": "ok"} }
                    },
                    "example": { "status": "ok" }
                  } }
                },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
            "/health/ready": { "get": {
              "operationId": "showReadiness",
              "tags": ["documents"],
              "summary": "Whether the server takes requests, and how far its database is behind",
              "description": "While the server starts, requests for anything but health and \#
        documents get 503 with `The server is starting, try again`.",
              "security": [],
              "responses": {
                "200": {
                  "description": "It does.",
                  "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Readiness" },
                    "example": {
                      "status": "ready",
                      "backlog_events": 12,
                      "lag_seconds": 0.045,
                      "database": "up",
                      "last_error": null
                    }
                  } }
                },
                "503": {
                  "description": "It is starting, or its journal takes no writes: reading goes on.",
                  "headers": { "Retry-After": {"$ref": "#/components/headers/RetryAfter"} },
                  "content": { "application/json": {
                    "schema": { "oneOf": [
                      {
                        "type": "object",
                        "required": ["status", "snapshot_percent", "events_replayed"],
                        "properties": {
                          "status": { "const": "starting" },
                          "snapshot_percent": {
                            "type": "integer",
                            "minimum": 0,
                            "maximum": 100,
                            "description": "Of the snapshot, so far; 0 where there is none."
                          },
                          "events_replayed": {
                            "type": "integer",
                            "minimum": 0,
                            "description": "Of the journal after the snapshot, so far."
                          }
                        }
                      },
                      { "$ref": "#/components/schemas/Readiness" }
                    ] },
                    "examples": {
                      "starting": {
                        "value": {
                          "status": "starting",
                          "snapshot_percent": 100,
                          "events_replayed": 120000
                        }
                      },
                      "read_only": { "value": {
                        "status": "read-only",
                        "backlog_events": 90210,
                        "lag_seconds": 3600.5,
                        "database": "down",
                        "last_error": "connection refused"
                      } }
                    }
                  } }
                },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
            "/docs": { "get": {
              "operationId": "showDocumentPage",
              "tags": ["documents"],
              "summary": "A page for people that leads to this document",
              "security": [],
              "responses": {
                "200": {
                  "description": "HTML.",
                  "content": { "text/html": {"schema": {"type": "string"}} }
                },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
            "/openapi.json": { "get": {
              "operationId": "showDocument",
              "tags": ["documents"],
              "summary": "This document",
              "security": [],
              "responses": {
                "200": {
                  "description": "OpenAPI 3.1.",
                  "content": { "application/json": {"schema": {"type": "object"}} }
                },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } },
            "/asyncapi.json": { "get": {
              "operationId": "showSocketDocument",
              "tags": ["documents"],
              "summary": "The document of the WebSocket",
              "security": [],
              "responses": {
                "200": {
                  "description": "AsyncAPI 3.",
                  "content": { "application/json": {"schema": {"type": "object"}} }
                },
                "default": { "$ref": "#/components/responses/Refused" }
              }
            } }
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
            },
            "examples": {
              "me": { "value": {
                "id": 7,
                "email": "ann@example.org",
                "display_name": "Ann",
                "tag": "ann_7",
                "avatar_url": null,
                "created_at": "2024-11-05T10:00:00.123456Z"
              } },
              "user": { "value": {
                "id": 9,
                "email": null,
                "display_name": "Bob",
                "tag": "bob",
                "avatar_url": "https://example.org/bob.png",
                "created_at": "2024-11-05T10:01:12.000251Z"
              } },
              "tokens": { "value": {
                "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl",
                "refresh_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3IiwiZ2VuIjoxfQ.c2lnbmF0dXJl",
                "token_type": "bearer",
                "expires_in": 900.0
              } },
              "message": { "value": {
                "id": 42755,
                "chat_id": 12,
                "author_id": 7,
                "ts": "2024-11-05T10:05:30.904112Z",
                "reply_to_id": null,
                "type": "text",
                "content": "Lunch at one?",
                "payload": null,
                "is_deleted": false,
                "deleted_at": null,
                "updated_at": null,
                "reactions": [{
                  "id": 5891,
                  "message_id": 42755,
                  "user_id": 9,
                  "emoji": "👍",
                  "created_at": "2024-11-05T10:05:41.500000Z"
                }],
                "status": "read"
              } },
              "reply": { "value": {
                "id": 43779,
                "chat_id": 12,
                "author_id": 9,
                "ts": "2024-11-05T10:06:02.118037Z",
                "reply_to_id": 42755,
                "type": "text",
                "content": "See you there.",
                "payload": null,
                "is_deleted": false,
                "deleted_at": null,
                "updated_at": null,
                "reactions": [],
                "status": "delivered"
              } },
              "edited": { "value": {
                "id": 42755,
                "chat_id": 12,
                "author_id": 7,
                "ts": "2024-11-05T10:05:30.904112Z",
                "reply_to_id": null,
                "type": "text",
                "content": "Lunch at two?",
                "payload": null,
                "is_deleted": false,
                "deleted_at": null,
                "updated_at": "2024-11-05T10:06:40.000731Z",
                "reactions": [{
                  "id": 5891,
                  "message_id": 42755,
                  "user_id": 9,
                  "emoji": "👍",
                  "created_at": "2024-11-05T10:05:41.500000Z"
                }],
                "status": "read"
              } },
              "page": { "value": {
                "messages": [
                  {
                    "id": 43779,
                    "chat_id": 12,
                    "author_id": 9,
                    "ts": "2024-11-05T10:06:02.118037Z",
                    "reply_to_id": 42755,
                    "type": "text",
                    "content": "See you there.",
                    "payload": null,
                    "is_deleted": false,
                    "deleted_at": null,
                    "updated_at": null,
                    "reactions": [],
                    "status": "delivered"
                  },
                  {
                    "id": 42755,
                    "chat_id": 12,
                    "author_id": 7,
                    "ts": "2024-11-05T10:05:30.904112Z",
                    "reply_to_id": null,
                    "type": "text",
                    "content": "Lunch at one?",
                    "payload": null,
                    "is_deleted": false,
                    "deleted_at": null,
                    "updated_at": null,
                    "reactions": [{
                      "id": 5891,
                      "message_id": 42755,
                      "user_id": 9,
                      "emoji": "👍",
                      "created_at": "2024-11-05T10:05:41.500000Z"
                    }],
                    "status": "read"
                  }
                ],
                "has_more": true,
                "next_cursor": 42755
              } },
              "direct": { "value": {
                "id": 12,
                "title": "Ann & Bob",
                "is_group": false,
                "created_at": "2024-11-05T10:05:00.000000Z",
                "participants": [
                  {
                    "id": 7,
                    "email": "ann@example.org",
                    "display_name": "Ann",
                    "tag": "ann_7",
                    "avatar_url": null,
                    "created_at": "2024-11-05T10:00:00.123456Z"
                  },
                  {
                    "id": 9,
                    "email": null,
                    "display_name": "Bob",
                    "tag": "bob",
                    "avatar_url": "https://example.org/bob.png",
                    "created_at": "2024-11-05T10:01:12.000251Z"
                  }
                ],
                "lastMessagePreview": "See you there.",
                "lastMessageAuthor": "Bob",
                "updatedAt": "2024-11-05T10:06:02.118037Z",
                "unreadCount": 1
              } },
              "group": { "value": {
                "id": 13,
                "title": "Hikers",
                "is_group": true,
                "created_at": "2024-11-05T10:08:00.000000Z",
                "participants": [
                  {
                    "id": 7,
                    "email": "ann@example.org",
                    "display_name": "Ann",
                    "tag": "ann_7",
                    "avatar_url": null,
                    "created_at": "2024-11-05T10:00:00.123456Z"
                  },
                  {
                    "id": 9,
                    "email": null,
                    "display_name": "Bob",
                    "tag": "bob",
                    "avatar_url": "https://example.org/bob.png",
                    "created_at": "2024-11-05T10:01:12.000251Z"
                  }
                ],
                "lastMessagePreview": null,
                "lastMessageAuthor": null,
                "updatedAt": null,
                "unreadCount": 0
              } },
              "members": { "value": [
                {
                  "user_id": 7,
                  "role": "admin",
                  "joined_at": "2024-11-05T10:08:00.000000Z",
                  "user": {
                    "id": 7,
                    "email": "ann@example.org",
                    "display_name": "Ann",
                    "tag": "ann_7",
                    "avatar_url": null,
                    "created_at": "2024-11-05T10:00:00.123456Z"
                  }
                },
                {
                  "user_id": 9,
                  "role": "member",
                  "joined_at": "2024-11-05T10:08:00.000000Z",
                  "user": {
                    "id": 9,
                    "email": null,
                    "display_name": "Bob",
                    "tag": "bob",
                    "avatar_url": "https://example.org/bob.png",
                    "created_at": "2024-11-05T10:01:12.000251Z"
                  }
                }
              ] },
              "chats": { "value": [
                {
                  "id": 13,
                  "title": "Hikers",
                  "is_group": true,
                  "created_at": "2024-11-05T10:08:00.000000Z",
                  "participants": [
                    {
                      "id": 7,
                      "email": "ann@example.org",
                      "display_name": "Ann",
                      "tag": "ann_7",
                      "avatar_url": null,
                      "created_at": "2024-11-05T10:00:00.123456Z"
                    },
                    {
                      "id": 9,
                      "email": null,
                      "display_name": "Bob",
                      "tag": "bob",
                      "avatar_url": "https://example.org/bob.png",
                      "created_at": "2024-11-05T10:01:12.000251Z"
                    }
                  ],
                  "lastMessagePreview": null,
                  "lastMessageAuthor": null,
                  "updatedAt": null,
                  "unreadCount": 0
                },
                {
                  "id": 12,
                  "title": "Ann & Bob",
                  "is_group": false,
                  "created_at": "2024-11-05T10:05:00.000000Z",
                  "participants": [
                    {
                      "id": 7,
                      "email": "ann@example.org",
                      "display_name": "Ann",
                      "tag": "ann_7",
                      "avatar_url": null,
                      "created_at": "2024-11-05T10:00:00.123456Z"
                    },
                    {
                      "id": 9,
                      "email": null,
                      "display_name": "Bob",
                      "tag": "bob",
                      "avatar_url": "https://example.org/bob.png",
                      "created_at": "2024-11-05T10:01:12.000251Z"
                    }
                  ],
                  "lastMessagePreview": "See you there.",
                  "lastMessageAuthor": "Bob",
                  "updatedAt": "2024-11-05T10:06:02.118037Z",
                  "unreadCount": 1
                }
              ] },
              "found": { "value": [{
                "id": 43779,
                "chat_id": 12,
                "author_id": 9,
                "ts": "2024-11-05T10:06:02.118037Z",
                "reply_to_id": 42755,
                "type": "text",
                "content": "See you there.",
                "payload": null,
                "is_deleted": false,
                "deleted_at": null,
                "updated_at": null,
                "reactions": [],
                "status": "delivered"
              }] },
              "presence": { "value": {
                "user_id": 9,
                "status": "online",
                "last_seen": "2024-11-05T10:06:02.120000Z"
              } },
              "registered": { "value": {
                "user": {
                  "id": 7,
                  "email": "ann@example.org",
                  "display_name": "Ann",
                  "tag": "ann_7",
                  "avatar_url": null,
                  "created_at": "2024-11-05T10:00:00.123456Z"
                },
                "tokens": {
                  "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl",
                  "refresh_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3IiwiZ2VuIjoxfQ.c2lnbmF0dXJl",
                  "token_type": "bearer",
                  "expires_in": 900.0
                }
              } },
              "reaction": { "value": {
                "id": 5891,
                "message_id": 42755,
                "user_id": 9,
                "emoji": "👍",
                "created_at": "2024-11-05T10:05:41.500000Z"
              } }
            },
            "parameters": {
              "ChatInPath": {
                "name": "chat_id",
                "in": "path",
                "required": true,
                "description": "The chat.",
                "schema": { "$ref": "#/components/schemas/ID" },
                "example": 12
              },
              "ChatInQuery": {
                "name": "chat_id",
                "in": "query",
                "required": true,
                "description": "The chat.",
                "schema": { "$ref": "#/components/schemas/ID" },
                "example": 12
              },
              "MessageInPath": {
                "name": "message_id",
                "in": "path",
                "required": true,
                "description": "The message.",
                "schema": { "$ref": "#/components/schemas/ID" },
                "example": 42755
              },
              "UserInPath": {
                "name": "user_id",
                "in": "path",
                "required": true,
                "description": "The user.",
                "schema": { "$ref": "#/components/schemas/ID" },
                "example": 9
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
            },
            "headers": {
              "WWWAuthenticate": {
                "description": "RFC 6750, section 3.",
                "schema": { "const": "Bearer" }
              },
              "RetryAfter": {
                "description": "Whole seconds after which another try may succeed.",
                "required": true,
                "schema": { "type": "integer", "minimum": 1 }
              },
              "IdempotencyReplayed": {
                "description": "Present where this key was used before: nothing was done again.",
                "schema": { "const": "true" }
              }
            },
            "responses": {
              "Unauthorized": {
                "description": "There is no access token, or it is not good (any more).",
                "headers": { "WWW-Authenticate": {"$ref": "#/components/headers/WWWAuthenticate"} },
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "examples": {
                    "missing_token": { "value": {"detail": "Missing token"} },
                    "invalid_token": { "value": {"detail": "Invalid token"} }
                  }
                } }
              },
              "UnknownCaller": {
                "description": "There is no access token, it is not good (any more), or its user \#
        is not known.",
                "headers": { "WWW-Authenticate": {"$ref": "#/components/headers/WWWAuthenticate"} },
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "examples": {
                    "missing_token": { "value": {"detail": "Missing token"} },
                    "invalid_token": { "value": {"detail": "Invalid token"} },
                    "unknown_user": { "value": {"detail": "User not found"} }
                  }
                } }
              },
              "AccessDenied": {
                "description": "The caller may not do this.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "Access denied" }
                } }
              },
              "NotMember": {
                "description": "The caller is no member, or there is no such chat.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "Access denied" }
                } }
              },
              "NotAuthor": {
                "description": "The caller is not its author, or no member.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "Access denied" }
                } }
              },
              "MalformedPath": {
                "description": "The path or query is not well percent-encoded.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "Malformed path" }
                } }
              },
              "ChatNotFound": {
                "description": "There is no such chat.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "Chat not found" }
                } }
              },
              "MessageNotFound": {
                "description": "There is no such message.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "Message not found" }
                } }
              },
              "UserNotFound": {
                "description": "There is no such user.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "User not found" }
                } }
              },
              "TooLarge": {
                "description": "The body has more than 256 KiB. The connection is closed.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "Request body too large" }
                } }
              },
              "NotJSON": {
                "description": "The body is of another type, or has a `Content-Encoding`. Without \#
        a `Content-Type` it is taken as JSON.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "The body must be application/json, not encoded" }
                } }
              },
              "Invalid": {
                "description": "Something is wrong with the request's fields or parameters.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/ValidationError" },
                  "examples": {
                    "missing": {
                      "summary": "A field is missing",
                      "value": { "detail": [{
                        "type": "missing",
                        "loc": ["body", "chat_id"],
                        "msg": "Field required",
                        "input": { "type": "text" }
                      }] }
                    },
                    "type": {
                      "summary": "A field has the wrong type",
                      "value": { "detail": [{
                        "type": "string_type",
                        "loc": ["body", "title"],
                        "msg": "Input should be a valid string",
                        "input": 5
                      }] }
                    },
                    "json": {
                      "summary": "The body is not JSON",
                      "value": { "detail": [{
                        "type": "json_invalid",
                        "loc": ["body", 17],
                        "msg": "JSON decode error",
                        "input": {}
                      }] }
                    },
                    "no_body": {
                      "summary": "There is no body",
                      "value": { "detail": [{
                        "type": "missing",
                        "loc": ["body"],
                        "msg": "Field required",
                        "input": null
                      }] }
                    },
                    "parameter": {
                      "summary": "A parameter is no integer",
                      "value": { "detail": [{
                        "type": "int_parsing",
                        "loc": ["path", "chat_id"],
                        "msg": "Input should be a valid integer, unable to parse string as an \#
        integer",
                        "input": "abc"
                      }] }
                    }
                  }
                } }
              },
              "InvalidOrKeyReused": {
                "description": "Something is wrong with the request's fields, or its \#
        `Idempotency-Key` came with another body before.",
                "content": { "application/json": {
                  "schema": { "anyOf": [
                    { "$ref": "#/components/schemas/ValidationError" },
                    { "$ref": "#/components/schemas/Error" }
                  ] },
                  "examples": {
                    "missing": {
                      "summary": "A field is missing",
                      "value": { "detail": [{
                        "type": "missing",
                        "loc": ["body", "chat_id"],
                        "msg": "Field required",
                        "input": { "type": "text" }
                      }] }
                    },
                    "type": {
                      "summary": "A field has the wrong type",
                      "value": { "detail": [{
                        "type": "string_type",
                        "loc": ["body", "title"],
                        "msg": "Input should be a valid string",
                        "input": 5
                      }] }
                    },
                    "json": {
                      "summary": "The body is not JSON",
                      "value": { "detail": [{
                        "type": "json_invalid",
                        "loc": ["body", 17],
                        "msg": "JSON decode error",
                        "input": {}
                      }] }
                    },
                    "no_body": {
                      "summary": "There is no body",
                      "value": { "detail": [{
                        "type": "missing",
                        "loc": ["body"],
                        "msg": "Field required",
                        "input": null
                      }] }
                    },
                    "parameter": {
                      "summary": "A parameter is no integer",
                      "value": { "detail": [{
                        "type": "int_parsing",
                        "loc": ["path", "chat_id"],
                        "msg": "Input should be a valid integer, unable to parse string as an \#
        integer",
                        "input": "abc"
                      }] }
                    },
                    "key_reused": {
                      "summary": "The key came with another body",
                      "value": { "detail": "Idempotency-Key was used with another body" }
                    },
                    "key_too_long": {
                      "summary": "The key is empty or too long",
                      "value": { "detail": [{
                        "type": "value_error",
                        "loc": ["header", "Idempotency-Key"],
                        "msg": "Value error, Idempotency-Key must have 1 to 255 bytes",
                        "input": null
                      }] }
                    }
                  }
                } }
              },
              "InvalidParameter": {
                "description": "Something is wrong with the request's parameters.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/ValidationError" },
                  "examples": {
                    "parameter": {
                      "summary": "A parameter is no integer",
                      "value": { "detail": [{
                        "type": "int_parsing",
                        "loc": ["path", "chat_id"],
                        "msg": "Input should be a valid integer, unable to parse string as an \#
        integer",
                        "input": "abc"
                      }] }
                    },
                    "missing": {
                      "summary": "A parameter is missing",
                      "value": { "detail": [{
                        "type": "missing",
                        "loc": ["query", "chat_id"],
                        "msg": "Field required",
                        "input": null
                      }] }
                    },
                    "bounds": {
                      "summary": "A parameter is out of bounds",
                      "value": { "detail": [{
                        "type": "less_than_equal",
                        "loc": ["query", "limit"],
                        "msg": "Input should be less than or equal to 200",
                        "input": "500"
                      }] }
                    }
                  }
                } }
              },
              "InvalidParameterOrKeyReused": {
                "description": "Something is wrong with the request's parameters, or its \#
        `Idempotency-Key` came with another body before.",
                "content": { "application/json": {
                  "schema": { "anyOf": [
                    { "$ref": "#/components/schemas/ValidationError" },
                    { "$ref": "#/components/schemas/Error" }
                  ] },
                  "examples": {
                    "parameter": {
                      "summary": "A parameter is no integer",
                      "value": { "detail": [{
                        "type": "int_parsing",
                        "loc": ["path", "chat_id"],
                        "msg": "Input should be a valid integer, unable to parse string as an \#
        integer",
                        "input": "abc"
                      }] }
                    },
                    "key_reused": {
                      "summary": "The key came with another body",
                      "value": { "detail": "Idempotency-Key was used with another body" }
                    },
                    "key_too_long": {
                      "summary": "The key is empty or too long",
                      "value": { "detail": [{
                        "type": "value_error",
                        "loc": ["header", "Idempotency-Key"],
                        "msg": "Value error, Idempotency-Key must have 1 to 255 bytes",
                        "input": null
                      }] }
                    }
                  }
                } }
              },
              "Limited": {
                "description": "The caller is over a rate limit.",
                "headers": { "Retry-After": {"$ref": "#/components/headers/RetryAfter"} },
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "Too many requests" }
                } }
              },
              "Busy": {
                "description": "The server cannot do this now. Nothing was changed.",
                "headers": { "Retry-After": {"$ref": "#/components/headers/RetryAfter"} },
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "example": { "detail": "The server is busy, try again" }
                } }
              },
              "Refused": {
                "description": "What any request may get before it reaches its endpoint: 400, 405 \#
        (with `Allow`), 408, 413, 414, 415, 417, 431, 505. After all of these but 405, 414, 415 \#
        and a malformed path the connection is closed.",
                "content": { "application/json": {
                  "schema": { "$ref": "#/components/schemas/Error" },
                  "examples": {
                    "malformed_path": { "value": {"detail": "Malformed path"} },
                    "malformed_request": { "value": {"detail": "Malformed request"} },
                    "host": { "value": {"detail": "Exactly one Host header is needed"} },
                    "method_not_allowed": { "value": {"detail": "Method Not Allowed"} },
                    "request_timeout": { "value": {"detail": "Request timeout"} },
                    "request_body_too_large": { "value": {"detail": "Request body too large"} },
                    "uri_too_long": { "value": {"detail": "URI too long"} },
                    "not_json": { "value": {
                      "detail": "The body must be application/json, not encoded"
                    } },
                    "unknown_expectation": { "value": {"detail": "Unknown expectation"} },
                    "request_header_fields_too": { "value": {
                      "detail": "Request header fields too large"
                    } },
                    "http_version_not_supported": { "value": {
                      "detail": "HTTP version not supported"
                    } }
                  }
                } }
              }
            }
          }
        }
        """#
}
