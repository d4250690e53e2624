/// The schemas that the HTTP interface and the WebSocket share, as members of `components.schemas`.
enum WireSchemas {
    static let text = #"""
        "ID": {
          "type": "integer",
          "format": "int64",
          "minimum": 1,
          "maximum": 9007199254740991,
          "description": "Below 2^53, so that a JavaScript number holds it. Message ids \#
        grow within a chat."
        },
        "Message": {
          "type": "object",
          "required": [
            "id", "chat_id", "author_id", "type", "content", "payload", "status", "ts",
            "reply_to_id", "is_deleted", "deleted_at", "updated_at", "reactions"
          ],
          "properties": {
            "id": {
              "$ref": "#/components/schemas/ID",
              "description": "Grows within a chat; the cursor of pages."
            },
            "chat_id": { "$ref": "#/components/schemas/ID" },
            "author_id": {
              "type": ["integer", "null"],
              "format": "int64",
              "minimum": 1,
              "maximum": 9007199254740991,
              "description": "null where the author is not known."
            },
            "type": {
              "type": "string",
              "minLength": 1,
              "maxLength": 50,
              "description": "`text`, `voice` or any other word that the clients agree on."
            },
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
            "status": {
              "enum": ["delivered", "read"],
              "description": "`read` when all who were members when it was sent have read \#
        it, its author aside. It never goes back."
            },
            "ts": {
              "type": "string",
              "format": "date-time",
              "description": "When it was sent. Never runs backwards within a chat."
            },
            "reply_to_id": {
              "type": ["integer", "null"],
              "format": "int64",
              "minimum": 1,
              "maximum": 9007199254740991,
              "description": "The message, of the same chat, that it answers."
            },
            "is_deleted": {
              "type": "boolean",
              "description": "A deleted message keeps its place, with `content` and \#
        `payload` null and no reactions."
            },
            "deleted_at": {
              "type": ["string", "null"],
              "format": "date-time",
              "description": "When it was deleted."
            },
            "updated_at": {
              "type": ["string", "null"],
              "format": "date-time",
              "description": "When it was last edited."
            },
            "reactions": {
              "type": "array",
              "items": { "$ref": "#/components/schemas/Reaction" },
              "maxItems": 100,
              "description": "The newest 100, the newest last."
            },
            "reaction_counts": {
              "type": "object",
              "maxProperties": 20,
              "additionalProperties": { "type": "integer", "minimum": 1 },
              "description": "How many there are of each emoji; only where there are more \#
        than 100 reactions."
            }
          }
        },
        "Reaction": {
          "type": "object",
          "required": ["id", "message_id", "user_id", "emoji", "created_at"],
          "properties": {
            "id": { "$ref": "#/components/schemas/ID" },
            "message_id": { "$ref": "#/components/schemas/ID" },
            "user_id": { "$ref": "#/components/schemas/ID" },
            "emoji": { "type": "string", "minLength": 1, "maxLength": 10 },
            "created_at": {
              "type": "string",
              "format": "date-time",
              "description": "When it was added."
            }
          }
        },
        "Page": {
          "type": "object",
          "required": ["messages", "has_more", "next_cursor"],
          "properties": {
            "messages": {
              "type": "array",
              "items": { "$ref": "#/components/schemas/Message" },
              "maxItems": 200,
              "description": "Newest first, whichever cursor was given."
            },
            "has_more": {
              "type": "boolean",
              "description": "Whether there are more messages in the direction of the page: \#
        newer ones with `after_id`, else older ones."
            },
            "next_cursor": {
              "type": ["integer", "null"],
              "format": "int64",
              "minimum": 1,
              "maximum": 9007199254740991,
              "description": "Where to go on, null unless `has_more`. With `after_id`: the \#
        newest id of the page, to be given as `after_id`. Else: the oldest id of the page, to be \#
        given as `before_id`."
            }
          }
        },
        "Presence": {
          "type": "object",
          "required": ["user_id", "status", "last_seen"],
          "properties": {
            "user_id": { "$ref": "#/components/schemas/ID" },
            "status": {
              "enum": ["online", "offline", "away"],
              "description": "`away` is connected, but idle on every socket."
            },
            "last_seen": {
              "type": ["string", "null"],
              "format": "date-time",
              "description": "When they were last known to be online; null where that has \#
        never been."
            }
          }
        },
        "Error": {
          "type": "object",
          "required": ["detail"],
          "properties": { "detail": {
            "type": "string",
            "description": "One sentence. It may be matched: it does not change."
          } }
        },
        "ValidationError": {
          "type": "object",
          "description": "Everything that is wrong with a request, up to 100 things.",
          "required": ["detail"],
          "properties": { "detail": {
            "type": "array",
            "items": { "$ref": "#/components/schemas/ValidationProblem" },
            "minItems": 1,
            "maxItems": 100
          } }
        },
        "ValidationProblem": {
          "type": "object",
          "required": ["type", "loc", "msg", "input"],
          "properties": {
            "type": { "enum": [
              "missing", "json_invalid", "model_attributes_type", "string_type",
              "string_too_short", "string_too_long", "int_type", "int_parsing",
              "int_from_float", "int_parsing_size", "finite_number", "greater_than_equal",
              "less_than_equal", "bool_type", "bool_parsing", "dict_type", "list_type",
              "too_long", "value_error"
            ] },
            "loc": {
              "type": "array",
              "minItems": 1,
              "prefixItems": [{"enum": ["body", "query", "path", "header"]}],
              "items": { "type": ["string", "integer"] },
              "description": "The part of the request, then names and indices. For \#
        `json_invalid`, and for a string that has U+0000 or half of a surrogate pair, the byte \#
        offset."
            },
            "msg": { "type": "string" },
            "input": {
              "description": "What was sent; null where nothing was, it is larger than 1 \#
        KiB, or it is a secret."
            }
          }
        }
        """#
}
