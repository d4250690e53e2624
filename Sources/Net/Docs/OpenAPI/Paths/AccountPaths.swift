/// Signing up, in and out: members of `paths`.
enum AccountPaths {
    static let text = #"""
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
        } }
        """#
}
