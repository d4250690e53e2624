import Foundation
import TestSupport
import Testing

/// A history that moves from one database to the other.
@Suite(.blocking) struct ImportTests {
    private let cluster: PostgresCluster
    private let database: String

    private var url: String { self.cluster.url(database: self.database) }

    init() throws {
        self.cluster = try PostgresCluster.shared()
        self.database = try self.cluster.newDatabase()
    }

    private func run(_ source: String, to target: String) throws -> ServerProcess.Outcome {
        try ServerProcess.run(["import", "--from", source, "--to", target])
    }

    private func file(of server: ServerProcess) -> String { "\(server.dataFolder)/history.sqlite" }

    /// Has each batch of rows take its time, so that a copy can be interrupted between them. One of
    /// messages takes long enough for a look at the database, which is a program of its own.
    private func slowDown() throws {
        #expect(try ServerProcess.run(["migrate", "up", "--database-url", self.url]).status == 0)
        var script = """
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN PERFORM pg_sleep(TG_ARGV[0]::float); RETURN NULL; END';
            """
        for (table, seconds) in [("users", 0.5), ("messages", 4.0)] {
            script += """
                CREATE TRIGGER wait BEFORE INSERT ON \(table)
                FOR EACH STATEMENT EXECUTE FUNCTION wait(\(seconds));
                """
        }
        try self.cluster.psql(self.database, script)
    }

    private func speedUp() throws {
        try self.cluster.psql(
            self.database,
            "DROP TRIGGER wait ON users; DROP TRIGGER wait ON messages; DROP FUNCTION wait"
        )
    }

    /// Begins to copy, and kills it as soon as the target answers `sql` with true.
    private func interrupt(_ source: String, when sql: String) throws {
        let folder = try ThrowawayFolder()
        let process = try ChildProcess(
            ServerProcess.program("nodus"),
            ["import", "--from", source, "--to", self.url],
            environment: ["PATH=/usr/bin:/bin"],
            folder: folder.path,
            errorFile: folder.path + "/errors"
        )
        try eventually(sql) { try self.cluster.psql(self.database, "SELECT \(sql)") == "t" }
        process.signal(SIGKILL)
        #expect(try process.waitForExit(timeout: .seconds(30)) == 137)
        try self.endSessions()
    }

    /// Ends what a killed copy has left in the database: a batch that sleeps there holds locks, and
    /// the next copy does not wait much longer for them than that takes.
    private func endSessions() throws {
        let others = """
            FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend'
            AND pid <> pg_backend_pid()
            """
        try self.cluster.psql(self.database, "SELECT pg_terminate_backend(pid) \(others)")
        try eventually("the end of what the copy did") {
            try self.cluster.psql(self.database, "SELECT count(*) \(others)") == "0"
        }
    }

    private static let halfCopied = """
        Error: the database cannot be used: a copy into it has begun and not ended. Run the same \
        `nodus import` again, which goes on where it was interrupted, or empty the database.
        """

    private func expectHalfCopied(_ server: ServerProcess) throws {
        let empty = try ThrowawayFolder()
        for folder in [server.dataFolder, "\(empty.path)/data"] {
            let served = try ServerProcess.run([
                "serve", "--port", "0", "--data-dir", folder, "--database-url", self.url,
            ])
            #expect(served.status == 1)
            #expect(served.errorOutput.hasSuffix(Self.halfCopied + "\n"), "\(served.errorOutput)")
        }
        let verified = try ServerProcess.run([
            "verify", "--data-dir", server.dataFolder, "--database-url", self.url,
            "--snapshot-dir", server.snapshotFolder,
        ])
        #expect(verified.status == 1 && verified.errorOutput == Self.halfCopied + "\n")
        let copied = try self.run(self.url, to: "\(empty.path)/copy.sqlite")
        #expect(copied.status == 1)
        #expect(copied.errorOutput.contains("is itself the target of a copy that did not end"))
        #expect(!FileManager.default.fileExists(atPath: "\(empty.path)/copy.sqlite"))
    }

    @Test func `a copy that is killed again and again ends equal, and the server goes on from it`()
        throws
    {
        let server = try ServerProcess.small()
        let sample = try SampleHistory(on: server, messageCount: 3_500)
        let before = try sample.everything()
        try server.waitForDatabase()
        try server.stop()
        let source = self.file(of: server)
        try self.slowDown()
        let zeros = String(repeating: "0", count: 32)
        try self.interrupt(source, when: "epoch = '\(zeros)' FROM nodus_state")
        try self.expectHalfCopied(server)
        for count in [1, 1_001, 2_001] {
            try self.interrupt(source, when: "count(*) >= \(count) FROM messages")
            #expect(try self.cluster.psql(self.database, "SELECT count(*) FROM messages") != "3503")
        }
        try self.expectHalfCopied(server)
        try self.speedUp()
        let copied = try self.run(source, to: self.url)
        #expect(copied.status == 0, "\(copied.errorOutput)")
        let sentence = "and 3503 messages with their reactions. Both databases are equal (CRC32C "
        #expect(copied.output.contains(sentence), "\(copied.output)")
        #expect(copied.errorOutput.isEmpty)
        let again = try self.run(source, to: self.url)
        #expect(again.status == 1)
        #expect(
            again.errorOutput
                == "Error: the target holds this very history already: nothing was copied.\n"
        )

        let options = ServerProcess.smallSegments + ["--no-limits", "--database-url", self.url]
        try server.restart(options)
        #expect(try sample.everything() == before)
        let next = try sample.ann.say("On Postgres now", in: sample.group)
        #expect(next > sample.ids.max() ?? 0)
        let path = "/messages/\(sample.ids[2])/reactions"
        expect(try sample.bob.post(path, ["emoji": "👍"]), 400, "Reaction already exists")
        expect(try sample.bob.delete("\(path)/%F0%9F%91%8D"), 204)
        expect(try sample.ann.patch("/messages/\(sample.ids[3])", ["content": "later"]), 200)
        let after = try sample.everything()
        try server.kill()
        try server.restart(options)
        #expect(try sample.everything() == after)
        try server.stop()
        let verified = try sample.verify(["--database-url", self.url])
        #expect(verified.status == 0, "\(verified.output)\(verified.errorOutput)")
        #expect(verified.output.hasSuffix("differences: 0\n"))
        #expect(!verified.output.contains("in the database alone"))
        let late = try self.run(source, to: self.url)
        #expect(late.status == 1)
        #expect(
            late.errorOutput
                == "Error: the target holds a history of its own: copy into an empty database.\n"
        )
    }

    @Test func `a source that goes on changing is found out`() throws {
        let server = try ServerProcess.small()
        let sample = try SampleHistory(on: server, messageCount: 1_100)
        try server.waitForDatabase()
        try server.stop()
        try self.slowDown()
        let source = self.file(of: server)
        try self.interrupt(source, when: "count(*) > 0 FROM messages")
        try server.restart()
        expect(try sample.ann.patch("/messages/\(sample.ids[5])", ["content": "new"]), 200)
        try server.waitForDatabase()
        let refused = """
            Error: the source has changed since the copy began: stop its server, empty the target, \
            and begin again.

            """
        let resumed = try self.run(source, to: self.url)
        #expect(resumed.status == 1)
        #expect(resumed.errorOutput == refused)

        // What the sentence says to do, and then a change in the middle of the copy.
        let emptied = try ServerProcess.run(["migrate", "down", "base", "--database-url", self.url])
        #expect(emptied.status == 0, "\(emptied.errorOutput)")
        try self.cluster.psql(self.database, "DROP FUNCTION wait")
        try self.slowDown()
        let folder = try ThrowawayFolder()
        let process = try ChildProcess(
            ServerProcess.program("nodus"),
            ["import", "--from", source, "--to", self.url],
            environment: ["PATH=/usr/bin:/bin"],
            folder: folder.path,
            errorFile: folder.path + "/errors"
        )
        try eventually("the first messages") {
            try self.cluster.psql(self.database, "SELECT count(*) > 0 FROM messages") == "t"
        }
        expect(try sample.ann.patch("/messages/\(sample.ids[5])", ["content": "newer"]), 200)
        try server.waitForDatabase()
        #expect(try process.waitForExit(timeout: .seconds(60)) == 1)
        let said = try String(contentsOfFile: folder.path + "/errors", encoding: .utf8)
        #expect(said == refused)
    }

    @Test func `the way back to SQLite is the same`() throws {
        let server = try ServerProcess.small(["--no-limits", "--database-url", self.url])
        let sample = try SampleHistory(on: server)
        let before = try sample.everything()
        try server.waitForDatabase()
        try server.stop()
        let copied = try self.run(self.url, to: self.file(of: server))
        #expect(copied.status == 0, "\(copied.errorOutput)")
        try server.restart(ServerProcess.smallSegments + ["--no-limits"])
        #expect(try sample.everything() == before)
        try sample.bob.say("Small again", in: sample.direct)
        try server.stop()
        let verified = try sample.verify()
        #expect(verified.status == 0, "\(verified.output)\(verified.errorOutput)")
    }

    @Test func `what cannot be copied is said in a sentence, and nothing is left behind`() throws {
        let folder = try ThrowawayFolder()
        let old = try #require(try OldDatabase(.small, neededBy: "ImportTests"))
        let target = "\(folder.path)/target.sqlite"
        try Data("no database at all, for long enough".utf8)
            .write(to: URL(filePath: "\(folder.path)/text"))
        let server = try ServerProcess.small()
        _ = try SampleHistory(on: server)
        try server.waitForDatabase()
        try server.stop()
        let source = self.file(of: server)
        for (from, to, words) in [
            ("\(folder.path)/none.sqlite", target, "none.sqlite: No such file or directory"),
            ("\(folder.path)/text", target, "file is not a database"),
            ("postgresql://postgres@127.0.0.1:1/x", target, "port 1 failed: Connection refused"),
            (self.cluster.url(database: "none"), target, "database \"none\" does not exist"),
            ("postgresql://[", target, "the address cannot be read"),
            (self.url, target, "it is at revision base"),
            (old.url, target, "it is at revision 7a428b8e8dac; `nodus migrate up` brings"),
            (source, "\(folder.path)/none/x.sqlite", "No such file or directory"),
            (source, "\(folder.path)/text", "text is damaged: file is not a database"),
            (source, "postgresql://nobody@127.0.0.1:1/x", "Connection refused"),
            (source, "postgresql://x@nowhere.invalid/x", "nowhere.invalid"),
            (source, old.url, "the target holds a history of its own"),
            (source, source, "the target holds this very history already"),
        ] {
            let outcome = try self.run(from, to: to)
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errorOutput.hasPrefix("Error: "), "\(outcome.errorOutput)")
            #expect(outcome.errorOutput.contains(words), "\(outcome.errorOutput)")
            let isSentence =
                outcome.errorOutput.hasSuffix(".\n") || outcome.errorOutput.hasSuffix("?\n")
            #expect(isSentence && outcome.errorOutput.filter(\.isNewline).count == 1)
        }
        #expect(!FileManager.default.fileExists(atPath: target))
        #expect(try old.psql("SELECT version_num FROM alembic_version") == ["7a428b8e8dac"])
    }
}
