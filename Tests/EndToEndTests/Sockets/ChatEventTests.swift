import TestSupport
import Testing

@Suite(.blocking) struct ChatEventTests {
    let ann: Person
    let bob: Person
    /// Bob's.
    let socket: WebSocketClient

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
        self.bob = try Person("Bob", on: SharedServer.get())
        self.socket = try self.bob.connect()
    }

    private func next() throws -> SocketEvent {
        while true {
            let event = try self.socket.next()
            guard event.name != "user.presence" else { continue }
            #expect(event.json.keys == ["event", "data", "seq", "prev"])
            return event
        }
    }

    /// Everything that the socket is told until a chat of Bob's own comes, which is not.
    private func restOfEvents() throws -> [SocketEvent] {
        let own = try self.bob.makeGroup()
        return try self.socket.events { $0.name == "chat.created" && $0.data["id"] == JSON(own) }
            .dropLast().filter { $0.name != "user.presence" }
    }

    @Test func `a chat is told to all who are in it from the beginning`() throws {
        let chat = try self.ann.makeGroup("Tea", with: [self.bob])
        let event = try self.next()
        #expect(event.name == "chat.created")
        expect(
            event.data,
            is: Shape(members: [
                "id": .value(JSON(chat)), "title": .value("Tea"), "is_group": .value(true),
                "created_at": .time, "member_count": .value(2),
                "member_ids": .value([JSON(self.ann.id), JSON(self.bob.id)]),
            ])
        )
        try self.ann.say("hello", in: chat)
        #expect(try self.next().name == "message.created")
    }

    @Test func `a direct chat is told once`() throws {
        let chat = try self.ann.openDirect(with: self.bob)
        let event = try self.next()
        #expect(event.name == "chat.created")
        #expect(event.data["id"] == JSON(chat))
        #expect(event.data["is_group"] == false)
        #expect(try self.bob.openDirect(with: self.ann) == chat)
        #expect(try self.restOfEvents().isEmpty)
    }

    @Test func `a new title is told`() throws {
        let chat = try self.ann.makeGroup("Tea", with: [self.bob])
        expect(try self.ann.patch("/chats/\(chat)", ["title": "Coffee"]), 200)
        _ = try self.next()
        let event = try self.next()
        #expect(event.name == "chat.updated")
        #expect(event.data["title"] == "Coffee")
        #expect(event.data["member_count"] == 2)
        #expect(event.data["id"] == JSON(chat))
    }

    @Test func `the end of a chat is told, and nothing after it`() throws {
        let chat = try self.ann.makeGroup(with: [self.bob])
        expect(try self.ann.delete("/chats/\(chat)"), 204)
        _ = try self.next()
        let event = try self.next()
        #expect(event.name == "chat.deleted")
        #expect(event.data == ["id": JSON(chat), "deleted_by": JSON(self.ann.id)])
        #expect(try self.restOfEvents().isEmpty)
    }

    @Test func `who is added is told, and hears everything from then on`() throws {
        let chat = try self.ann.makeGroup()
        try self.ann.say("before", in: chat)
        let body: JSON = ["user_id": JSON(self.bob.id)]
        expect(try self.ann.post("/chats/\(chat)/members", body), 201)
        let after = try self.ann.say("after", in: chat)
        let event = try self.next()
        #expect(event.name == "member.added")
        let wanted: JSON = [
            "chat_id": JSON(chat), "user_id": JSON(self.bob.id), "by": JSON(self.ann.id),
        ]
        #expect(event.data == wanted)
        #expect(try self.next().data["id"] == JSON(after))
    }

    @Test func `who is removed is told, and hears nothing from then on`() throws {
        let chat = try self.ann.makeGroup(with: [self.bob])
        _ = try self.next()
        expect(try self.ann.delete("/chats/\(chat)/members/\(self.bob.id)"), 204)
        for number in 0..<20 { try self.ann.say("\(number)", in: chat) }
        expect(try self.ann.patch("/chats/\(chat)", ["title": "Without Bob"]), 200)
        expect(
            try self.ann.post("/presence/typing", ["chat_id": JSON(chat), "is_typing": true]),
            204
        )
        let event = try self.next()
        #expect(event.name == "member.removed")
        let wanted: JSON = [
            "chat_id": JSON(chat), "user_id": JSON(self.bob.id), "by": JSON(self.ann.id),
        ]
        #expect(event.data == wanted)
        #expect(try self.restOfEvents().isEmpty)
    }

    @Test func `who leaves is told, and the others too`() throws {
        let chat = try self.ann.makeGroup(with: [self.bob])
        let other = try self.ann.connect()
        expect(try self.bob.post("/chats/\(chat)/leave"), 204)
        try self.ann.say("alone", in: chat)
        _ = try self.next()
        for event in [try self.next(), try other.next("member.removed")] {
            #expect(event.name == "member.removed")
            #expect(event.data["user_id"] == JSON(self.bob.id))
            #expect(event.data["by"] == JSON(self.bob.id))
        }
        _ = try other.next("message.created")
        #expect(try self.restOfEvents().isEmpty)
    }

    @Test func `who comes and goes hears exactly what is his`() throws {
        let chat = try self.ann.makeGroup()
        let path = "/chats/\(chat)/members"
        var wanted: [String] = []
        for round in 0..<5 {
            expect(try self.ann.post(path, ["user_id": JSON(self.bob.id)]), 201)
            try self.ann.say("in \(round)", in: chat)
            expect(try self.ann.delete("\(path)/\(self.bob.id)"), 204)
            try self.ann.say("out \(round)", in: chat)
            wanted.append("in \(round)")
        }
        let heard = try self.restOfEvents()
        #expect(heard.compactMap { $0.data["content"].string } == wanted)
        let comings = heard.filter { $0.name.hasPrefix("member.") }.map(\.name)
        #expect(comings.count == 10)
        #expect(
            comings.enumerated().allSatisfy {
                $0 % 2 == 0 ? $1 == "member.added" : $1 == "member.removed"
            }
        )
    }

    @Test func `strangers hear nothing`() throws {
        let chat = try self.ann.makeGroup()
        let message = try self.ann.say("secret", in: chat)
        expect(try self.ann.post("/messages/\(message)/reactions", ["emoji": "x"]), 201)
        expect(try self.ann.post("/chats/\(chat)/read"), 200)
        expect(try self.ann.delete("/chats/\(chat)"), 204)
        #expect(try self.restOfEvents().isEmpty)
    }
}
