import TestSupport
import Testing

/// Some of everything that a database keeps, made over the interface of a new server.
struct SampleHistory {
    let server: ServerProcess
    let ann: Person
    let bob: Person
    /// Has left the group without reading all of it.
    let eve: Person
    /// Of all three, with most of the messages.
    let group: Int64
    let direct: Int64
    /// Of the group, in their order. The first is edited, the second deleted, the third has two
    /// reactions.
    let ids: [Int64]

    var people: [Person] { [self.ann, self.bob, self.eve] }

    init(on server: ServerProcess, messageCount: Int = 20) throws {
        self.server = server
        self.ann = try Person("Ann", on: server)
        self.bob = try Person("Bob", on: server)
        self.eve = try Person("Eve", on: server)
        self.group = try self.ann.makeGroup("Tea — чай", with: [self.bob, self.eve])
        self.direct = try self.bob.openDirect(with: self.ann)
        let more = try self.bob.makeGroup("Nothing yet", with: [self.ann])
        self.ids = try Self.write(messageCount, by: self.ann, in: self.group)
        let payload: JSON = [
            "chat_id": .int(self.direct), "type": "voice",
            "payload": ["attachment_id": "a", "codec": "opus", "duration_ms": 1200],
        ]
        expect(try self.bob.post("/messages", payload), 201)
        expect(try self.ann.patch("/messages/\(self.ids[0])", ["content": "edited 🦊"]), 200)
        expect(try self.ann.delete("/messages/\(self.ids[1])"), 204)
        for (person, emoji) in [(self.bob, "👍"), (self.eve, "👍"), (self.eve, "🎉")] {
            let path = "/messages/\(self.ids[2])/reactions"
            expect(try person.post(path, ["emoji": .string(emoji)]), 201)
        }
        expect(try self.eve.delete("/messages/\(self.ids[2])/reactions/%F0%9F%8E%89"), 204)
        expect(try self.bob.post("/chats/\(self.group)/read"), 200)
        expect(try self.eve.post("/chats/\(self.group)/leave"), 204)
        try self.ann.say("Where is Eve?", in: self.group)
        try self.ann.say("Bob?", in: self.direct)
        expect(try self.ann.delete("/chats/\(more)"), 403)
        expect(try self.bob.delete("/chats/\(more)"), 204)
    }

    private static func write(_ count: Int, by author: Person, in chat: Int64) throws -> [Int64] {
        var ids: [Int64] = []
        while ids.count < count {
            let some = ids.count..<min(ids.count + 100, count)
            for number in some {
                var body: [String: JSON] = [
                    "chat_id": .int(chat), "type": "text", "content": "message \(number)",
                ]
                if number % 10 == 9 { body["reply_to_id"] = ids.last.map { .int($0) } }
                try author.write("POST", "/messages", .object(body))
            }
            for _ in some {
                let answer = try author.client.readAnswer()
                guard answer.status == 201, let id = answer.json["id"].int else {
                    throw WaitError.malformed("answer: \(answer)")
                }
                ids.append(id)
            }
        }
        return ids
    }

    /// All that they can read, in the order of `people`.
    func everything() throws -> [[String: JSON]] { try self.people.map { try $0.everything() } }

    /// Runs `nodus verify` for the stopped server.
    func verify(_ options: [String] = []) throws -> ServerProcess.Outcome {
        try ServerProcess.run(
            ["verify", "--data-dir", self.server.dataFolder]
                + ["--snapshot-dir", self.server.snapshotFolder] + options
        )
    }
}
