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
              "missing": { "$ref": "#/components/examples/field_missing" },
              "type": { "$ref": "#/components/examples/field_type" },
              "json": { "$ref": "#/components/examples/body_not_json" },
              "no_body": { "$ref": "#/components/examples/no_body" },
              "parameter": { "$ref": "#/components/examples/parameter_no_integer" }
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
              "missing": { "$ref": "#/components/examples/field_missing" },
              "type": { "$ref": "#/components/examples/field_type" },
              "json": { "$ref": "#/components/examples/body_not_json" },
              "no_body": { "$ref": "#/components/examples/no_body" },
              "parameter": { "$ref": "#/components/examples/parameter_no_integer" },
              "key_reused": { "$ref": "#/components/examples/key_reused" },
              "key_too_long": { "$ref": "#/components/examples/key_too_long" }
            }
          } }
        },
        "InvalidParameter": {
          "description": "Something is wrong with the request's parameters.",
          "content": { "application/json": {
            "schema": { "$ref": "#/components/schemas/ValidationError" },
            "examples": {
              "parameter": { "$ref": "#/components/examples/parameter_no_integer" },
              "missing": { "$ref": "#/components/examples/parameter_missing" },
              "bounds": { "$ref": "#/components/examples/parameter_out_of_bounds" }
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
              "parameter": { "$ref": "#/components/examples/parameter_no_integer" },
              "key_reused": { "$ref": "#/components/examples/key_reused" },
              "key_too_long": { "$ref": "#/components/examples/key_too_long" }
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
