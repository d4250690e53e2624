/// One line of a history: what a client did, was told or saw.
///
/// The lines stand in real time: an invocation before its request is written, an answer or a frame
/// after it was read. So whatever stands before an invocation was over when it began.
package enum HistoryRecord: Equatable, Sendable {
    /// The server is up, for the first time or once more.
    case started(life: Int)
    case killed(life: Int)
    case invoked(Invocation)
    case answered(Answer)
    case heard(HeardFrame)
    /// One message of the last reading, when nobody writes any more; each chat oldest first.
    case found(ShownMessage)
    case foundMembers(chat: Int, users: [Int])
    case foundUnread(chat: Int, user: Int, count: Int)
    case foundUser(Int)
}

/// A frame as one reader's connection brought it.
package struct HeardFrame: Codable, Equatable, Sendable {
    /// Never the same for two connections of a history.
    package let connection: Int
    package let frame: ServerFrame

    package init(connection: Int, frame: ServerFrame) {
        self.connection = connection
        self.frame = frame
    }
}

extension HistoryRecord: Codable {
    private enum Kind: String, CodingKey {
        case started, killed, invoked, answered, heard, found, members, unread, user
    }

    private struct Members: Codable {
        let chat: Int
        let users: [Int]
    }

    private struct Unread: Codable {
        let chat: Int
        let user: Int
        let count: Int
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Kind.self)
        guard let kind = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not one kind of record")
            )
        }
        switch kind {
        case .started: self = .started(life: try container.decode(Int.self, forKey: kind))
        case .killed: self = .killed(life: try container.decode(Int.self, forKey: kind))
        case .invoked: self = .invoked(try container.decode(Invocation.self, forKey: kind))
        case .answered: self = .answered(try container.decode(Answer.self, forKey: kind))
        case .heard: self = .heard(try container.decode(HeardFrame.self, forKey: kind))
        case .found: self = .found(try container.decode(ShownMessage.self, forKey: kind))
        case .members:
            let members = try container.decode(Members.self, forKey: kind)
            self = .foundMembers(chat: members.chat, users: members.users)
        case .unread:
            let unread = try container.decode(Unread.self, forKey: kind)
            self = .foundUnread(chat: unread.chat, user: unread.user, count: unread.count)
        case .user: self = .foundUser(try container.decode(Int.self, forKey: kind))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Kind.self)
        switch self {
        case .started(let life): try container.encode(life, forKey: .started)
        case .killed(let life): try container.encode(life, forKey: .killed)
        case .invoked(let invocation): try container.encode(invocation, forKey: .invoked)
        case .answered(let answer): try container.encode(answer, forKey: .answered)
        case .heard(let frame): try container.encode(frame, forKey: .heard)
        case .found(let message): try container.encode(message, forKey: .found)
        case .foundMembers(let chat, let users):
            try container.encode(Members(chat: chat, users: users), forKey: .members)
        case .foundUnread(let chat, let user, let count):
            let unread = Unread(chat: chat, user: user, count: count)
            try container.encode(unread, forKey: .unread)
        case .foundUser(let id): try container.encode(id, forKey: .user)
        }
    }
}
