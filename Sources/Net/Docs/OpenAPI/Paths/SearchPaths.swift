/// Finding messages by what they say: members of `paths`.
enum SearchPaths {
    static let text = #"""
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
        } }
        """#
}
