/// What is read of the server's answers; the rest of them is ignored.
struct WireMessage: Decodable {
    enum CodingKeys: String, CodingKey {
        case id
        case author = "author_id"
        case type
        case content
        case reply = "reply_to_id"
        case isDeleted = "is_deleted"
    }

    let id: UInt64
    let author: UInt64?
    let type: String
    let content: String?
    let reply: UInt64?
    let isDeleted: Bool
}

struct WirePage: Decodable {
    enum CodingKeys: String, CodingKey {
        case messages
        case hasMore = "has_more"
        case cursor = "next_cursor"
    }

    let messages: [WireMessage]
    let hasMore: Bool
    let cursor: UInt64?
}

struct WireUser: Decodable {
    enum CodingKeys: String, CodingKey {
        case id
        case displayName = "display_name"
    }

    let id: UInt64
    let displayName: String
}

struct WireChat: Decodable {
    let id: UInt64
    let title: String
    let participants: [WireUser]
}
