import TestSupport
import Testing

@Suite(.blocking) struct MessageEventTests {
    let ann: Person
    let bob: Person
    let chat: Int64
    /// Bob's.
    let socket: WebSocketClient

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
        self.bob = try Person("Bob", on: SharedServer.get())
        self.chat = try self.ann.makeGroup(with: [self.bob])
        self.socket = try self.bob.connect()
    }

    /// The next event that is not about presence.
    private func next() throws -> SocketEvent {
        while true {
            let event = try self.socket.next()
            if event.name != "user.presence" { return event }
        }
    }

    /// The next event, which has to be durable and of that name.
    private func durable(_ name: String) throws -> SocketEvent {
        let event = try self.next()
        #expect(event.name == name)
        #expect(event.json.keys == ["event", "data", "seq", "prev"])
        return event
    }

    @Test func `what is sent, changed and deleted is told as the message is then`() throws {
        let id = try self.ann.say("teh", in: self.chat)
        let created = try self.durable("message.created")
        expect(created.data, is: .message)
        #expect(created.data["content"] == "teh")
        #expect(created.data["status"] == "delivered")
        let edited = try self.ann.patch("/messages/\(id)", ["content": "the"]).json
        let updated = try self.durable("message.updated")
        #expect(updated.data == edited)
        expect(try self.ann.delete("/messages/\(id)"), 204)
        let deleted = try self.durable("message.deleted")
        expect(deleted.data, is: .message)
        #expect(deleted.data["id"] == JSON(id))
        #expect(deleted.data["content"].isNull)
        #expect(deleted.data["payload"].isNull)
        #expect(deleted.data["is_deleted"] == true)
    }

    @Test func `the author is told too`() throws {
        let own = try self.ann.connect()
        let id = try self.ann.say("hello", in: self.chat)
        #expect(try own.next("message.created").data["id"] == JSON(id))
        #expect(try self.durable("message.created").data["id"] == JSON(id))
    }

    @Test func `reactions are told as they come and go`() throws {
        let id = try self.ann.say("hello", in: self.chat)
        let reaction = try self.ann.post("/messages/\(id)/reactions", ["emoji": "👍"]).json
        _ = try self.durable("message.created")
        let added = try self.durable("reaction.added")
        expect(added.data, is: .reaction.with(["chat_id": .value(JSON(self.chat))]))
        #expect(added.data["id"] == reaction["id"])
        expect(try self.ann.delete("/messages/\(id)/reactions/%F0%9F%91%8D"), 204)
        let removed = try self.durable("reaction.removed")
        let wanted: JSON = [
            "message_id": JSON(id), "user_id": JSON(self.ann.id), "emoji": "👍",
            "chat_id": JSON(self.chat),
        ]
        #expect(removed.data == wanted)
    }

    @Test func `reading is told, with the messages that became read before it`() throws {
        let ids = try ["one", "two"].map { try self.ann.say($0, in: self.chat) }
        expect(try self.bob.post("/chats/\(self.chat)/read"), 200)
        for _ in ids { _ = try self.durable("message.created") }
        for id in ids {
            let updated = try self.next()
            #expect(updated.name == "message.updated")
            #expect(updated.json.keys == ["event", "data"])
            #expect(updated.data["id"] == JSON(id))
            #expect(updated.data["status"] == "read")
        }
        let read = try self.durable("message.read")
        expect(
            read.data,
            is: Shape(members: [
                "chat_id": .value(JSON(self.chat)), "user_id": .value(JSON(self.bob.id)),
                "up_to_id": .value(JSON(ids[1])), "read_at": .time,
                "message_ids": .value(.array(ids.reversed().map { JSON($0) })),
            ])
        )
    }

    @Test func `of many that are read the newest are told`() throws {
        let body: JSON = ["chat_id": JSON(self.chat), "type": "text", "content": "x"]
        for _ in 0..<250 { try self.ann.write("POST", "/messages", body) }
        let ids = try (0..<250).map { _ in try self.ann.client.readAnswer().json["id"] }
        expect(try self.bob.post("/chats/\(self.chat)/read"), 200)
        for _ in ids { _ = try self.durable("message.created") }
        let updated = try (0..<50).map { _ in try self.next().data["id"] }
        #expect(updated == Array(ids.suffix(50)))
        #expect(
            try self.durable("message.read").data["message_ids"].items == ids.suffix(200).reversed()
        )
    }

    @Test func `what changes nothing is not told`() throws {
        let id = try self.ann.say("hello", in: self.chat)
        expect(try self.bob.post("/chats/\(self.chat)/read"), 200)
        _ = try self.durable("message.created")
        _ = try self.next()
        _ = try self.durable("message.read")
        expect(try self.bob.delete("/messages/\(id)/reactions/x"), 204)
        expect(try self.bob.patch("/chats/\(self.chat)", ["title": "Tea"]), 200)
        expect(try self.bob.post("/chats/\(self.chat)/read"), 200)
        let marker = try self.ann.say("marker", in: self.chat)
        #expect(try self.durable("message.created").data["id"] == JSON(marker))
    }

    @Test func `a refusal is not told`() throws {
        let id = try self.ann.say("hello", in: self.chat)
        _ = try self.durable("message.created")
        expect(try self.bob.delete("/messages/\(id)"), 403)
        expect(try self.bob.patch("/messages/\(id)", ["content": "x"]), 403)
        expect(try self.bob.post("/messages", ["chat_id": JSON(self.chat), "type": ""]), 422)
        let marker = try self.ann.say("marker", in: self.chat)
        #expect(try self.durable("message.created").data["id"] == JSON(marker))
    }
}
