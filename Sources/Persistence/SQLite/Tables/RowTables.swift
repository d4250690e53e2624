import GRDB
import Shards

/// Writes the rows of a batch, a prepared upsert each, guarded by the position of what is there.
struct RowTables {
    let database: Database

    func write(_ batch: RowBatch) throws {
        try self.delete(batch.deletedChats)
        try self.write(batch.users)
        try self.write(batch.sightings)
        try self.write(batch.chats)
        try self.write(batch.members)
        try self.write(batch.absences)
        try self.write(batch.sentMessages)
        try self.write(batch.changedMessages)
        try self.write(batch.reactions)
    }

    private func delete(_ chats: [ChatID]) throws {
        guard !chats.isEmpty else { return }
        // Reactions first: they are found by their messages.
        let statements = [
            """
            DELETE FROM message_reactions WHERE message_id IN
                (SELECT id FROM messages WHERE chat_id = ?)
            """,
            "DELETE FROM messages WHERE chat_id = ?",
            "DELETE FROM member_absences WHERE chat_id = ?",
            "DELETE FROM chat_members WHERE chat_id = ?",
            "DELETE FROM chats WHERE id = ?",
        ]
        for sql in statements {
            var row = try PreparedStatement(sql, in: self.database)
            for chat in chats {
                try row.bind(chat)
                try row.run()
            }
        }
    }

    private func write(_ users: [RowBatch.Row<User>]) throws {
        guard !users.isEmpty else { return }
        var row = try PreparedStatement(
            """
            INSERT INTO users
                (id, email, password_hash, display_name, avatar_url, created_at, tag, position)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET email = excluded.email,
                password_hash = excluded.password_hash, display_name = excluded.display_name,
                avatar_url = excluded.avatar_url, created_at = excluded.created_at,
                tag = excluded.tag, position = excluded.position
            WHERE excluded.position > position
            """,
            in: self.database
        )
        for user in users {
            try row.bind(user.value.id)
            try row.bind(user.value.email)
            try row.bind(user.value.passwordHash)
            try row.bind(user.value.displayName)
            try row.bind(user.value.avatarURL)
            try row.bind(user.value.createdAt)
            try row.bind(user.value.tag)
            try row.bind(user.position)
            try row.run()
        }
    }

    /// Moves no position: the row may come after it, in another piece of the batch.
    private func write(_ sightings: [RowBatch.Sighting]) throws {
        guard !sightings.isEmpty else { return }
        var row = try PreparedStatement(
            "UPDATE users SET last_seen = ? WHERE id = ?",
            in: self.database
        )
        for sighting in sightings {
            try row.bind(sighting.at)
            try row.bind(sighting.user)
            try row.run()
        }
    }

    private func write(_ chats: [RowBatch.Row<Chat>]) throws {
        guard !chats.isEmpty else { return }
        var row = try PreparedStatement(
            """
            INSERT INTO chats (id, title, is_group, created_at, position) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET title = excluded.title, is_group = excluded.is_group,
                created_at = excluded.created_at, position = excluded.position
            WHERE excluded.position > position
            """,
            in: self.database
        )
        for chat in chats {
            try row.bind(chat.value.id)
            try row.bind(chat.value.title)
            try row.bind(chat.value.isGroup)
            try row.bind(chat.value.createdAt)
            try row.bind(chat.position)
            try row.run()
        }
    }
}
