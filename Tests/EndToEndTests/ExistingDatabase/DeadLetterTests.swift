import TestSupport
import Testing

/// Rows that Postgres refuses, from the refusal to its end.
@Suite(.blocking) struct DeadLetterTests {
    private let cluster: PostgresCluster
    private let database: String
    private let options: [String]
    private let server: ServerProcess
    private let ann: Person
    private let chat: Int64

    init() throws {
        self.cluster = try PostgresCluster.shared()
        self.database = try self.cluster.newDatabase()
        self.options = ["--database-url", self.cluster.url(database: self.database)]
        self.server = try ServerProcess.small(["--no-limits"] + self.options)
        self.ann = try Person("Ann", on: self.server)
        self.chat = try self.ann.makeGroup()
        try self.server.waitForDatabase()
        try self.cluster.psql(
            self.database,
            "ALTER TABLE messages ADD CONSTRAINT no_poison CHECK (content <> 'poison')"
        )
    }

    private func letters(_ command: String) throws -> ServerProcess.Outcome {
        try ServerProcess.run(
            ["dead-letters", command, "--data-dir", self.server.dataFolder] + self.options
        )
    }

    private func verify() throws -> ServerProcess.Outcome {
        try ServerProcess.run(
            ["verify", "--data-dir", self.server.dataFolder]
                + ["--snapshot-dir", self.server.snapshotFolder] + self.options
        )
    }

    private func heal() throws {
        try self.cluster.psql(self.database, "ALTER TABLE messages DROP CONSTRAINT no_poison")
    }

    /// Sends it between two others, and waits until all three are settled.
    private func poison(_ chat: Int64) throws -> Int64 {
        try self.ann.say("before", in: chat)
        let id = try self.ann.say("poison", in: chat)
        try self.ann.say("after", in: chat)
        try self.server.waitForDatabase()
        return id
    }

    @Test func `a refused row is listed, shown, and written when it can be`() throws {
        #expect(try self.letters("list").output == "0 rows\n")
        let id = try self.poison(self.chat)
        let listed = try self.letters("list")
        #expect(listed.status == 0)
        let lines = listed.output.split(separator: "\n")
        #expect(lines.count == 2 && lines.last == "1 row")
        for words in ["  messages \(id)  ", "23514: ", "no_poison"] {
            #expect(listed.output.contains(words), "\(listed.output)")
        }
        let shown = try self.ann.allMessages(of: self.chat)
        #expect(shown.map { $0["content"] } == ["after", "poison", "before"])
        try self.server.stop()
        let verified = try self.verify()
        #expect(verified.status == 0, "\(verified.output)")
        #expect(
            verified.output.contains("refused by the database: 1; see `nodus dead-letters list`")
        )
        try self.server.restart()
        #expect(try self.ann.allMessages(of: self.chat) == shown)

        let early = try self.letters("retry")
        #expect(early.status == 1)
        #expect(early.output.hasSuffix("written: 0, refused again: 1\n"), "\(early.output)")
        #expect(early.output.contains("messages \(id)  23514: "))
        let down = try ServerProcess.run(["migrate", "down", "20241105_0005"] + self.options)
        #expect(down.status == 1)
        #expect(
            down.errorOutput.contains("cannot hold these rows:\n  dead letter 1: messages \(id):")
        )

        try self.heal()
        let retried = try self.letters("retry")
        #expect(retried.status == 0)
        #expect(retried.output == "written: 1, refused again: 0\n")
        #expect(try self.letters("list").output == "0 rows\n")
        let row = try self.cluster.psql(
            self.database,
            "SELECT chat_id, content FROM messages WHERE id = \(id)"
        )
        #expect(row == "\(self.chat)|poison")
        expect(try self.ann.patch("/messages/\(id)", ["content": "cured"]), 200)
        try self.server.stop()
        let equal = try self.verify()
        #expect(equal.status == 0, "\(equal.output)")
        #expect(!equal.output.contains("refused"))
        try self.server.restart()
        let after = try self.ann.allMessages(of: self.chat)
        #expect(after.map { $0["content"] } == ["after", "cured", "before"])
    }

    @Test func `what was changed or deleted since is not brought back`() throws {
        let edited = try self.poison(self.chat)
        expect(try self.ann.patch("/messages/\(edited)", ["content": "cured"]), 200)
        let deleted = try self.poison(self.chat)
        expect(try self.ann.delete("/messages/\(deleted)"), 204)
        let gone = try self.ann.makeGroup("Short")
        let stray = try self.poison(gone)
        expect(try self.ann.delete("/chats/\(gone)"), 204)
        try self.server.waitForDatabase()
        let shown = try self.ann.allMessages(of: self.chat)
        #expect(shown.count == 6)

        try self.heal()
        let retried = try self.letters("retry")
        #expect(retried.status == 0)
        #expect(
            retried.output.hasPrefix("written: 2, refused again: 0, dropped because "),
            "\(retried.output)"
        )
        #expect(try self.letters("list").output == "0 rows\n")
        let left = try self.cluster.psql(
            self.database,
            "SELECT count(*) FROM messages WHERE id = \(stray)"
        )
        #expect(left == "0")
        try self.server.stop()
        let equal = try self.verify()
        #expect(equal.status == 0, "\(equal.output)")
        try self.server.restart()
        #expect(try self.ann.allMessages(of: self.chat) == shown)
    }
}
