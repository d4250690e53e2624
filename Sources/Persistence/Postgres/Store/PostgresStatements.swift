import Shards

/// What the writer prepares, by name.
///
/// Each takes arrays and unnests them, so that one round trip writes any number of rows.
enum PostgresStatements {
    static let all: [(name: String, sql: String)] = [
        (PostgresTable.users.name, PostgresTable.users.upsert),
        ("sightings", Self.sightings),
        (PostgresTable.chats.name, PostgresTable.chats.upsert),
        (PostgresTable.members.name, PostgresTable.members.upsert),
        ("member_parts", Self.memberParts),
        (PostgresTable.absences.name, PostgresTable.absences.upsert),
        (PostgresTable.messages.name, PostgresTable.messages.upsert),
        ("reactions_off", Self.reactionsOff),
        (PostgresTable.reactions.name, PostgresTable.reactions.upsert),
        ("chat_messages_gone", Self.chatMessagesGone),
        ("absences_gone", "DELETE FROM member_absences WHERE chat_id = ANY($1::integer[])"),
        ("members_gone", "DELETE FROM chat_members WHERE chat_id = ANY($1::integer[])"),
        ("chats_gone", "DELETE FROM chats WHERE id = ANY($1::integer[])"),
        ("bury", Self.bury),
    ]

    /// A row's position is not moved by its parts: it may not have been written yet, where the two
    /// come in different pieces of a batch.
    private static let sightings = """
        UPDATE users AS t SET last_seen = s.at
        FROM unnest($1::integer[], $2::timestamp[]) AS s (id, at)
        WHERE t.id = s.id
        """

    private static let memberParts = """
        UPDATE chat_members AS t SET
            role = coalesce(p.role, t.role),
            is_present = coalesce(p.is_present, t.is_present),
            read_through = greatest(t.read_through, p.read_through),
            read_at = coalesce(p.read_at, t.read_at),
            position = p.position
        FROM unnest(
            $1::integer[], $2::integer[], $3::text[], $4::boolean[], $5::bigint[], $6::timestamp[],
            $7::bigint[]
        ) AS p (chat_id, user_id, role, is_present, read_through, read_at, position)
        WHERE t.chat_id = p.chat_id AND t.user_id = p.user_id AND t.position < p.position
        """

    private static let reactionsOff = """
        DELETE FROM message_reactions AS t
        USING unnest($1::bigint[], $2::integer[], $3::text[], $4::bigint[])
            AS r (message_id, user_id, emoji, position)
        WHERE t.message_id = r.message_id AND t.user_id = r.user_id AND t.emoji = r.emoji
            AND t.position < r.position
        """

    /// Of one chat ($1) above an id ($2), as many at a time ($3) as one statement has time for.
    private static let chatMessagesGone = """
        WITH those AS (
            SELECT id FROM messages WHERE chat_id = $1::integer AND id > $2::bigint
            ORDER BY id LIMIT $3::bigint
        ), reactions AS (
            DELETE FROM message_reactions AS t USING those WHERE t.message_id = those.id
        ), gone AS (
            DELETE FROM messages AS t USING those WHERE t.id = those.id
        )
        SELECT count(*), coalesce(max(id), 0) FROM those
        """

    private static let bury = """
        INSERT INTO nodus_dead_letters (position, table_name, row_key, events, code, error, at)
        VALUES (
            $1::bigint, $2::text, $3::text, $4::bytea, $5::text, $6::text, $7::timestamp
        )
        """
}

// MARK: - With their parameters

extension PostgresStatements {
    /// What writes all of the batch but its deleted chats and its sent messages.
    static func changes(_ rows: RowBatch) throws(PostgresError) -> [PostgresStatement] {
        var statements: [PostgresStatement] = []
        statements += try self.upsert(.users, rows.users) { row, fields throws(PostgresError) in
            try PostgresRows.write(row, to: &fields)
        }
        statements += try self.arrays("sightings", [.int32, .timestamp], rows.sightings) {
            sighting,
            fields throws(PostgresError) in
            try fields.int32(sighting.user.rawValue)
            try fields.time(sighting.at)
        }
        statements += try self.upsert(.chats, rows.chats) { row, fields throws(PostgresError) in
            try PostgresRows.write(row, to: &fields)
        }
        statements += try self.members(rows.members)
        statements += try self.upsert(.absences, rows.absences) {
            row,
            fields throws(PostgresError) in
            try PostgresRows.write(row, to: &fields)
        }
        statements += try self.messages(rows.changedMessages)
        statements += try self.reactions(rows.reactions)
        return statements
    }

    static func messages(
        _ rows: [RowBatch.Row<Message>]
    ) throws(PostgresError) -> [PostgresStatement] {
        try self.upsert(.messages, rows) { row, fields throws(PostgresError) in
            try PostgresRows.write(row, to: &fields)
        }
    }

    private static func members(
        _ rows: [MemberRow]
    ) throws(PostgresError) -> [PostgresStatement] {
        let whole = rows.compactMap { row in row.member.map { (row, $0) } }
        let parts = rows.filter { $0.member == nil }
        return try self.upsert(.members, whole) { row, fields throws(PostgresError) in
            try PostgresRows.write(row.0, row.1, to: &fields)
        }
            + self.arrays(
                "member_parts",
                [.int32, .int32, .text, .bool, .int64, .timestamp, .int64],
                parts
            ) { row, fields throws(PostgresError) in
                try fields.int32(row.chat.rawValue)
                try fields.int32(row.user.rawValue)
                try fields.text(row.role?.text)
                fields.bool(row.isPresent)
                try fields.int64(row.readThrough?.rawValue)
                try fields.time(row.readAt)
                try fields.int64(row.position.rawValue)
            }
    }

    private static func reactions(
        _ rows: [ReactionRow]
    ) throws(PostgresError) -> [PostgresStatement] {
        let on = rows.compactMap { row in row.reaction.map { (row, $0) } }
        let off = rows.filter { $0.reaction == nil }
        return try self.arrays("reactions_off", [.int64, .int32, .text, .int64], off) {
            row,
            fields throws(PostgresError) in
            try fields.int64(row.message.rawValue)
            try fields.int32(row.user.rawValue)
            try fields.text(row.emoji)
            try fields.int64(row.position.rawValue)
        }
            + self.upsert(.reactions, on) { row, fields throws(PostgresError) in
                try PostgresRows.write(row.0, row.1, to: &fields)
            }
    }

    private static func upsert<Row>(
        _ table: PostgresTable,
        _ rows: [Row],
        _ write: (Row, inout PostgresEncoder) throws(PostgresError) -> Void
    ) throws(PostgresError) -> [PostgresStatement] {
        try self.arrays(table.name, table.columns.map(\.type), rows, write)
    }

    /// - Returns: nothing to do where there are no rows.
    private static func arrays<Row>(
        _ name: String,
        _ types: [PostgresType],
        _ rows: [Row],
        _ write: (Row, inout PostgresEncoder) throws(PostgresError) -> Void
    ) throws(PostgresError) -> [PostgresStatement] {
        guard !rows.isEmpty else { return [] }
        var parameters = PostgresParameters()
        try parameters.appendArrays(types, of: rows, write)
        return [PostgresStatement(.prepared(name), parameters)]
    }
}
