import TestSupport
import Testing

/// Each command does what its request does.
@Suite(.blocking) struct CommandTests {
    let ann: Person
    let bob: Person
    let chat: Int64
    /// Ann's.
    let socket: WebSocketClient

    init() throws {
        let cast = try Cast()
        self.ann = cast.ann
        self.bob = cast.bob
        self.chat = try self.ann.makeGroup(with: [self.bob])
        self.socket = try self.ann.connect()
    }

    @Test func `send posts a message, and its event comes too`() throws {
        let other = try self.bob.connect()
        let first = try self.ann.say("first", in: self.chat)
        let reply = try self.socket.ask(
            "send",
            [
                "chat_id": JSON(self.chat), "type": "text", "content": "hello 👋 \"\\\n",
                "payload": ["a": [1, 2.5, nil]], "reply_to_id": JSON(first),
            ]
        )
        #expect(reply.status == 201, "\(reply)")
        #expect(reply.json.keys == ["reply", "status", "body"])
        expect(reply.body, is: .message)
        #expect(reply.body["content"] == "hello 👋 \"\\\n")
        #expect(reply.body["author_id"] == JSON(self.ann.id))
        #expect(reply.body["reply_to_id"] == JSON(first))
        let id = try #require(reply.body["id"].int)
        #expect(try self.bob.get("/messages/\(id)").json == reply.body)
        let event = try other.next("message.created") { $0["id"] == JSON(id) }
        #expect(event.data == reply.body)
    }

    @Test func `edit changes a message`() throws {
        let id = try self.ann.say("before", in: self.chat)
        let fields: [String: JSON] = ["message_id": JSON(id), "content": "after"]
        let reply = try self.socket.ask("edit", fields)
        #expect(reply.status == 200, "\(reply)")
        #expect(reply.body["content"] == "after")
        #expect(try self.ann.get("/messages/\(id)").json == reply.body)
    }

    @Test func `delete leaves a tombstone, and says no more`() throws {
        let id = try self.ann.say("x", in: self.chat)
        let reply = try self.socket.ask("delete", ["message_id": JSON(id)])
        #expect(reply.json == ["reply": "delete", "status": 204])
        #expect(try self.ann.get("/messages/\(id)").json["is_deleted"] == true)
    }

    @Test func `react and unreact`() throws {
        let id = try self.bob.say("x", in: self.chat)
        for emoji in ["👍", "/", "a b", "%2F"] {
            let fields: [String: JSON] = ["message_id": JSON(id), "emoji": .string(emoji)]
            let added = try self.socket.ask("react", fields)
            #expect(added.status == 201, "\(added)")
            expect(added.body, is: .reaction)
            #expect(added.body["emoji"] == .string(emoji))
            let removed = try self.socket.ask("unreact", fields)
            #expect(removed.json == ["reply": "unreact", "status": 204])
        }
        #expect(try self.ann.get("/messages/\(id)").json["reactions"] == [])
    }

    @Test func `read marks all as read`() throws {
        let ids = try ["a", "b"].map { try self.bob.say($0, in: self.chat) }
        let reply = try self.socket.ask("read", ["chat_id": JSON(self.chat)])
        #expect(reply.status == 200, "\(reply)")
        #expect(Set(reply.body["message_ids"].items) == Set(ids.map { JSON($0) }))
        #expect(reply.body["up_to_id"] == JSON(ids[1]))
        #expect(try self.ann.get("/chats/\(self.chat)").json["unreadCount"] == 0)
    }

    @Test func `typing is told to the others`() throws {
        let other = try self.bob.connect()
        for isTyping in [true, false] {
            let fields: [String: JSON] = ["chat_id": JSON(self.chat), "is_typing": .bool(isTyping)]
            #expect(
                try self.socket.ask("typing", fields).json == ["reply": "typing", "status": 204]
            )
            let event = try other.next("user.typing") { $0["chat_id"] == JSON(self.chat) }
            #expect(event.data["is_typing"] == .bool(isTyping))
            #expect(event.data["user_id"] == JSON(self.ann.id))
        }
    }

    @Test func `a heartbeat is taken`() throws {
        #expect(try self.socket.ask("heartbeat").json == ["reply": "heartbeat", "status": 204])
    }

    @Test func `a page is the page that HTTP gives`() throws {
        let ids = try (0..<12).map { try self.ann.say("\($0)", in: self.chat) }
        expect(try self.ann.delete("/messages/\(ids[4])"), 204)
        let cases: [(fields: [String: JSON], query: String)] = [
            ([:], ""), (["limit": 5], "&limit=5"), (["limit": "5"], "&limit=5"),
            (["limit": 3, "before_id": JSON(ids[6])], "&limit=3&before_id=\(ids[6])"),
            (["limit": 3, "after_id": JSON(ids[2])], "&limit=3&after_id=\(ids[2])"),
            (["around_id": JSON(ids[6]), "limit": 4], "&around_id=\(ids[6])&limit=4"),
            (["include_deleted": false], "&include_deleted=false"),
            (["limit": nil, "before_id": nil, "include_deleted": true], ""),
        ]
        for (fields, query) in cases {
            let all = fields.merging(["chat_id": JSON(self.chat)]) { $1 }
            let reply = try self.socket.ask("page", all)
            let page = try self.ann.get("/messages?chat_id=\(self.chat)\(query)")
            #expect(reply.status == 200, "\(reply)")
            #expect(reply.body == page.json, "\(query)")
        }
    }

    @Test func `long and short replies are whole`() throws {
        // Around the two lengths at which a frame's header grows.
        for count in [0, 1, 60, 16 * 1024] + Array(stride(from: 65_000, to: 65_800, by: 80)) {
            var body: JSON = [:]
            if count < 20_000 {
                body = try self.ask(content: String(repeating: "x", count: count))
            } else {
                let pages = try self.pad(to: count)
                body = pages
            }
            #expect(!body.isNull)
        }
    }

    private func ask(content: String) throws -> JSON {
        let fields: [String: JSON] = [
            "chat_id": JSON(self.chat), "type": "text", "content": .string(content),
        ]
        let reply = try self.socket.ask("send", fields)
        #expect(reply.body["content"] == .string(content))
        return reply.body
    }

    /// A page of about as many bytes.
    private func pad(to count: Int) throws -> JSON {
        let chat = try self.ann.makeGroup()
        for part in [16_000, 16_000, 16_000, 16_000, count - 65_000] {
            try self.ann.say(String(repeating: "y", count: part), in: chat)
        }
        let reply = try self.socket.ask("page", ["chat_id": JSON(chat)])
        #expect(reply.body == (try self.ann.get("/messages?chat_id=\(chat)").json))
        return reply.body
    }
}
