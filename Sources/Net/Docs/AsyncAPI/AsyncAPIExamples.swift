/// What goes over a socket as it looks, a frame of each kind: what a new server tells Ann, its first
/// user, of Bob, its second, and what it replies to him.
enum AsyncAPIExamples {
    /// The member `examples` of the message of that name.
    static func member(_ name: String) -> String {
        guard let payload = Self.events[name] ?? Self.commands[name] else {
            preconditionFailure("no example of \(name)")
        }
        return "\"examples\": [{ \"payload\": \(payload) }]"
    }

    private static let events = [
        "hello": #"""
        {
          "event": "hello",
          "data": {
            "epoch": "86bebecdb6beae2190299ef8ac055e78",
            "seq": 10,
            "user_id": 1,
            "chats": [1],
            "heartbeat_interval_s": 25,
            "server_time": "2026-11-23T12:53:22.670772Z"
          }
        }
        """#,
        "resync": #"""
        {
          "event": "resync",
          "data": {}
        }
        """#,
        "chat.resync": #"""
        {
          "event": "chat.resync",
          "data": { "chat_id": 4 }
        }
        """#,
        "message.created": #"""
        {
          "event": "message.created",
          "data": {
            "id": 1217,
            "chat_id": 1,
            "author_id": 1,
            "ts": "2026-11-23T12:53:22.690636Z",
            "reply_to_id": null,
            "type": "text",
            "content": "Good morning!",
            "payload": null,
            "is_deleted": false,
            "deleted_at": null,
            "updated_at": null,
            "reactions": [],
            "status": "delivered"
          },
          "seq": 11,
          "prev": 10
        }
        """#,
        "message.updated": #"""
        {
          "event": "message.updated",
          "data": {
            "id": 1217,
            "chat_id": 1,
            "author_id": 1,
            "ts": "2026-11-23T12:53:22.690636Z",
            "reply_to_id": null,
            "type": "text",
            "content": "Good morning!",
            "payload": null,
            "is_deleted": false,
            "deleted_at": null,
            "updated_at": null,
            "reactions": [],
            "status": "read"
          }
        }
        """#,
        "message.deleted": #"""
        {
          "event": "message.deleted",
          "data": {
            "id": 2241,
            "chat_id": 1,
            "author_id": 1,
            "ts": "2026-11-23T12:53:22.693116Z",
            "reply_to_id": null,
            "type": "text",
            "content": null,
            "payload": null,
            "is_deleted": true,
            "deleted_at": "2026-11-23T12:53:22.761329Z",
            "updated_at": null,
            "reactions": [],
            "status": "read"
          },
          "seq": 25,
          "prev": 24
        }
        """#,
        "message.read": #"""
        {
          "event": "message.read",
          "data": {
            "chat_id": 1,
            "user_id": 2,
            "up_to_id": 2241,
            "message_ids": [2241, 1217],
            "read_at": "2026-11-23T12:53:22.697626Z"
          },
          "seq": 14,
          "prev": 13
        }
        """#,
        "reaction.added": #"""
        {
          "event": "reaction.added",
          "data": {
            "id": 1217,
            "message_id": 2241,
            "user_id": 2,
            "emoji": "👍",
            "created_at": "2026-11-23T12:53:22.694241Z",
            "chat_id": 1
          },
          "seq": 13,
          "prev": 12
        }
        """#,
        "reaction.removed": #"""
        {
          "event": "reaction.removed",
          "data": { "message_id": 2241, "user_id": 2, "emoji": "👍", "chat_id": 1 },
          "seq": 24,
          "prev": 23
        }
        """#,
        "chat.created": #"""
        {
          "event": "chat.created",
          "data": {
            "id": 2,
            "title": "Hikers",
            "is_group": true,
            "created_at": "2026-11-23T12:53:22.718564Z",
            "member_count": 2,
            "member_ids": [1, 2]
          },
          "seq": 16,
          "prev": 0
        }
        """#,
        "chat.updated": #"""
        {
          "event": "chat.updated",
          "data": {
            "id": 2,
            "title": "Walkers",
            "is_group": true,
            "created_at": "2026-11-23T12:53:22.718564Z",
            "member_count": 2,
            "member_ids": [1, 2]
          },
          "seq": 17,
          "prev": 16
        }
        """#,
        "chat.deleted": #"""
        {
          "event": "chat.deleted",
          "data": { "deleted_by": 1, "id": 3 },
          "seq": 22,
          "prev": 21
        }
        """#,
        "member.added": #"""
        {
          "event": "member.added",
          "data": { "chat_id": 3, "user_id": 2, "by": 1 },
          "seq": 20,
          "prev": 19
        }
        """#,
        "member.removed": #"""
        {
          "event": "member.removed",
          "data": { "chat_id": 3, "user_id": 2, "by": 1 },
          "seq": 21,
          "prev": 20
        }
        """#,
        "user.typing": #"""
        {
          "event": "user.typing",
          "data": { "chat_id": 1, "user_id": 2, "is_typing": true }
        }
        """#,
        "user.presence": #"""
        {
          "event": "user.presence",
          "data": {
            "user_id": 2,
            "status": "online",
            "timestamp": "2026-11-23T12:53:22.674824Z",
            "last_seen": "2026-11-23T12:53:22.674824Z"
          }
        }
        """#,
    ]

    /// With their replies.
    private static let commands = [
        "send": #"""
        {
          "id": "1",
          "do": "send",
          "key": "5c1b5f0e",
          "chat_id": 1,
          "type": "text",
          "content": "On my way."
        }
        """#,
        "send.reply": #"""
        {
          "reply": "1",
          "status": 201,
          "body": {
            "id": 5313,
            "chat_id": 1,
            "author_id": 2,
            "ts": "2026-11-23T12:53:22.765611Z",
            "reply_to_id": null,
            "type": "text",
            "content": "On my way.",
            "payload": null,
            "is_deleted": false,
            "deleted_at": null,
            "updated_at": null,
            "reactions": [],
            "status": "delivered"
          }
        }
        """#,
        "edit": #"""
        {
          "id": "2",
          "do": "edit",
          "message_id": 5313,
          "content": "On our way."
        }
        """#,
        "edit.reply": #"""
        {
          "reply": "2",
          "status": 200,
          "body": {
            "id": 5313,
            "chat_id": 1,
            "author_id": 2,
            "ts": "2026-11-23T12:53:22.765611Z",
            "reply_to_id": null,
            "type": "text",
            "content": "On our way.",
            "payload": null,
            "is_deleted": false,
            "deleted_at": null,
            "updated_at": "2026-11-23T12:53:22.771720Z",
            "reactions": [],
            "status": "delivered"
          }
        }
        """#,
        "delete": #"{ "id": "11", "do": "delete", "message_id": 5313 }"#,
        "delete.reply": #"{ "reply": "11", "status": 204 }"#,
        "page": #"{ "id": "5", "do": "page", "chat_id": 1, "limit": 1 }"#,
        "page.reply": #"""
        {
          "reply": "5",
          "status": 200,
          "body": {
            "messages": [
              {
                "id": 5313,
                "chat_id": 1,
                "author_id": 2,
                "ts": "2026-11-23T12:53:22.765611Z",
                "reply_to_id": null,
                "type": "text",
                "content": "On our way.",
                "payload": null,
                "is_deleted": false,
                "deleted_at": null,
                "updated_at": "2026-11-23T12:53:22.771720Z",
                "reactions": [],
                "status": "delivered"
              }
            ],
            "has_more": true,
            "next_cursor": 5313
          }
        }
        """#,
        "react": #"{ "id": "3", "do": "react", "message_id": 4289, "emoji": "🎉" }"#,
        "react.reply": #"""
        {
          "reply": "3",
          "status": 201,
          "body": {
            "id": 2241,
            "message_id": 4289,
            "user_id": 2,
            "emoji": "🎉",
            "created_at": "2026-11-23T12:53:22.773850Z"
          }
        }
        """#,
        "unreact": #"{ "id": "4", "do": "unreact", "message_id": 4289, "emoji": "🎉" }"#,
        "unreact.reply": #"{ "reply": "4", "status": 204 }"#,
        "read": #"{ "id": "6", "do": "read", "chat_id": 1 }"#,
        "read.reply": #"""
        {
          "reply": "6",
          "status": 200,
          "body": {
            "message_ids": [4289],
            "up_to_id": 5313
          }
        }
        """#,
        "typing": #"{ "id": "7", "do": "typing", "chat_id": 1, "is_typing": true }"#,
        "typing.reply": #"{ "reply": "7", "status": 204 }"#,
        "heartbeat": #"{ "id": "8", "do": "heartbeat", "idle": false }"#,
        "heartbeat.reply": #"{ "reply": "8", "status": 204 }"#,
        "subscribe": #"""
        {
          "id": "9",
          "do": "subscribe",
          "user_ids": [1]
        }
        """#,
        "subscribe.reply": #"""
        {
          "reply": "9",
          "status": 200,
          "body": [
            {
              "user_id": 1,
              "status": "online",
              "last_seen": "2026-11-23T12:53:22.670960Z"
            }
          ]
        }
        """#,
        "unsubscribe": #"""
        {
          "id": "10",
          "do": "unsubscribe",
          "user_ids": [1]
        }
        """#,
        "unsubscribe.reply": #"{ "reply": "10", "status": 204 }"#,
        "refusal": #"""
        {
          "reply": "12",
          "status": 422,
          "body": {
            "detail": [
              {
                "type": "value_error",
                "loc": ["body", "do"],
                "msg": "Value error, do must be one of send, edit, delete, react, unreact, \#
        read, page, typing, heartbeat, subscribe, unsubscribe",
                "input": "sing"
              }
            ]
          }
        }
        """#,
    ]
}
