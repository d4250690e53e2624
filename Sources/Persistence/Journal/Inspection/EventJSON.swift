package import Shards

/// Events as JSON objects for people and scripts, without what nobody is to read: password hashes,
/// session ids and idempotency keys.
package enum EventJSON {
    /// Appends one object and no line end.
    package static func append(_ event: Event, at position: Position, to json: inout JSONWriter) {
        json.raw("{\"position\":")
        json.integer(position.rawValue)
        json.raw(",\"kind\":")
        switch event {
        case .chat(let chat, let change):
            json.string(Self.kind(of: change))
            json.raw(",\"chat\":")
            json.integer(chat.rawValue)
            Self.append(change, to: &json)
        case .people(let change):
            json.string(Self.kind(of: change))
            json.raw(",\"chat\":null")
            Self.append(change, to: &json)
        }
        json.raw("}")
    }

    private static func kind(of change: ChatEvent) -> String {
        switch change {
        case .created: "chat_created"
        case .changed: "chat_changed"
        case .deleted: "chat_deleted"
        case .memberAdded: "member_added"
        case .memberRemoved: "member_removed"
        case .messageSent: "message_sent"
        case .messageChanged: "message_changed"
        case .reactionAdded: "reaction_added"
        case .reactionRemoved: "reaction_removed"
        case .readAdvanced: "read"
        }
    }

    private static func kind(of change: PeopleEvent) -> String {
        switch change {
        case .userChanged: "user_changed"
        case .sessionChanged: "session_changed"
        case .lastSeen: "last_seen"
        }
    }

    // MARK: - Chats

    private static func append(_ change: ChatEvent, to json: inout JSONWriter) {
        switch change {
        case .created(let chat, let members):
            Self.append(chat, to: &json)
            json.raw(",\"members\":[")
            for (index, member) in members.enumerated() {
                if index > 0 { json.raw(",") }
                Self.append(member, to: &json)
            }
            json.raw("]")
        case .changed(let chat):
            Self.append(chat, to: &json)
        case .deleted(let actor):
            json.number(",\"by\":", actor.rawValue)
        case .memberAdded(let member, let actor):
            json.raw(",\"member\":")
            Self.append(member, to: &json)
            json.number(",\"by\":", actor.rawValue)
        case .memberRemoved(let user, let actor, let promoted, let absence):
            json.number(",\"user\":", user.rawValue)
            json.number(",\"by\":", actor.rawValue)
            if let promoted { json.number(",\"promoted\":", promoted.rawValue) }
            if let absence {
                json.number(",\"unread_after\":", absence.after.rawValue)
                json.number(",\"unread_through\":", absence.through.rawValue)
            }
        case .messageSent(let message), .messageChanged(let message):
            json.raw(",\"message\":")
            json.raw(message.json)
            json.raw("}")
        case .reactionAdded(let reaction):
            json.number(",\"message\":", reaction.message.rawValue)
            json.number(",\"user\":", reaction.user.rawValue)
            json.text(",\"emoji\":", reaction.emoji)
            json.number(",\"id\":", reaction.id.rawValue)
            json.time(",\"created_at\":", reaction.createdAt)
        case .reactionRemoved(let message, let user, let emoji):
            json.number(",\"message\":", message.rawValue)
            json.number(",\"user\":", user.rawValue)
            json.text(",\"emoji\":", emoji)
        case .readAdvanced(let user, let through, let time):
            json.number(",\"user\":", user.rawValue)
            json.number(",\"through\":", through.rawValue)
            json.time(",\"at\":", time)
        }
    }

    private static func append(_ chat: Chat, to json: inout JSONWriter) {
        json.text(",\"title\":", chat.title)
        json.raw(",\"is_group\":")
        json.bool(chat.isGroup)
        json.time(",\"created_at\":", chat.createdAt)
    }

    private static func append(_ member: Member, to json: inout JSONWriter) {
        json.number("{\"user\":", member.user.rawValue)
        json.text(",\"role\":", member.role == .admin ? "admin" : "member")
        json.raw(",\"is_present\":")
        json.bool(member.isPresent)
        json.time(",\"joined_at\":", member.joinedAt)
        json.number(",\"joined_after\":", member.joinedAfter.rawValue)
        json.number(",\"read_through\":", member.readThrough.rawValue)
        json.raw("}")
    }

    // MARK: - People

    private static func append(_ change: PeopleEvent, to json: inout JSONWriter) {
        switch change {
        case .userChanged(let user):
            json.number(",\"user\":", user.id.rawValue)
            json.text(",\"email\":", user.email)
            json.text(",\"display_name\":", user.displayName)
            json.text(",\"tag\":", user.tag)
            json.raw(",\"avatar_url\":")
            json.string(user.avatarURL)
            json.time(",\"created_at\":", user.createdAt)
        case .sessionChanged(let session):
            json.number(",\"user\":", session.user.rawValue)
            json.number(",\"generation\":", session.generation)
            json.time(",\"rotated_at\":", session.rotatedAt)
            json.time(",\"expires_at\":", session.expiresAt)
            json.raw(",\"is_revoked\":")
            json.bool(session.isRevoked)
        case .lastSeen(let user, let time):
            json.number(",\"user\":", user.rawValue)
            json.time(",\"at\":", time)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func number(_ key: StaticString, _ value: some FixedWidthInteger) {
        self.raw(key)
        self.integer(value)
    }

    fileprivate mutating func text(_ key: StaticString, _ value: String) {
        self.raw(key)
        self.string(value)
    }

    /// Microseconds since 1970 where it is none that a clock tells: the form ends with the year 9999.
    fileprivate mutating func time(_ key: StaticString, _ value: Timestamp) {
        self.raw(key)
        if Self.microsecondsWithForm.contains(value.microseconds) {
            self.time(value)
        } else {
            self.integer(value.microseconds)
        }
    }

    /// From year 1 to the end of 9999.
    private static var microsecondsWithForm: Range<Int64> {
        -62_135_596_800_000_000..<253_402_300_800_000_000
    }
}
