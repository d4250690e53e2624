import TestSupport
import Testing

@Suite(.blocking) struct DirectChatTests {
    let ann: Person
    let bob: Person

    init() throws {
        let server = try SharedServer.get()
        self.ann = try Person("Ann", on: server)
        self.bob = try Person("Bob", on: server)
    }

    private func open(_ person: Person, with id: JSON) throws -> HTTPAnswer {
        try person.post("/chats/direct", ["user_id": id])
    }

    @Test func `it is made once and found again from both sides`() throws {
        let first = try self.open(self.ann, with: JSON(self.bob.id))
        expect(first, 200)
        expect(first.json, is: .chat)
        #expect(first.json["title"] == "Ann & Bob")
        #expect(first.json["is_group"] == false)
        #expect(first.json["participants"].items.count == 2)
        let again = try self.open(self.ann, with: JSON(self.bob.id))
        #expect(again.json == first.json)
        let other = try self.open(self.bob, with: JSON(self.ann.id))
        expect(other, 200)
        #expect(other.json["id"] == first.json["id"])
    }

    @Test func `both who open it at once get the same one`() throws {
        let others = [self.bob, self.ann]
        for (person, other) in zip([self.ann, self.bob], others) {
            try person.write("POST", "/chats/direct", ["user_id": JSON(other.id)])
        }
        let answers = try [self.ann, self.bob].map { try $0.client.readAnswer() }
        #expect(answers.map(\.status) == [200, 200])
        #expect(answers[0].json["id"] == answers[1].json["id"])
        #expect(try self.ann.get("/chats").json.items.count == 1)
    }

    @Test func `nobody writes to oneself or to nobody`() throws {
        expect(
            try self.open(self.ann, with: JSON(self.ann.id)),
            400,
            "Cannot create direct message with yourself"
        )
        for id in [4_000_000, 0, -5] {
            let answer = try self.open(self.ann, with: JSON(id))
            expect(answer, 400, "One or both users not found")
        }
        expectInvalid(try self.open(self.ann, with: "x"), "body", "user_id")
        expectInvalid(try self.ann.post("/chats/direct", [:]), "body", "user_id")
    }

    @Test func `either side may delete it, and a new one begins empty`() throws {
        let chat = try self.ann.openDirect(with: self.bob)
        try self.ann.say("hello", in: chat)
        expect(try self.bob.delete("/chats/\(chat)"), 204)
        expect(try self.ann.get("/chats/\(chat)"), 404, "Chat not found")
        let next = try self.ann.openDirect(with: self.bob)
        #expect(next != chat)
        #expect(try self.bob.page(of: next).isEmpty)
    }

    @Test func `a group of the two is not their direct chat`() throws {
        let group = try self.ann.makeGroup(with: [self.bob])
        #expect(try self.ann.openDirect(with: self.bob) != group)
    }

    @Test func `its two members stay`() throws {
        let chat = try self.ann.openDirect(with: self.bob)
        let eve = try Cast().eve
        let members = "/chats/\(chat)/members"
        expect(
            try self.ann.delete("\(members)/\(self.bob.id)"),
            400,
            "Cannot remove members from direct messages"
        )
        expect(try self.ann.post("/chats/\(chat)/leave"), 400, "Cannot leave direct messages")
        expect(try self.ann.post(members, ["user_id": JSON(eve.id)]), 400)
        #expect(try self.ann.get(members).json.items.count == 2)
    }
}
