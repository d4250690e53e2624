import TestSupport
import Testing

@Suite(.blocking) struct EditingTests {
    let cast: Cast
    let chat: Int64
    let message: Int64

    init() throws {
        self.cast = try Cast()
        self.chat = try self.cast.ann.makeGroup(with: [self.cast.bob])
        self.message = try self.cast.ann.say("teh", in: self.chat)
    }

    private var path: String { "/messages/\(self.message)" }

    @Test func `one message is shown to members`() throws {
        let answer = try self.cast.bob.get(self.path)
        expect(answer, 200)
        expect(answer.json, is: .message)
        #expect(answer.json["content"] == "teh")
        expect(try self.cast.eve.get(self.path), 403, "Access denied")
        for id in ["0", "-1", "\(self.message + (1 << 30))", "9223372036854775807"] {
            expect(try self.cast.ann.get("/messages/\(id)"), 404, "Message not found")
        }
        expectInvalid(try self.cast.ann.get("/messages/x"), "path", "message_id")
    }

    @Test func `the author changes the text`() throws {
        let answer = try self.cast.ann.patch(self.path, ["content": "the"])
        expect(answer, 200)
        expect(answer.json, is: .message)
        #expect(answer.json["content"] == "the")
        #expect(!answer.json["updated_at"].isNull)
        #expect(answer.json["is_deleted"] == false)
        #expect(try self.cast.bob.page(of: self.chat) == [answer.json])
    }

    @Test func `what is not named stays`() throws {
        let payload: JSON = ["a": 1]
        expect(try self.cast.ann.patch(self.path, ["payload": payload]), 200)
        let answer = try self.cast.ann.patch(self.path, ["content": "the"])
        #expect(answer.json["payload"] == payload)
        let cleared = try self.cast.ann.patch(self.path, ["payload": nil])
        expect(cleared, 200)
        #expect(cleared.json["payload"].isNull)
        #expect(cleared.json["content"] == "the")
    }

    @Test func `only the author changes it`() throws {
        let body: JSON = ["content": "mine"]
        expect(try self.cast.bob.patch(self.path, body), 403, "Access denied")
        expect(try self.cast.eve.patch(self.path, body), 403, "Access denied")
        let other = try self.cast.bob.say("x", in: self.chat)
        expect(try self.cast.ann.patch("/messages/\(other)", body), 403, "Access denied")
        #expect(try self.cast.ann.get(self.path).json["content"] == "teh")
    }

    @Test func `what is not there cannot be changed`() throws {
        let body: JSON = ["content": "x"]
        for id in ["0", "-1", "\(self.message + (1 << 30))"] {
            expect(try self.cast.ann.patch("/messages/\(id)", body), 404, "Message not found")
            expect(try self.cast.ann.delete("/messages/\(id)"), 404, "Message not found")
        }
        expect(try self.cast.ann.delete(self.path), 204)
        expect(try self.cast.ann.patch(self.path, body), 400, "Cannot update deleted message")
    }

    @Test(
        arguments: [
            ("content", 5), ("content", ["x"]), ("payload", "x"), ("payload", [1]),
            ("content", .string(String(repeating: "x", count: 16 * 1024 + 1))),
            ("payload", ["x": .string(String(repeating: "x", count: 32 * 1024))]),
        ] as [(String, JSON)]
    )
    func `a wrong field is named`(field: String, value: JSON) throws {
        let answer = try self.cast.ann.patch(self.path, .object([field: value]))
        expectInvalid(answer, "body", .string(field))
    }
}
