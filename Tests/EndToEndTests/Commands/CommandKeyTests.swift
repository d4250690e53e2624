import TestSupport
import Testing

/// A key is the same key over HTTP and over a socket.
@Suite(.blocking) struct CommandKeyTests {
    let ann: Person
    let bob: Person
    let chat: Int64
    let socket: WebSocketClient
    let key = "key \(Int.random(in: 0..<1 << 50))"

    init() throws {
        let cast = try Cast()
        self.ann = cast.ann
        self.bob = cast.bob
        self.chat = try self.ann.makeGroup(with: [self.bob])
        self.socket = try self.ann.connect()
    }

    private var send: [String: JSON] {
        [
            "chat_id": JSON(self.chat), "type": "text", "content": "once",
            "payload": ["b": [1, ["d": 1, "c": nil]], "a": "x"],
        ]
    }

    /// A command that is repeated as a request, or the other way round, is done once.
    private func expectOnce(
        _ command: String,
        _ fields: [String: JSON],
        _ method: String,
        _ path: String,
        _ body: JSON? = nil,
        key: String,
        socketFirst: Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var reply: SocketReply?
        if socketFirst {
            reply = try self.socket.ask(command, fields, key: key)
            #expect(
                reply?.isReplay == false,
                "\(reply?.json ?? nil)",
                sourceLocation: sourceLocation
            )
        }
        let answer = try self.ann.send(method, path, body, key: key)
        let isReplay = answer.header("Idempotency-Replayed") == "true"
        #expect(isReplay == socketFirst, "\(answer)", sourceLocation: sourceLocation)
        let again = try self.socket.ask(command, fields, key: key)
        #expect(again.isReplay, "\(again)", sourceLocation: sourceLocation)
        #expect(again.status == answer.status, "\(again)", sourceLocation: sourceLocation)
        #expect((200..<300).contains(answer.status), "\(answer)", sourceLocation: sourceLocation)
        // What is read again is nothing new, so that a repeat of `read` shows less.
        guard again.hasBody, command != "read" else { return }
        #expect(again.body == answer.json, sourceLocation: sourceLocation)
        if let reply { #expect(reply.body == again.body, sourceLocation: sourceLocation) }
    }

    @Test(arguments: [true, false])
    func `every command is done once over both`(socketFirst: Bool) throws {
        try self.expectOnce(
            "send",
            self.send,
            "POST",
            "/messages",
            .object(self.send),
            key: self.key,
            socketFirst: socketFirst
        )
        let page = try self.ann.page(of: self.chat)
        #expect(page.count == 1)
        let id = try #require(page.first?["id"].int)
        try self.expectOnce(
            "edit",
            ["message_id": JSON(id), "content": "edited"],
            "PATCH",
            "/messages/\(id)",
            ["content": "edited"],
            key: self.key,
            socketFirst: socketFirst
        )
        for emoji in ["👍", "5", "a/b"] {
            let escaped = ["👍": "%F0%9F%91%8D", "5": "5", "a/b": "a%2Fb"][emoji] ?? ""
            let fields: [String: JSON] = ["message_id": JSON(id), "emoji": .string(emoji)]
            try self.expectOnce(
                "react",
                fields,
                "POST",
                "/messages/\(id)/reactions",
                ["emoji": .string(emoji)],
                key: "\(self.key) \(emoji)",
                socketFirst: socketFirst
            )
            try self.expectOnce(
                "unreact",
                fields,
                "DELETE",
                "/messages/\(id)/reactions/\(escaped)",
                key: self.key,
                socketFirst: socketFirst
            )
        }
        try self.bob.say("unread", in: self.chat)
        try self.expectOnce(
            "read",
            ["chat_id": JSON(self.chat)],
            "POST",
            "/chats/\(self.chat)/read",
            key: self.key,
            socketFirst: socketFirst
        )
        try self.expectOnce(
            "delete",
            ["message_id": JSON(id)],
            "DELETE",
            "/messages/\(id)",
            key: self.key,
            socketFirst: socketFirst
        )
    }

    @Test func `the order of the fields and blanks do not make another body`() throws {
        let chat = self.chat
        let bodies = [
            "{\"chat_id\":\(chat),\"type\":\"text\",\"payload\":{\"a\":[1,{\"b\":\"é\",\"c\":2}]}}",
            "{ \"payload\" : {\"a\":[1 ,{\"c\":2,\"b\":\"\\u00e9\"}]},\n\"type\":\"t\\u0065xt\", "
                + "\"chat_id\":\(chat)}",
        ]
        let key = ("Idempotency-Key", self.key)
        for (number, body) in bodies.enumerated() {
            let head = HTTPClient.request(
                "POST",
                "/api/v1/messages",
                headers: [
                    self.ann.authorization, key, ("Content-Length", "\(body.utf8.count)"),
                ]
            )
            try self.ann.client.write(head + Array(body.utf8))
            let answer = try self.ann.client.readAnswer()
            expect(answer, 201)
            #expect((answer.header("Idempotency-Replayed") == "true") == (number > 0))
            let command = "{\"key\":\"\(self.key)\",\"do\":\"send\",\"id\":1,\(body.dropFirst())"
            try self.socket.send(WebSocketFrame(.text, command))
            let reply = try self.socket.reply()
            #expect(reply.status == 201, "\(reply)")
            #expect(reply.isReplay)
        }
        #expect(try self.ann.page(of: chat).count == 1)
    }

    @Test func `an id in another spelling is the same`() throws {
        let id = try self.ann.say("x", in: self.chat)
        let first = try self.ann.patch("/messages/\(id)", ["content": "y"], key: self.key)
        expect(first, 200)
        for spelling in [JSON(id), .string("\(id)"), .string(" +\(id).0 ")] {
            let fields: [String: JSON] = ["message_id": spelling, "content": "y"]
            let reply = try self.socket.ask("edit", fields, key: self.key)
            #expect(reply.isReplay, "\(reply)")
        }
    }

    @Test func `the same key with another body is refused over both`() throws {
        #expect(try self.socket.ask("send", self.send, key: self.key).status == 201)
        for (name, value) in [
            ("content", "twice"), ("payload", nil), ("type", "image"), ("extra", 1),
        ] as [(String, JSON)] {
            var other = self.send
            other[name] = value
            let answer = try self.ann.post("/messages", .object(other), key: self.key)
            let reply = try self.socket.ask("send", other, key: self.key)
            expect(answer, 422, "Idempotency-Key was used with another body")
            #expect(reply.status == 422, "\(reply)")
            #expect(reply.body == answer.json)
        }
        #expect(try self.ann.page(of: self.chat).count == 1)
    }

    @Test func `a key has 1 to 255 bytes and is a text`() throws {
        let long = String(repeating: "k", count: 255)
        #expect(try self.socket.ask("send", self.send, key: long).status == 201)
        for key in [.string(long + "k"), "", 5, ["x"], false] as [JSON] {
            let fields = self.send.merging(["key": key]) { $1 }
            let reply = try self.socket.ask("send", fields)
            #expect(reply.status == 422, "\(reply)")
            #expect(reply.body["detail"][0]["loc"] == ["header", "Idempotency-Key"])
        }
        let none = try self.socket.ask("send", self.send.merging(["key": nil]) { $1 })
        #expect(none.status == 201)
        #expect(try self.ann.page(of: self.chat).count == 2)
    }

    @Test func `of many at once over both one is done`() throws {
        // Nobody of the cast: a person may have so many sockets, and other tests open some as well.
        let carl = try Person("Carl", on: self.ann.server)
        let chat = try carl.makeGroup()
        let send = self.send.merging(["chat_id": JSON(chat)]) { $1 }
        let others = (0..<4).map { _ in Person(carl.credentials) }
        let sockets = try (0..<4).map { _ in try carl.connect() }
        for (person, socket) in zip(others, sockets) {
            try person.write("POST", "/messages", .object(send), key: self.key)
            try socket.write("send", send, id: 1, key: self.key)
        }
        let answers = try others.map { try $0.client.readAnswer() }
        let replies = try sockets.map { try $0.reply() }
        let ids = answers.map { $0.json["id"] } + replies.map { $0.body["id"] }
        #expect(Set(ids).count == 1)
        #expect(answers.allSatisfy { $0.status == 201 } && replies.allSatisfy { $0.status == 201 })
        let replays =
            answers.count { $0.header("Idempotency-Replayed") == "true" }
            + replies.count { $0.isReplay }
        #expect(replays == 7)
        #expect(try carl.page(of: chat).count == 1)
    }
}

@Suite(.blocking) struct CommandRestartTests {
    @Test func `a command that is repeated after a crash is done once`() throws {
        let server = try ServerProcess.small()
        let ann = try Person("Ann", on: server)
        let chat = try ann.makeGroup()
        let fields: [String: JSON] = ["chat_id": JSON(chat), "type": "text", "content": "once"]
        let sent = try ann.connect().ask("send", fields, key: "s")
        let posted = try ann.post("/messages", .object(fields), key: "h")
        let id = try #require(posted.json["id"].int)
        let deleted = try ann.connect().ask("delete", ["message_id": JSON(id)], key: "d")
        #expect(deleted.status == 204)
        for hasCrashed in [true, false] {
            if hasCrashed { try server.kill() } else { try server.stop() }
            try server.restart()
            let socket = try ann.connect()
            let again = try socket.ask("send", fields, key: "s")
            #expect(again.isReplay)
            #expect(again.body == sent.body)
            let overHTTP = try ann.post("/messages", .object(fields), key: "s")
            #expect(overHTTP.json == sent.body)
            #expect(overHTTP.header("Idempotency-Replayed") == "true")
            #expect(try socket.ask("send", fields, key: "h").body["id"] == JSON(id))
            #expect(try socket.ask("delete", ["message_id": JSON(id)], key: "d").isReplay)
            expect(try ann.delete("/messages/\(id)", key: "d"), 204)
        }
        #expect(try ann.page(of: chat).count == 2)
    }
}
