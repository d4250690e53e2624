package import Shards

/// A connection that reads.
///
/// After an error it may still be used, unless that was `unavailable`.
package final class PostgresReader: HistoryReader {
    let connection: PostgresConnection

    init(_ connection: PostgresConnection) throws(StoreError) {
        self.connection = connection
        let settings = """
            SET default_transaction_isolation = 'repeatable read';
            SET default_transaction_read_only = on;
            SET plan_cache_mode = force_generic_plan;
            SET enable_seqscan = off; SET enable_bitmapscan = off
            """
        try storeErrors { () throws(PostgresError) in
            // A page comes in its order from an index, however many rows that skips.
            try connection.execute(settings)
            _ = try connection.pipeline(
                Self.statements.map { PostgresStatement(.prepare(name: $0.name, sql: $0.sql)) }
            )
        }
    }

    package func state() throws(StoreError) -> StoreState {
        try storeErrors { () throws(PostgresError) in
            try PostgresState.read(try self.connection.query(PostgresState.select))
        }
    }

    package func messages(
        _ queries: [HistoryQuery]
    ) throws(StoreError) -> [[StoredMessage]] {
        try storeErrors { () throws(PostgresError) in
            let asked = try queries.map { query throws(PostgresError) in
                try Self.statement(query)
            }
            return try self.inTransaction { () throws(PostgresError) in
                let begin = PostgresStatement.sql("BEGIN")
                let answers = try self.connection.pipeline([begin] + asked).dropFirst()
                return try self.withReactions(
                    try answers.map { answer throws(PostgresError) in try Self.rows(answer) }
                )
            }
        }
    }

    /// Ends a transaction that `body` has begun, where it could not.
    func inTransaction<Result>(
        _ body: () throws(PostgresError) -> Result
    ) throws(PostgresError) -> Result {
        do throws(PostgresError) {
            return try body()
        } catch {
            if self.connection.isOpen { try self.connection.execute("ROLLBACK") }
            throw error
        }
    }

    /// Reads the reactions of the messages, and ends the transaction.
    func withReactions(
        _ rows: [[RowBatch.Row<Message>]],
        then end: String = "COMMIT"
    ) throws(PostgresError) -> [[StoredMessage]] {
        let ids = Set(rows.joined().filter { !$0.value.isDeleted }.map(\.value.id))
        var parameters = PostgresParameters()
        try parameters.appendArrays([.int64], of: Array(ids)) { id, fields throws(PostgresError) in
            try fields.int64(id.rawValue)
        }
        let asked = PostgresStatement(.prepared("reactions"), parameters)
        let answer = try self.connection.pipeline([asked, .sql(end)])[0]
        var reactions: [MessageID: [Reaction]] = [:]
        try answer.forEachRow { row throws(PostgresError) in
            let reaction = try PostgresReading.reaction(&row)
            reactions[reaction.message, default: []].append(reaction)
        }
        return rows.map { rows in
            rows.map { row in
                let own = reactions[row.value.id] ?? []
                return StoredMessage(row.value, reactions: own, at: row.position)
            }
        }
    }

    static func rows(
        _ result: PostgresResult
    ) throws(PostgresError) -> [RowBatch.Row<Message>] {
        var rows: [RowBatch.Row<Message>] = []
        rows.reserveCapacity(result.rowCount)
        try result.forEachRow { row throws(PostgresError) in
            rows.append(try PostgresReading.message(&row))
        }
        return rows
    }
}

// MARK: - Queries

extension PostgresReader {
    private static let statements: [(name: String, sql: String)] = [
        ("ids", "\(PostgresReading.messages) WHERE id = ANY($1::bigint[]) ORDER BY id"),
        (
            "below",
            """
            \(PostgresReading.messages)
            WHERE chat_id = $1::integer AND id < $2::bigint AND (NOT is_deleted OR $3::boolean)
            ORDER BY id DESC LIMIT $4::bigint
            """
        ),
        (
            "above",
            """
            \(PostgresReading.messages)
            WHERE chat_id = $1::integer AND id > $2::bigint AND (NOT is_deleted OR $3::boolean)
            ORDER BY id LIMIT $4::bigint
            """
        ),
        (
            "everywhere",
            "\(PostgresReading.messages) WHERE id > $1::bigint ORDER BY id LIMIT $2::bigint"
        ),
        (
            "reactions",
            "\(PostgresReading.reactions) WHERE message_id = ANY($1::bigint[]) ORDER BY id"
        ),
    ]

    static func statement(_ query: HistoryQuery) throws(PostgresError) -> PostgresStatement {
        var parameters = PostgresParameters()
        switch query {
        case .ids(let ids):
            // None can be beyond.
            let known = ids.filter { $0.rawValue <= UInt64(Int64.max) }
            try parameters.appendArrays([.int64], of: known) { id, fields throws(PostgresError) in
                try fields.int64(id.rawValue)
            }
            return PostgresStatement(.prepared("ids"), parameters)
        case .below(let id, let chat, let countMax, let includesDeleted):
            try parameters.append(chat: chat)
            try parameters.append(clamping: id.rawValue)
            try parameters.append(.bool) { $0.bool(includesDeleted) }
            try parameters.append(clamping: countMax)
            return PostgresStatement(.prepared("below"), parameters)
        case .above(let id, let chat, let countMax, let includesDeleted):
            try parameters.append(chat: chat)
            try parameters.append(clamping: id.rawValue)
            try parameters.append(.bool) { $0.bool(includesDeleted) }
            try parameters.append(clamping: countMax)
            return PostgresStatement(.prepared("above"), parameters)
        case .everywhere(let id, let countMax):
            try parameters.append(clamping: id.rawValue)
            try parameters.append(clamping: countMax)
            return PostgresStatement(.prepared("everywhere"), parameters)
        }
    }
}

extension PostgresParameters {
    fileprivate mutating func append(clamping value: some BinaryInteger) throws(PostgresError) {
        let value = UInt64(clamping: Int64(clamping: value))
        try self.append(.int64) { fields throws(PostgresError) in try fields.int64(value) }
    }

    /// One that no column can hold is no chat.
    fileprivate mutating func append(chat: ChatID) throws(PostgresError) {
        let value = UInt32(Int32(exactly: chat.rawValue) ?? 0)
        try self.append(.int32) { fields throws(PostgresError) in try fields.int32(value) }
    }
}
