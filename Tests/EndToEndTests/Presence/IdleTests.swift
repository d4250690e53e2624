import TestSupport
import Testing

/// Idleness, which sockets say of themselves.
@Suite(.blocking) struct IdleTests {
    let ann: Person
    let bob: Person
    /// Ann's, who looks on.
    let socket: WebSocketClient

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
        self.bob = try Person("Bob", on: SharedServer.get())
        _ = try self.ann.makeGroup(with: [self.bob])
        self.socket = try self.ann.connect()
    }

    private func told() throws -> String? {
        let event = try self.socket.next("user.presence") { $0["user_id"] == JSON(self.bob.id) }
        return event.data["status"].string
    }

    private func status() throws -> JSON {
        try self.ann.get("/presence/\(self.bob.id)").json["status"]
    }

    private func say(idle: JSON, on socket: WebSocketClient) throws {
        let reply = try socket.ask("heartbeat", ["idle": idle])
        #expect(reply.status == 204 && !reply.hasBody)
    }

    @Test func `who has only idle sockets is away, until one is active`() throws {
        let first = try self.bob.connect()
        #expect(try self.told() == "online")
        try self.say(idle: true, on: first)
        #expect(try self.told() == "away")
        #expect(try self.status() == "away")
        let second = try self.bob.connect()
        #expect(try self.told() == "online")
        try self.say(idle: true, on: second)
        #expect(try self.told() == "away")
        try self.say(idle: false, on: first)
        #expect(try self.told() == "online")
        // The one that is active goes, an idle one is left.
        try first.close()
        #expect(try self.told() == "away")
        second.drop()
        #expect(try self.status() == "away")
    }

    @Test func `a heartbeat that says nothing of idleness leaves it`() throws {
        let socket = try self.bob.connect()
        #expect(try self.told() == "online")
        try self.say(idle: true, on: socket)
        #expect(try self.told() == "away")
        #expect(try socket.ask("heartbeat").status == 204)
        #expect(try socket.ask("heartbeat", ["idle": nil]).status == 204)
        expect(try self.bob.post("/presence/heartbeat"), 204)
        #expect(try self.status() == "away")
        #expect(try socket.ask("heartbeat", ["idle": "perhaps"]).status == 422)
        #expect(try self.status() == "away")
    }

    @Test func `an idle socket that closes takes its idleness along`() throws {
        let idle = try self.bob.connect()
        let active = try self.bob.connect()
        #expect(try self.told() == "online")
        for _ in 0..<3 { try self.say(idle: true, on: idle) }
        try idle.close()
        #expect(try self.status() == "online")
        try self.say(idle: true, on: active)
        #expect(try self.told() == "away")
    }

    @Test func `of many changes at once the newest is told, and few of the others`() throws {
        let socket = try self.bob.connect()
        #expect(try self.told() == "online")
        var frames: [UInt8] = []
        for number in 0..<100 {
            let fields: [String: JSON] = ["idle": .bool(number % 2 == 0)]
            let command = WebSocketClient.command("heartbeat", fields)
            frames += WebSocketFrame(.text, command.bytes).bytes
        }
        let last = WebSocketClient.command("heartbeat", ["idle": true])
        try socket.send(bytes: frames + WebSocketFrame(.text, last.bytes).bytes)
        for _ in 0..<101 { #expect(try socket.reply().status == 204) }
        // Who comes after all that is told of after all that.
        let cal = try Person("Cal", on: self.ann.server)
        _ = try self.ann.makeGroup(with: [cal])
        let later = try cal.connect()
        let events = try self.socket.events { $0.data["user_id"] == JSON(cal.id) }
        let heard = events.filter { $0.data["user_id"] == JSON(self.bob.id) }
        #expect(heard.last?.data["status"] == "away")
        #expect(heard.count <= 20, "\(heard)")
        try later.close()
    }
}
