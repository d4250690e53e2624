/// Fields of an answer's head: members of `components.headers`.
enum OpenAPIHeaders {
    static let text = #"""
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
        """#
}
