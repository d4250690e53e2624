/// How the server is, and what describes it: members of `paths`.
enum ServerPaths {
    static let text = #"""
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
        """#
}
