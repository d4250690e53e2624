/// People, and the tags by which they find each other: members of `paths`.
enum UserPaths {
    static let text = #"""
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
              "example": { "tag": "@Ann_1" }
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
        } }
        """#
}
