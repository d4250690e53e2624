import Shards

extension PostgresReader {
    /// Previews that are fetched at a time.
    private static let previewsMax = 500

    package func load(
        _ visit: (HistoryRow) throws(StoreError) -> Void
    ) throws(StoreError) -> StoreState {
        // What the caller throws goes past libpq.
        var stopped: StoreError?
        func calling(_ row: HistoryRow) throws(PostgresError) {
            do throws(StoreError) {
                try visit(row)
            } catch {
                stopped = error
                throw PostgresError.malformed("the caller has stopped")
            }
        }
        do throws(PostgresError) {
            return try self.inTransaction { () throws(PostgresError) in
                let state = try self.beginLoad()
                let letters = "\(PostgresReading.deadLetters) ORDER BY id"
                try self.copy(letters) { row throws(PostgresError) in
                    try calling(.deadLetter(try PostgresReading.deadLetter(&row)))
                }
                try self.loadPeopleAndChats(calling)
                let previews = try self.loadKeys(calling)
                try self.loadPreviews(previews, calling)
                try self.connection.execute("COMMIT")
                return state
            }
        } catch {
            throw stopped ?? StoreError(outsideOfRows: error)
        }
    }

    private func beginLoad() throws(PostgresError) -> StoreState {
        // Whole tables: as long as it takes, in the way that is fastest for all of it.
        let begin = """
            BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL enable_seqscan = on;
            SET LOCAL enable_bitmapscan = on
            """
        try self.connection.execute(begin)
        return try PostgresState.read(try self.connection.query(PostgresState.select))
    }

    private func loadPeopleAndChats(
        _ visit: (HistoryRow) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        try self.copy(PostgresReading.users) { row throws(PostgresError) in
            try visit(try PostgresReading.user(&row))
        }
        try self.copy(PostgresReading.chats) { row throws(PostgresError) in
            try visit(try PostgresReading.chat(&row))
        }
        try self.copy(PostgresReading.members) { row throws(PostgresError) in
            try visit(try PostgresReading.member(&row))
        }
        try self.copy(PostgresReading.absences) { row throws(PostgresError) in
            try visit(try PostgresReading.absence(&row))
        }
    }

    /// - Returns: the newest message of each chat that is not deleted, by chat.
    private func loadKeys(
        _ visit: (HistoryRow) throws(PostgresError) -> Void
    ) throws(PostgresError) -> [MessageID] {
        var previews: [MessageID] = []
        var chat: ChatID?
        try self.copy(PostgresReading.keys) { row throws(PostgresError) in
            let key = try PostgresReading.key(&row)
            try visit(.message(key))
            guard !key.isDeleted else { return }
            if key.chat == chat {
                previews[previews.count - 1] = key.id
            } else {
                previews.append(key.id)
                chat = key.chat
            }
        }
        return previews
    }

    private func loadPreviews(
        _ ids: [MessageID],
        _ visit: (HistoryRow) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        for start in stride(from: 0, to: ids.count, by: Self.previewsMax) {
            let some = Array(ids[start..<min(start + Self.previewsMax, ids.count)])
            let answer = try self.connection.pipeline([try Self.statement(.ids(some))])[0]
            let messages = try self.withReactions([try Self.rows(answer)], then: "SELECT 1")[0]
            let places = Dictionary(
                uniqueKeysWithValues: some.enumerated().map { ($0.element, $0.offset) }
            )
            let ordered = messages.sorted {
                places[$0.message.id, default: 0] < places[$1.message.id, default: 0]
            }
            for message in ordered { try visit(.preview(message)) }
        }
    }

    private func copy(
        _ select: String,
        _ visit: (inout PostgresRow) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        try self.connection.copyOut(
            "COPY (\(select)) TO STDOUT (FORMAT binary)",
            timeout: self.connection.timeouts.bulk,
            visit
        )
    }
}
