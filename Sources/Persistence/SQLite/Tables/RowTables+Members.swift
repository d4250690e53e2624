import GRDB
import Shards

extension RowTables {
    func write(_ members: [MemberRow]) throws {
        guard !members.isEmpty else { return }
        var whole = try PreparedStatement(Self.wholeMember, in: self.database)
        var part = try PreparedStatement(Self.partOfMember, in: self.database)
        for row in members {
            if let member = row.member {
                try Self.write(member, of: row, with: &whole)
            } else {
                try Self.writePart(of: row, with: &part)
            }
        }
    }

    /// They have no position: they only ever shrink.
    func write(_ absences: [AbsenceRow]) throws {
        guard !absences.isEmpty else { return }
        var row = try PreparedStatement(
            """
            INSERT INTO member_absences (chat_id, user_id, after_id, through_id)
            VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET after_id = max(after_id, excluded.after_id)
            """,
            in: self.database
        )
        for absence in absences {
            try row.bind(absence.chat)
            try row.bind(absence.absence.user)
            try row.bind(absence.absence.after)
            try row.bind(absence.absence.through)
            try row.run()
        }
    }

    private static func write(
        _ member: Member,
        of row: MemberRow,
        with statement: inout PreparedStatement
    ) throws {
        try statement.bind(row.chat)
        try statement.bind(row.user)
        try statement.bind(member.role.text)
        try statement.bind(member.joinedAt)
        try statement.bind(member.isPresent)
        try statement.bind(member.joinedAfter)
        try statement.bind(member.readThrough)
        try statement.bind(row.readAt)
        try statement.bind(row.position)
        try statement.run()
    }

    private static func writePart(
        of row: MemberRow,
        with statement: inout PreparedStatement
    ) throws {
        try statement.bind(row.chat)
        try statement.bind(row.user)
        try statement.bind(row.role?.text)
        try statement.bind(row.isPresent)
        try statement.bind(row.readThrough)
        try statement.bind(row.readAt)
        try statement.bind(row.position)
        try statement.run()
    }

    private static let wholeMember = """
        INSERT INTO chat_members (chat_id, user_id, role, joined_at, is_present, joined_after,
            read_through, read_at, position)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET role = excluded.role, joined_at = excluded.joined_at,
            is_present = excluded.is_present, joined_after = excluded.joined_after,
            read_through = excluded.read_through,
            read_at = coalesce(excluded.read_at, read_at), position = excluded.position
        WHERE excluded.position > position
        """

    private static let partOfMember = """
        UPDATE chat_members SET role = coalesce(?3, role), is_present = coalesce(?4, is_present),
            read_through = max(read_through, coalesce(?5, read_through)),
            read_at = coalesce(?6, read_at), position = ?7
        WHERE chat_id = ?1 AND user_id = ?2 AND position < ?7
        """
}
