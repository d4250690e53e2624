/// Refusals: members of `components.responses`.
enum OpenAPIResponses {
    static let text = #"""
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
        """#
}
