import Shards

/// The connection that writes.
///
/// Sent messages go by COPY straight into their table, which is the fastest way in but takes no row
/// that is there already; everything else, and those where that happens, is merged.
package final class PostgresWriter: HistoryWriter {
    private let connection: PostgresConnection

    /// Fewer sent messages are merged: a COPY needs one round trip more.
    static let copiedRowsMin = 50
    /// Of a deleted chat, by one statement: well within its time.
    static let deletedRowsMax: UInt64 = 5000

    init(_ connection: PostgresConnection) throws(StoreError) {
        self.connection = connection
        let settings = """
            SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;
            SET enable_hashjoin = off; SET enable_mergejoin = off
            """
        try storeErrors { () throws(PostgresError) in
            // All rows are found by their keys, also where a table has grown since it was counted.
            try connection.execute(settings)
            _ = try connection.pipeline(
                PostgresStatements.all.map {
                    PostgresStatement(.prepare(name: $0.name, sql: $0.sql))
                }
            )
        }
    }

    package func state() throws(StoreError) -> StoreState {
        try storeErrors { () throws(PostgresError) in
            try PostgresState.read(try self.connection.query(PostgresState.select))
        }
    }

    package func adopt(_ state: StoreState, insteadOf found: StoreState) throws(StoreError) {
        try self.begin(found)
        try self.finish(PostgresState.adopt(state))
    }

    package func begin(_ expected: StoreState) throws(StoreError) {
        let found = try storeErrors { () throws(PostgresError) in
            let results = try self.connection.pipeline([
                .sql("BEGIN ISOLATION LEVEL READ COMMITTED"),
                .sql(PostgresState.select + " FOR UPDATE"),
            ])
            return try PostgresState.read(results[1])
        }
        guard found.epoch == expected.epoch, found.applied == expected.applied else {
            self.connection.close()
            throw .moved(found)
        }
    }

    package func apply(_ rows: RowBatch) throws(StoreError) {
        guard rows.count > 0 else { return }
        do throws(PostgresError) {
            var changes = try PostgresStatements.changes(rows)
            var sent = rows.sentMessages[...]
            if sent.count < Self.copiedRowsMin {
                changes += try PostgresStatements.messages(rows.sentMessages)
                sent = []
            }
            try self.atomically { () throws(PostgresError) in
                try self.write(rows.deletedChats, changes, sent)
            }
        } catch {
            throw StoreError(error)
        }
    }

    package func bury(_ letter: DeadLetter) throws(StoreError) {
        try storeErrors { () throws(PostgresError) in
            var values = PostgresParameters()
            try values.append(.int64) { e throws(PostgresError) in
                try e.int64(letter.position.rawValue)
            }
            for text in [letter.table, letter.key] {
                try values.append(.text) { e throws(PostgresError) in
                    try e.text(text.storable)
                }
            }
            try values.append(.bytes) { e throws(PostgresError) in try e.bytes(letter.events) }
            for text in [letter.code, letter.reason] {
                try values.append(.text) { e throws(PostgresError) in
                    try e.text(text.storable)
                }
            }
            try values.append(.timestamp) { e throws(PostgresError) in try e.time(letter.at) }
            _ = try self.connection.pipeline([PostgresStatement(.prepared("bury"), values)])
        }
    }

    package func commit(_ state: StoreState) throws(StoreError) {
        try self.finish(PostgresState.advance(state))
    }

    package func deadLetters() throws(StoreError) -> [DeadLetter] {
        try storeErrors { () throws(PostgresError) in
            var letters: [DeadLetter] = []
            let sql = "\(PostgresReading.deadLetters) ORDER BY id"
            try self.connection.query(sql).forEachRow { row throws(PostgresError) in
                letters.append(try PostgresReading.deadLetter(&row))
            }
            return letters
        }
    }

    package func remove(_ letter: DeadLetter) throws(StoreError) {
        try storeErrors { () throws(PostgresError) in
            let sql = "DELETE FROM nodus_dead_letters WHERE id = \(letter.id)"
            _ = try self.connection.execute(sql)
        }
    }

    /// Ends the transaction with a change of the state.
    ///
    /// In one message, and not as a pipeline: between two of its messages no timeout of the server
    /// runs, so a network that goes silent there would leave the state locked.
    private func finish(_ change: String) throws(StoreError) {
        let tag: String
        do throws(PostgresError) {
            tag = try self.connection.execute("\(change); COMMIT")
        } catch {
            self.connection.close()
            throw StoreError(outsideOfRows: error)
        }
        // The server says so where an earlier statement had failed.
        guard tag == "COMMIT" else { throw .unavailable("the transaction was rolled back") }
    }
}

// MARK: - Rows

extension PostgresWriter {
    /// Keeps all of `body`, which sets and releases the savepoint `rows` on its way, or nothing;
    /// the transaction goes on in both cases.
    private func atomically(_ body: () throws(PostgresError) -> Void) throws(PostgresError) {
        do throws(PostgresError) {
            try body()
        } catch {
            guard self.connection.isOpen else { throw error }
            try self.connection.execute("ROLLBACK TO rows; RELEASE rows")
            throw error
        }
    }

    /// The savepoint travels with what is written, so that most batches are one round trip.
    private func write(
        _ deleted: [ChatID],
        _ changes: [PostgresStatement],
        _ sent: ArraySlice<RowBatch.Row<Message>>
    ) throws(PostgresError) {
        var statements = [PostgresStatement.sql("SAVEPOINT rows")]
        if !deleted.isEmpty {
            _ = try self.connection.pipeline(statements)
            statements = []
            try self.delete(deleted)
        }
        statements += changes
        guard !sent.isEmpty else {
            _ = try self.connection.pipeline(statements + [.sql("RELEASE rows")])
            return
        }
        if !statements.isEmpty { _ = try self.connection.pipeline(statements) }
        try self.copy(sent)
    }

    /// Releases `rows`.
    private func copy(_ messages: ArraySlice<RowBatch.Row<Message>>) throws(PostgresError) {
        do throws(PostgresError) {
            try self.copyIn(messages)
        } catch {
            // Some are there already, as after a restore.
            guard error.state == "23505" else { throw error }
            try self.connection.execute("ROLLBACK TO copied")
            let merge = try PostgresStatements.messages(Array(messages))
            _ = try self.connection.pipeline(merge + [.sql("RELEASE rows")])
        }
    }

    private func copyIn(_ messages: ArraySlice<RowBatch.Row<Message>>) throws(PostgresError) {
        var rest = messages
        let fieldCount = Int16(PostgresTable.messages.columns.count)
        let statements = "SAVEPOINT copied; \(PostgresTable.messages.copy); RELEASE rows"
        try self.connection.copyIn(statements) { encoder throws(PostgresError) in
            guard let row = rest.popFirst() else { return false }
            encoder.copyRow(fieldCount)
            try PostgresRows.write(row, to: &encoder)
            return true
        }
    }

    private func delete(_ chats: [ChatID]) throws(PostgresError) {
        guard !chats.isEmpty else { return }
        for chat in chats { try self.deleteMessages(of: chat) }
        var values = PostgresParameters()
        try values.appendArrays([.int32], of: chats) { chat, fields throws(PostgresError) in
            try fields.int32(chat.rawValue)
        }
        let statements = ["absences_gone", "members_gone", "chats_gone"]
            .map { PostgresStatement(.prepared($0), values) }
        _ = try self.connection.pipeline(statements)
    }

    private func deleteMessages(of chat: ChatID) throws(PostgresError) {
        var last: UInt64 = 0
        var count = Self.deletedRowsMax
        while count == Self.deletedRowsMax {
            var values = PostgresParameters()
            try values.append(.int32) { e throws(PostgresError) in try e.int32(chat.rawValue) }
            for value in [last, Self.deletedRowsMax] {
                try values.append(.int64) { e throws(PostgresError) in try e.int64(value) }
            }
            let gone = PostgresStatement(.prepared("chat_messages_gone"), values)
            let result = try self.connection.pipeline([gone])[0]
            try result.forEachRow { row throws(PostgresError) in
                count = try row.unsigned64()
                last = try row.unsigned64()
            }
        }
    }
}

extension String {
    /// Without U+0000, which a text in Postgres cannot hold.
    fileprivate var storable: String {
        String(String.UnicodeScalarView(self.unicodeScalars.map { $0 == "\0" ? "\u{fffd}" : $0 }))
    }
}
