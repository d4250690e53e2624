import TestSupport
import Testing

@Suite(.blocking) struct IdempotencyTests {
    let ann: Person
    let bob: Person
    let chat: Int64
    let key = "key \(Int.random(in: 0..<1 << 50))"

    init() throws {
        let cast = try Cast()
        self.ann = cast.ann
        self.bob = cast.bob
        self.chat = try self.ann.makeGroup(with: [self.bob])
    }

    private var text: JSON { ["chat_id": JSON(self.chat), "type": "text", "content": "once"] }

    /// Sends a request twice with the key and expects the second answer to be the first.
    private func expectReplay(
        _ method: String,
        _ path: String,
        _ body: JSON? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let first = try self.ann.send(method, path, body, key: self.key)
        #expect((200..<300).contains(first.status), "\(first)", sourceLocation: sourceLocation)
        #expect(first.header("Idempotency-Replayed") == nil, sourceLocation: sourceLocation)
        let second = try self.ann.send(method, path, body, key: self.key)
        #expect(second.status == first.status, "\(second)", sourceLocation: sourceLocation)
        #expect(second.json == first.json, sourceLocation: sourceLocation)
        #expect(second.header("Idempotency-Replayed") == "true", sourceLocation: sourceLocation)
    }

    @Test func `a message is sent once`() throws {
        try self.expectReplay("POST", "/messages", self.text)
        #expect(try self.ann.page(of: self.chat).count == 1)
    }

    @Test func `every change of a message is done once`() throws {
        let message = try self.ann.say("x", in: self.chat)
        try self.expectReplay("POST", "/messages/\(message)/reactions", ["emoji": "x"])
        try self.expectReplay("DELETE", "/messages/\(message)/reactions/x")
        try self.expectReplay("PATCH", "/messages/\(message)", ["content": "y"])
        try self.expectReplay("DELETE", "/messages/\(message)")
    }

    @Test func `every change of a chat is done once`() throws {
        let eve = try Cast().eve
        let path = "/chats/\(self.chat)"
        try self.bob.say("unread", in: self.chat)
        try self.expectReplay("PATCH", path, ["title": "New"])
        try self.expectReplay("POST", "\(path)/members", ["user_id": JSON(eve.id)])
        try self.expectReplay("DELETE", "\(path)/members/\(eve.id)")
        try self.expectReplay("POST", "\(path)/leave")
        let own = try self.ann.makeGroup()
        try self.expectReplay("DELETE", "/chats/\(own)")
    }

    @Test func `what is read again is nothing new`() throws {
        let message = try self.bob.say("unread", in: self.chat)
        let path = "/chats/\(self.chat)/read"
        let first = try self.ann.post(path, key: self.key)
        #expect(first.json == ["message_ids": [JSON(message)], "up_to_id": JSON(message)])
        let later = try self.bob.say("later", in: self.chat)
        let second = try self.ann.post(path, key: self.key)
        expect(second, 200)
        #expect(second.header("Idempotency-Replayed") == "true")
        #expect(!second.json["message_ids"].items.contains(JSON(later)))
        #expect(try self.ann.get("/chats/\(self.chat)").json["unreadCount"] == 1)
    }

    @Test func `a chat is made once`() throws {
        try self.expectReplay("POST", "/chats", ["title": "Once \(self.key)", "member_ids": []])
        let titles = try self.ann.get("/chats").json.items.map { $0["title"] }
        #expect(titles.count { $0 == .string("Once \(self.key)") } == 1)
    }

    @Test func `a repeat shows the resource as it is now`() throws {
        let first = try self.ann.post("/messages", self.text, key: self.key)
        let id = try #require(first.json["id"].int)
        expect(try self.ann.patch("/messages/\(id)", ["content": "edited"]), 200)
        let second = try self.ann.post("/messages", self.text, key: self.key)
        expect(second, 201)
        #expect(second.json["id"] == JSON(id))
        #expect(second.json["content"] == "edited")
    }

    @Test func `the same key with another body is refused`() throws {
        expect(try self.ann.post("/messages", self.text, key: self.key), 201)
        let other: JSON = ["chat_id": JSON(self.chat), "type": "text", "content": "twice"]
        let answer = try self.ann.post("/messages", other, key: self.key)
        expect(answer, 422)
        expectRefusalShape(answer)
        #expect(try self.ann.page(of: self.chat).count == 1)
    }

    @Test func `a key belongs to user, method and path`() throws {
        expect(try self.ann.post("/messages", self.text, key: self.key), 201)
        expect(try self.bob.post("/messages", self.text, key: self.key), 201)
        #expect(try self.ann.page(of: self.chat).count == 2)
        let elsewhere: JSON = [
            "chat_id": JSON(try self.ann.makeGroup()), "type": "text", "content": "once",
        ]
        let answer = try self.ann.post("/messages", elsewhere, key: self.key)
        expect(answer, 201)
        #expect(answer.header("Idempotency-Replayed") == nil)
        let rename = try self.ann.patch("/chats/\(self.chat)", ["title": "x"], key: self.key)
        expect(rename, 200)
        #expect(rename.header("Idempotency-Replayed") == nil)
    }

    @Test func `of many at once one is done`() throws {
        let others = (0..<8).map { _ in Person(self.ann.credentials) }
        for person in others { try person.write("POST", "/messages", self.text, key: self.key) }
        let answers = try others.map { try $0.client.readAnswer() }
        #expect(answers.allSatisfy { $0.status == 201 })
        #expect(Set(answers.map { $0.json["id"] }).count == 1)
        #expect(answers.count { $0.header("Idempotency-Replayed") == nil } == 1)
        #expect(try self.ann.page(of: self.chat).count == 1)
    }

    @Test func `of many chats at once one is made`() throws {
        let others = (0..<8).map { _ in Person(self.ann.credentials) }
        let body: JSON = ["title": "Once \(self.key)", "member_ids": []]
        for person in others { try person.write("POST", "/chats", body, key: self.key) }
        let answers = try others.map { try $0.client.readAnswer() }
        #expect(answers.allSatisfy { $0.status == 201 })
        #expect(Set(answers.map { $0.json["id"] }).count == 1)
    }

    @Test func `a refusal is not remembered`() throws {
        let message = try self.bob.say("x", in: self.chat)
        let path = "/messages/\(message)/reactions"
        expect(try self.ann.post(path, ["emoji": ""], key: self.key), 422)
        expect(try self.ann.post("\(path)", ["emoji": "x"], key: self.key), 201)
        let eve = try Cast().eve
        expect(try eve.post(path, ["emoji": "x"], key: self.key), 403)
        let body: JSON = ["user_id": JSON(eve.id)]
        expect(try self.ann.post("/chats/\(self.chat)/members", body), 201)
        let answer = try eve.post(path, ["emoji": "x"], key: self.key)
        expect(answer, 201)
        #expect(answer.header("Idempotency-Replayed") == nil)
    }

    @Test func `who was removed gets no repeat`() throws {
        expect(try self.bob.post("/messages", self.text, key: self.key), 201)
        expect(try self.ann.delete("/chats/\(self.chat)/members/\(self.bob.id)"), 204)
        expect(try self.bob.post("/messages", self.text, key: self.key), 403, "Access denied")
    }

    @Test func `a key has 1 to 255 bytes, of any kind`() throws {
        let long = String(repeating: "k", count: 255)
        for key in [long, "\"{}, ы🔑", "0"] {
            expect(try self.ann.post("/messages", self.text, key: key), 201)
        }
        for key in [long + "k", ""] {
            let answer = try self.ann.post("/messages", self.text, key: key)
            expect(answer, 422)
            expectRefusalShape(answer)
        }
        #expect(try self.ann.page(of: self.chat).count == 3)
    }

    @Test func `a user's last 1,000 are remembered`() throws {
        let carl = try Person("Carl", on: self.ann.server)
        let chat = try carl.makeGroup()
        let body: JSON = ["chat_id": JSON(chat), "type": "text", "content": "x"]
        for start in stride(from: 0, through: 1000, by: 50) {
            let keys = start..<min(start + 50, 1001)
            for key in keys { try carl.write("POST", "/messages", body, key: "\(key)") }
            for _ in keys { expect(try carl.client.readAnswer(), 201) }
        }
        let remembered = try carl.post("/messages", body, key: "1")
        #expect(remembered.header("Idempotency-Replayed") == "true")
        let forgotten = try carl.post("/messages", body, key: "0")
        expect(forgotten, 201)
        #expect(forgotten.header("Idempotency-Replayed") == nil)
    }

    @Test func `on other routes the header is ignored`() throws {
        for _ in 0..<2 {
            let read = try self.ann.send("GET", "/users/me", key: self.key)
            expect(read, 200)
            #expect(read.header("Idempotency-Replayed") == nil)
            let beat = try self.ann.post("/presence/heartbeat", key: self.key)
            expect(beat, 204)
            #expect(beat.header("Idempotency-Replayed") == nil)
        }
        let carl = try Person("Carl", on: self.ann.server)
        for name in ["Carla", "Carl"] {
            let body: JSON = ["display_name": .string(name)]
            let answer = try carl.patch("/users/me", body, key: self.key)
            expect(answer, 200)
            #expect(answer.json["display_name"] == .string(name))
        }
    }
}
