/// The text frames of the contract's section 3, each encoded once for all who will read it.
///
/// Written without their end, because `seq` is known only when the journal has taken the event;
/// whoever sends a frame closes it with `end` or `end(seq:previous:)`.
package enum Frame {
    /// Whose ids a chat's frame names at most.
    package static let memberIDsMax = 256
    /// How many ids of newly read messages a frame names.
    package static let readIDsMax = 200
    /// How many messages whose status became `read` are sent again.
    package static let statusUpdatesMax = 50

    package static let end: StaticString = "}"
    /// What `writeEnd` writes, at most.
    package static let endBytesMax = 56

    /// The end of a durable event's last frame: its position and the chat's previous one.
    package static func writeEnd(
        seq: Position,
        previous: Position,
        to json: inout JSONWriter
    ) {
        json.raw(",\"seq\":")
        json.integer(seq.rawValue)
        json.raw(",\"prev\":")
        json.integer(previous.rawValue)
        json.raw("}")
    }

    /// The first frame of a socket. `seq` is where its stream goes on from.
    package static func hello(
        epoch: Epoch,
        seq: Position,
        user: UserID,
        chats: some Collection<ChatID>,
        heartbeatSeconds: Int64,
        at time: Timestamp
    ) -> [UInt8] {
        var json = JSONWriter(reserving: 200 + chats.count * 8)
        Self.open(.hello, in: &json)
        json.raw("{\"epoch\":")
        json.string(epoch.text)
        json.raw(",\"seq\":")
        json.integer(seq.rawValue)
        json.raw(",\"user_id\":")
        json.integer(user.rawValue)
        json.raw(",\"chats\":")
        json.array(chats) { $1.integer($0.rawValue) }
        json.raw(",\"heartbeat_interval_s\":")
        json.integer(heartbeatSeconds)
        json.raw(",\"server_time\":")
        json.time(time)
        json.raw("}")
        return json.bytes
    }

    /// Everything is to be fetched anew.
    package static let resync: [UInt8] = {
        var json = JSONWriter()
        Self.open(.resync, in: &json)
        json.raw("{}")
        return json.bytes
    }()

    /// The chat is to be fetched anew.
    package static func chatResync(_ chat: ChatID) -> [UInt8] {
        var json = JSONWriter(reserving: 60)
        Self.open(.chatResync, in: &json)
        json.raw("{\"chat_id\":")
        json.integer(chat.rawValue)
        json.raw("}")
        return json.bytes
    }

    static func message(_ event: EventName, _ message: StoredMessage, isRead: Bool) -> [UInt8] {
        var json = JSONWriter(reserving: 40 + message.byteCount(isRead: isRead))
        Self.open(event, in: &json)
        message.write(isRead: isRead, to: &json)
        return json.bytes
    }

    static func messageRead(
        chat: ChatID,
        user: UserID,
        through: MessageID,
        newest ids: some Collection<MessageID>,
        at time: Timestamp
    ) -> [UInt8] {
        var json = JSONWriter(reserving: 160 + ids.count * 12)
        Self.open(.messageRead, in: &json)
        json.raw("{\"chat_id\":")
        json.integer(chat.rawValue)
        json.raw(",\"user_id\":")
        json.integer(user.rawValue)
        json.raw(",\"up_to_id\":")
        json.integer(through.rawValue)
        json.raw(",\"message_ids\":")
        json.array(ids) { $1.integer($0.rawValue) }
        json.raw(",\"read_at\":")
        json.time(time)
        json.raw("}")
        return json.bytes
    }

    static func reactionAdded(_ reaction: Reaction, in chat: ChatID) -> [UInt8] {
        var json = JSONWriter(reserving: 200)
        Self.open(.reactionAdded, in: &json)
        json.raw("{")
        reaction.writeFields(to: &json)
        json.raw(",\"chat_id\":")
        json.integer(chat.rawValue)
        json.raw("}")
        return json.bytes
    }

    static func reactionRemoved(
        _ message: MessageID,
        user: UserID,
        emoji: String,
        in chat: ChatID
    ) -> [UInt8] {
        var json = JSONWriter(reserving: 120)
        Self.open(.reactionRemoved, in: &json)
        json.raw("{\"message_id\":")
        json.integer(message.rawValue)
        json.raw(",\"user_id\":")
        json.integer(user.rawValue)
        json.raw(",\"emoji\":")
        json.string(emoji)
        json.raw(",\"chat_id\":")
        json.integer(chat.rawValue)
        json.raw("}")
        return json.bytes
    }

    static func chat(_ event: EventName, _ chat: Chat, members: [UserID]) -> [UInt8] {
        var json = JSONWriter(reserving: 200 + chat.title.utf8.count)
        Self.open(event, in: &json)
        json.raw("{\"id\":")
        json.integer(chat.id.rawValue)
        json.raw(",\"title\":")
        json.string(chat.title)
        json.raw(",\"is_group\":")
        json.bool(chat.isGroup)
        json.raw(",\"created_at\":")
        json.time(chat.createdAt)
        json.raw(",\"member_count\":")
        json.integer(members.count)
        json.raw(",\"member_ids\":")
        json.array(members.prefix(Self.memberIDsMax)) { $1.integer($0.rawValue) }
        json.raw("}")
        return json.bytes
    }

    static func chatDeleted(_ chat: ChatID, by user: UserID) -> [UInt8] {
        var json = JSONWriter(reserving: 80)
        Self.open(.chatDeleted, in: &json)
        json.raw("{\"id\":")
        json.integer(chat.rawValue)
        json.raw(",\"deleted_by\":")
        json.integer(user.rawValue)
        json.raw("}")
        return json.bytes
    }

    static func member(
        _ event: EventName,
        _ user: UserID,
        of chat: ChatID,
        by other: UserID
    ) -> [UInt8] {
        var json = JSONWriter(reserving: 100)
        Self.open(event, in: &json)
        json.raw("{\"chat_id\":")
        json.integer(chat.rawValue)
        json.raw(",\"user_id\":")
        json.integer(user.rawValue)
        json.raw(",\"by\":")
        json.integer(other.rawValue)
        json.raw("}")
        return json.bytes
    }

    package static func typing(_ user: UserID, in chat: ChatID, isTyping: Bool) -> [UInt8] {
        var json = JSONWriter(reserving: 100)
        Self.open(.typing, in: &json)
        json.raw("{\"chat_id\":")
        json.integer(chat.rawValue)
        json.raw(",\"user_id\":")
        json.integer(user.rawValue)
        json.raw(",\"is_typing\":")
        json.bool(isTyping)
        json.raw("}")
        return json.bytes
    }

    package static func presence(_ change: PresenceChange) -> [UInt8] {
        var json = JSONWriter(reserving: 160)
        Self.open(.presence, in: &json)
        json.raw("{\"user_id\":")
        json.integer(change.user.rawValue)
        json.raw(",\"status\":")
        json.string(change.status.text)
        json.raw(",\"timestamp\":")
        json.time(change.at)
        json.raw(",\"last_seen\":")
        json.time(change.lastSeen)
        json.raw("}")
        return json.bytes
    }

    private static func open(_ event: EventName, in json: inout JSONWriter) {
        json.raw("{\"event\":\"")
        json.raw(event.text)
        json.raw("\",\"data\":")
    }
}
