/// Bodies as they look: members of `components.examples`.
enum OpenAPIExamples {
    static let text = #"""
        "me": { "value": {
          "id": 1,
          "email": "ann@example.org",
          "display_name": "Ann",
          "tag": "ann_1",
          "avatar_url": null,
          "created_at": "2024-11-05T10:00:00.123456Z"
        } },
        "user": { "value": {
          "id": 2,
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
          "id": 2241,
          "chat_id": 1,
          "author_id": 1,
          "ts": "2024-11-05T10:05:30.904112Z",
          "reply_to_id": null,
          "type": "text",
          "content": "Lunch at one?",
          "payload": null,
          "is_deleted": false,
          "deleted_at": null,
          "updated_at": null,
          "reactions": [{
            "id": 1217,
            "message_id": 2241,
            "user_id": 2,
            "emoji": "👍",
            "created_at": "2024-11-05T10:05:41.500000Z"
          }],
          "status": "read"
        } },
        "reply": { "value": {
          "id": 3265,
          "chat_id": 1,
          "author_id": 2,
          "ts": "2024-11-05T10:06:02.118037Z",
          "reply_to_id": 2241,
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
          "id": 2241,
          "chat_id": 1,
          "author_id": 1,
          "ts": "2024-11-05T10:05:30.904112Z",
          "reply_to_id": null,
          "type": "text",
          "content": "Lunch at two?",
          "payload": null,
          "is_deleted": false,
          "deleted_at": null,
          "updated_at": "2024-11-05T10:06:40.000731Z",
          "reactions": [{
            "id": 1217,
            "message_id": 2241,
            "user_id": 2,
            "emoji": "👍",
            "created_at": "2024-11-05T10:05:41.500000Z"
          }],
          "status": "read"
        } },
        "page": { "value": {
          "messages": [
            {
              "id": 3265,
              "chat_id": 1,
              "author_id": 2,
              "ts": "2024-11-05T10:06:02.118037Z",
              "reply_to_id": 2241,
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
              "id": 2241,
              "chat_id": 1,
              "author_id": 1,
              "ts": "2024-11-05T10:05:30.904112Z",
              "reply_to_id": null,
              "type": "text",
              "content": "Lunch at one?",
              "payload": null,
              "is_deleted": false,
              "deleted_at": null,
              "updated_at": null,
              "reactions": [{
                "id": 1217,
                "message_id": 2241,
                "user_id": 2,
                "emoji": "👍",
                "created_at": "2024-11-05T10:05:41.500000Z"
              }],
              "status": "read"
            }
          ],
          "has_more": true,
          "next_cursor": 2241
        } },
        "direct": { "value": {
          "id": 1,
          "title": "Ann & Bob",
          "is_group": false,
          "created_at": "2024-11-05T10:05:00.000000Z",
          "participants": [
            {
              "id": 1,
              "email": "ann@example.org",
              "display_name": "Ann",
              "tag": "ann_1",
              "avatar_url": null,
              "created_at": "2024-11-05T10:00:00.123456Z"
            },
            {
              "id": 2,
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
          "id": 2,
          "title": "Hikers",
          "is_group": true,
          "created_at": "2024-11-05T10:08:00.000000Z",
          "participants": [
            {
              "id": 1,
              "email": "ann@example.org",
              "display_name": "Ann",
              "tag": "ann_1",
              "avatar_url": null,
              "created_at": "2024-11-05T10:00:00.123456Z"
            },
            {
              "id": 2,
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
            "user_id": 1,
            "role": "admin",
            "joined_at": "2024-11-05T10:08:00.000000Z",
            "user": {
              "id": 1,
              "email": "ann@example.org",
              "display_name": "Ann",
              "tag": "ann_1",
              "avatar_url": null,
              "created_at": "2024-11-05T10:00:00.123456Z"
            }
          },
          {
            "user_id": 2,
            "role": "member",
            "joined_at": "2024-11-05T10:08:00.000000Z",
            "user": {
              "id": 2,
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
            "id": 2,
            "title": "Hikers",
            "is_group": true,
            "created_at": "2024-11-05T10:08:00.000000Z",
            "participants": [
              {
                "id": 1,
                "email": "ann@example.org",
                "display_name": "Ann",
                "tag": "ann_1",
                "avatar_url": null,
                "created_at": "2024-11-05T10:00:00.123456Z"
              },
              {
                "id": 2,
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
            "id": 1,
            "title": "Ann & Bob",
            "is_group": false,
            "created_at": "2024-11-05T10:05:00.000000Z",
            "participants": [
              {
                "id": 1,
                "email": "ann@example.org",
                "display_name": "Ann",
                "tag": "ann_1",
                "avatar_url": null,
                "created_at": "2024-11-05T10:00:00.123456Z"
              },
              {
                "id": 2,
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
          "id": 3265,
          "chat_id": 1,
          "author_id": 2,
          "ts": "2024-11-05T10:06:02.118037Z",
          "reply_to_id": 2241,
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
          "user_id": 2,
          "status": "online",
          "last_seen": "2024-11-05T10:06:02.120000Z"
        } },
        "registered": { "value": {
          "user": {
            "id": 1,
            "email": "ann@example.org",
            "display_name": "Ann",
            "tag": "ann_1",
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
          "id": 1217,
          "message_id": 2241,
          "user_id": 2,
          "emoji": "👍",
          "created_at": "2024-11-05T10:05:41.500000Z"
        } },
        "key_too_long": {
          "summary": "The key is empty or too long",
          "value": { "detail": [{
            "type": "value_error",
            "loc": ["header", "Idempotency-Key"],
            "msg": "Value error, Idempotency-Key must have 1 to 255 bytes",
            "input": null
          }] }
        },
        "key_reused": {
          "summary": "The key came with another body",
          "value": { "detail": "Idempotency-Key was used with another body" }
        },
        "parameter_no_integer": {
          "summary": "A parameter is no integer",
          "value": { "detail": [{
            "type": "int_parsing",
            "loc": ["path", "chat_id"],
            "msg": "Input should be a valid integer, unable to parse string as an \#
        integer",
            "input": "abc"
          }] }
        },
        "parameter_out_of_bounds": {
          "summary": "A parameter is out of bounds",
          "value": { "detail": [{
            "type": "less_than_equal",
            "loc": ["query", "limit"],
            "msg": "Input should be less than or equal to 200",
            "input": "500"
          }] }
        },
        "parameter_missing": {
          "summary": "A parameter is missing",
          "value": { "detail": [{
            "type": "missing",
            "loc": ["query", "chat_id"],
            "msg": "Field required",
            "input": null
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
        "body_not_json": {
          "summary": "The body is not JSON",
          "value": { "detail": [{
            "type": "json_invalid",
            "loc": ["body", 17],
            "msg": "JSON decode error",
            "input": {}
          }] }
        },
        "field_type": {
          "summary": "A field has the wrong type",
          "value": { "detail": [{
            "type": "string_type",
            "loc": ["body", "title"],
            "msg": "Input should be a valid string",
            "input": 5
          }] }
        },
        "field_missing": {
          "summary": "A field is missing",
          "value": { "detail": [{
            "type": "missing",
            "loc": ["body", "chat_id"],
            "msg": "Field required",
            "input": { "type": "text" }
          }] }
        }
        """#
}
