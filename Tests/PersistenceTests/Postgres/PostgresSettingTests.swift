import Glibc
import Persistence
import Shards
import TestSupport
import Testing

/// Databases that are not as they should be.
@Suite struct PostgresSettingTests {
    private static func error(_ body: () throws -> Void) -> String {
        do {
            try body()
        } catch StoreError.unavailable(let reason) {
            return "unavailable: \(reason)"
        } catch StoreError.unusable(let reason) {
            return "unusable: \(reason)"
        } catch {
            return "\(error)"
        }
        return "none"
    }

    /// Tries again for a minute: a session that has ended leaves its place a moment later.
    private static func retrying<Value>(_ body: () throws -> Value) throws -> Value {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            do {
                return try body()
            } catch {
                guard ContinuousClock.now < end else { throw error }
                usleep(10_000)
            }
        }
    }

    @Test func `what waiting may change is unavailable, what it does not is unusable`() throws {
        let cluster = try PostgresCluster.shared()
        let open = { (address: String) in
            Self.error { _ = try PostgresStore(address).writer() }
        }
        #expect(open("postgresql://127.0.0.1:1/nodus").hasPrefix("unavailable: connection"))
        let missing = open(cluster.url(database: "missing"))
        #expect(missing.hasPrefix("unavailable: ") && missing.contains("\"missing\""))
        let stranger = "postgresql://stranger@127.0.0.1:\(cluster.port)/postgres"
        #expect(open(stranger).hasPrefix("unavailable: "))
        #expect(open("postgresql://[/nodus").hasPrefix("unusable: the address cannot be read"))
        #expect(open("colour=green").hasPrefix("unusable: the address cannot be read"))
        #expect(open("dbname=\u{0}").hasPrefix("unusable: "))
        // No tables.
        let empty = open(cluster.url(database: try cluster.newDatabase()))
        #expect(empty.hasPrefix("unusable: ") && empty.contains("42P01"))
    }

    @Test func `a database in another encoding is not used`() throws {
        let cluster = try PostgresCluster.shared()
        let sql = "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
        try cluster.psql("postgres", sql)
        let error = Self.error { try PostgresStore(cluster.url(database: "latin")).prepare() }
        #expect(error == "unusable: its encoding is LATIN1, and has to be UTF8")
    }

    @Test func `a read-only database is waited for`() throws {
        let home = try PostgresTestStore()
        let run = try StoreRun(home.store)
        let sql = "ALTER DATABASE \(home.database) SET default_transaction_read_only = on"
        try home.cluster.psql("postgres", sql)
        let writer = try home.store.writer()
        let error = Self.error { try writer.begin(run.state) }
        #expect(error.hasPrefix("unavailable: ") && error.contains("25006"))
    }

    @Test func `a full server is waited for`() throws {
        let cluster = try PostgresCluster(
            settings: [
                "max_connections = 4", "superuser_reserved_connections = 0", "max_wal_senders = 0",
            ]
        )
        let home = try PostgresTestStore(on: cluster)
        let url = cluster.url(database: home.database)
        var connections = try (0..<4).map { _ in
            try Self.retrying { try PostgresConnection(url) }
        }
        let areOpen = connections.allSatisfy(\.isOpen)
        #expect(areOpen)
        let error = Self.error { _ = try PostgresConnection(url) }
        #expect(error.contains("too many clients"))
        #expect(Self.error { _ = try home.store.writer() }.hasPrefix("unavailable: "))
        connections = []
        let run = try Self.retrying { try StoreRun(home.store) }
        try run.write(SampleRows.batch)
    }

    @Test func `tables that change under the writer are unusable, or go on`() throws {
        let home = try PostgresTestStore()
        let run = try StoreRun(home.store)
        try run.write(SampleRows.batch)
        try home.cluster.psql(home.database, "ALTER TABLE messages ADD COLUMN extra text")
        try run.write(SampleRows.batch)
        let reader = try home.store.reader()
        try home.cluster.psql(home.database, "ALTER TABLE messages DROP COLUMN reply_to_id")
        try run.writer.begin(run.state)
        #expect(Self.error { try run.writer.apply(SampleRows.batch) }.hasPrefix("unusable: "))
        let query = HistoryQuery.everywhere(above: MessageID(rawValue: 0), countMax: 1)
        #expect(Self.error { _ = try reader.messages([query]) }.hasPrefix("unusable: "))
        #expect(try reader.state() == run.state)
        try home.cluster.psql(home.database, "DELETE FROM nodus_dead_letters; TRUNCATE nodus_state")
        #expect(Self.error { _ = try reader.state() }.hasPrefix("unusable: nodus_state has 0 rows"))
    }

    @Test func `rows of an older database are read as what they mean`() throws {
        let home = try PostgresTestStore()
        try home.cluster.psql(
            home.database,
            """
            INSERT INTO users VALUES (1, 'a@b.c', '$2b$12$x', 'A', NULL, '2024-11-05 10:00', 'a');
            INSERT INTO chats VALUES (1, 'T', true, '2024-11-05 10:00:00.5');
            INSERT INTO chat_members VALUES (1, 1, 'owner', 'infinity'), (1, 2, 'admin', '-infinity');
            INSERT INTO messages VALUES
                (1, 1, NULL, 'text', 'x', 'null', '1969-12-31 23:59:59.999999', NULL, false,
                    NULL, NULL),
                (2, 1, 1, 'text', 'gone', '{"a":1}', '2024-11-05', NULL, true, NULL, '2024-11-06'),
                (3, 1, 1, 'text', '', NULL, '2024-11-05', 1, false, NULL, '2024-11-06');
            INSERT INTO message_reactions VALUES (1, 2, 1, 'x'), (2, 3, 1, 'y');
            """
        )
        let contents = try StoreContents(of: try home.store.reader())
        #expect(contents.users[0].user.passwordHash == "$2b$12$x")
        #expect(contents.users[0].position == 0)
        #expect(contents.members.map(\.member.role) == [.member, .admin])
        #expect(contents.chats[0].chat.createdAt.microseconds == 1_730_800_800_500_000)
        let messages = contents.messages.map(\.message)
        #expect(messages[0].author == .nobody)
        #expect(messages[0].columns.payload == nil)
        #expect(messages[0].ts.microseconds == -1)
        #expect(messages[1].isDeleted && !messages[1].hasContent)
        #expect(messages[1].columns.deletedAt?.microseconds == 1_730_851_200_000_000)
        #expect(messages[2].columns.content == "")
        #expect(messages[2].columns.replyTo?.rawValue == 1)
        #expect(messages[2].columns.updatedAt?.microseconds == 1_730_851_200_000_000)
        #expect(contents.messages.map(\.reactions.count) == [0, 0, 1])
    }

    @Test func `values beyond what a column holds are refused`() throws {
        let run = try StoreRun(try PostgresTestStore().store)
        var batches = [RowBatch](repeating: RowBatch(), count: 9)
        batches[0].users = [SampleRows.user(.max)]
        batches[1].chats = [SampleRows.chat(1, at: .max)]
        batches[2].sentMessages = [SampleRows.row(SampleRows.message(.max))]
        batches[3].sentMessages = (1...300).map { SampleRows.row(SampleRows.message($0)) }
        batches[3].sentMessages.append(SampleRows.row(SampleRows.message(1, in: .max)))
        batches[4].sentMessages = [SampleRows.row(SampleRows.message(1, content: "a\u{0}b"))]
        batches[5].reactions = [SampleRows.reaction(1, on: 1, emoji: "👍\u{0}")]
        batches[6].sightings = [.min, .max].map {
            RowBatch.Sighting(
                user: UserID(rawValue: 1),
                at: .init(microseconds: $0),
                position: .zero
            )
        }
        batches[7].sentMessages = [SampleRows.row(SampleRows.message(1, payload: "{\"a\":"))]
        let deep = String(repeating: "[", count: 16_000) + String(repeating: "]", count: 16_000)
        batches[8].sentMessages = [
            SampleRows.row(SampleRows.message(1, payload: "{\"a\":\(deep)}"))
        ]
        try run.writer.begin(run.state)
        var codes: [String] = []
        for rows in batches {
            do throws(StoreError) {
                try run.writer.apply(rows)
                codes.append("taken")
            } catch {
                guard case .refused(let code, _) = error else { throw error }
                codes.append(code)
            }
        }
        #expect(
            codes.prefix(8) == [
                "22003", "22003", "22003", "22003", "22021", "22021", "22003", "22P02",
            ]
        )
        // As deep as the server's stack allows.
        #expect(["54001", "taken"].contains(codes[8]))
        try run.commit()
        #expect(try run.contents().users.isEmpty)
    }

    @Test func `a chat with more messages than one statement deletes goes as a whole`() throws {
        let home = try PostgresTestStore()
        let run = try StoreRun(home.store)
        try home.cluster.psql(
            home.database,
            """
            INSERT INTO messages (id, chat_id, type) SELECT i, 1 + i % 2, 'text'
                FROM generate_series(1, 24000) AS i;
            INSERT INTO message_reactions (id, message_id, user_id, emoji)
                SELECT i, i, 1, 'x' FROM generate_series(1, 24000) AS i;
            """
        )
        var rows = RowBatch()
        rows.deletedChats = [ChatID(rawValue: 1)]
        try run.write(rows)
        let counts = "SELECT count(*), min(chat_id) FROM messages"
        #expect(try home.cluster.psql(home.database, counts) == "12000|2")
        let reactions = "SELECT count(*) FROM message_reactions"
        #expect(try home.cluster.psql(home.database, reactions) == "12000")
    }
}
