import TestSupport
import Testing

@Suite(.blocking) struct TypingTests {
    let cast: Cast
    let chat: Int64

    init() throws {
        self.cast = try Cast()
        self.chat = try self.cast.ann.makeGroup(with: [self.cast.bob])
    }

    private func type(_ person: Person, _ isTyping: JSON = true) throws -> HTTPAnswer {
        let body: JSON = ["chat_id": JSON(self.chat), "is_typing": isTyping]
        return try person.post("/presence/typing", body)
    }

    private func typing() throws -> JSON {
        let answer = try self.cast.ann.get("/presence/typing/\(self.chat)")
        expect(answer, 200)
        return answer.json
    }

    /// What the socket is told of this chat's typing, in the order in which it comes.
    private func told(_ socket: WebSocketClient) throws -> SocketEvent {
        let event = try socket.next("user.typing") { $0["chat_id"] == JSON(self.chat) }
        #expect(event.data.keys == ["chat_id", "user_id", "is_typing"])
        #expect(event.json.keys == ["event", "data"])
        return event
    }

    @Test func `who types is listed until he stops`() throws {
        #expect(try self.typing() == [])
        let answer = try self.type(self.cast.bob)
        expect(answer, 204)
        #expect(answer.body.isEmpty)
        #expect(try self.typing() == [JSON(self.cast.bob.id)])
        expect(try self.type(self.cast.ann), 204)
        #expect(try self.typing() == [JSON(self.cast.bob.id), JSON(self.cast.ann.id)])
        expect(try self.type(self.cast.bob, false), 204)
        #expect(try self.typing() == [JSON(self.cast.ann.id)])
        expect(try self.type(self.cast.bob, false), 204)
    }

    @Test func `who sends has stopped`() throws {
        expect(try self.type(self.cast.bob), 204)
        try self.cast.bob.say("done", in: self.chat)
        #expect(try self.typing() == [])
    }

    @Test func `the others are told of the beginning and the end, once`() throws {
        let socket = try self.cast.ann.connect()
        let own = try self.cast.bob.connect()
        for isTyping in [true, true, false, false, true] as [JSON] {
            expect(try self.type(self.cast.bob, isTyping), 204)
        }
        for isTyping in [true, false, true] as [JSON] {
            let event = try self.told(socket)
            #expect(event.data["user_id"] == JSON(self.cast.bob.id))
            #expect(event.data["is_typing"] == isTyping)
        }
        // Whoever types is not told.
        expect(try self.type(self.cast.ann), 204)
        #expect(try self.told(own).data["user_id"] == JSON(self.cast.ann.id))
    }

    @Test func `who falls silent has stopped after 10 seconds`() throws {
        let socket = try self.cast.ann.connect()
        let clock = ContinuousClock()
        let start = clock.now
        expect(try self.type(self.cast.bob), 204)
        #expect(try self.told(socket).data["is_typing"] == true)
        let end = try self.told(socket)
        let passed = clock.now - start
        #expect(end.data["is_typing"] == false)
        #expect(passed > .seconds(9.5))
        #expect(try self.typing() == [])
    }

    @Test func `only members type, and only members see who does`() throws {
        let denied = "Access denied"
        expect(try self.type(self.cast.eve), 403, denied)
        expect(try self.cast.eve.get("/presence/typing/\(self.chat)"), 403, denied)
        let body: JSON = ["chat_id": 4_000_000, "is_typing": true]
        expect(try self.cast.ann.post("/presence/typing", body), 403, denied)
        expect(try self.cast.ann.get("/presence/typing/4000000"), 403, denied)
        #expect(try self.typing() == [])
    }

    @Test func `who leaves has stopped`() throws {
        expect(try self.type(self.cast.bob), 204)
        expect(try self.cast.bob.post("/chats/\(self.chat)/leave"), 204)
        #expect(try self.typing() == [])
    }

    @Test func `strangers are told nothing`() throws {
        let socket = try self.cast.eve.connect()
        expect(try self.type(self.cast.bob), 204)
        let own = try self.cast.eve.makeGroup()
        let seen = try socket.events { $0.data["id"] == JSON(own) }
        #expect(!seen.contains { $0.data["chat_id"] == JSON(self.chat) })
    }

    @Test(arguments: ["chat_id", "is_typing"])
    func `a wrong field is named`(field: String) throws {
        for value in ["x", nil, [1]] as [JSON] {
            var body: [String: JSON] = ["chat_id": JSON(self.chat), "is_typing": true]
            body[field] = value
            let answer = try self.cast.ann.post("/presence/typing", .object(body))
            expectInvalid(answer, "body", .string(field))
        }
    }
}
