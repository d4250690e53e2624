import TestSupport
import Testing

@Suite(.blocking) struct BodyTests {
    let ann: Person
    let chat: Int64

    init() throws {
        self.ann = try Cast().ann
        self.chat = try self.ann.makeGroup()
    }

    /// POSTs these bytes as a message.
    private func post(
        _ body: [UInt8],
        _ headers: [(String, String)] = [("Content-Type", "application/json")]
    ) throws -> HTTPAnswer {
        let head = HTTPClient.request(
            "POST",
            "/api/v1/messages",
            headers: [self.ann.authorization, ("Content-Length", "\(body.count)")] + headers
        )
        try self.ann.client.write(head + body)
        return try self.ann.client.readAnswer()
    }

    private var good: [UInt8] {
        let body: JSON = ["chat_id": JSON(self.chat), "type": "text", "content": "x"]
        return body.bytes
    }

    @Test func `a body that is said to be something else is refused`() throws {
        for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"]
        {
            let answer = try self.post(self.good, [("Content-Type", type)])
            expect(answer, 415)
            expectRefusalShape(answer)
        }
        let encoded = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")]
        expect(try self.post(self.good, encoded), 415)
    }

    @Test func `JSON goes by several names`() throws {
        for type in ["application/json; charset=utf-8", "Application/JSON", "application/x+json"] {
            expect(try self.post(self.good, [("Content-Type", type)]), 201)
        }
        expect(try self.post(self.good, []), 201)
    }

    @Test func `a body of 256 KiB is read, a larger one is not`() throws {
        let text = String(repeating: "x", count: 256 * 1024 - 2)
        let answer = try self.post(Array("\"\(text)\"".utf8))
        expect(answer, 422)
        let large = try self.post(Array("\"\(text)x\"".utf8))
        expect(large, 413)
        expectRefusalShape(large)
        #expect(large.header("Connection") == "close")
    }

    @Test func `a body whose length is not said is cut off too`() throws {
        let head = HTTPClient.request(
            "POST",
            "/api/v1/messages",
            headers: [self.ann.authorization, ("Transfer-Encoding", "chunked")]
        )
        try self.ann.client.write(head)
        let chunk = Array("8000\r\n".utf8) + Array(repeating: 0x20, count: 0x8000) + [13, 10]
        for _ in 0..<9 { try self.ann.client.write(chunk) }
        expect(try self.ann.client.readAnswer(), 413)
        _ = try self.ann.client.waitForClose()
    }

    @Test func `a body of nobody's size is refused before it comes`() throws {
        try self.ann.client.write(
            "POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000000000000\r\n\r\n"
        )
        expect(try self.ann.client.readAnswer(), 413)
        #expect(try self.ann.client.waitForClose().isEmpty)
    }

    @Test(arguments: [
        "", "{", "nonsense", "{\"chat_id\":}", "{\"a\":1,}", "[1,2", "{'a':1}", "NaN", "1 2",
        "{\"a\":1}x", "\u{feff}{}", "{\"a\":\"\\x\"}", "{\"a\":\"\\ud800\"}", "{\"a\":01}",
        "{\"a\":\"\u{1}\"}", "[]", "5", "\"x\"", "null", "true",
        String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 20_000),
    ])
    func `what is no object is a validation error`(body: String) throws {
        let answer = try self.post(Array(body.utf8))
        expect(answer, 422)
        expectRefusalShape(answer)
    }

    @Test func `text that is no UTF-8 is a validation error`() throws {
        for bytes in [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80]] as [[UInt8]] {
            let body =
                Array("{\"chat_id\":\(self.chat),\"type\":\"".utf8) + bytes + Array("\"}".utf8)
            let answer = try self.post(body)
            expect(answer, 422)
            expectRefusalShape(answer)
        }
    }

    @Test func `unknown members are ignored`() throws {
        let body: JSON = [
            "chat_id": JSON(self.chat), "type": "text", "content": "x", "author_id": 1, "id": 5,
            "is_deleted": true,
        ]
        let answer = try self.post(body.bytes)
        expect(answer, 201)
        #expect(answer.json["author_id"] == JSON(self.ann.id))
        #expect(answer.json["is_deleted"] == false)
    }

    @Test func `integers are read as leniently as the original does`() throws {
        for id in ["\"\(self.chat)\"", "\(self.chat).0"] {
            let body = "{\"chat_id\":\(id),\"type\":\"text\",\"content\":\"x\"}"
            expect(try self.post(Array(body.utf8)), 201)
        }
    }
}
