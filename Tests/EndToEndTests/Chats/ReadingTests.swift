import TestSupport
import Testing

@Suite(.blocking) struct ReadingTests {
    let cast: Cast
    let chat: Int64

    init() throws {
        self.cast = try Cast()
        self.chat = try self.cast.ann.makeGroup(with: [self.cast.bob])
    }

    private func read(_ person: Person) throws -> JSON {
        let answer = try person.post("/chats/\(self.chat)/read")
        expect(answer, 200)
        #expect(answer.json.keys == ["message_ids", "up_to_id"])
        return answer.json
    }

    private func status(of message: Int64) throws -> JSON {
        try self.cast.ann.get("/messages/\(message)").json["status"]
    }

    @Test func `what others wrote becomes read, newest first`() throws {
        let one = try self.cast.ann.say("one", in: self.chat)
        try self.cast.bob.say("mine", in: self.chat)
        let two = try self.cast.ann.say("two", in: self.chat)
        let answer = try self.read(self.cast.bob)
        #expect(answer["message_ids"] == [JSON(two), JSON(one)])
        #expect(answer["up_to_id"] == JSON(two))
    }

    @Test func `nothing is read twice`() throws {
        let one = try self.cast.ann.say("one", in: self.chat)
        #expect(try self.read(self.cast.bob)["message_ids"] == [JSON(one)])
        #expect(try self.read(self.cast.bob)["message_ids"] == [])
        let two = try self.cast.ann.say("two", in: self.chat)
        #expect(try self.read(self.cast.bob)["message_ids"] == [JSON(two)])
    }

    @Test func `deleted messages do not become read`() throws {
        let one = try self.cast.ann.say("one", in: self.chat)
        let two = try self.cast.ann.say("two", in: self.chat)
        expect(try self.cast.ann.delete("/messages/\(one)"), 204)
        #expect(try self.read(self.cast.bob)["message_ids"] == [JSON(two)])
    }

    @Test func `an empty chat has nothing to read`() throws {
        let answer = try self.read(self.cast.bob)
        #expect(answer["message_ids"] == [])
        #expect(answer["up_to_id"].isNull)
    }

    @Test func `a message is read when all others have read it`() throws {
        let chat = self.chat
        let body: JSON = ["user_id": JSON(self.cast.eve.id)]
        expect(try self.cast.ann.post("/chats/\(chat)/members", body), 201)
        let message = try self.cast.ann.say("hello", in: chat)
        #expect(try self.status(of: message) == "delivered")
        _ = try self.read(self.cast.bob)
        #expect(try self.status(of: message) == "delivered")
        _ = try self.read(self.cast.eve)
        #expect(try self.status(of: message) == "read")
    }

    @Test func `joining and leaving change no status`() throws {
        let members = "/chats/\(self.chat)/members"
        let body: JSON = ["user_id": JSON(self.cast.eve.id)]
        let read = try self.cast.ann.say("read", in: self.chat)
        _ = try self.read(self.cast.bob)
        #expect(try self.status(of: read) == "read")
        expect(try self.cast.ann.post(members, body), 201)
        #expect(try self.status(of: read) == "read")
        let open = try self.cast.ann.say("open", in: self.chat)
        _ = try self.read(self.cast.bob)
        #expect(try self.status(of: open) == "delivered")
        expect(try self.cast.eve.post("/chats/\(self.chat)/leave"), 204)
        #expect(try self.status(of: read) == "read")
    }

    @Test func `an answer names the newest 1,000`() throws {
        let person = self.cast.ann
        let body: JSON = ["chat_id": JSON(self.chat), "type": "text", "content": "x"]
        for _ in 0..<21 {
            for _ in 0..<50 { try person.write("POST", "/messages", body) }
            for _ in 0..<50 { expect(try person.client.readAnswer(), 201) }
        }
        let ids = try self.read(self.cast.bob)["message_ids"].items.compactMap(\.int)
        #expect(ids.count == 1000)
        #expect(ids == ids.sorted(by: >))
        #expect(try self.cast.bob.get("/chats/\(self.chat)").json["unreadCount"] == 0)
    }
}
