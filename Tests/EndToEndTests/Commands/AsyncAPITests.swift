import TestSupport
import Testing

/// What goes over a socket is what `/asyncapi.json` says.
@Suite(.blocking) struct AsyncAPITests {
    let ann: Person
    let bob: Person
    let socket: WebSocketClient
    let document: JSON
    let schema: JSONSchema

    init() throws {
        let server = try SharedServer.get()
        self.ann = try Person("Ann", on: server)
        self.bob = try Person("Bob", on: server)
        self.document = try HTTPClient(server).send("GET", "/asyncapi.json").json
        self.schema = JSONSchema(of: self.document)
        self.socket = try WebSocketClient(server, token: self.ann.accessToken)
    }

    private func expect(
        _ json: JSON,
        is message: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let payload = self.document["components"]["messages"][message]["payload"]
        #expect(!payload.isNull, "\(message) is not described", sourceLocation: sourceLocation)
        let problems = self.schema.problems(of: json, against: payload)
        #expect(problems == [], "\(message): \(json)", sourceLocation: sourceLocation)
    }

    private func expectSuccess(
        _ answer: HTTPAnswer,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let isSuccess = (200..<300).contains(answer.status)
        #expect(isSuccess, "\(answer)", sourceLocation: sourceLocation)
    }

    /// Reads frames, each of which has to be as it is described, through the first that matches.
    private func read(through isLast: (JSON) -> Bool) throws -> Set<String> {
        var names: Set<String> = []
        while true {
            let json = try self.socket.nextJSON()
            if let name = json["event"].string {
                self.expect(json, is: name)
                names.insert(name)
            }
            if isLast(json) { return names }
        }
    }

    @Test func `all that happens is described`() throws {
        // A socket hears what happens after its `hello`, which may come later than the handshake's answer.
        var names = try self.read { $0["event"] == "hello" }
        let chat = try self.ann.makeGroup(with: [self.bob])
        let other = try self.bob.connect()
        names.formUnion(try self.read { $0["event"] == "user.presence" })
        expectSuccess(try self.ann.patch("/chats/\(chat)", ["title": "New"]))
        let message = try self.bob.say("hello", in: chat)
        try self.ann.say("hello", in: chat)
        let path = "/messages/\(message)"
        let typing: JSON = ["chat_id": JSON(chat), "is_typing": true]
        expectSuccess(try self.bob.post("/presence/typing", typing))
        expectSuccess(try self.bob.post("\(path)/reactions", ["emoji": "👍"]))
        expectSuccess(try self.bob.delete("\(path)/reactions/%F0%9F%91%8D"))
        expectSuccess(try self.bob.post("/chats/\(chat)/read"))
        expectSuccess(try self.bob.patch(path, ["content": "x", "payload": ["a": 1]]))
        expectSuccess(try self.bob.delete(path))
        let eve = try Person("Eve", on: self.ann.server)
        let body: JSON = ["user_id": JSON(eve.id)]
        expectSuccess(try self.ann.post("/chats/\(chat)/members", body))
        expectSuccess(try self.ann.delete("/chats/\(chat)/members/\(eve.id)"))
        expectSuccess(try self.ann.delete("/chats/\(chat)"))
        names.formUnion(try self.read { $0["event"] == "chat.deleted" })
        try other.close()
        let known = self.document["operations"]["events"]["messages"].items.compactMap {
            $0["$ref"].string?.split(separator: "/").last.map(String.init)
        }
        let unseen = Set(known).subtracting(names)
        #expect(unseen.isSubset(of: ["resync", "chat.resync"]), "\(unseen)")
    }

    @Test func `a session that cannot be told what it missed is told so as described`() throws {
        let other = try WebSocketClient(
            self.ann.server,
            token: self.ann.accessToken,
            query: "since=1&epoch=another"
        )
        for name in ["hello", "resync"] {
            let json = try other.nextJSON()
            #expect(json["event"] == .string(name))
            self.expect(json, is: name)
        }
    }

    @Test func `commands and replies are described`() throws {
        let chat = JSON(try self.ann.makeGroup(with: [self.bob]))
        let theirs = JSON(try self.bob.say("x", in: chat.int ?? 0))
        let message = JSON(try self.ann.say("x", in: chat.int ?? 0))
        let key = "k\(Int.random(in: 0..<1 << 50))"
        let asked: [(command: String, fields: [String: JSON], statuses: [Int])] = [
            (
                "send",
                [
                    "chat_id": chat, "type": "text", "content": "hello", "payload": ["a": 1],
                    "reply_to_id": theirs,
                ], [201, 201, 422]
            ),
            ("edit", ["message_id": message, "content": nil, "payload": [:]], [200, 200, 422]),
            ("react", ["message_id": message, "emoji": "x"], [201, 201, 422]),
            ("unreact", ["message_id": message, "emoji": "x"], [204, 204, 422]),
            ("read", ["chat_id": chat], [200, 200, 422]),
            ("delete", ["message_id": message], [204, 204, 422]),
            ("page", ["chat_id": chat, "limit": 5, "include_deleted": true], [200, 200, 200]),
            ("page", ["chat_id": chat, "before_id": message, "after_id": nil], [200, 200, 200]),
            ("typing", ["chat_id": chat, "is_typing": true], [204, 204, 204]),
            ("heartbeat", ["idle": false], [204, 204, 204]),
            ("subscribe", ["user_ids": [JSON(self.bob.id)]], [200, 200, 200]),
            ("unsubscribe", ["user_ids": [JSON(self.bob.id)]], [204, 204, 204]),
        ]
        let commands = self.document["operations"].keys.subtracting(["events"])
        #expect(Set(asked.map(\.command)) == commands, "each is asked for")
        for (command, fields, statuses) in asked {
            let takesKey = statuses[2] == 422
            for (number, status) in statuses.enumerated() {
                let all = number < 2 ? fields : fields.merging(["another": 1]) { $1 }
                let json = WebSocketClient.command(
                    command,
                    all,
                    id: number == 0 ? .string(command) : JSON(number),
                    key: takesKey ? key : nil
                )
                if number < 2 { self.expect(json, is: command) }
                try self.socket.send(json)
                let reply = try self.socket.reply()
                #expect(reply.status == status, "\(reply)")
                self.expect(reply.json, is: "\(command).reply")
                #expect(reply.isReplay == (takesKey && number == 1))
            }
            try self.socket.write(command, ["chat_id": "x", "message_id": 77])
            self.expect(try self.socket.reply().json, is: "\(command).reply")
        }
        for text in ["", "[]", "{\"do\":\"nothing\",\"id\":5}", "{\"id\":[]}"] {
            try self.socket.send(WebSocketFrame(.text, text))
            self.expect(try self.socket.reply().json, is: "refusal")
        }
    }
}
