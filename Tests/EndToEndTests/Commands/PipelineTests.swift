import TestSupport
import Testing

/// Many commands on their way at once.
@Suite(.blocking) struct PipelineTests {
    let ann: Person
    let bob: Person
    let chat: Int64

    init() throws {
        let cast = try Cast()
        self.ann = cast.ann
        self.bob = cast.bob
        self.chat = try self.ann.makeGroup(with: [self.bob])
    }

    private func send(_ number: Int, in chat: Int64) -> [String: JSON] {
        ["chat_id": JSON(chat), "type": "text", "content": .string("\(number)")]
    }

    /// Everything that comes until there are so many replies.
    private func read(
        _ count: Int,
        from socket: WebSocketClient
    ) throws -> (replies: [SocketReply], events: [SocketEvent]) {
        var replies: [SocketReply] = []
        var events: [SocketEvent] = []
        while replies.count < count {
            let json = try socket.nextJSON()
            if json.keys.contains("reply") {
                replies.append(try SocketReply(json))
            } else {
                events.append(try SocketEvent(json))
            }
        }
        return (replies, events)
    }

    @Test func `two hundred sends are answered once each, in the order of their commit`() throws {
        let socket = try self.ann.connect()
        let bytes = (0..<200).flatMap { number in
            let fields = self.send(number, in: self.chat)
            let command = WebSocketClient.command("send", fields, id: JSON(number))
            return WebSocketFrame(.text, command.bytes).bytes
        }
        try socket.send(bytes: bytes)
        let (replies, before) = try self.read(200, from: socket)
        #expect(replies.map(\.id) == (0..<200).map { JSON($0) })
        #expect(replies.allSatisfy { $0.status == 201 })
        let ids = replies.compactMap { $0.body["id"].int }
        #expect(ids.count == 200)
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 200)
        let events = before.filter { $0.data["chat_id"] == JSON(self.chat) }
        #expect(events.compactMap { $0.data["id"].int } == ids, "each event before its reply")
        let seqs = events.compactMap(\.seq)
        #expect(seqs == seqs.sorted() && Set(seqs).count == 200)
        #expect(events.dropFirst().compactMap(\.prev) == Array(seqs.dropLast()))
        #expect(
            try self.ann.page(of: self.chat, limit: 200).compactMap { $0["id"].int }
                == Array(ids.reversed())
        )
    }

    @Test func `sends to many chats are answered once each`() throws {
        let socket = try self.ann.connect()
        let chats = try (0..<8).map { _ in try self.ann.makeGroup() }
        for number in 0..<400 {
            let fields = self.send(number, in: chats[number % 8])
            try socket.write("send", fields, id: JSON(number))
        }
        let (replies, events) = try self.read(400, from: socket)
        #expect(Set(replies.map(\.id)).count == 400)
        for chat in chats {
            let own = replies.filter { $0.body["chat_id"] == JSON(chat) }
            let numbers = own.compactMap { $0.id.int }
            #expect(numbers.count == 50)
            #expect(numbers == numbers.sorted())
        }
        // A reply of another loop may come when its commit is long past; its event came before.
        let created = events.filter { $0.name == "message.created" }.compactMap {
            $0.data["id"].int
        }
        #expect(Set(created).isSuperset(of: replies.compactMap { $0.body["id"].int }))
    }

    @Test func `what waits for nothing overtakes what is not durable`() throws {
        let socket = try self.ann.connect()
        for number in 0..<50 {
            try socket.write("send", self.send(number, in: self.chat), id: JSON(number))
            try socket.write("heartbeat", id: .string("h\(number)"))
        }
        let (replies, _) = try self.read(100, from: socket)
        #expect(Set(replies.map(\.id)).count == 100)
        #expect(replies.compactMap { $0.id.int } == (0..<50).map { Int64($0) })
        #expect(replies.compactMap { $0.id.string } == (0..<50).map { "h\($0)" })
    }

    @Test func `a page behind sends shows them`() throws {
        let socket = try self.ann.connect()
        for number in 0..<20 {
            try socket.write("send", self.send(number, in: self.chat), id: JSON(number))
        }
        try socket.write("page", ["chat_id": JSON(self.chat)], id: "page")
        let (replies, _) = try self.read(21, from: socket)
        let page = try #require(replies.last)
        #expect(page.id == "page")
        #expect(
            page.body["messages"].items.compactMap { $0["content"].string }
                == (0..<20).reversed().map { "\($0)" }
        )
    }

    @Test func `more than may be in flight is answered all the same`() throws {
        let socket = try self.ann.connect()
        let frames = (0..<2_000).map { number in
            let fields = self.send(number, in: self.chat)
            let command = WebSocketClient.command("send", fields, id: JSON(number))
            return WebSocketFrame(.text, command.bytes).bytes
        }
        try socket.send(bytes: Array(frames.joined()))
        let (replies, _) = try self.read(2_000, from: socket)
        #expect(replies.map(\.id) == (0..<2_000).map { JSON($0) })
        #expect(replies.allSatisfy { $0.status == 201 })
    }

    @Test func `who asks for more than may wait for a slow reader gets it all`() throws {
        for number in 0..<20 {
            try self.ann.say("\(number)" + String(repeating: "x", count: 16_000), in: self.chat)
        }
        let socket = try self.ann.connect()
        // 320 KB each, 100 MB in all. The server stops reading, and goes on as this reads.
        for number in 0..<300 {
            try socket.write("page", ["chat_id": JSON(self.chat)], id: JSON(number))
        }
        let (replies, _) = try self.read(300, from: socket)
        #expect(replies.map(\.id) == (0..<300).map { JSON($0) })
        #expect(replies.allSatisfy { $0.body["messages"].items.count == 20 })
        #expect(try socket.ask("heartbeat").status == 204)
    }

    @Test func `a reply larger than a slow reader's bound is sent`() throws {
        for number in 0..<100 {
            try self.ann.say("\(number)" + String(repeating: "x", count: 16_000), in: self.chat)
        }
        let socket = try self.ann.connect()
        let reply = try socket.ask("page", ["chat_id": JSON(self.chat), "limit": 100])
        #expect(reply.body["messages"].items.count == 100)
        #expect(try socket.ask("heartbeat").status == 204)
    }

    @Test func `what is asked before hello is answered after it`() throws {
        for _ in 0..<20 {
            let socket = try WebSocketClient(self.ann.server, token: self.ann.accessToken)
            for number in 0..<5 {
                let fields = self.send(number, in: self.chat)
                try socket.write("send", fields, id: JSON(number))
            }
            try socket.write("heartbeat", id: "h")
            let first = try socket.nextJSON()
            #expect(first["event"] == "hello")
            let (replies, events) = try self.read(6, from: socket)
            #expect(replies.compactMap { $0.id.int } == [0, 1, 2, 3, 4])
            let created = events.filter { $0.name == "message.created" }
            #expect(created.count { $0.data["author_id"] == JSON(self.ann.id) } >= 5)
        }
    }

    @Test func `a session that has ended gets no reply any more`() throws {
        let other = Person(self.bob.credentials)
        let session = try other.logIn().json
        other.accessToken = session["access_token"].string ?? ""
        let socket = try other.connect()
        for number in 0..<100 {
            try socket.write("send", self.send(number, in: self.chat), id: JSON(number))
        }
        expect(try other.post("/auth/logout"), 204)
        for number in 100..<200 {
            try? socket.write("send", self.send(number, in: self.chat), id: JSON(number))
        }
        var answered: [Int64] = []
        let closed = #expect(throws: SocketClosed.self) {
            while true {
                let json = try socket.nextJSON()
                if let id = json["reply"].int { answered.append(id) }
            }
        }
        #expect(closed?.code == 4001)
        #expect(answered == Array(0..<Int64(answered.count)))
        let sent = try self.ann.page(of: self.chat, limit: 200).compactMap { $0["content"].string }
        #expect(sent.count >= answered.count, "what was answered was done")
        #expect(sent.allSatisfy { (Int($0) ?? 200) < 100 }, "nothing is done after the end")
    }
}
