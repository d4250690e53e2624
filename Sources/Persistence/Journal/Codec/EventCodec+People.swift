import Shards

extension EventCodec {
    static func kind(of change: PeopleEvent) -> Kind {
        switch change {
        case .userChanged: .userChanged
        case .sessionChanged: .sessionChanged
        case .lastSeen: .lastSeen
        }
    }

    static func append(_ change: PeopleEvent, to bytes: inout [UInt8]) {
        switch change {
        case .userChanged(let user):
            Self.append(user, to: &bytes)
        case .sessionChanged(let session):
            Self.append(session, to: &bytes)
        case .lastSeen(let user, let time):
            bytes.appendInteger(user.rawValue)
            bytes.appendInteger(time.microseconds)
        }
    }

    static func peopleEvent(
        _ kind: Kind,
        _ fields: inout ByteReader
    ) throws(MalformedEntry) -> PeopleEvent {
        switch kind {
        case .userChanged:
            return .userChanged(try Self.account(&fields))
        case .sessionChanged:
            return .sessionChanged(try Self.session(&fields))
        case .lastSeen:
            let user = try Self.user(&fields)
            return .lastSeen(user, Timestamp(microseconds: try fields.integer()))
        case .chatCreated, .chatChanged, .chatDeleted, .memberAdded, .memberRemovedBefore2,
            .memberRemoved, .messageSent, .messageChanged, .reactionAdded, .reactionRemoved,
            .readAdvanced:
            throw MalformedEntry()
        }
    }

    static func append(_ user: User, to bytes: inout [UInt8]) {
        bytes.appendInteger(user.id.rawValue)
        bytes.appendText(user.email)
        bytes.appendText(user.displayName)
        bytes.appendText(user.tag)
        bytes.appendBool(user.avatarURL != nil)
        if let avatarURL = user.avatarURL { bytes.appendText(avatarURL) }
        bytes.appendInteger(user.createdAt.microseconds)
        bytes.appendText(user.passwordHash)
    }

    static func account(_ fields: inout ByteReader) throws(MalformedEntry) -> User {
        User(
            id: try Self.user(&fields),
            email: try fields.text(),
            displayName: try fields.text(),
            tag: try fields.text(),
            avatarURL: try fields.bool() ? try fields.text() : nil,
            createdAt: Timestamp(microseconds: try fields.integer()),
            passwordHash: try fields.text()
        )
    }

    static func append(_ session: Session, to bytes: inout [UInt8]) {
        bytes.appendInteger(session.id.rawValue)
        bytes.appendInteger(session.user.rawValue)
        bytes.appendInteger(session.generation)
        bytes.appendInteger(session.rotatedAt.microseconds)
        bytes.appendInteger(session.expiresAt.microseconds)
        bytes.appendBool(session.isRevoked)
    }

    static func session(_ fields: inout ByteReader) throws(MalformedEntry) -> Session {
        Session(
            id: SessionID(rawValue: try fields.integer()),
            user: try Self.user(&fields),
            generation: try fields.integer(),
            rotatedAt: Timestamp(microseconds: try fields.integer()),
            expiresAt: Timestamp(microseconds: try fields.integer()),
            isRevoked: try fields.bool()
        )
    }
}
