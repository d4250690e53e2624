import TestSupport
import Testing

@Suite(.blocking) struct ResumeTests {
    let ann: Person
    let bob: Person
    let chat: Int64

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
        self.bob = try Person("Bob", on: SharedServer.get())
        self.chat = try self.ann.makeGroup(with: [self.bob])
    }

    @Test func `what was missed comes in order, then what happens`() throws {
        let session = try Session(self.bob)
        let witness = try Session(self.bob)
        let other = try self.ann.makeGroup(with: [self.bob])
        try self.ann.say("seen", in: self.chat)
        let seen = try session.events(throughMessage: "seen")
        session.drop()
        let id = try self.ann.say("one", in: self.chat)
        try self.ann.say("two", in: other)
        expect(try self.ann.patch("/messages/\(id)", ["content": "three"]), 200)
        expect(try self.ann.post("/messages/\(id)/reactions", ["emoji": "x"]), 201)
        expect(try self.bob.post("/chats/\(self.chat)/read"), 200)
        expect(try self.ann.patch("/chats/\(other)", ["title": "New"]), 200)
        expect(try self.ann.delete("/messages/\(id)"), 204)
        try session.resume()
        try self.ann.say("live", in: self.chat)
        let heard = try seen + session.events(throughMessage: "live")
        #expect(try heard == witness.events(throughMessage: "live"))
    }

    @Test func `who has missed nothing is told nothing`() throws {
        let session = try Session(self.bob)
        try self.ann.say("seen", in: self.chat)
        _ = try session.events(throughMessage: "seen")
        for _ in 0..<3 {
            session.drop()
            try session.resume()
        }
        try self.ann.say("next", in: self.chat)
        #expect(try session.events(throughMessage: "next").count == 1)
    }

    @Test func `hello tells where the stream goes on from`() throws {
        let session = try Session(self.bob)
        let before = session.seq
        session.drop()
        try self.ann.say("missed", in: self.chat)
        try session.resume()
        #expect(session.hello?.data["seq"] == JSON(before))
        // Cut before anything else was read: nothing is lost.
        session.drop()
        try session.resume()
        #expect(try session.events(throughMessage: "missed").count == 1)
    }

    @Test func `of another history nothing is known`() throws {
        let session = try Session(self.bob)
        let epoch = session.epoch
        let future = session.seq + 1_000_000
        let queries = [
            "since=\(session.seq)", "since=\(session.seq)&epoch=\(String(epoch.reversed()))",
            "since=\(future)&epoch=\(epoch)", "since=-1&epoch=\(epoch)",
            "since=99999999999999999999999&epoch=\(epoch)", "since=x&epoch=\(epoch)",
            "since=&epoch=\(epoch)",
        ]
        for query in queries {
            let socket = try WebSocketClient(
                self.bob.server,
                token: self.bob.accessToken,
                query: query
            )
            let hello = try socket.next()
            #expect(hello.data["chats"] == [JSON(self.chat)], "\(query)")
            #expect(hello.data["epoch"].string == epoch)
            #expect((hello.data["seq"].int ?? 0) >= session.seq, "\(query)")
            #expect(try socket.next().name == "resync", "\(query)")
            let text = "after \(query)"
            try self.ann.say(text, in: self.chat)
            let event = try socket.next("message.created") { $0["content"].string == text }
            #expect(event.seq != nil)
        }
    }

    @Test func `a chat that began meanwhile is to be fetched, and nothing of it is replayed`()
        throws
    {
        let session = try Session(self.bob)
        session.drop()
        let made = try self.ann.makeGroup(with: [self.bob])
        try self.ann.say("before", in: made)
        let joined = try self.ann.makeGroup()
        try self.ann.say("not for Bob", in: joined)
        expect(try self.ann.post("/chats/\(joined)/members", ["user_id": JSON(self.bob.id)]), 201)
        try session.resume()
        #expect(session.chats == [self.chat, made, joined])
        try self.ann.say("live", in: made)
        let heard = try session.events(throughMessage: "live")
        let told = heard.filter { $0.name == "chat.resync" }.compactMap { $0.data["chat_id"].int }
        #expect(Set(told) == [made, joined])
        #expect(heard.count == 3)
        #expect(heard.allSatisfy { ($0.seq == nil) == ($0.name == "chat.resync") })
    }

    @Test func `a chat that was left meanwhile is gone without a word`() throws {
        let gone = try self.ann.makeGroup(with: [self.bob])
        let deleted = try self.ann.makeGroup(with: [self.bob])
        let session = try Session(self.bob)
        session.drop()
        try self.ann.say("before", in: gone)
        expect(try self.ann.delete("/chats/\(gone)/members/\(self.bob.id)"), 204)
        try self.ann.say("secret", in: gone)
        expect(try self.ann.delete("/chats/\(deleted)"), 204)
        try session.resume()
        #expect(session.chats == [self.chat])
        try self.ann.say("live", in: self.chat)
        #expect(try session.events(throughMessage: "live").count == 1)
    }

    @Test func `of the time between being removed and added again nothing is told`() throws {
        let session = try Session(self.bob)
        session.drop()
        try self.ann.say("before", in: self.chat)
        expect(try self.ann.delete("/chats/\(self.chat)/members/\(self.bob.id)"), 204)
        try self.ann.say("secret", in: self.chat)
        let body: JSON = ["user_id": JSON(self.bob.id)]
        expect(try self.ann.post("/chats/\(self.chat)/members", body), 201)
        try self.ann.say("after", in: self.chat)
        try session.resume()
        try self.ann.say("live", in: self.chat)
        let heard = try session.events(throughMessage: "live")
        #expect(heard.map(\.name) == ["chat.resync", "message.created"])
    }

    @Test func `a long absence is made up for as fast as the client reads`() throws {
        let session = try Session(self.bob)
        session.drop()
        let text = String(repeating: "x", count: 15_000)
        let body: JSON = ["chat_id": JSON(self.chat), "type": "text", "content": .string(text)]
        for _ in 0..<300 { try self.ann.write("POST", "/messages", body) }
        for _ in 0..<300 { expect(try self.ann.client.readAnswer(), 201) }
        try session.resume()
        // Comes while there are some four megabytes that the socket has no room for.
        try self.ann.say("live", in: self.chat)
        let heard = try session.events(throughMessage: "live")
        #expect(heard.count == 301)
        #expect(zip(heard, heard.dropFirst()).allSatisfy { $0.seq == $1.prev })
    }

    @Test func `two devices come back by themselves`() throws {
        let sessions = try [Session(self.bob), Session(self.bob), Session(self.ann)]
        for session in sessions.dropFirst() { session.drop() }
        let ids = try (0..<20).map { try self.ann.say("\($0)", in: self.chat) }
        for session in sessions.dropFirst() { try session.resume() }
        for session in sessions {
            let heard = try session.events(throughMessage: "19")
            #expect(heard.compactMap { $0.data["id"].int } == ids)
        }
    }
}
