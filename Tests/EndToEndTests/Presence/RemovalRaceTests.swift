import TestSupport
import Testing

/// Who is removed hears nothing afterwards, however much is on its way.
@Suite(.blocking) struct RemovalRaceTests {
    let ann: Person
    let bob: Person
    let eve: Person

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
        self.bob = try Person("Bob", on: SharedServer.get())
        self.eve = try Person("Eve", on: SharedServer.get())
    }

    /// Ann types and turns idle without a pause, and sends in between.
    private func chatter(in chat: Int64) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in 0..<60 {
            let isOn: JSON = .bool(number % 2 == 0)
            let typing: [String: JSON] = ["chat_id": JSON(chat), "is_typing": isOn]
            var commands = [
                WebSocketClient.command("typing", typing),
                WebSocketClient.command("heartbeat", ["idle": isOn]),
            ]
            if number % 10 == 9 {
                let message: [String: JSON] = [
                    "chat_id": JSON(chat), "type": "text", "content": .string("\(number)"),
                ]
                commands.append(WebSocketClient.command("send", message))
            }
            for command in commands { bytes += WebSocketFrame(.text, command.bytes).bytes }
        }
        return bytes
    }

    @Test func `neither typing nor presence nor messages follow a removal`() throws {
        let chat = try self.ann.makeGroup(with: [self.eve])
        let noisy = try self.ann.connect()
        let removed = try self.bob.connect()
        let path = "/chats/\(chat)/members"
        for round in 0..<12 {
            expect(try self.ann.post(path, ["user_id": JSON(self.bob.id)]), 201)
            let subscribed = try removed.ask("subscribe", ["user_ids": [JSON(self.ann.id)]])
            #expect(subscribed.status == 200)
            try noisy.send(bytes: self.chatter(in: chat))
            expect(try self.ann.delete("\(path)/\(self.bob.id)"), 204)
            for _ in 0..<126 { _ = try noisy.reply() }
            let own = try self.bob.makeGroup()
            let heard = try removed.events {
                $0.name == "chat.created" && $0.data["id"] == JSON(own)
            }
            let end = heard.firstIndex { event in
                event.name == "member.removed" && event.data["chat_id"] == JSON(chat)
            }
            let after = heard[(try #require(end) + 1)...].dropLast()
            #expect(after.isEmpty, "round \(round): \(after)")
        }
    }

    @Test func `a subscription ends with the last chat that is shared, and comes back with one`()
        throws
    {
        let first = try self.ann.makeGroup(with: [self.bob])
        let second = try self.ann.makeGroup(with: [self.bob])
        let watched = try self.ann.connect()
        let watching = try self.bob.connect()
        let users: [String: JSON] = ["user_ids": [JSON(self.ann.id)]]
        #expect(try watching.ask("subscribe", users).status == 200)
        func turn(idle: Bool) throws { _ = try watched.ask("heartbeat", ["idle": .bool(idle)]) }
        func hears(_ status: JSON) throws {
            _ = try watching.next("user.presence") {
                $0["user_id"] == JSON(self.ann.id) && $0["status"] == status
            }
        }
        expect(try self.ann.delete("/chats/\(first)/members/\(self.bob.id)"), 204)
        try turn(idle: true)
        try hears("away")
        expect(try self.bob.post("/chats/\(second)/leave"), 204)
        #expect(try watching.ask("subscribe", users).status == 403)
        try turn(idle: false)
        expect(try self.ann.post("/chats/\(first)/members", ["user_id": JSON(self.bob.id)]), 201)
        let seen = try watching.events { $0.name == "member.added" }
        #expect(!seen.contains { $0.name == "user.presence" })
        try turn(idle: true)
        try hears("away")
    }
}
