import TestSupport
import Testing

@Suite(.blocking) struct ChatCreationTests {
    let cast: Cast

    init() throws {
        self.cast = try Cast()
    }

    @Test func `a group has its creator and the named ones`() throws {
        let answer = try self.cast.ann.post(
            "/chats",
            ["title": "Tea ☕", "member_ids": [JSON(self.cast.bob.id)]]
        )
        expect(answer, 201)
        expect(answer.json, is: .chat)
        let chat = answer.json
        #expect(chat["title"] == "Tea ☕")
        #expect(chat["is_group"] == true)
        #expect(chat["unreadCount"] == 0)
        #expect(chat["lastMessagePreview"].isNull)
        #expect(chat["lastMessageAuthor"].isNull)
        #expect(chat["updatedAt"].isNull)
        let people = chat["participants"].items
        #expect(people.map { $0["id"].int } == [self.cast.ann.id, self.cast.bob.id])
        expect(people[0], is: .user)
        expect(people[1], is: .stranger)
    }

    @Test func `the creator of a group is its admin`() throws {
        let chat = try self.cast.ann.makeGroup(with: [self.cast.bob])
        let members = try self.cast.bob.get("/chats/\(chat)/members").json.items
        #expect(members.map { $0["role"] } == ["admin", "member"])
    }

    @Test func `a chat that is no group has no admin`() throws {
        let answer = try self.cast.ann.post(
            "/chats",
            ["title": "Two", "is_group": false, "member_ids": [JSON(self.cast.eve.id)]]
        )
        expect(answer, 201)
        #expect(answer.json["is_group"] == false)
        let id = try #require(answer.json["id"].int)
        let members = try self.cast.ann.get("/chats/\(id)/members").json.items
        #expect(members.map { $0["role"] } == ["member", "member"])
    }

    @Test func `who is named twice, or is the creator, is in it once`() throws {
        let ids = [self.cast.bob.id, self.cast.ann.id, self.cast.bob.id].map { JSON($0) }
        let answer = try self.cast.ann.post("/chats", ["title": "Tea", "member_ids": .array(ids)])
        expect(answer, 201)
        #expect(answer.json["participants"].items.count == 2)
    }

    @Test func `all its members have it in their list`() throws {
        let chat = try self.cast.ann.makeGroup(with: [self.cast.bob])
        for person in [self.cast.ann, self.cast.bob] {
            let ids = try person.get("/chats").json.items.map { $0["id"].int }
            #expect(ids.contains(chat))
        }
        let others = try self.cast.eve.get("/chats").json.items.map { $0["id"].int }
        #expect(!others.contains(chat))
    }

    @Test(arguments: [4_000_000, 0, -1, 1 << 40, 1 << 62] as [Int64])
    func `an unknown member is refused`(id: Int64) throws {
        let body: JSON = ["title": "Tea", "member_ids": [JSON(self.cast.bob.id), JSON(id)]]
        expect(try self.cast.ann.post("/chats", body), 400, "User not found")
    }

    @Test(
        arguments: [
            ("title", ""), ("title", nil), ("title", 5),
            ("title", .string(String(repeating: "x", count: 256))), ("is_group", "perhaps"),
            ("is_group", []), ("member_ids", "1"), ("member_ids", 1), ("member_ids", nil),
        ] as [(String, JSON)]
    )
    func `a wrong field is named`(field: String, value: JSON) throws {
        var body: [String: JSON] = ["title": "Tea", "is_group": true, "member_ids": []]
        body[field] = value
        expectInvalid(try self.cast.ann.post("/chats", .object(body)), "body", .string(field))
    }

    @Test func `a wrong member is named by place`() throws {
        let answer = try self.cast.ann.post("/chats", ["title": "Tea", "member_ids": [1, "x"]])
        expectInvalid(answer, "body", "member_ids", 1)
    }

    @Test func `the title has at most 255 characters, however many bytes`() throws {
        let title = String(repeating: "👩", count: 255)
        let answer = try self.cast.ann.post("/chats", ["title": .string(title), "member_ids": []])
        expect(answer, 201)
        #expect(answer.json["title"] == .string(title))
    }

    @Test func `more members than a group may have are refused`() throws {
        let ids = JSON.array((1...10_001).map { JSON($0) })
        let answer = try self.cast.ann.post("/chats", ["title": "Crowd", "member_ids": ids])
        expectInvalid(answer, "body", "member_ids")
    }
}
