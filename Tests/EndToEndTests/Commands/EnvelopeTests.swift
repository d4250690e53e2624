import TestSupport
import Testing

/// What is around a command: its id, its name, and what is no command at all.
@Suite(.blocking) struct EnvelopeTests {
    let ann: Person
    let socket: WebSocketClient

    init() throws {
        self.ann = try Cast().ann
        self.socket = try self.ann.connect()
    }

    private func reply(to text: String) throws -> SocketReply {
        try self.socket.send(WebSocketFrame(.text, text))
        return try self.socket.reply()
    }

    @Test(arguments: [
        "\"c1\"", "\"\"", "0", "17", "-17", "9223372036854775807", "-9223372036854775808",
        "\"й🔑\\\"\\\\\"", "\"\\u0001\\n\"",
        "\"0123456789012345678901234567890123456789012345678901234567890123\"", "null",
    ])
    func `an id comes back as it was`(id: String) throws {
        let reply = try self.reply(to: "{\"id\":\(id),\"do\":\"heartbeat\"}")
        #expect(reply.status == 204)
        #expect(try JSON(parsing: Array("[\(id)]".utf8)) == [reply.id])
        #expect(reply.json.keys == ["reply", "status"])
    }

    @Test func `a command without an id is done too`() throws {
        let chat = try self.ann.makeGroup()
        let command = "{\"do\":\"send\",\"chat_id\":\(chat),\"type\":\"text\",\"content\":\"x\"}"
        let reply = try self.reply(to: command)
        #expect(reply.status == 201)
        #expect(reply.id == nil)
        #expect(reply.json.keys.contains("reply"))
        #expect(try self.ann.page(of: chat).count == 1)
    }

    @Test(arguments: [
        "{}", "[]", "[1]", "true", "1.5", "1e2", "1.0", "9223372036854775808", "1e400",
        "\"01234567890123456789012345678901234567890123456789012345678901234\"",
    ])
    func `an id of another kind is refused, and nothing is done`(id: String) throws {
        let chat = try self.ann.makeGroup()
        let fields = "\"do\":\"send\",\"chat_id\":\(chat),\"type\":\"text\",\"content\":\"x\""
        let reply = try self.reply(to: "{\"id\":\(id),\(fields)}")
        #expect(reply.status == 422, "\(reply)")
        #expect(reply.id == nil)
        #expect(reply.body["detail"][0]["loc"] == ["body", "id"])
        #expect(try self.ann.page(of: chat).isEmpty)
    }

    @Test(arguments: [
        "", " ", "nonsense", "{", "{\"id\":1", "{\"id\":1}}", "{'id':1}", "{\"id\":01}",
        "\u{feff}{}",
        "{\"id\":1,\"do\":\"heartbeat\"}{\"id\":2,\"do\":\"heartbeat\"}",
        "{\"id\":1,\"do\":\"heart\\u0000beat\"}", "{\"id\":\"\\ud800\"}", "null", "1", "\"send\"",
        "[{\"id\":1,\"do\":\"heartbeat\"}]", "true",
        String(repeating: "[", count: 65_536),
        String(repeating: "{\"a\":", count: 13_000),
        "{\"id\":1,\"do\":" + String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
            + "}",
    ])
    func `what is no command is told so, without a name`(text: String) throws {
        let reply = try self.reply(to: text)
        #expect(reply.status == 422, "\(reply)")
        #expect(reply.id == nil)
        #expect(reply.body["detail"].items.count == 1)
        #expect(try self.socket.ask("heartbeat").status == 204)
    }

    @Test(arguments: [nil, "", "Send", "sent", 5, ["send"], ["send": 1]] as [JSON])
    func `a command that is not known is told which are`(name: JSON) throws {
        try self.socket.send(["id": 7, "do": name])
        let reply = try self.socket.reply()
        #expect(reply.status == 422, "\(reply)")
        #expect(reply.id == 7)
        let error = reply.body["detail"][0]
        #expect(error["loc"] == ["body", "do"])
        let known = ["send", "edit", "delete", "react", "unreact", "read", "page", "heartbeat"]
        for name in known { #expect(error["msg"].string?.contains(name) == true) }
    }

    @Test func `a command may have 64 KiB`() throws {
        let chat = try self.ann.makeGroup()
        let content = String(repeating: "x", count: 16 * 1024)
        let fields: [String: JSON] = [
            "chat_id": JSON(chat), "type": "text", "content": .string(content),
            "payload": ["text": .string(String(repeating: "y", count: 32_000))],
        ]
        var padded = fields
        let count = WebSocketClient.command("send", fields, id: "send").bytes.count
        padded["ignored"] = .string(
            String(repeating: "z", count: 65_536 - count - ",\"ignored\":\"\"".utf8.count)
        )
        #expect(WebSocketClient.command("send", padded, id: "send").bytes.count == 65_536)
        let reply = try self.socket.ask("send", padded)
        #expect(reply.status == 201, "\(reply.status)")
        #expect(reply.body["content"] == .string(content))
        padded["ignored"] = .string((padded["ignored"]?.string ?? "") + "z")
        try self.socket.write("send", padded, id: "send")
        #expect(try self.socket.closeCode() == 1009)
        #expect(try self.ann.page(of: chat).count == 1)
    }

    @Test func `depth is refused where it is too much, and else taken`() throws {
        let chat = try self.ann.makeGroup()
        func send(depth: Int) throws -> SocketReply {
            let payload =
                String(repeating: "{\"a\":", count: depth) + "1"
                + String(repeating: "}", count: depth)
            return try self.reply(
                to: "{\"do\":\"send\",\"chat_id\":\(chat),\"type\":\"text\",\"payload\":\(payload)}"
            )
        }
        #expect(try send(depth: 63).status == 201)
        #expect(try send(depth: 64).status == 422)
        #expect(try send(depth: 10_000).status == 422)
    }

    @Test func `binary is not read`() throws {
        try self.socket.send(WebSocketFrame(.binary, "{\"id\":1,\"do\":\"heartbeat\"}"))
        #expect(try self.socket.ask("heartbeat").status == 204)
    }
}
