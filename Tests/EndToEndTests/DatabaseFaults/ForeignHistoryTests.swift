import Foundation
import TestSupport
import Testing

/// The database and the data folder are not of one piece: one of them is older, lost, or another
/// server's. What can be made good is; what cannot is refused with a sentence to act on.
@Suite(.blocking, .serialized) struct ForeignHistoryTests {
    private let cluster: PostgresCluster
    private let database: String

    init() throws {
        self.cluster = try PostgresCluster.shared()
        self.database = try self.cluster.newDatabase()
    }

    private var url: String { self.cluster.url(database: self.database) }

    // MARK: - What an operator does

    private func makeBackup() throws -> String {
        try self.cluster.run("pg_dump", ["--no-owner", "-d", self.database])
    }

    /// Loads it into a database beside the one in use, and puts it into its place.
    private func restore(_ backup: String) throws {
        let folder = try ThrowawayFolder()
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: folder.path
        )
        let file = "\(folder.path)/backup.sql"
        try backup.write(toFile: file, atomically: false, encoding: .utf8)
        let restored = try self.cluster.newDatabase()
        try self.cluster.psql(restored, file: file)
        try self.replace(by: restored)
    }

    private func replace(by other: String) throws {
        try self.cluster.psql("postgres", "DROP DATABASE \(self.database) WITH (FORCE)")
        try self.cluster.psql("postgres", "ALTER DATABASE \(other) RENAME TO \(self.database)")
    }

    /// Starts the server of a folder, which is to refuse that.
    ///
    /// - Returns: what it says.
    private func refusal(of server: ServerProcess, url: String? = nil) throws -> String {
        let outcome = try ServerProcess.run(
            [
                "serve", "--data-dir", server.dataFolder, "--snapshot-dir", server.snapshotFolder,
                "--port", "0", "--database-url", url ?? self.url,
            ]
        )
        #expect(outcome.status == 1 && outcome.output.isEmpty, "\(outcome.output)")
        let lines = outcome.errorOutput.split(separator: "\n")
        return String(lines.last { $0.hasPrefix("Error: ") } ?? "\(outcome.errorOutput)")
    }

    private func epoch() throws -> String {
        try self.cluster.psql(self.database, "SELECT epoch FROM nodus_state")
    }

    // MARK: - Made good

    @Test func `an older backup is filled up from the journal`() throws {
        try FaultRun.on(self.url, "restored to an older backup") { run in
            try run.waitForAnswers()
            let backup = try self.makeBackup()
            try run.waitForAnswers(300)
            try self.restore(backup)
            try run.waitForAnswers()
            try run.waitForHealth("a database that has caught up") { $0.backlog ?? 99 < 20 }
            try run.whileStopped {
                try run.verify()
                try self.restore(backup)
            }
            try run.waitForAnswers()
        }
    }

    @Test func `a database that is gone is made anew from the journal`() throws {
        try FaultRun.on(self.url, "dropped and made anew") { run in
            try run.waitForAnswers()
            try self.replace(by: try self.cluster.newDatabase())
            try run.waitForAnswers()
            try run.waitForHealth("a database that has caught up") { $0.backlog ?? 99 < 20 }
        }
    }

    @Test func `without its data folder a server goes on from the database`() throws {
        try FaultRun.on(self.url, "data folder lost") { run in
            try run.waitForAnswers(400)
            try run.settle()
            let backup = try self.makeBackup()
            let newest = try self.newest()
            try FileManager.default.removeItem(atPath: run.server.dataFolder)
            try run.server.restart()
            let people = try run.signIn()
            try run.read(as: people)
            try self.expectNewIDs(on: run, after: newest)
            try run.waitForHealth("an empty backlog") { $0.isCaughtUp }
            try run.whileStopped { try run.verify() }
            try run.whileStopped(kills: true) { run.killCount += 1 }
            try run.whileStopped {
                try run.verify()
                // From before the journal that there is now.
                try self.restore(backup)
                let sentence = try self.refusal(of: run.server)
                #expect(sentence.contains("was begun anew"), "\(sentence)")
                #expect(sentence.contains("--database-url"), "\(sentence)")
                try FileManager.default.removeItem(atPath: run.server.dataFolder)
            }
        }
    }

    /// The highest ids of users, chats, messages and reactions.
    private func newest() throws -> [Int64] {
        try ["users", "chats", "messages", "message_reactions"].map { table in
            let text = try self.cluster.psql(
                self.database,
                "SELECT coalesce(max(id), 0) FROM \(table)"
            )
            return try #require(Int64(text))
        }
    }

    private func expectNewIDs(on run: FaultRun, after newest: [Int64]) throws {
        let old = Person(run.world.people[0])
        old.accessToken = try #require(try old.logIn().json["access_token"].string)
        let new = try Person("New", on: run.server)
        let chat = try old.makeGroup(with: [new])
        let message = try new.say("hello again", in: chat)
        let reaction = try old.post("/messages/\(message)/reactions", ["emoji": "👍"])
        #expect(new.id > newest[0] && chat > newest[1] && message > newest[2])
        #expect(reaction.json["id"].int ?? 0 > newest[3])
        let later = try old.say("in an old chat", in: Int64(run.world.chats.all))
        #expect(later > newest[2])
        expect(try old.delete("/messages/\(later)"), 204)
    }

    // MARK: - Refused

    @Test func `a data folder that is older than the database is refused`() throws {
        try FaultRun.on(self.url, "data folder older") { run in
            let copy = "\(run.server.folder.path)/copy"
            try run.waitForAnswers()
            try run.whileStopped {
                try FileManager.default.copyItem(atPath: run.server.dataFolder, toPath: copy)
            }
            try run.waitForAnswers()
            try run.settle()
            try FileManager.default.removeItem(atPath: run.server.dataFolder)
            try FileManager.default.moveItem(atPath: copy, toPath: run.server.dataFolder)
            let sentence = try self.refusal(of: run.server)
            #expect(sentence.contains("folder is an older copy"), "\(sentence)")
            // What it says is of use.
            try FileManager.default.moveItem(
                atPath: "\(run.server.dataFolder)/journal",
                toPath: copy
            )
            try run.server.restart()
            try run.read(as: try run.signIn())
        }
    }

    @Test func `another server's database is refused, at the start and on the way`() throws {
        let other = try self.cluster.newDatabase()
        let otherURL = self.cluster.url(database: other)
        let stranger = try ServerProcess.small(["--no-limits", "--database-url", otherURL])
        _ = try Person(on: stranger).makeGroup()
        #expect(try stranger.stop() == 0)
        try FaultRun.on(self.url, "another server's database") { run in
            try run.waitForAnswers()
            let mine = try self.epoch()
            let backup = try self.cluster.run("pg_dump", ["--no-owner", "-d", other])
            let own = try self.makeBackup()
            try run.whileStopped {
                let sentence = try self.refusal(of: run.server, url: otherURL)
                let theirs = try self.cluster.psql(other, "SELECT epoch FROM nodus_state")
                #expect(sentence.contains(mine) && sentence.contains(theirs), "\(sentence)")
                #expect(sentence.contains("--database-url"), "\(sentence)")
            }
            try run.waitForAnswers()
            try self.restore(backup)
            try run.waitForHealth("a refusal") { $0.database == "refused" }
            try run.waitForAnswers()
            #expect(try self.epoch() != mine)
            #expect(try self.cluster.psql(self.database, "SELECT count(*) FROM users") == "1")
            try self.restore(own)
            try run.waitUntilUp()
        }
    }
}
