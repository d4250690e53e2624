import TestSupport
import Testing

@Suite(.blocking) struct ConnectionTests {
    let client: HTTPClient
    /// Of nobody, so that its answer is 401.
    private static let login: JSON = ["email": "nobody@example.org", "password": "x"]

    init() throws {
        self.client = HTTPClient(try SharedServer.get())
    }

    @Test func `a connection is kept`() throws {
        for _ in 0..<3 {
            let answer = try self.client.send("GET", "/health")
            expect(answer, 200)
            #expect(answer.version == "HTTP/1.1")
            #expect(answer.header("Connection") == nil)
        }
        #expect(!self.client.isClosed)
    }

    @Test func `a connection is closed when that is asked for`() throws {
        let answer = try self.client.send("GET", "/health", headers: [("Connection", "close")])
        expect(answer, 200)
        #expect(answer.header("Connection") == "close")
        #expect(try self.client.waitForClose().isEmpty)
    }

    @Test func `HTTP 1_0 is answered, and its connection closed`() throws {
        try self.client.write("GET /health HTTP/1.0\r\n\r\n")
        let answer = try self.client.readAnswer()
        expect(answer, 200)
        #expect(answer.json == ["status": "ok"])
        #expect(try self.client.waitForClose().isEmpty)
    }

    @Test func `a client that has said all still gets its answers`() throws {
        for _ in 0..<3 { try self.client.write("GET", "/health") }
        self.client.finishWriting()
        for _ in 0..<3 { expect(try self.client.readAnswer(), 200) }
        #expect(try self.client.waitForClose().isEmpty)
    }

    @Test func `more pages than the socket takes at once all come, in order`() throws {
        // Far over what may wait for a slow reader, so that the server pauses and goes on.
        let ann = try Person("Ann", on: try SharedServer.get())
        let chat = try ann.makeGroup()
        let text = String(repeating: "x", count: 1000)
        let ids = try (0..<50).map { try ann.say("\($0) \(text)", in: chat) }
        for index in 0..<200 {
            let path = "/api/v1/messages?chat_id=\(chat)&limit=\(index % 50 + 1)"
            try self.client.write("GET", path, headers: [ann.authorization])
        }
        for index in 0..<200 {
            let answer = try self.client.readAnswer()
            expect(answer, 200)
            #expect(answer.json["messages"].items.count == index % 50 + 1)
            #expect(answer.json["messages"][0]["id"].int == ids.last)
        }
    }

    @Test func `a hundred requests at once are answered in order`() throws {
        let ann = try Cast().ann
        let chat = try ann.makeGroup()
        var bytes: [UInt8] = []
        for number in 0..<100 {
            // Fast and slow ones mixed: what is ready early waits for its turn.
            bytes += HTTPClient.request(
                "POST",
                "/api/v1/messages",
                ["chat_id": JSON(chat), "type": "text", "content": .string("\(number)")],
                headers: [ann.authorization]
            )
            bytes += HTTPClient.request("GET", "/api/v1/users/tag/t\(number)/available")
            bytes += HTTPClient.request("GET", "/health")
        }
        try self.client.write(bytes)
        for number in 0..<100 {
            let message = try self.client.readAnswer()
            expect(message, 201)
            #expect(message.json["content"] == .string("\(number)"))
            let tag = try self.client.readAnswer()
            #expect(tag.status == (number < 10 ? 422 : 200))
            #expect(try self.client.readAnswer().json == ["status": "ok"])
        }
    }

    @Test func `a request may come byte by byte`() throws {
        let request = HTTPClient.request(
            "POST",
            "/api/v1/auth/login",
            Self.login
        )
        for byte in request { try self.client.write([byte]) }
        expect(try self.client.readAnswer(), 401, "Invalid credentials")
    }

    @Test func `a body is asked for where the client waits for that`() throws {
        let body = Self.login.bytes
        try self.client.write(
            """
            POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\
            Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n
            """
        )
        expect(try self.client.readAnswer(), 100)
        try self.client.write(body)
        expect(try self.client.readAnswer(), 401, "Invalid credentials")
        expect(try self.client.send("GET", "/health"), 200)
    }

    @Test func `a body that is too large is not asked for`() throws {
        try self.client.write(
            """
            POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\
            Content-Length: 300000\r\n\r\n
            """
        )
        expect(try self.client.readAnswer(), 413)
        #expect(try self.client.waitForClose().isEmpty)
    }

    @Test func `an expectation that is unknown is refused`() throws {
        try self.client.write("GET /health HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n")
        expect(try self.client.readAnswer(), 417)
    }

    @Test func `a body may come in chunks`() throws {
        let body = Self.login.bytes
        let middle = body.count / 2
        let head = """
            POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\
            Content-Type: application/json\r\n\r\n
            """
        var bytes = Array(head.utf8)
        for part in [body[..<middle], body[middle...]] {
            bytes += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + [13, 10]
        }
        try self.client.write(bytes + Array("0\r\n\r\n".utf8))
        expect(try self.client.readAnswer(), 401, "Invalid credentials")
        expect(try self.client.send("GET", "/health"), 200)
    }

    @Test func `a request that does not end is given up after 10 seconds`() throws {
        let body = HTTPClient(try SharedServer.get())
        let silent = HTTPClient(try SharedServer.get())
        let clock = ContinuousClock()
        let start = clock.now
        try silent.write("")
        try self.client.write("GET /health HTTP/1.1\r\nHost: x\r\n")
        try body.write("POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{")
        for client in [self.client, body] {
            let answer = try client.readAnswer()
            expect(answer, 408)
            #expect(answer.header("Connection") == "close")
            #expect(try client.waitForClose().isEmpty)
            let passed = clock.now - start
            #expect(passed > .seconds(5))
        }
        // Nothing was asked, so nothing is answered.
        #expect(try silent.waitForClose().isEmpty)
    }

    @Test func `drops of a head do not keep a connection open`() throws {
        let clock = ContinuousClock()
        let start = clock.now
        try self.client.write("GET /health HTTP/1.1\r\nHost: x\r\n")
        var answer: HTTPAnswer?
        while answer == nil, clock.now - start < .seconds(60) {
            self.client.timeout = .milliseconds(500)
            do {
                answer = try self.client.readAnswer()
            } catch WaitError.timedOut {
                // Fails where the server has ended the connection; its answer is still to be read.
                try? self.client.write("X: y\r\n")
            }
        }
        #expect(answer?.status == 408)
    }
}
