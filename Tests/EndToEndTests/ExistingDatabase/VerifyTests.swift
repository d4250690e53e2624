import Foundation
import Glibc
import TestSupport
import Testing

/// Rows that were changed behind the server's back.
@Suite(.blocking) struct VerifyTests {
    /// What is done to a row, and what is said of it. `$G` is the group, `$1` its first message and
    /// so on, and `$A` and `$B` are people.
    private static let harm: [(sql: String, said: String)] = [
        ("UPDATE messages SET content = 'forged' WHERE id = $4", "messages $4 is different"),
        ("UPDATE messages SET chat_id = 1 - $G WHERE id = $5", "messages $5 is different"),
        ("DELETE FROM messages WHERE id = $6", "messages $6 is missing"),
        (
            "UPDATE message_reactions SET id = id + 1 WHERE message_id = $3 AND user_id = $B",
            "message_reactions $3,$B,👍 is different"
        ),
        (
            "DELETE FROM message_reactions WHERE message_id = $3 AND user_id = $E",
            "message_reactions $3,$E,👍 is missing"
        ),
        (
            """
            INSERT INTO message_reactions (message_id, user_id, emoji, id, created_at)
            SELECT $7, $A, '😈', 77, created_at FROM users WHERE id = $A
            """,
            "message_reactions $7,$A,😈 should not be there"
        ),
        (
            "UPDATE chat_members SET read_through = $1 WHERE chat_id = $G AND user_id = $B",
            "chat_members $G,$B is different"
        ),
        (
            "UPDATE chat_members SET role = 'admin' WHERE chat_id = $D AND user_id = $A",
            "chat_members $D,$A is different"
        ),
        ("DELETE FROM member_absences WHERE user_id = $E", "member_absences $G,$E,$T is missing"),
        (
            """
            INSERT INTO users (id, email, password_hash, display_name, tag, created_at)
            SELECT 99, 'x', 'x', 'x', 'x', created_at FROM users WHERE id = $A
            """,
            "users 99 should not be there"
        ),
        ("UPDATE users SET password_hash = 'x' WHERE id = $E", "users $E is different"),
        ("UPDATE chats SET title = 'Coffee' WHERE id = $G", "chats $G is different"),
        (
            """
            INSERT INTO messages (id, chat_id, type, ts, is_deleted)
            SELECT 5, $G, 'text', created_at, $F FROM users WHERE id = $A
            """,
            "messages 5 should not be there"
        ),
    ]

    private static func filled(_ text: String, _ sample: SampleHistory, false no: String) -> String
    {
        var text = text
        let values =
            [
                "$G": "\(sample.group)", "$D": "\(sample.direct)", "$A": "\(sample.ann.id)",
                "$B": "\(sample.bob.id)", "$E": "\(sample.eve.id)", "$F": no,
                "$T": "\(sample.ids.last ?? 0)",
            ]
        for (name, value) in values { text = text.replacingOccurrences(of: name, with: value) }
        for number in (1...7).reversed() {
            text = text.replacingOccurrences(of: "$\(number)", with: "\(sample.ids[number - 1])")
        }
        return text
    }

    private static func check(
        _ sample: SampleHistory,
        _ options: [String],
        false no: String,
        harm: (String) throws -> Void
    ) throws {
        let sound = try sample.verify(options)
        #expect(sound.status == 0, "\(sound.output)\(sound.errorOutput)")
        #expect(sound.output.hasSuffix("differences: 0\n"))
        for (sql, _) in Self.harm { try harm(Self.filled(sql, sample, false: no)) }
        let found = try sample.verify(options)
        #expect(found.status == 1)
        let said = found.output.split(separator: "\n").map(String.init)
        #expect(said.last == "differences: \(Self.harm.count)")
        let wanted = Self.harm.map { Self.filled($0.said, sample, false: no) }
        let listed = said.filter {
            $0.hasSuffix("is different") || $0.hasSuffix("is missing") || $0.hasSuffix("be there")
        }
        #expect(listed.sorted() == wanted.sorted())
    }

    @Test func `rows of Postgres that were changed, taken away or added are named`() throws {
        let cluster = try PostgresCluster.shared()
        let database = try cluster.newDatabase()
        let options = ["--database-url", cluster.url(database: database)]
        let server = try ServerProcess.small(["--no-limits"] + options)
        let sample = try SampleHistory(on: server)
        try server.waitForDatabase()
        try server.stop()
        try Self.check(sample, options, false: "false") { try cluster.psql(database, $0) }
    }

    @Test func `rows of SQLite that were changed, taken away or added are named`() throws {
        let server = try ServerProcess.small()
        let sample = try SampleHistory(on: server)
        try server.waitForDatabase()
        try server.stop()
        let file = try SQLiteFile("\(server.dataFolder)/history.sqlite")
        try Self.check(sample, [], false: "0") { try file.run($0) }
    }

    @Test func `a server that runs is not verified`() throws {
        let server = try SharedServer.get()
        let outcome = try ServerProcess.run(["verify", "--data-dir", server.dataFolder])
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(
            outcome.errorOutput
                == "Error: the journal in \(server.dataFolder)/journal is in use by process "
                + "\(server.processID).\n"
        )
    }

    @Test func `what does not belong together is not compared`() throws {
        let one = try ServerProcess.small()
        let sample = try SampleHistory(on: one)
        try one.stop()
        let early = try ThrowawayFolder()
        try FileManager.default.copyItem(
            atPath: one.dataFolder,
            toPath: "\(early.path)/data"
        )
        try one.restart()
        try sample.ann.say("Later", in: sample.group)
        try one.stop()
        let other = try ServerProcess.small()
        _ = try SampleHistory(on: other)
        try other.stop()

        func refusal(_ folder: String) throws -> String {
            let outcome = try ServerProcess.run(["verify", "--data-dir", folder])
            #expect(outcome.status == 1 && outcome.output.isEmpty)
            return outcome.errorOutput
        }
        func replaceDatabase(of folder: String, byThatOf server: ServerProcess) throws {
            for name in ["history.sqlite", "history.sqlite-wal", "history.sqlite-shm"] {
                unlink("\(folder)/\(name)")
                guard access("\(server.dataFolder)/\(name)", F_OK) == 0 else { continue }
                try FileManager.default.copyItem(
                    atPath: "\(server.dataFolder)/\(name)",
                    toPath: "\(folder)/\(name)"
                )
            }
        }
        let folder = "\(early.path)/data"
        try replaceDatabase(of: folder, byThatOf: one)
        #expect(try refusal(folder).contains("the folder is an older copy"))
        try replaceDatabase(of: folder, byThatOf: other)
        #expect(try refusal(folder).contains("they are of two servers"))
        try FileManager.default.removeItem(atPath: "\(folder)/journal")
        #expect(try refusal(folder).hasPrefix("Error: there is no journal in \(folder)/journal"))
        #expect(access("\(folder)/journal", F_OK) != 0)
        #expect(try refusal("\(early.path)/none").contains("none/history.sqlite: No such file"))
    }

    @Test func `a folder whose beginning is in another database is not served without it`() throws {
        let old = try #require(try OldDatabase(.small, neededBy: "VerifyTests"))
        let server = try old.serve()
        _ = try Takeover(of: old, on: server).talk()
        try server.stop()
        let outcome = try ServerProcess.run([
            "serve", "--port", "0", "--data-dir", server.dataFolder,
        ])
        #expect(outcome.status == 1)
        #expect(
            outcome.errorOutput.hasSuffix(
                "what was before is in the database that the folder was used with. Name that one, "
                    + "with --database-url or NODUS_DATABASE_URL.\n"
            ),
            "\(outcome.errorOutput)"
        )
    }

    @Test func `events that the database does not have yet are counted`() throws {
        let cluster = try PostgresCluster()
        let database = try cluster.newDatabase()
        let options = ["--database-url", cluster.url(database: database)]
        let server = try ServerProcess.small(["--no-limits"] + options)
        let sample = try SampleHistory(on: server)
        try server.waitForDatabase()
        try cluster.stop(.immediate)
        for number in 1...5 { try sample.ann.say("\(number)", in: sample.group) }
        try server.kill()
        try cluster.start()
        let behind = try sample.verify(options)
        #expect(behind.status == 0, "\(behind.errorOutput)")
        #expect(behind.output.contains("not in the database yet: 5 events"), "\(behind.output)")
        try server.restart()
        try server.waitForDatabase()
        try server.stop()
        let equal = try sample.verify(options)
        #expect(equal.status == 0 && !equal.output.contains("not in the database yet"))
    }
}

/// A file of SQLite, through its library, which the server uses as well.
private final class SQLiteFile {
    private typealias Open =
        @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<OpaquePointer?>) -> Int32
    private typealias Execute =
        @convention(c) (
            OpaquePointer, UnsafePointer<CChar>, OpaquePointer?, OpaquePointer?, OpaquePointer?
        ) -> Int32
    private typealias Close = @convention(c) (OpaquePointer) -> Int32

    private let library: UnsafeMutableRawPointer
    private let path: String

    init(_ path: String) throws {
        guard let library = dlopen("libsqlite3.so.0", RTLD_NOW) else {
            throw WaitError.malformed("libsqlite3.so.0 is missing")
        }
        self.library = library
        self.path = path
    }

    deinit { dlclose(self.library) }

    private func function<Function>(_ name: String, as type: Function.Type) throws -> Function {
        guard let symbol = dlsym(self.library, name) else { throw WaitError.malformed(name) }
        return unsafeBitCast(symbol, to: type)
    }

    func run(_ sql: String) throws {
        var database: OpaquePointer?
        let opened = try self.function("sqlite3_open", as: Open.self)(self.path, &database)
        guard opened == 0, let database else { throw WaitError.failed("open", errno: opened) }
        defer { _ = try? self.function("sqlite3_close", as: Close.self)(database) }
        let code = try self.function("sqlite3_exec", as: Execute.self)(database, sql, nil, nil, nil)
        guard code == 0 else { throw WaitError.malformed("SQLite's \(code): \(sql)") }
    }
}
