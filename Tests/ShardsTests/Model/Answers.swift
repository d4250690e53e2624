import Foundation
import Shards

/// The contract's `Message`, as a client reads it.
struct MessageAnswer: Decodable, Equatable {
    var id: UInt64
    var chatId: UInt32
    var authorId: UInt32?
    var type: String
    var content: String?
    var payload: [String: Int]?
    var status: String
    var ts: String
    var replyToId: UInt64?
    var isDeleted: Bool
    var deletedAt: String?
    var updatedAt: String?
    var reactions: [ReactionAnswer]
    var reactionCounts: [String: Int]?

    private enum CodingKeys: String, CodingKey {
        case id
        case chatId = "chat_id"
        case authorId = "author_id"
        case type
        case content
        case payload
        case status
        case ts
        case replyToId = "reply_to_id"
        case isDeleted = "is_deleted"
        case deletedAt = "deleted_at"
        case updatedAt = "updated_at"
        case reactions
        case reactionCounts = "reaction_counts"
    }
}

/// The contract's `Reaction`; in a frame it also names the chat.
struct ReactionAnswer: Decodable, Equatable {
    var id: UInt64
    var messageId: UInt64
    var userId: UInt32
    var emoji: String
    var createdAt: String
    var chatId: UInt32?

    private enum CodingKeys: String, CodingKey {
        case id
        case messageId = "message_id"
        case userId = "user_id"
        case emoji
        case createdAt = "created_at"
        case chatId = "chat_id"
    }
}

/// The contract's `Page`.
struct PageAnswer: Decodable, Equatable {
    var messages: [MessageAnswer]
    var hasMore: Bool
    var nextCursor: UInt64?

    private enum CodingKeys: String, CodingKey {
        case messages
        case hasMore = "has_more"
        case nextCursor = "next_cursor"
    }
}

struct FrameAnswer<Content: Decodable>: Decodable {
    var event: String
    var data: Content
    var seq: UInt64?
    var prev: UInt64?
}

extension FrameAnswer: Equatable where Content: Equatable {}

/// The data of `message.read`.
struct ReadAnswer: Decodable, Equatable {
    var chatId: UInt32
    var userId: UInt32
    var upToId: UInt64
    var messageIds: [UInt64]
    var readAt: String

    private enum CodingKeys: String, CodingKey {
        case chatId = "chat_id"
        case userId = "user_id"
        case upToId = "up_to_id"
        case messageIds = "message_ids"
        case readAt = "read_at"
    }
}

enum Answer {
    static func decode<Value: Decodable>(_ type: Value.Type, from json: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(json))
    }

    /// A frame that has no position, or is not the last of its event.
    static func frame<Content: Decodable>(
        of type: Content.Type,
        from json: [UInt8]
    ) throws -> FrameAnswer<Content> {
        try Self.decode(FrameAnswer<Content>.self, from: json + "\(Frame.end)".utf8)
    }

    /// Any JSON object, as Foundation reads it.
    static func object(from json: [UInt8]) throws -> [String: Any]? {
        try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any]
    }

    /// ISO 8601 by another way than the one that is tested.
    static func time(_ time: Timestamp) -> String {
        let microsecond = ((time.microseconds % 1_000_000) + 1_000_000) % 1_000_000
        let seconds = (time.microseconds - microsecond) / 1_000_000
        let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        let digits = String(microsecond)
        return whole.dropLast() + "." + String(repeating: "0", count: 6 - digits.count) + digits
            + "Z"
    }
}
