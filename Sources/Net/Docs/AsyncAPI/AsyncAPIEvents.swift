import Shards

/// One frame that the server sends by itself, as `/asyncapi.json` describes it.
struct AsyncAPIEvent {
    enum Place {
        /// It has `seq` and `prev`.
        case durable
        /// The same, unless it is one of several frames of an event and not the last.
        case durableOrPart
        case none
    }

    let name: EventName
    let summary: String
    let place: Place
    /// A schema of `data`.
    let data: String

    var message: String {
        let seq = AsyncAPIDocument.schema("Seq")
        let required = self.place == .durable ? #", "seq", "prev""# : ""
        let properties = self.place == .none ? "" : #", "seq": \#(seq), "prev": \#(seq)"#
        return #"""
            "\#(self.name.text)": {
              "name": "\#(self.name.text)",
              "title": "\#(self.name.text)",
              "summary": "\#(self.summary)",
              \#(AsyncAPIExamples.member("\(self.name.text)")),
              "payload": {
                "type": "object",
                "required": ["event", "data"\#(required)],
                "properties": {
                  "event": {"const": "\#(self.name.text)"},
                  "data": \#(self.data)\#(properties)
                }
              }
            }
            """#
    }
}

extension AsyncAPIEvent {
    static let all =
        Self.ofSocket + Self.ofMessages + Self.ofReactions + Self.ofChats + Self.ofMembers
        + Self.ofPresence

    private static let ofSocket = [
        AsyncAPIEvent(
            name: .hello,
            summary: "Comes first. Chats that are not listed are gone.",
            place: .none,
            data: #"""
                {
                  "type": "object",
                  "required": [
                    "epoch", "seq", "user_id", "chats", "heartbeat_interval_s", "server_time"
                  ],
                  "properties": {
                    "epoch": {
                      "type": "string",
                      "description": "Names the history in which `seq` is a place."
                    },
                    "seq": {
                      "$ref": "#/components/schemas/Seq",
                      "description": "Where the stream goes on from: the client's new cursor."
                    },
                    "user_id": { "$ref": "#/components/schemas/ID" },
                    "chats": {
                      "type": "array",
                      "items": { "$ref": "#/components/schemas/ID" },
                      "description": "All chats that one is in."
                    },
                    "heartbeat_interval_s": {
                      "type": "integer",
                      "minimum": 1,
                      "description": "Silence after which the server pings."
                    },
                    "server_time": { "type": "string", "format": "date-time" }
                  }
                }
                """#
        ),
        AsyncAPIEvent(
            name: .resync,
            summary: "What was missed is not sent: fetch everything.",
            place: .none,
            data: #"{"type": "object"}"#
        ),
        AsyncAPIEvent(
            name: .chatResync,
            summary: "What was missed of a chat is not sent: fetch it.",
            place: .none,
            data: #"""
                {
                  "type": "object",
                  "required": ["chat_id"],
                  "properties": { "chat_id": { "$ref": "#/components/schemas/ID" } }
                }
                """#
        ),
    ]

    private static let message = AsyncAPIDocument.schema("Message")

    private static let ofMessages = [
        AsyncAPIEvent(
            name: .messageCreated,
            summary: "A message was sent. To the members, the sender among them.",
            place: .durable,
            data: Self.message
        ),
        AsyncAPIEvent(
            name: .messageUpdated,
            summary: "A message was edited, or its status became `read`.",
            place: .durableOrPart,
            data: Self.message
        ),
        AsyncAPIEvent(
            name: .messageDeleted,
            summary: "A message was deleted; `content` and `payload` are null.",
            place: .durable,
            data: Self.message
        ),
        AsyncAPIEvent(
            name: .messageRead,
            summary: "A member has read up to a message.",
            place: .durable,
            data: #"""
                {
                  "type": "object",
                  "required": ["chat_id", "user_id", "up_to_id", "message_ids", "read_at"],
                  "properties": {
                    "chat_id": { "$ref": "#/components/schemas/ID" },
                    "user_id": { "$ref": "#/components/schemas/ID" },
                    "up_to_id": { "$ref": "#/components/schemas/ID" },
                    "message_ids": {
                      "type": "array",
                      "items": { "$ref": "#/components/schemas/ID" },
                      "maxItems": 200,
                      "description": "The newest of them."
                    },
                    "read_at": { "type": "string", "format": "date-time" }
                  }
                }
                """#
        ),
    ]

    private static let ofReactions = [
        AsyncAPIEvent(
            name: .reactionAdded,
            summary: "Somebody reacted.",
            place: .durable,
            data: #"""
                {
                  "type": "object",
                  "required": ["id", "message_id", "user_id", "emoji", "created_at", "chat_id"],
                  "properties": {
                    "id": { "$ref": "#/components/schemas/ID" },
                    "message_id": { "$ref": "#/components/schemas/ID" },
                    "user_id": { "$ref": "#/components/schemas/ID" },
                    "emoji": { "type": "string", "minLength": 1, "maxLength": 10 },
                    "created_at": { "type": "string", "format": "date-time" },
                    "chat_id": { "$ref": "#/components/schemas/ID" }
                  }
                }
                """#
        ),
        AsyncAPIEvent(
            name: .reactionRemoved,
            summary: "Somebody took a reaction back.",
            place: .durable,
            data: #"""
                {
                  "type": "object",
                  "required": ["message_id", "user_id", "emoji", "chat_id"],
                  "properties": {
                    "message_id": { "$ref": "#/components/schemas/ID" },
                    "user_id": { "$ref": "#/components/schemas/ID" },
                    "emoji": { "type": "string", "minLength": 1, "maxLength": 10 },
                    "chat_id": { "$ref": "#/components/schemas/ID" }
                  }
                }
                """#
        ),
    ]

    private static let chat = #"""
        {
          "type": "object",
          "required": ["id", "title", "is_group", "created_at", "member_count", "member_ids"],
          "properties": {
            "id": { "$ref": "#/components/schemas/ID" },
            "title": { "type": "string", "minLength": 1, "maxLength": 255 },
            "is_group": { "type": "boolean" },
            "created_at": { "type": "string", "format": "date-time" },
            "member_count": { "type": "integer", "minimum": 0, "maximum": 10000 },
            "member_ids": {
              "type": "array",
              "items": { "$ref": "#/components/schemas/ID" },
              "maxItems": 256,
              "description": "In order of joining; a larger chat's others are fetched."
            }
          }
        }
        """#

    private static let ofChats = [
        AsyncAPIEvent(
            name: .chatCreated,
            summary: "A chat was made. To its members.",
            place: .durable,
            data: Self.chat
        ),
        AsyncAPIEvent(
            name: .chatUpdated,
            summary: "A chat has another title.",
            place: .durable,
            data: Self.chat
        ),
        AsyncAPIEvent(
            name: .chatDeleted,
            summary: "A chat was deleted. Nothing follows in it.",
            place: .durable,
            data: #"""
                {
                  "type": "object",
                  "required": ["id", "deleted_by"],
                  "properties": {
                    "id": { "$ref": "#/components/schemas/ID" },
                    "deleted_by": { "$ref": "#/components/schemas/ID" }
                  }
                }
                """#
        ),
    ]

    private static let member = #"""
        {
          "type": "object",
          "required": ["chat_id", "user_id", "by"],
          "properties": {
            "chat_id": { "$ref": "#/components/schemas/ID" },
            "user_id": { "$ref": "#/components/schemas/ID" },
            "by": { "$ref": "#/components/schemas/ID" }
          }
        }
        """#

    private static let ofMembers = [
        AsyncAPIEvent(
            name: .memberAdded,
            summary: "Somebody was added. To the members, and to the one who was.",
            place: .durable,
            data: Self.member
        ),
        AsyncAPIEvent(
            name: .memberRemoved,
            summary: "Somebody was removed, or left. The one concerned hears nothing after it.",
            place: .durable,
            data: Self.member
        ),
    ]

    private static let ofPresence = [
        AsyncAPIEvent(
            name: .typing,
            summary: "Somebody types, or has stopped. To the other members.",
            place: .none,
            data: #"""
                {
                  "type": "object",
                  "required": ["chat_id", "user_id", "is_typing"],
                  "properties": {
                    "chat_id": { "$ref": "#/components/schemas/ID" },
                    "user_id": { "$ref": "#/components/schemas/ID" },
                    "is_typing": { "type": "boolean" }
                  }
                }
                """#
        ),
        AsyncAPIEvent(
            name: .presence,
            summary:
                "Somebody came, went or turned idle. To those in small chats, and to subscribers.",
            place: .none,
            data: #"""
                {
                  "type": "object",
                  "required": ["user_id", "status", "timestamp", "last_seen"],
                  "properties": {
                    "user_id": { "$ref": "#/components/schemas/ID" },
                    "status": { "enum": ["online", "offline", "away"] },
                    "timestamp": { "type": "string", "format": "date-time" },
                    "last_seen": { "type": ["string", "null"], "format": "date-time" }
                  }
                }
                """#
        ),
    ]
}
