import Shards

/// The columns that are read, and what becomes of them.
enum PostgresReading {
    static let messages = """
        SELECT id, chat_id, author_id, type, content, payload::text, ts, reply_to_id, is_deleted,
            deleted_at, updated_at, position
        FROM messages
        """

    static func message(_ row: inout PostgresRow) throws(PostgresError) -> RowBatch.Row<Message> {
        let id = MessageID(rawValue: try row.unsigned64())
        let chat = ChatID(rawValue: try row.unsigned32())
        let author = UserID(rawValue: UInt32(clamping: try row.optionalInt32() ?? 0))
        let kind = try row.text()
        let content = try row.optionalText()
        let payload = try row.optionalBytes()
        let ts = try row.time()
        let replyTo = try row.optionalInt64().map { MessageID(rawValue: UInt64(clamping: $0)) }
        let isDeleted = try row.bool()
        let columns = Message.Columns(
            kind: kind,
            content: content,
            // An older database has JSON's null where none was sent.
            payload: payload == Array("null".utf8) ? nil : payload,
            replyTo: replyTo,
            deletedAt: try row.optionalTime(),
            updatedAt: try row.optionalTime()
        )
        let message = Message(
            columns,
            isDeleted: isDeleted,
            id: id,
            chat: chat,
            author: author,
            ts: ts
        )
        return RowBatch.Row(message, at: Position(rawValue: try row.unsigned64()))
    }

    static let reactions = """
        SELECT id, message_id, user_id, emoji, created_at FROM message_reactions
        """

    static func reaction(_ row: inout PostgresRow) throws(PostgresError) -> Reaction {
        Reaction(
            id: ReactionID(rawValue: try row.unsigned64()),
            message: MessageID(rawValue: try row.unsigned64()),
            user: UserID(rawValue: try row.unsigned32()),
            emoji: try row.text(),
            createdAt: try row.time()
        )
    }

    static let deadLetters = """
        SELECT id, position, table_name, row_key, events, code, error, at FROM nodus_dead_letters
        """

    static func deadLetter(_ row: inout PostgresRow) throws(PostgresError) -> DeadLetter {
        DeadLetter(
            id: try row.int64(),
            position: Position(rawValue: try row.unsigned64()),
            table: try row.text(),
            key: try row.text(),
            events: try row.bytes(),
            code: try row.text(),
            reason: try row.text(),
            at: try row.time()
        )
    }
}

// MARK: - What a start needs

extension PostgresReading {
    static let users = """
        SELECT id, email, display_name, tag, avatar_url, created_at, password_hash, last_seen,
            position
        FROM users ORDER BY id
        """

    static func user(_ row: inout PostgresRow) throws(PostgresError) -> HistoryRow {
        let user = User(
            id: UserID(rawValue: try row.unsigned32()),
            email: try row.text(),
            displayName: try row.text(),
            tag: try row.text(),
            avatarURL: try row.optionalText(),
            createdAt: try row.time(),
            passwordHash: try row.text()
        )
        let lastSeen = try row.optionalTime()
        return .user(user, lastSeen: lastSeen, at: Position(rawValue: try row.unsigned64()))
    }

    static let chats = "SELECT id, title, is_group, created_at, position FROM chats ORDER BY id"

    static func chat(_ row: inout PostgresRow) throws(PostgresError) -> HistoryRow {
        let chat = Chat(
            id: ChatID(rawValue: try row.unsigned32()),
            title: try row.text(),
            isGroup: try row.bool(),
            createdAt: try row.time()
        )
        return .chat(chat, at: Position(rawValue: try row.unsigned64()))
    }

    static let members = """
        SELECT chat_id, user_id, role, joined_at, joined_after, is_present, read_through, read_at,
            position
        FROM chat_members ORDER BY chat_id, user_id
        """

    static func member(_ row: inout PostgresRow) throws(PostgresError) -> HistoryRow {
        let chat = ChatID(rawValue: try row.unsigned32())
        var member = Member(
            user: UserID(rawValue: try row.unsigned32()),
            role: Member.Role(text: try row.text()),
            joinedAt: try row.time(),
            joinedAfter: MessageID(rawValue: try row.unsigned64())
        )
        member.isPresent = try row.bool()
        member.readThrough = MessageID(rawValue: try row.unsigned64())
        let readAt = try row.optionalTime()
        let position = Position(rawValue: try row.unsigned64())
        return .member(member, of: chat, readAt: readAt, at: position)
    }

    static let absences = """
        SELECT chat_id, user_id, after_id, through_id FROM member_absences
        ORDER BY chat_id, through_id, user_id
        """

    static func absence(_ row: inout PostgresRow) throws(PostgresError) -> HistoryRow {
        let chat = ChatID(rawValue: try row.unsigned32())
        let absence = Absence(
            user: UserID(rawValue: try row.unsigned32()),
            after: MessageID(rawValue: try row.unsigned64()),
            through: MessageID(rawValue: try row.unsigned64())
        )
        return .absence(absence, of: chat)
    }

    static let keys = """
        SELECT id, chat_id, author_id, ts, is_deleted, position FROM messages ORDER BY chat_id, id
        """

    static func key(_ row: inout PostgresRow) throws(PostgresError) -> MessageKey {
        MessageKey(
            id: MessageID(rawValue: try row.unsigned64()),
            chat: ChatID(rawValue: try row.unsigned32()),
            author: UserID(rawValue: UInt32(clamping: try row.optionalInt32() ?? 0)),
            ts: try row.time(),
            isDeleted: try row.bool(),
            position: Position(rawValue: try row.unsigned64())
        )
    }
}
