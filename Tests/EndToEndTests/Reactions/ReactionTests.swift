import TestSupport
import Testing

@Suite(.blocking) struct ReactionTests {
    let cast: Cast
    let chat: Int64
    let message: Int64

    init() throws {
        self.cast = try Cast()
        self.chat = try self.cast.ann.makeGroup(with: [self.cast.bob])
        self.message = try self.cast.ann.say("hello", in: self.chat)
    }

    private var path: String { "/messages/\(self.message)/reactions" }

    private func react(_ person: Person, _ emoji: JSON) throws -> HTTPAnswer {
        try person.post(self.path, ["emoji": emoji])
    }

    private func shown() throws -> [JSON] {
        try self.cast.ann.get("/messages/\(self.message)").json["reactions"].items
    }

    @Test func `the answer is the reaction`() throws {
        let answer = try self.react(self.cast.bob, "👍🏽")
        expect(answer, 201)
        expect(answer.json, is: .reaction)
        #expect(answer.json["message_id"] == JSON(self.message))
        #expect(answer.json["user_id"] == JSON(self.cast.bob.id))
        #expect(answer.json["emoji"] == "👍🏽")
        #expect(try self.shown() == [answer.json])
        #expect(try self.cast.bob.page(of: self.chat)[0]["reactions"] == [answer.json])
    }

    @Test func `one user, one emoji, once a message`() throws {
        expect(try self.react(self.cast.bob, "👍"), 201)
        expect(try self.react(self.cast.bob, "👍"), 400, "Reaction already exists")
        expect(try self.react(self.cast.bob, "🎉"), 201)
        expect(try self.react(self.cast.ann, "👍"), 201)
        #expect(try self.shown().count == 3)
    }

    @Test func `of two at once one is kept`() throws {
        let other = Person(self.cast.bob.credentials)
        for person in [self.cast.bob, other] {
            try person.write("POST", self.path, ["emoji": "👍"])
        }
        let statuses = try [self.cast.bob, other].map { try $0.client.readAnswer().status }
        #expect(statuses.sorted() == [201, 400])
        #expect(try self.shown().count == 1)
    }

    @Test func `a message has at most 20 different ones`() throws {
        for number in 0..<20 { expect(try self.react(self.cast.ann, "e\(number)"), 201) }
        expect(try self.react(self.cast.bob, "e20"), 400, "Too many different reactions")
        expect(try self.react(self.cast.bob, "e7"), 201)
        expect(try self.cast.ann.delete("\(self.path)/e3"), 204)
        expect(try self.react(self.cast.bob, "e20"), 201)
    }

    @Test func `a message lists its newest 100 and counts them all`() throws {
        var made: [JSON] = []
        for number in 0..<6 {
            let person = try Person("Fan \(number)", on: self.cast.ann.server)
            let body: JSON = ["user_id": JSON(person.id)]
            expect(try self.cast.ann.post("/chats/\(self.chat)/members", body), 201)
            for kind in 0..<20 { made.append(try self.react(person, "e\(kind)").json["id"]) }
            let shown = try self.cast.ann.get("/messages/\(self.message)").json
            #expect(shown["reactions"].items.count == min(100, made.count))
            #expect(shown.keys.contains("reaction_counts") == (made.count > 100))
        }
        let shown = try self.cast.ann.page(of: self.chat)[0]
        #expect(Set(shown["reactions"].items.map { $0["id"] }) == Set(made.suffix(100)))
        let counts = (0..<20).map { shown["reaction_counts"]["e\($0)"] }
        #expect(counts.allSatisfy { $0 == 6 })
    }

    @Test func `it is taken back, also when it is not there`() throws {
        expect(try self.react(self.cast.bob, "👍"), 201)
        let answer = try self.cast.bob.delete("\(self.path)/%F0%9F%91%8D")
        expect(answer, 204)
        #expect(answer.body.isEmpty)
        #expect(try self.shown().isEmpty)
        expect(try self.cast.bob.delete("\(self.path)/%F0%9F%91%8D"), 204)
        expect(try self.cast.bob.delete("\(self.path)/x"), 204)
    }

    @Test func `only one's own is taken back`() throws {
        expect(try self.react(self.cast.bob, "x"), 201)
        expect(try self.cast.ann.delete("\(self.path)/x"), 204)
        #expect(try self.shown().count == 1)
    }

    @Test func `any text of up to 10 characters will do`() throws {
        for emoji in ["👩‍👩‍👧‍👦", "/", "%", "a b", "ы", "0123456789", "?#"] {
            expect(try self.react(self.cast.bob, .string(emoji)), 201)
            let encoded = emoji.utf8.map { "%" + String(Int($0) + 0x100, radix: 16).dropFirst() }
            expect(try self.cast.bob.delete("\(self.path)/\(encoded.joined())"), 204)
            #expect(try self.shown().isEmpty)
        }
    }

    @Test(arguments: ["", "01234567890", 5, nil, ["👍"]] as [JSON])
    func `a wrong emoji is named`(emoji: JSON) throws {
        expectInvalid(try self.react(self.cast.bob, emoji), "body", "emoji")
    }

    @Test func `only members react`() throws {
        expect(try self.react(self.cast.eve, "👍"), 403, "Access denied")
        expect(try self.cast.eve.delete("\(self.path)/x"), 403, "Access denied")
    }

    @Test func `what is not there cannot be reacted to`() throws {
        for id in ["0", "-1", "\(self.message + (1 << 30))"] {
            let path = "/messages/\(id)/reactions"
            expect(try self.cast.ann.post(path, ["emoji": "x"]), 404, "Message not found")
            expect(try self.cast.ann.delete("\(path)/x"), 404, "Message not found")
        }
        expectInvalid(try self.cast.ann.delete("/messages/x/reactions/x"), "path", "message_id")
    }
}
