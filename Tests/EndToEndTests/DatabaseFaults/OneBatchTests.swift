import Foundation
import TestSupport
import Testing

/// What comes and goes while the database is away, and so reaches it in one batch: it ends up as it
/// is in memory, which a start from the database alone shows.
@Suite(.blocking) struct OneBatchTests {
    private let cluster: PostgresCluster
    private let url: String
    private let server: ServerProcess
    private let ann: Person
    private let bob: Person
    private let eve: Person
    private let chat: Int64

    init() throws {
        self.cluster = try PostgresCluster()
        self.url = self.cluster.url(database: try self.cluster.newDatabase())
        self.server = try ServerProcess.small(["--no-limits", "--database-url", self.url])
        self.ann = try Person("Ann", on: self.server)
        self.bob = try Person("Bob", on: self.server)
        self.eve = try Person("Eve", on: self.server)
        self.chat = try self.ann.makeGroup(with: [self.bob, self.eve])
    }

    private func waitUntilCaughtUp() throws {
        let end = ContinuousClock.now + .seconds(120)
        while true {
            let health = try HTTPClient(self.server).send("GET", "/health/ready").json
            if health["database"] == "up", health["backlog_events"] == 0 { return }
            guard ContinuousClock.now < end else { throw WaitError.malformed("\(health)") }
            usleep(10_000)
        }
    }

    /// All that these people see.
    private func sight() throws -> [JSON] {
        try [self.ann, self.bob, self.eve].flatMap { person in
            let chats = try person.get("/chats").json
            let ids = chats.items.compactMap { $0["id"].int }
            let pages = try ids.map {
                try person.get("/messages?chat_id=\($0)&limit=200&include_deleted=true").json
            }
            let members = try ids.map { try person.get("/chats/\($0)/members").json }
            return [try person.get("/users/me").json, chats] + pages + members
        }
    }

    /// Does things while the database is away and holds it against the memory, afterwards also
    /// what a server shows that has nothing else.
    private func expectSame(_ name: String, _ body: () throws -> Void) throws {
        try self.waitUntilCaughtUp()
        try self.cluster.stop()
        try body()
        let before = try self.sight()
        try self.cluster.start()
        try self.waitUntilCaughtUp()
        #expect(try self.server.stop() == 0)
        let verified = try ServerProcess.run(
            ["verify", "--data-dir", self.server.dataFolder, "--database-url", self.url]
        )
        #expect(verified.status == 0, "\(verified.output)\(verified.errorOutput)")
        try FileManager.default.removeItem(atPath: self.server.dataFolder)
        try self.server.restart()
        for person in [self.ann, self.bob, self.eve] {
            person.accessToken = try #require(try person.logIn().json["access_token"].string)
        }
        let after = try self.sight()
        #expect(after == before)
        for (one, other) in zip(before, after) where one != other { print("\(one)\n\(other)\n") }
        print("database fault: \(name), in one batch: \(verified.output.suffix(15))")
    }

    @Test func `a tag that is handed on, and two that are exchanged`() throws {
        func tag(_ person: Person, _ tag: String) throws {
            expect(try person.put("/users/me/tag", ["tag": .string(tag)]), 200)
        }
        try tag(self.ann, "first")
        try tag(self.bob, "second")
        try self.expectSame("tags handed on") {
            try tag(self.ann, "between")
            try tag(self.eve, "first")
            try tag(self.bob, "third")
            try tag(self.ann, "second")
            expect(try self.bob.put("/users/me/tag", ["tag": "first"]), 409)
        }
        #expect(try self.eve.get("/users/me").json["tag"] == "first")
        #expect(try self.ann.get("/users/me").json["tag"] == "second")
        expect(try self.bob.put("/users/me/tag", ["tag": "second"]), 409)
        expect(try self.bob.put("/users/me/tag", ["tag": "between"]), 200)
    }

    @Test func `reactions that are taken off and put on again`() throws {
        let old = try self.ann.say("old", in: self.chat)
        func on(_ person: Person, _ emoji: String, _ message: Int64) throws {
            let path = "/messages/\(message)/reactions"
            expect(try person.post(path, ["emoji": .string(emoji)]), 201)
        }
        func off(_ person: Person, _ emoji: String, _ message: Int64) throws {
            let escaped = emoji.utf8.map { String(format: "%%%02X", $0) }.joined()
            expect(try person.delete("/messages/\(message)/reactions/\(escaped)"), 204)
        }
        // Two that look the same, of different bytes: é.
        let (one, two) = ("\u{e9}", "e\u{301}")
        for emoji in ["👍", "🎉", one] { try on(self.bob, emoji, old) }
        try on(self.eve, two, old)
        try self.expectSame("reactions off and on") {
            try off(self.bob, "👍", old)
            try on(self.bob, "👍", old)
            try off(self.bob, "🎉", old)
            try off(self.bob, one, old)
            try on(self.bob, two, old)
            try off(self.eve, two, old)
            try on(self.eve, one, old)
            try on(self.eve, two, old)
            let new = try self.ann.say("new", in: self.chat)
            try on(self.bob, "👍", new)
            try off(self.bob, "👍", new)
            try on(self.bob, "👍", new)
            try on(self.eve, "👍", new)
            try off(self.eve, "👍", new)
        }
        let page = try self.ann.page(of: self.chat)
        #expect(page[0]["reactions"].items.map { $0["user_id"] } == [.int(self.bob.id)])
        let shown = page[1]["reactions"].items.map { $0["emoji"].string ?? "" }
        #expect(shown.map { Array($0.utf8) } == ["👍", two, one, two].map { Array($0.utf8) })
    }

    @Test func `messages, members and chats that come and go`() throws {
        let kept = try self.bob.say("kept", in: self.chat)
        let gone = try self.bob.say("gone", in: self.chat)
        let ended = try self.ann.makeGroup("Ended", with: [self.bob])
        try self.bob.say("ended", in: ended)
        try self.expectSame("comings and goings") {
            try self.bob.say("sent while it is away", in: self.chat)
            expect(try self.eve.post("/chats/\(self.chat)/leave"), 204)
            try self.bob.say("not for Eve", in: self.chat)
            expect(
                try self.ann.post("/chats/\(self.chat)/members", ["user_id": .int(self.eve.id)]),
                201
            )
            expect(try self.bob.delete("/messages/\(gone)"), 204)
            expect(try self.bob.patch("/messages/\(kept)", ["content": "edited once"]), 200)
            expect(try self.bob.patch("/messages/\(kept)", ["content": "edited twice"]), 200)
            expect(try self.eve.post("/chats/\(self.chat)/read"), 200)
            let brief = try self.ann.makeGroup("Brief", with: [self.bob])
            let message = try self.bob.say("brief", in: brief)
            expect(try self.ann.post("/messages/\(message)/reactions", ["emoji": "👍"]), 201)
            for chat in [brief, ended] { expect(try self.ann.delete("/chats/\(chat)"), 204) }
            try self.ann.say("unread", in: self.chat)
        }
    }
}
