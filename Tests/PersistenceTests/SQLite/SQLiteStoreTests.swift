import Glibc
import Shards
import TestSupport
import Testing

@testable import Persistence

/// What is SQLite's own: the file, its settings, and what it is told by.
@Suite struct SQLiteStoreTests {
    @Test(arguments: HistoryStoreContract.allCases)
    func `SQLite keeps to the contract`(_ rule: HistoryStoreContract) throws {
        let world = SQLiteWorld()
        try rule.check(world.store, poison: SQLiteWorld.message(1 << 63))
        try world.store.check()
    }

    private static func value(of pragma: String, in file: HistoryFile) throws -> String {
        try file.use { database in
            var row = try PreparedStatement("PRAGMA \(pragma)", in: database)
            return try row.step() ? row.text() : ""
        }
    }

    @Test(
        arguments: [
            ("synchronous", "2", "2"), ("journal_mode", "wal", "wal"), ("foreign_keys", "0", "0"),
            ("mmap_size", "0", "0"), ("temp_store", "2", "2"), ("query_only", "0", "1"),
            ("cell_size_check", "1", "1"), ("trusted_schema", "0", "0"),
            ("busy_timeout", "50", "50"), ("wal_autocheckpoint", "4096", "4096"),
            ("journal_size_limit", "67108864", "67108864"), ("cache_size", "-32768", "-4096"),
        ]
    )
    func `a setting is what it should be on the writer and on a reader`(
        pragma: String,
        writing: String,
        reading: String
    ) throws {
        let world = try SQLiteWorld.prepared()
        let writer = try world.store.writer()
        let reader = try world.store.reader()
        #expect(try Self.value(of: pragma, in: writer.file) == writing)
        #expect(try Self.value(of: pragma, in: reader.file) == reading)
        try world.write(1, with: writer)
        #expect(try Self.value(of: pragma, in: writer.file) == writing)
    }

    @Test func `nobody else may read the files`() throws {
        let before = umask(0)
        defer { umask(before) }
        let world = try SQLiteWorld.prepared()
        let writer = try world.store.writer()
        try world.write(1, with: writer)
        for suffix in ["", "-wal", "-shm"] {
            var status = stat()
            #expect(stat(world.path + suffix, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600, "\(suffix)")
        }
    }

    @Test func `preparing twice changes nothing, also beside a writer`() throws {
        let world = try SQLiteWorld.prepared()
        let writer = try world.store.writer()
        try world.write(3, with: writer)
        try writer.begin(try writer.state())
        // The lock of the writer is still there, though the file was looked at.
        #expect(throws: StoreError.self) { try world.store.prepare() }
        let second = try world.store.writer()
        let error = #expect(throws: StoreError.self) { try second.begin(try second.state()) }
        #expect(error.isUnavailable)
        try writer.commit(try writer.state())
        try world.store.prepare()
        #expect(try world.expectWhole() == 30)
    }

    @Test func `a file of a newer version is refused and not touched`() throws {
        let world = try SQLiteWorld.prepared()
        try world.write(1, with: try world.store.writer())
        world.overwrite(2, at: 60)
        let bytes = try world.bytes()
        let error = #expect(throws: StoreError.self) { try world.store.prepare() }
        #expect(error.isUnusable)
        #expect(error?.description.contains("newer version") == true)
        #expect(error?.description.contains(world.path) == true)
        #expect(try world.bytes() == bytes)
        world.overwrite(1, at: 60)
        try world.store.prepare()
        #expect(try world.expectWhole() == 10)
    }

    @Test func `a database of another program is refused and not touched`() throws {
        let world = try SQLiteWorld.prepared()
        world.overwrite(0x4750_4b47, at: 68)
        let bytes = try world.bytes()
        let error = #expect(throws: StoreError.self) { try world.store.prepare() }
        #expect(error.isUnusable)
        #expect(error?.description.contains("another program") == true)
        #expect(try world.bytes() == bytes)
    }

    @Test func `an empty file becomes a history`() throws {
        let world = SQLiteWorld()
        close(open(world.path, O_CREAT | O_WRONLY, 0o600))
        try world.store.prepare()
        #expect(try world.store.reader().state() == StoreState())
    }

    @Test func `without its tables a file cannot be used`() throws {
        let world = SQLiteWorld()
        close(open(world.path, O_CREAT | O_WRONLY, 0o600))
        let writer = try world.store.writer()
        let error = #expect(throws: StoreError.self) { try writer.state() }
        #expect(error.isUnusable)
    }

    @Test func `a missing file or folder is said to be missing`() throws {
        let world = SQLiteWorld()
        let elsewhere = SQLiteStore(SQLiteSettings(path: "/nowhere/history.sqlite"))
        let errors = [
            #expect(throws: StoreError.self) { _ = try world.store.writer() },
            #expect(throws: StoreError.self) { _ = try world.store.reader() },
            #expect(throws: StoreError.self) { try elsewhere.prepare() },
        ]
        for error in errors {
            #expect(error.isUnavailable)
            #expect(error?.description.contains("No such file") == true)
        }
        var status = stat()
        #expect(stat(world.path, &status) != 0)
    }

    @Test func `text of any kind and size is kept byte for byte`() throws {
        let world = try SQLiteWorld.prepared()
        let writer = try world.store.writer()
        let texts = [
            "", "\u{0}", "a\u{0}b", "\u{feff}", "e\u{301}", "\u{e9}", "👩‍👩‍👧‍👦",
            String(repeating: "ж", count: 400_000),
        ]
        var batch = RowBatch()
        for (index, text) in texts.enumerated() {
            let message = SQLiteWorld.message(UInt64(index + 1), text: text)
            batch.changedMessages.append(RowBatch.Row(message, at: Position(rawValue: 1)))
        }
        let state = try writer.state()
        try writer.begin(state)
        try writer.apply(batch)
        try writer.commit(state)
        let ids = batch.changedMessages.map(\.value.id)
        let found = try world.store.reader().messages([.ids(ids.reversed())])
        #expect(found[0].map(\.message) == batch.changedMessages.map(\.value))
    }

    @Test func `a number that no column holds is refused, and looked for in vain`() throws {
        let world = try SQLiteWorld.prepared()
        let writer = try world.store.writer()
        try world.write(1, with: writer)
        let state = try writer.state()
        try writer.begin(state)
        var batch = SQLiteWorld.batch(after: state.applied, messages: 1)
        let beyond = RowBatch.Row(SQLiteWorld.message(.max), at: Position(rawValue: 12))
        batch.changedMessages = [beyond]
        let error = #expect(throws: StoreError.self) { try writer.apply(batch) }
        #expect(error.isRefused)
        try writer.commit(state)
        #expect(try world.expectWhole() == 10)
        let chat = ChatID(rawValue: 1)
        let newest = MessageID(rawValue: .max)
        let found = try world.store.reader().messages([
            .ids([newest, MessageID(rawValue: 3)]),
            .below(newest, of: chat, countMax: .max, includesDeleted: true),
            .above(newest, of: chat, countMax: .max, includesDeleted: true),
            .below(newest, of: chat, countMax: -1, includesDeleted: true),
            .everywhere(above: newest, countMax: .max),
        ])
        #expect(found.map(\.count) == [1, 10, 0, 0, 0])
    }

    @Test func `a start reads no table of messages, but for the previews`() throws {
        let world = try SQLiteWorld.prepared()
        let plan = try world.store.reader().file.use { database in
            var row = try PreparedStatement(
                "EXPLAIN QUERY PLAN \(HistoryWalk.messageKeys)",
                in: database
            )
            var details: [String] = []
            while try row.step() {
                for _ in 0..<3 { row.skip() }
                details.append(row.text())
            }
            return details
        }
        #expect(plan == ["SCAN messages USING COVERING INDEX messages_chat_id"])
    }
}

extension StoreError? {
    var isUnavailable: Bool { if case .unavailable = self { true } else { false } }
    var isUnusable: Bool { if case .unusable = self { true } else { false } }
    var isRefused: Bool { if case .refused = self { true } else { false } }
}
