import GRDB
import Shards

extension RowTables {
    /// By ascending id, which is the order of the table, so that one page after the other changes.
    func write(_ messages: [RowBatch.Row<Message>]) throws {
        guard !messages.isEmpty else { return }
        var row = try PreparedStatement(Self.message, in: self.database)
        for message in messages.sorted(by: { $0.value.id < $1.value.id }) {
            try Self.bind(message.value, to: &row)
            try row.bind(message.position)
            try row.run()
        }
    }

    private static func bind(_ message: Message, to row: inout PreparedStatement) throws {
        let columns = message.columns
        try row.bind(message.id)
        try row.bind(message.chat)
        if message.author == .nobody { try row.bindNull() } else { try row.bind(message.author) }
        try row.bind(columns.kind)
        try row.bind(columns.content)
        try row.bindText(columns.payload)
        try row.bind(message.ts)
        try row.bind(columns.replyTo)
        try row.bind(message.isDeleted)
        try row.bind(columns.deletedAt)
        try row.bind(columns.updatedAt)
    }

    private static let message = """
        INSERT INTO messages (id, chat_id, author_id, type, content, payload, ts, reply_to_id,
            is_deleted, deleted_at, updated_at, position)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET chat_id = excluded.chat_id, author_id = excluded.author_id,
            type = excluded.type, content = excluded.content, payload = excluded.payload,
            ts = excluded.ts, reply_to_id = excluded.reply_to_id,
            is_deleted = excluded.is_deleted, deleted_at = excluded.deleted_at,
            updated_at = excluded.updated_at, position = excluded.position
        WHERE excluded.position > position
        """

    func write(_ reactions: [ReactionRow]) throws {
        guard !reactions.isEmpty else { return }
        var add = try PreparedStatement(Self.reaction, in: self.database)
        var remove = try PreparedStatement(
            """
            DELETE FROM message_reactions
            WHERE message_id = ? AND user_id = ? AND emoji = ? AND position < ?
            """,
            in: self.database
        )
        for row in reactions {
            if let reaction = row.reaction {
                try add.bind(row.message)
                try add.bind(row.user)
                try add.bind(row.emoji)
                try add.bind(reaction.id)
                try add.bind(reaction.createdAt)
                try add.bind(row.position)
                try add.run()
            } else {
                try remove.bind(row.message)
                try remove.bind(row.user)
                try remove.bind(row.emoji)
                try remove.bind(row.position)
                try remove.run()
            }
        }
    }

    private static let reaction = """
        INSERT INTO message_reactions (message_id, user_id, emoji, id, created_at, position)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET id = excluded.id, created_at = excluded.created_at,
            position = excluded.position
        WHERE excluded.position > position
        """
}
