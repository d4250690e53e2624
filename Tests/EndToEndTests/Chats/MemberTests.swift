import TestSupport
import Testing

@Suite(.blocking) struct MemberTests {
    let ann: Person
    let bob: Person
    let eve: Person
    /// Ann's, with Bob in it.
    let chat: Int64

    init() throws {
        let cast = try Cast()
        (self.ann, self.bob, self.eve) = (cast.ann, cast.bob, cast.eve)
        self.chat = try self.ann.makeGroup(with: [self.bob])
    }

    private var path: String { "/chats/\(self.chat)/members" }

    private func add(_ person: Person, by admin: Person) throws -> HTTPAnswer {
        try admin.post(self.path, ["user_id": JSON(person.id)])
    }

    private func remove(_ person: Person, by admin: Person) throws -> HTTPAnswer {
        try admin.delete("\(self.path)/\(person.id)")
    }

    private func roles() throws -> [Int64: String] {
        let members = try self.ann.get(self.path).json.items
        return Dictionary(
            uniqueKeysWithValues: members.map { ($0["user_id"].int ?? 0, $0["role"].string ?? "") }
        )
    }

    @Test func `members are listed to members`() throws {
        let answer = try self.bob.get(self.path)
        expect(answer, 200)
        #expect(answer.json.items.count == 2)
        for member in answer.json.items {
            expect(member, is: .member)
            let isBob = member["user_id"] == JSON(self.bob.id)
            expect(member["user"], is: isBob ? .user : .stranger)
            #expect(member["user"]["id"] == member["user_id"])
        }
        expect(try self.eve.get(self.path), 403, "Access denied")
    }

    @Test func `an admin adds somebody, who then sees everything`() throws {
        let before = try self.ann.say("before", in: self.chat)
        let answer = try self.add(self.eve, by: self.ann)
        expect(answer, 201)
        #expect(answer.json == ["message": "Member added successfully"])
        #expect(try self.roles()[self.eve.id] == "member")
        #expect(try self.eve.page(of: self.chat).map { $0["id"].int } == [before])
        let list = try self.eve.get("/chats").json.items.map { $0["id"].int }
        #expect(list.contains(self.chat))
    }

    @Test func `only admins add`() throws {
        let sentence = "Only admins can add members to group chats"
        expect(try self.add(self.eve, by: self.bob), 400, sentence)
        expect(try self.add(self.eve, by: self.eve), 403, "Access denied")
        #expect(try self.roles()[self.eve.id] == nil)
    }

    @Test func `nobody is added twice, and nobody who does not exist`() throws {
        let sentence = "User is already a member of this chat"
        expect(try self.add(self.bob, by: self.ann), 400, sentence)
        expect(try self.add(self.ann, by: self.ann), 400, sentence)
        for id in [4_000_000, 0, -1] as [Int64] {
            let answer = try self.ann.post(self.path, ["user_id": JSON(id)])
            expect(answer, 400, "User not found")
        }
        expectInvalid(try self.ann.post(self.path, ["user_id": "x"]), "body", "user_id")
    }

    @Test func `of two who add somebody at once one does`() throws {
        let other = Person(self.ann.credentials)
        let body: JSON = ["user_id": JSON(self.eve.id)]
        for person in [self.ann, other] { try person.write("POST", self.path, body) }
        let statuses = try [self.ann, other].map { try $0.client.readAnswer().status }
        #expect(statuses.sorted() == [201, 400])
    }

    @Test func `an admin removes somebody, who then sees nothing`() throws {
        let message = try self.bob.say("mine", in: self.chat)
        let answer = try self.remove(self.bob, by: self.ann)
        expect(answer, 204)
        #expect(try self.roles()[self.bob.id] == nil)
        let denied = "Access denied"
        expect(try self.bob.get("/chats/\(self.chat)"), 403, denied)
        expect(try self.bob.get(self.path), 403, denied)
        expect(try self.bob.get("/messages?chat_id=\(self.chat)"), 403, denied)
        expect(try self.bob.get("/messages/\(message)"), 403, denied)
        expect(try self.bob.get("/messages/search?chat_id=\(self.chat)&query=mine"), 403, denied)
        expect(try self.bob.get("/presence/typing/\(self.chat)"), 403, denied)
        expect(try self.bob.patch("/messages/\(message)", ["content": "x"]), 403, denied)
        expect(try self.bob.delete("/messages/\(message)"), 403, denied)
        expect(try self.bob.post("/messages/\(message)/reactions", ["emoji": "x"]), 403, denied)
        expect(try self.bob.delete("/messages/\(message)/reactions/x"), 403, denied)
        expect(try self.bob.post("/chats/\(self.chat)/read"), 403, denied)
        expect(try self.bob.post("/chats/\(self.chat)/leave"), 403, denied)
        expect(try self.remove(self.ann, by: self.bob), 403, denied)
        let body: JSON = ["chat_id": JSON(self.chat), "type": "text", "content": "x"]
        expect(try self.bob.post("/messages", body), 403, denied)
        let list = try self.bob.get("/chats").json.items.map { $0["id"].int }
        #expect(!list.contains(self.chat))
    }

    @Test func `who was removed can be added again`() throws {
        expect(try self.remove(self.bob, by: self.ann), 204)
        try self.ann.say("meanwhile", in: self.chat)
        expect(try self.add(self.bob, by: self.ann), 201)
        #expect(try self.bob.page(of: self.chat).count == 1)
    }

    @Test func `removals that make no sense are refused`() throws {
        expect(
            try self.remove(self.ann, by: self.bob),
            400,
            "Only admins can remove members from group chats"
        )
        expect(
            try self.remove(self.ann, by: self.ann),
            400,
            "Admins cannot remove themselves, use leave instead"
        )
        let sentence = "User is not a member of this chat"
        expect(try self.remove(self.eve, by: self.ann), 400, sentence)
        expect(try self.ann.delete("\(self.path)/4000000"), 400, sentence)
        expectInvalid(try self.ann.delete("\(self.path)/x"), "path", "user_id")
    }

    @Test func `a member leaves`() throws {
        expect(try self.bob.post("/chats/\(self.chat)/leave"), 204)
        #expect(try self.roles() == [self.ann.id: "admin"])
        expect(try self.bob.get("/chats/\(self.chat)"), 403, "Access denied")
        expect(try self.bob.post("/chats/\(self.chat)/leave"), 403, "Access denied")
    }

    @Test func `when the last admin leaves, the oldest member becomes one`() throws {
        expect(try self.add(self.eve, by: self.ann), 201)
        expect(try self.ann.post("/chats/\(self.chat)/leave"), 204)
        let members = try self.bob.get(self.path).json.items
        let roles = members.map { [$0["user_id"], $0["role"]] }
        #expect(Set(roles) == [[JSON(self.bob.id), "admin"], [JSON(self.eve.id), "member"]])
        expect(try self.remove(self.eve, by: self.bob), 204)
    }

    @Test func `the last one may leave too`() throws {
        let chat = try self.ann.makeGroup()
        expect(try self.ann.post("/chats/\(chat)/leave"), 204)
        expect(try self.ann.get("/messages?chat_id=\(chat)"), 403, "Access denied")
    }
}
