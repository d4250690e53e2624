import GRDB
import Shards

/// Finds messages, with their reactions.
struct MessageTable {
    let database: Database

    private static let columns = """
        id, chat_id, author_id, type, content, payload, ts, reply_to_id, is_deleted, deleted_at, \
        updated_at, position
        """

    func messages(_ query: HistoryQuery) throws -> [StoredMessage] {
        switch query {
        case .ids(let ids):
            return try self.messages(ids)
        case .below(let id, let chat, let countMax, let includesDeleted):
            let condition = includesDeleted ? "" : "AND NOT is_deleted"
            return try self.messages(
                "WHERE chat_id = ? AND id < ? \(condition) ORDER BY id DESC LIMIT ?"
            ) { row in
                try row.bind(chat)
                try row.bind(bound: id)
                try row.bind(Int64(max(0, countMax)))
            }
        case .above(let id, let chat, let countMax, let includesDeleted):
            let condition = includesDeleted ? "" : "AND NOT is_deleted"
            return try self.messages(
                "WHERE chat_id = ? AND id > ? \(condition) ORDER BY id LIMIT ?"
            ) { row in
                try row.bind(chat)
                try row.bind(bound: id)
                try row.bind(Int64(max(0, countMax)))
            }
        case .everywhere(let id, let countMax):
            return try self.messages("WHERE id > ? ORDER BY id LIMIT ?") { row in
                try row.bind(bound: id)
                try row.bind(Int64(max(0, countMax)))
            }
        }
    }

    private func messages(_ ids: [MessageID]) throws -> [StoredMessage] {
        var found: [StoredMessage] = []
        for id in Set(ids).sorted() where Int64(exactly: id.rawValue) != nil {
            found += try self.messages("WHERE id = ?") { try $0.bind(id) }
        }
        return found
    }

    private func messages(
        _ condition: String,
        _ bind: (inout PreparedStatement) throws -> Void
    ) throws -> [StoredMessage] {
        var row = try PreparedStatement(
            "SELECT \(Self.columns) FROM messages \(condition)",
            in: self.database
        )
        var reactions = try ReactionTable(database: self.database)
        try bind(&row)
        var found: [StoredMessage] = []
        while try row.step() { found.append(try Self.message(&row, &reactions)) }
        return found
    }

    private static func message(
        _ row: inout PreparedStatement,
        _ reactions: inout ReactionTable
    ) throws -> StoredMessage {
        let id = try row.message()
        let chat = try row.chat()
        let author = try row.optional { try $0.user() } ?? .nobody
        let kind = row.text()
        let content = try row.optional { $0.text() }
        let payload = try row.optional { $0.bytes() }
        let ts = try row.time()
        let replyTo = try row.optional { try $0.message() }
        let isDeleted = try row.bool()
        let columns = Message.Columns(
            kind: kind,
            content: content,
            payload: payload,
            replyTo: replyTo,
            deletedAt: try row.optional { try $0.time() },
            updatedAt: try row.optional { try $0.time() }
        )
        let message = Message(
            columns,
            isDeleted: isDeleted,
            id: id,
            chat: chat,
            author: author,
            ts: ts
        )
        let position = try row.position()
        guard !isDeleted else { return StoredMessage(message, at: position) }
        return StoredMessage(message, reactions: try reactions.of(id), at: position)
    }
}

/// Finds the reactions of one message after the other.
private struct ReactionTable: ~Copyable {
    private var row: PreparedStatement

    init(database: Database) throws {
        self.row = try PreparedStatement(
            """
            SELECT id, user_id, emoji, created_at FROM message_reactions
            WHERE message_id = ? ORDER BY id
            """,
            in: database
        )
    }

    /// In the order in which they are shown.
    mutating func of(_ message: MessageID) throws -> [Reaction] {
        try self.row.bind(message)
        var found: [Reaction] = []
        while try self.row.step() {
            let reaction = Reaction(
                id: try self.row.reaction(),
                message: message,
                user: try self.row.user(),
                emoji: self.row.text(),
                createdAt: try self.row.time()
            )
            found.append(reaction)
        }
        return found
    }
}
