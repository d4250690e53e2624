import TestSupport
import Testing

/// A shape of the contract's section 1: exactly these members, of these kinds.
struct Shape: Sendable {
    enum Kind: Sendable {
        case id
        case text
        case time
        case flag
        case list
        case object
        case value(JSON)
        indirect case optional(Kind)
    }

    let members: [String: Kind]

    static let user = Shape(members: [
        "id": .id, "email": .text, "display_name": .text, "tag": .text,
        "avatar_url": .optional(.text), "created_at": .time,
    ])
    static let stranger = Shape(members: Self.user.members.merging(["email": .value(nil)]) { $1 })
    static let tokenPair = Shape(members: [
        "access_token": .text, "refresh_token": .text, "token_type": .value("bearer"),
        "expires_in": .value(900),
    ])
    static let chat = Shape(members: [
        "id": .id, "title": .text, "is_group": .flag, "created_at": .time, "participants": .list,
        "lastMessagePreview": .optional(.text), "lastMessageAuthor": .optional(.text),
        "updatedAt": .optional(.time), "unreadCount": .id,
    ])
    static let member = Shape(members: [
        "user_id": .id, "role": .text, "joined_at": .time, "user": .object,
    ])
    static let message = Shape(members: [
        "id": .id, "chat_id": .id, "author_id": .optional(.id), "type": .text,
        "content": .optional(.text), "payload": .optional(.object), "status": .text, "ts": .time,
        "reply_to_id": .optional(.id), "is_deleted": .flag, "deleted_at": .optional(.time),
        "updated_at": .optional(.time), "reactions": .list,
    ])
    static let reaction = Shape(members: [
        "id": .id, "message_id": .id, "user_id": .id, "emoji": .text, "created_at": .time,
    ])
    static let page = Shape(members: [
        "messages": .list, "has_more": .flag, "next_cursor": .optional(.id),
    ])
    static let presence = Shape(members: [
        "user_id": .id, "status": .text, "last_seen": .optional(.time),
    ])

    func with(_ more: [String: Kind]) -> Shape {
        Shape(members: self.members.merging(more) { $1 })
    }
}

extension Shape.Kind {
    func matches(_ json: JSON) -> Bool {
        switch self {
        case .id: json.int.map { $0 >= 0 && $0 < 1 << 53 } ?? false
        case .text: json.string != nil
        case .time: json.string.map(Self.isTime) ?? false
        case .flag: json.bool != nil
        case .list: if case .array = json { true } else { false }
        case .object: if case .object = json { true } else { false }
        case .value(let value): json == value
        case .optional(let kind): json.isNull || kind.matches(json)
        }
    }

    private static func isTime(_ text: String) -> Bool {
        let digits = String(text.map { $0.isNumber ? "0" : $0 })
        return digits == "0000-00-00T00:00:00.000000Z"
    }
}

func expect(
    _ json: JSON,
    is shape: Shape,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(json.keys == Set(shape.members.keys), "\(json)", sourceLocation: sourceLocation)
    for (name, kind) in shape.members {
        let matches = kind.matches(json[name])
        #expect(matches, "\(name): \(json[name])", sourceLocation: sourceLocation)
    }
}
