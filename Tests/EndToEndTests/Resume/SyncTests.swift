import TestSupport
import Testing

@Suite(.blocking) struct SyncTests {
    let ann: Person
    let bob: Person
    let chat: Int64

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
        self.bob = try Person("Bob", on: SharedServer.get())
        self.chat = try self.ann.makeGroup(with: [self.bob])
    }

    private func sync(_ answer: JSON, timeout: Int = 0) throws -> JSON {
        let (seq, epoch) = (answer["seq"].int ?? 0, answer["epoch"].string ?? "")
        let path = "/sync?since=\(seq)&epoch=\(epoch)&timeout=\(timeout)"
        let answer = try self.bob.get(path)
        expect(answer, 200)
        return answer.json
    }

    private func begin() throws -> JSON {
        let answer = try self.bob.get("/sync")
        expect(answer, 200)
        return answer.json
    }

    @Test func `it begins at where the server is now`() throws {
        let start = try self.begin()
        #expect(start.keys == ["epoch", "seq", "chats", "events", "has_more"])
        #expect(start["chats"] == [JSON(self.chat)])
        #expect(start["events"] == [])
        #expect(start["has_more"] == false)
    }

    @Test func `it gives the frames that a socket gets`() throws {
        let start = try self.begin()
        let socket = try self.bob.connect()
        let id = try self.ann.say("one", in: self.chat)
        expect(try self.bob.post("/chats/\(self.chat)/read"), 200)
        expect(try self.ann.delete("/messages/\(id)"), 204)
        let frames = try socket.events { $0.name == "message.deleted" }.map(\.json)
        let answer = try self.sync(start)
        #expect(answer["events"].items == frames)
        #expect(answer["seq"].int ?? 0 >= frames.last?["seq"].int ?? 0)
        #expect(try self.sync(answer)["events"] == [])
    }

    @Test func `it waits for the next event`() throws {
        let start = try self.begin()
        for text in ["one", "two"] {
            let (seq, epoch) = (start["seq"].int ?? 0, start["epoch"].string ?? "")
            let reader = Person(self.bob.credentials)
            try reader.write("GET", "/sync?since=\(seq)&epoch=\(epoch)")
            try self.ann.say(text, in: self.chat)
            let events = try reader.client.readAnswer().json["events"].items
            #expect(events.first?["data"]["content"].string == "one")
        }
    }

    @Test func `it ends with nothing when its time is up`() throws {
        let start = try self.begin()
        let clock = ContinuousClock()
        let began = clock.now
        let answer = try self.sync(start, timeout: 1)
        #expect(answer["events"] == [])
        #expect(clock.now - began >= .seconds(1))
    }

    @Test func `a great deal comes in parts`() throws {
        var answer = try self.begin()
        let body: JSON = ["chat_id": JSON(self.chat), "type": "text", "content": "x"]
        for _ in 0..<15 {
            for _ in 0..<100 { try self.ann.write("POST", "/messages", body) }
            for _ in 0..<100 { expect(try self.ann.client.readAnswer(), 201) }
        }
        var events: [JSON] = []
        var hadMore = false
        repeat {
            answer = try self.sync(answer)
            events += answer["events"].items
            hadMore = hadMore || answer["has_more"] == true
        } while answer["has_more"] == true
        #expect(hadMore)
        #expect(events.count == 1_500)
        #expect(zip(events, events.dropFirst()).allSatisfy { $0["seq"] == $1["prev"] })
    }

    @Test func `a chat that was joined is to be fetched, one that was left is not told of`() throws
    {
        let left = try self.ann.makeGroup(with: [self.bob])
        let start = try self.begin()
        let joined = try self.ann.makeGroup(with: [self.bob])
        try self.ann.say("x", in: left)
        expect(try self.ann.delete("/chats/\(left)/members/\(self.bob.id)"), 204)
        let answer = try self.sync(start)
        #expect(Set(answer["chats"].items) == [JSON(self.chat), JSON(joined)])
        #expect(answer["events"] == [["event": "chat.resync", "data": ["chat_id": JSON(joined)]]])
    }

    @Test func `of another history everything is to be fetched`() throws {
        let start = try self.begin()
        let answer = try self.bob.get("/sync?since=\(start["seq"].int ?? 0)&epoch=x")
        #expect(answer.json["events"] == [["event": "resync", "data": [:]]])
        #expect(answer.json["epoch"] == start["epoch"])
    }

    @Test func `joining a chat wakes who waits`() throws {
        let start = try self.begin()
        let reader = Person(self.bob.credentials)
        let (seq, epoch) = (start["seq"].int ?? 0, start["epoch"].string ?? "")
        try reader.write("GET", "/sync?since=\(seq)&epoch=\(epoch)")
        let made = try self.ann.makeGroup(with: [self.bob])
        let events = try reader.client.readAnswer().json["events"]
        #expect(events == [["event": "chat.resync", "data": ["chat_id": JSON(made)]]])
    }

    @Test func `who logs out waits no longer`() throws {
        let start = try self.begin()
        let reader = Person(self.bob.credentials)
        let (seq, epoch) = (start["seq"].int ?? 0, start["epoch"].string ?? "")
        try reader.write("GET", "/sync?since=\(seq)&epoch=\(epoch)")
        expect(try self.bob.post("/auth/logout"), 204)
        expect(try reader.client.readAnswer(), 401)
    }

    @Test func `what makes no sense is refused`() throws {
        expectInvalid(try self.bob.get("/sync?since=x"), "query", "since")
        expectInvalid(try self.bob.get("/sync?since=-1"), "query", "since")
        expectInvalid(try self.bob.get("/sync?timeout=31"), "query", "timeout")
        expect(try self.bob.client.send("GET", "/api/v1/sync"), 401)
    }
}
