import TestSupport
import Testing

@Suite(.blocking) struct ChatListTests {
    let ann: Person
    let bob: Person

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
        self.bob = try Person("Bob", on: SharedServer.get())
    }

    private func list(_ person: Person) throws -> [JSON] {
        let answer = try person.get("/chats")
        expect(answer, 200)
        for chat in answer.json.items { expect(chat, is: .chat) }
        return answer.json.items
    }

    @Test func `who is in no chat has an empty list`() throws {
        #expect(try self.ann.get("/chats").json == [])
    }

    @Test func `the newest activity comes first`() throws {
        let chats = try (1...5).map { try self.ann.makeGroup("\($0)", with: [self.bob]) }
        #expect(try self.list(self.bob).map { $0["id"].int } == chats.reversed())
        try self.bob.say("up", in: chats[1])
        try self.ann.say("and up", in: chats[3])
        let order = try self.list(self.bob).map { $0["title"].string }
        #expect(order == ["4", "2", "5", "3", "1"])
    }

    @Test func `the preview is the newest message that is left`() throws {
        let chat = try self.ann.makeGroup(with: [self.bob])
        try self.ann.say("one", in: chat)
        let two = try self.bob.say("two", in: chat)
        var shown = try self.list(self.ann)[0]
        #expect(shown["lastMessagePreview"] == "two")
        #expect(shown["lastMessageAuthor"] == "Bob")
        #expect(shown["updatedAt"] == (try self.ann.get("/messages/\(two)").json["ts"]))
        expect(try self.bob.delete("/messages/\(two)"), 204)
        shown = try self.list(self.ann)[0]
        #expect(shown["lastMessagePreview"] == "one")
        #expect(shown["lastMessageAuthor"] == "Ann")
    }

    @Test func `an edited message shows as it is now`() throws {
        let chat = try self.ann.makeGroup(with: [self.bob])
        let message = try self.ann.say("teh", in: chat)
        expect(try self.ann.patch("/messages/\(message)", ["content": "the"]), 200)
        #expect(try self.list(self.bob)[0]["lastMessagePreview"] == "the")
    }

    @Test func `a message without text is shown as media`() throws {
        let chat = try self.ann.makeGroup()
        let body: JSON = ["chat_id": JSON(chat), "type": "image", "payload": ["url": "x"]]
        expect(try self.ann.post("/messages", body), 201)
        #expect(try self.list(self.ann)[0]["lastMessagePreview"] == "[медиа]")
    }

    @Test func `unread are the messages of others that were not read`() throws {
        let chat = try self.ann.makeGroup(with: [self.bob])
        for text in ["one", "two", "three"] { try self.ann.say(text, in: chat) }
        let gone = try self.ann.say("four", in: chat)
        try self.bob.say("mine", in: chat)
        #expect(try self.list(self.bob)[0]["unreadCount"] == 4)
        #expect(try self.list(self.ann)[0]["unreadCount"] == 1)
        expect(try self.ann.delete("/messages/\(gone)"), 204)
        #expect(try self.list(self.bob)[0]["unreadCount"] == 3)
        expect(try self.bob.post("/chats/\(chat)/read"), 200)
        #expect(try self.list(self.bob)[0]["unreadCount"] == 0)
        #expect(try self.bob.get("/chats/\(chat)").json["unreadCount"] == 0)
        #expect(try self.list(self.ann)[0]["unreadCount"] == 1)
    }
}
