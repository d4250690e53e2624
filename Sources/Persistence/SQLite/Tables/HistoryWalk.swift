import GRDB
import Shards

/// Walks over whole tables, in the order in which a start wants them.
struct HistoryWalk {
    let database: Database

    /// All of it is in the index of that order.
    static let messageKeys = """
        SELECT id, chat_id, author_id, ts, is_deleted, position
        FROM messages ORDER BY chat_id, id
        """

    func users(_ visit: (HistoryRow) throws -> Void) throws {
        var row = try PreparedStatement(
            """
            SELECT id, email, display_name, tag, avatar_url, created_at, password_hash, last_seen,
                position
            FROM users ORDER BY id
            """,
            in: self.database
        )
        while try row.step() {
            let user = User(
                id: try row.user(),
                email: row.text(),
                displayName: row.text(),
                tag: row.text(),
                avatarURL: try row.optional { $0.text() },
                createdAt: try row.time(),
                passwordHash: row.text()
            )
            let lastSeen = try row.optional { try $0.time() }
            try visit(.user(user, lastSeen: lastSeen, at: try row.position()))
        }
    }

    func chats(_ visit: (HistoryRow) throws -> Void) throws {
        var row = try PreparedStatement(
            "SELECT id, title, is_group, created_at, position FROM chats ORDER BY id",
            in: self.database
        )
        while try row.step() {
            let chat = Chat(
                id: try row.chat(),
                title: row.text(),
                isGroup: try row.bool(),
                createdAt: try row.time()
            )
            try visit(.chat(chat, at: try row.position()))
        }
    }

    func members(_ visit: (HistoryRow) throws -> Void) throws {
        var row = try PreparedStatement(
            """
            SELECT chat_id, user_id, role, joined_at, joined_after, is_present, read_through,
                read_at, position
            FROM chat_members ORDER BY chat_id, user_id
            """,
            in: self.database
        )
        while try row.step() {
            let chat = try row.chat()
            let user = try row.user()
            var member = Member(
                user: user,
                role: Member.Role(text: row.text()),
                joinedAt: try row.time(),
                joinedAfter: try row.message()
            )
            member.isPresent = try row.bool()
            member.readThrough = try row.message()
            let readAt = try row.optional { try $0.time() }
            try visit(.member(member, of: chat, readAt: readAt, at: try row.position()))
        }
    }

    func absences(_ visit: (HistoryRow) throws -> Void) throws {
        var row = try PreparedStatement(
            """
            SELECT chat_id, user_id, after_id, through_id
            FROM member_absences ORDER BY chat_id, through_id, user_id
            """,
            in: self.database
        )
        while try row.step() {
            let chat = try row.chat()
            let absence = Absence(
                user: try row.user(),
                after: try row.message(),
                through: try row.message()
            )
            try visit(.absence(absence, of: chat))
        }
    }

    func messageKeys(_ visit: (HistoryRow) throws -> Void) throws {
        var row = try PreparedStatement(Self.messageKeys, in: self.database)
        while try row.step() {
            let key = MessageKey(
                id: try row.message(),
                chat: try row.chat(),
                author: try row.optional { try $0.user() } ?? .nobody,
                ts: try row.time(),
                isDeleted: try row.bool(),
                position: try row.position()
            )
            try visit(.message(key))
        }
    }

    func previews(_ visit: (HistoryRow) throws -> Void) throws {
        let table = MessageTable(database: self.database)
        let newest = MessageID(rawValue: .max)
        var row = try PreparedStatement("SELECT id FROM chats ORDER BY id", in: self.database)
        while try row.step() {
            let query = HistoryQuery.below(
                newest,
                of: try row.chat(),
                countMax: 1,
                includesDeleted: false
            )
            for message in try table.messages(query) { try visit(.preview(message)) }
        }
    }
}
