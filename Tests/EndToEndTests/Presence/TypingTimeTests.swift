import TestSupport
import Testing

/// How soon typing is seen, and for how long. Run by themselves: other tests take the processors.
@Suite(.blocking) struct TypingTimeTests {
    let cast: Cast
    let socket: WebSocketClient

    init() throws {
        self.cast = try Cast()
        self.socket = try self.cast.ann.connect()
    }

    private func type(_ isTyping: Bool, in chat: Int64) throws {
        let body: JSON = ["chat_id": JSON(chat), "is_typing": .bool(isTyping)]
        expect(try self.cast.bob.post("/presence/typing", body), 204)
    }

    private func told(_ isTyping: Bool, in chat: Int64) throws {
        let event = try self.socket.next("user.typing") { $0["chat_id"] == JSON(chat) }
        #expect(event.data["is_typing"] == .bool(isTyping))
    }

    @Test func `typing is told at once, and does not wait for a tick`() throws {
        let chat = try self.cast.ann.makeGroup(with: [self.cast.bob])
        let clock = ContinuousClock()
        var times: [Duration] = []
        for number in 0..<41 {
            let start = clock.now
            try self.type(number % 2 == 0, in: chat)
            try self.told(number % 2 == 0, in: chat)
            times.append(clock.now - start)
        }
        let median = times.sorted()[times.count / 2]
        print("typing is told after \(median) in the median")
        #expect(median < .milliseconds(25))
    }

    @Test func `it ends by itself after 10 s, and not before`() throws {
        let chats = try (0..<3).map { _ in try self.cast.ann.makeGroup(with: [self.cast.bob]) }
        let clock = ContinuousClock()
        var starts: [JSON: ContinuousClock.Instant] = [:]
        for chat in chats {
            starts[JSON(chat)] = clock.now
            try self.type(true, in: chat)
            try self.told(true, in: chat)
        }
        // Chats of different shards end in any order.
        while !starts.isEmpty {
            let event = try self.socket.next("user.typing")
            guard let start = starts.removeValue(forKey: event.data["chat_id"]) else { continue }
            let passed = clock.now - start
            #expect(event.data["is_typing"] == false)
            #expect(passed > .seconds(9.8) && passed < .seconds(15), "\(passed)")
        }
    }

    @Test func `who says it again has 10 s again`() throws {
        let chat = try self.cast.ann.makeGroup(with: [self.cast.bob])
        try self.type(true, in: chat)
        try self.told(true, in: chat)
        #expect(throws: WaitError.self) {
            _ = try self.socket.next("user.typing", timeout: .seconds(2)) {
                $0["chat_id"] == JSON(chat)
            }
        }
        let start = ContinuousClock.now
        try self.type(true, in: chat)
        try self.told(false, in: chat)
        let passed = ContinuousClock.now - start
        #expect(passed > .seconds(9.8) && passed < .seconds(15), "\(passed)")
    }

    @Test func `a message ends it before the message is told`() throws {
        let chat = try self.cast.ann.makeGroup(with: [self.cast.bob])
        try self.type(true, in: chat)
        try self.cast.bob.say("done", in: chat)
        let heard = try self.socket.events { event in
            event.name == "message.created" && event.data["chat_id"] == JSON(chat)
        }
        let typing = heard.filter { $0.data["chat_id"] == JSON(chat) && $0.name == "user.typing" }
        #expect(typing.map { $0.data["is_typing"] } == [true, false])
    }
}
