/// The columns that the writer fills, and the statements that follow from them.
struct PostgresTable: Sendable {
    struct Column: Sendable {
        let name: String
        let type: PostgresType
        /// What an older row becomes where it is not simply the newer.
        var change: String?

        init(_ name: String, _ type: PostgresType, change: String? = nil) {
            self.name = name
            self.type = type
            self.change = change
        }
    }

    let name: String
    let key: [String]
    let columns: [Column]
    /// Absences have no position; they only ever shrink.
    var hasPosition = true

    /// Of arrays, one a column.
    var upsert: String {
        let arrays = self.columns.enumerated().map {
            "$\($0.offset + 1)::\($0.element.type.name)[]"
        }
        let changes = self.columns.filter { !self.key.contains($0.name) }
            .map { "\($0.name) = \($0.change ?? "excluded.\($0.name)")" }
        return """
            INSERT INTO \(self.name) AS t (\(self.columnList))
            SELECT * FROM unnest(\(arrays.joined(separator: ", ")))
            ON CONFLICT (\(self.key.joined(separator: ", "))) DO UPDATE SET
                \(changes.joined(separator: ", "))
            \(self.hasPosition ? "WHERE t.position < excluded.position" : "")
            """
    }

    var copy: String { "COPY \(self.name) (\(self.columnList)) FROM STDIN (FORMAT binary)" }

    private var columnList: String { self.columns.map(\.name).joined(separator: ", ") }
}

extension PostgresTable {
    static let users = PostgresTable(
        name: "users",
        key: ["id"],
        columns: [
            Column("id", .int32), Column("email", .text), Column("password_hash", .text),
            Column("display_name", .text), Column("avatar_url", .text),
            Column("created_at", .timestamp), Column("tag", .text), Column("position", .int64),
        ]
    )

    static let chats = PostgresTable(
        name: "chats",
        key: ["id"],
        columns: [
            Column("id", .int32), Column("title", .text), Column("is_group", .bool),
            Column("created_at", .timestamp), Column("position", .int64),
        ]
    )

    static let members = PostgresTable(
        name: "chat_members",
        key: ["chat_id", "user_id"],
        columns: [
            Column("chat_id", .int32), Column("user_id", .int32), Column("role", .text),
            Column("joined_at", .timestamp), Column("is_present", .bool),
            Column("joined_after", .int64), Column("read_through", .int64),
            Column("read_at", .timestamp, change: "coalesce(excluded.read_at, t.read_at)"),
            Column("position", .int64),
        ]
    )

    static let absences = PostgresTable(
        name: "member_absences",
        key: ["chat_id", "user_id", "through_id"],
        columns: [
            Column("chat_id", .int32), Column("user_id", .int32), Column("through_id", .int64),
            Column("after_id", .int64, change: "greatest(t.after_id, excluded.after_id)"),
        ],
        hasPosition: false
    )

    static let messages = PostgresTable(
        name: "messages",
        key: ["id"],
        columns: [
            Column("id", .int64), Column("chat_id", .int32), Column("author_id", .int32),
            Column("type", .text), Column("content", .text), Column("payload", .json),
            Column("ts", .timestamp), Column("reply_to_id", .int64), Column("is_deleted", .bool),
            Column("deleted_at", .timestamp), Column("updated_at", .timestamp),
            Column("position", .int64),
        ]
    )

    static let reactions = PostgresTable(
        name: "message_reactions",
        key: ["message_id", "user_id", "emoji"],
        columns: [
            Column("message_id", .int64), Column("user_id", .int32), Column("emoji", .text),
            Column("id", .int64), Column("created_at", .timestamp), Column("position", .int64),
        ]
    )
}
