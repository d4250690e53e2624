import Shards

extension EventCodec {
    static let memberBytes = 30

    static func kind(of change: ChatEvent) -> Kind {
        switch change {
        case .created: .chatCreated
        case .changed: .chatChanged
        case .deleted: .chatDeleted
        case .memberAdded: .memberAdded
        case .memberRemoved: .memberRemoved
        case .messageSent: .messageSent
        case .messageChanged: .messageChanged
        case .reactionAdded: .reactionAdded
        case .reactionRemoved: .reactionRemoved
        case .readAdvanced: .readAdvanced
        }
    }

    static func append(_ change: ChatEvent, of chat: ChatID, to bytes: inout [UInt8]) {
        bytes.appendInteger(chat.rawValue)
        switch change {
        case .created(let chat, let members):
            Self.append(chat, to: &bytes)
            bytes.appendInteger(UInt32(members.count))
            for member in members { Self.append(member, to: &bytes) }
        case .changed(let chat):
            Self.append(chat, to: &bytes)
        case .deleted(let actor):
            bytes.appendInteger(actor.rawValue)
        case .memberAdded(let member, let actor):
            bytes.appendInteger(actor.rawValue)
            Self.append(member, to: &bytes)
        case .memberRemoved(let user, let actor, let promoted, let absence):
            bytes.appendInteger(user.rawValue)
            bytes.appendInteger(actor.rawValue)
            bytes.appendBool(promoted != nil)
            if let promoted { bytes.appendInteger(promoted.rawValue) }
            bytes.appendBool(absence != nil)
            if let absence {
                bytes.appendInteger(absence.after.rawValue)
                bytes.appendInteger(absence.through.rawValue)
            }
        case .messageSent(let message), .messageChanged(let message):
            Self.append(message, to: &bytes)
        case .reactionAdded(let reaction):
            Self.append(reaction, to: &bytes)
        case .reactionRemoved(let message, let user, let emoji):
            bytes.appendInteger(message.rawValue)
            bytes.appendInteger(user.rawValue)
            bytes.appendText(emoji)
        case .readAdvanced(let user, let message, let time):
            bytes.appendInteger(user.rawValue)
            bytes.appendInteger(message.rawValue)
            bytes.appendInteger(time.microseconds)
        }
    }

    static func chatEvent(
        _ kind: Kind,
        _ fields: inout ByteReader
    ) throws(MalformedEntry) -> Event {
        let chat = ChatID(rawValue: try fields.integer())
        switch kind {
        case .chatCreated:
            return .chat(chat, .created(try Self.chat(&fields), members: try Self.members(&fields)))
        case .chatChanged:
            return .chat(chat, .changed(try Self.chat(&fields)))
        case .chatDeleted:
            return .chat(chat, .deleted(by: try Self.user(&fields)))
        case .memberAdded:
            let actor = try Self.user(&fields)
            return .chat(chat, .memberAdded(try Self.member(&fields), by: actor))
        case .memberRemovedBefore2, .memberRemoved:
            let hasAbsence = kind == .memberRemoved
            return .chat(chat, try Self.memberRemoved(&fields, hasAbsence: hasAbsence))
        case .messageSent:
            return .chat(chat, .messageSent(try Self.message(&fields)))
        case .messageChanged:
            return .chat(chat, .messageChanged(try Self.message(&fields)))
        case .reactionAdded:
            return .chat(chat, .reactionAdded(try Self.reaction(&fields)))
        case .reactionRemoved:
            let message = MessageID(rawValue: try fields.integer())
            let user = try Self.user(&fields)
            return .chat(chat, .reactionRemoved(message, user: user, emoji: try fields.text()))
        case .readAdvanced:
            let user = try Self.user(&fields)
            let message = MessageID(rawValue: try fields.integer())
            let time = Timestamp(microseconds: try fields.integer())
            return .chat(chat, .readAdvanced(user, through: message, at: time))
        case .userChanged, .sessionChanged, .lastSeen:
            throw MalformedEntry()
        }
    }

    static func user(_ fields: inout ByteReader) throws(MalformedEntry) -> UserID {
        UserID(rawValue: try fields.integer())
    }

    private static func memberRemoved(
        _ fields: inout ByteReader,
        hasAbsence: Bool
    ) throws(MalformedEntry) -> ChatEvent {
        let user = try Self.user(&fields)
        let actor = try Self.user(&fields)
        let promoted = try fields.bool() ? try Self.user(&fields) : nil
        guard hasAbsence, try fields.bool() else {
            return .memberRemoved(user, by: actor, promoted: promoted, absence: nil)
        }
        let absence = Absence(
            user: user,
            after: MessageID(rawValue: try fields.integer()),
            through: MessageID(rawValue: try fields.integer())
        )
        return .memberRemoved(user, by: actor, promoted: promoted, absence: absence)
    }
}

// MARK: - Rows

extension EventCodec {
    static func append(_ chat: Chat, to bytes: inout [UInt8]) {
        bytes.appendInteger(chat.id.rawValue)
        bytes.appendText(chat.title)
        bytes.appendBool(chat.isGroup)
        bytes.appendInteger(chat.createdAt.microseconds)
    }

    static func chat(_ fields: inout ByteReader) throws(MalformedEntry) -> Chat {
        Chat(
            id: ChatID(rawValue: try fields.integer()),
            title: try fields.text(),
            isGroup: try fields.bool(),
            createdAt: Timestamp(microseconds: try fields.integer())
        )
    }

    /// `memberBytes` bytes.
    static func append(_ member: Member, to bytes: inout [UInt8]) {
        bytes.appendInteger(member.user.rawValue)
        bytes.append(member.role.rawValue)
        bytes.appendBool(member.isPresent)
        bytes.appendInteger(member.joinedAt.microseconds)
        bytes.appendInteger(member.joinedAfter.rawValue)
        bytes.appendInteger(member.readThrough.rawValue)
    }

    static func member(_ fields: inout ByteReader) throws(MalformedEntry) -> Member {
        let user = try Self.user(&fields)
        guard let role = Member.Role(rawValue: try fields.integer()) else { throw MalformedEntry() }
        let isPresent = try fields.bool()
        var member = Member(
            user: user,
            role: role,
            joinedAt: Timestamp(microseconds: try fields.integer()),
            joinedAfter: MessageID(rawValue: try fields.integer())
        )
        member.isPresent = isPresent
        member.readThrough = MessageID(rawValue: try fields.integer())
        return member
    }

    private static func members(_ fields: inout ByteReader) throws(MalformedEntry) -> [Member] {
        let count = try fields.count(ofAtLeast: Self.memberBytes)
        var members: [Member] = []
        members.reserveCapacity(count)
        for _ in 0..<count { members.append(try Self.member(&fields)) }
        return members
    }

    static func append(_ message: Message, to bytes: inout [UInt8]) {
        bytes.appendInteger(message.id.rawValue)
        bytes.appendInteger(message.chat.rawValue)
        bytes.appendInteger(message.author.rawValue)
        bytes.appendInteger(message.ts.microseconds)
        bytes.appendBool(message.isDeleted)
        bytes.appendInteger(UInt32(message.contentStart))
        bytes.appendInteger(UInt32(message.contentEnd))
        bytes.appendInteger(UInt32(message.payloadEnd))
        bytes.appendBlock(message.json)
    }

    static func message(_ fields: inout ByteReader) throws(MalformedEntry) -> Message {
        let id = MessageID(rawValue: try fields.integer())
        let chat = ChatID(rawValue: try fields.integer())
        let author = try Self.user(&fields)
        let ts = Timestamp(microseconds: try fields.integer())
        let isDeleted = try fields.bool()
        let contentStart = Int(try fields.integer(UInt32.self))
        let contentEnd = Int(try fields.integer(UInt32.self))
        let payloadEnd = Int(try fields.integer(UInt32.self))
        let message = Message(
            id: id,
            chat: chat,
            author: author,
            ts: ts,
            isDeleted: isDeleted,
            json: try fields.array(),
            contentStart: contentStart,
            contentEnd: contentEnd,
            payloadEnd: payloadEnd
        )
        guard let message else { throw MalformedEntry() }
        return message
    }

    static func append(_ reaction: Reaction, to bytes: inout [UInt8]) {
        bytes.appendInteger(reaction.id.rawValue)
        bytes.appendInteger(reaction.message.rawValue)
        bytes.appendInteger(reaction.user.rawValue)
        bytes.appendText(reaction.emoji)
        bytes.appendInteger(reaction.createdAt.microseconds)
    }

    static func reaction(_ fields: inout ByteReader) throws(MalformedEntry) -> Reaction {
        Reaction(
            id: ReactionID(rawValue: try fields.integer()),
            message: MessageID(rawValue: try fields.integer()),
            user: try Self.user(&fields),
            emoji: try fields.text(),
            createdAt: Timestamp(microseconds: try fields.integer())
        )
    }
}
