import TestSupport
import Testing

@Suite(.blocking) struct SendingTests {
    let cast: Cast
    let chat: Int64

    init() throws {
        self.cast = try Cast()
        self.chat = try self.cast.ann.makeGroup(with: [self.cast.bob])
    }

    private func send(_ members: [String: JSON]) throws -> HTTPAnswer {
        let body: [String: JSON] = ["chat_id": JSON(self.chat), "type": "text", "content": "hello"]
        return try self.cast.ann.post("/messages", .object(body.merging(members) { $1 }))
    }

    @Test func `the answer is the message`() throws {
        let answer = try self.send([:])
        expect(answer, 201)
        let message = answer.json
        expect(message, is: .message)
        #expect(message["chat_id"] == JSON(self.chat))
        #expect(message["author_id"] == JSON(self.cast.ann.id))
        #expect(message["type"] == "text")
        #expect(message["content"] == "hello")
        #expect(message["payload"].isNull)
        #expect(message["status"] == "delivered")
        #expect(message["reply_to_id"].isNull)
        #expect(message["is_deleted"] == false)
        #expect(message["deleted_at"].isNull)
        #expect(message["updated_at"].isNull)
        #expect(message["reactions"] == [])
        #expect(try self.cast.bob.page(of: self.chat) == [message])
    }

    @Test func `ids grow within a chat`() throws {
        let ids = try (0..<10).map { try self.cast.ann.say("\($0)", in: self.chat) }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
    }

    @Test func `text comes back as it was sent`() throws {
        for text in [
            "", " ", "\"quoted\" \\ / \n\r\t", "\u{1}\u{1f}\u{7f}\u{2028}", "👩‍👩‍👧‍👦 Zoë e\u{301} ‏עברית",
            "\u{10ffff}\u{fffe}", "</script>&amp;", String(repeating: "ы", count: 8192),
        ] {
            let answer = try self.send(["content": .string(text)])
            expect(answer, 201)
            #expect(answer.json["content"] == .string(text))
            let stored = try self.cast.bob.page(of: self.chat, limit: 1)[0]["content"].string
            #expect(stored.map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test func `a payload comes back as it was sent`() throws {
        let payload: JSON = [
            "n": 1, "x": 1.5, "s": "ы\"", "b": true, "z": nil, "a": [1, [2, ["deep": []]]],
        ]
        let answer = try self.send(["type": "image", "content": nil, "payload": payload])
        expect(answer, 201)
        #expect(answer.json["payload"] == payload)
        #expect(answer.json["content"].isNull)
        #expect(try self.cast.bob.page(of: self.chat)[0]["payload"] == payload)
    }

    @Test func `a reply names a message of the same chat`() throws {
        let first = try self.cast.bob.say("question", in: self.chat)
        let reply = try self.send(["reply_to_id": JSON(first)])
        expect(reply, 201)
        #expect(reply.json["reply_to_id"] == JSON(first))
        let elsewhere = try self.cast.ann.say("x", in: self.cast.ann.makeGroup())
        for id in [elsewhere, 0, -1, 1 << 60, first + (1 << 20)] {
            let answer = try self.send(["reply_to_id": JSON(id)])
            expect(answer, 400, "Reply message not found or belongs to different chat")
        }
        expect(try self.cast.bob.delete("/messages/\(first)"), 204)
        expect(try self.send(["reply_to_id": JSON(first)]), 400)
    }

    @Test func `a voice message needs its keys`() throws {
        let sentence = "Voice message payload missing keys: "
        let none = try self.send(["type": "voice", "content": nil])
        expect(none, 400, "\(sentence)attachment_id, codec, duration_ms")
        let some = try self.send(["type": "voice", "payload": ["codec": "opus"]])
        expect(some, 400, "\(sentence)attachment_id, duration_ms")
        let payload: JSON = ["codec": "opus", "duration_ms": 5, "attachment_id": 7]
        let all = try self.send(["type": "voice", "content": nil, "payload": payload])
        expect(all, 201)
        #expect(all.json["payload"] == payload)
    }

    @Test func `only members send`() throws {
        let body: JSON = ["chat_id": JSON(self.chat), "type": "text", "content": "x"]
        expect(try self.cast.eve.post("/messages", body), 403, "Access denied")
        for id in [4_000_000, 0, -1] as [Int64] {
            expect(try self.send(["chat_id": JSON(id)]), 403, "Access denied")
        }
        #expect(try self.cast.ann.page(of: self.chat).isEmpty)
    }

    @Test(
        arguments: [
            ("chat_id", "x"), ("chat_id", nil), ("chat_id", 1.5), ("type", ""), ("type", nil),
            ("type", 5), ("content", 5), ("content", ["x"]), ("payload", "x"), ("payload", [1]),
            ("reply_to_id", "x"), ("reply_to_id", [1]),
            ("content", .string(String(repeating: "x", count: 16 * 1024 + 1))),
            ("payload", ["x": .string(String(repeating: "x", count: 32 * 1024))]),
        ] as [(String, JSON)]
    )
    func `a wrong field is named`(field: String, value: JSON) throws {
        expectInvalid(try self.send([field: value]), "body", .string(field))
        #expect(try self.cast.ann.page(of: self.chat).isEmpty)
    }

    @Test func `text of 16 KiB is the most`() throws {
        let text = String(repeating: "x", count: 16 * 1024)
        let answer = try self.send(["content": .string(text)])
        expect(answer, 201)
        #expect(answer.json["content"] == .string(text))
    }
}
