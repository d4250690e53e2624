import TestSupport
import Testing

@Suite(.blocking) struct HandshakeTests {
    let ann: Person

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
    }

    private func connect(
        _ path: String = "/ws",
        _ headers: [(String, String)] = []
    ) throws -> WebSocketClient {
        try WebSocketClient(self.ann.server, path: path, headers: headers)
    }

    /// Sends a handshake with these headers in the place of the right ones.
    private func handshake(_ method: String, _ changes: [String: String?]) throws -> HTTPAnswer {
        var headers = WebSocketClient.upgradeHeaders.map { ($0.0, Optional($0.1)) }
        for (name, value) in changes {
            headers.removeAll { $0.0 == name }
            headers.append((name, value))
        }
        let client = HTTPClient(self.ann.server)
        try client.write(
            method,
            "/ws?token=\(self.ann.accessToken)",
            headers: headers.compactMap { header in header.1.map { (header.0, $0) } }
        )
        return try client.readAnswer()
    }

    @Test func `hello comes first and says who and where one is`() throws {
        let chats = try (0..<3).map { _ in try self.ann.makeGroup() }
        let socket = try self.connect("/ws?token=\(self.ann.accessToken)")
        let answer = socket.handshake
        expect(answer, 101)
        #expect(answer.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(answer.header("Upgrade")?.lowercased() == "websocket")
        #expect(answer.header("Connection")?.lowercased() == "upgrade")
        let hello = try socket.next()
        #expect(hello.name == "hello")
        expect(
            hello.data,
            is: Shape(members: [
                "epoch": .text, "seq": .id, "user_id": .value(JSON(self.ann.id)),
                "chats": .value(.array(chats.map { JSON($0) })), "heartbeat_interval_s": .id,
                "server_time": .time,
            ])
        )
    }

    @Test func `no extension is agreed on`() throws {
        let offer = "permessage-deflate; client_max_window_bits, x-webkit-deflate-frame"
        let path = "/ws?token=\(self.ann.accessToken)"
        let socket = try self.connect(path, [("Sec-WebSocket-Extensions", offer)])
        expect(socket.handshake, 101)
        #expect(socket.handshake.header("Sec-WebSocket-Extensions") == nil)
        #expect(try socket.next().name == "hello")
        // What is said compressed all the same.
        try socket.send(WebSocketFrame(.text, [0xAA, 0x56, 0x4A, 0x05, 0x00], reserved: 4))
        #expect(try socket.closeCode() == 1002)
    }

    @Test func `the address below the base path is the same`() throws {
        let socket = try self.connect("/api/v1/ws?token=\(self.ann.accessToken)")
        #expect(try socket.next().data["user_id"] == JSON(self.ann.id))
    }

    @Test func `the token may come in a header`() throws {
        let socket = try self.connect("/ws", [self.ann.authorization])
        #expect(try socket.next().name == "hello")
    }

    @Test func `the token may come as a protocol, beside one that is answered`() throws {
        let header = ("Sec-WebSocket-Protocol", "nodus, \(self.ann.accessToken)")
        let socket = try self.connect("/ws", [header])
        #expect(socket.handshake.header("Sec-WebSocket-Protocol") == "nodus")
        #expect(try socket.next().name == "hello")
    }

    @Test func `a bad token is told by a close code, which scripts can see`() throws {
        let tokens = ["x", "", "a.b.c", self.ann.refreshToken]
        for path in tokens.map({ "/ws?token=\($0)" }) + ["/ws"] {
            let socket = try self.connect(path)
            expect(socket.handshake, 101)
            #expect(try socket.closeCode() == 1008)
            try socket.send(.close(1008))
            #expect(try socket.waitForClose().isEmpty)
        }
    }

    @Test func `a handshake that is none is refused`() throws {
        expect(try self.handshake("GET", ["Sec-WebSocket-Version": "12"]), 426)
        expect(try self.handshake("GET", ["Sec-WebSocket-Version": nil]), 426)
        expect(try self.handshake("GET", ["Sec-WebSocket-Key": nil]), 400)
        expect(try self.handshake("GET", ["Sec-WebSocket-Key": "short"]), 400)
        expect(try self.handshake("GET", ["Connection": "keep-alive"]), 400)
        let version = try self.handshake("GET", ["Sec-WebSocket-Version": "12"])
        #expect(version.header("Sec-WebSocket-Version") == "13")
        let post = try self.handshake("POST", [:])
        #expect((400..<500).contains(post.status))
    }

    @Test func `a path that is no socket is not found`() throws {
        let client = HTTPClient(self.ann.server)
        try client.write("GET", "/nowhere", headers: WebSocketClient.upgradeHeaders)
        expect(try client.readAnswer(), 404)
    }

    @Test func `another protocol than WebSocket is not spoken`() throws {
        let client = HTTPClient(self.ann.server)
        let headers = [("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c")]
        try client.write("GET", "/health", headers: headers)
        expect(try client.readAnswer(), 200)
    }

    @Test func `pages of other sites may not connect`() throws {
        for origin in ["https://evil.example", "null", "http://localhost.evil.example", "file://"] {
            expect(try self.handshake("GET", ["Origin": origin]), 403)
        }
        for origin in ["http://localhost:3000", "http://127.0.0.1:5173"] {
            expect(try self.handshake("GET", ["Origin": origin]), 101)
        }
    }

    @Test func `what is sent right behind the handshake is read`() throws {
        let client = HTTPClient(self.ann.server)
        let request = HTTPClient.request(
            "GET",
            "/ws?token=\(self.ann.accessToken)",
            headers: WebSocketClient.upgradeHeaders
        )
        try client.write(request + WebSocketFrame(.ping, "early").bytes)
        expect(try client.readAnswer(), 101)
        let bytes = try client.waitForText(containing: "early")
        #expect(bytes.contains(0x8a))
    }

    @Test func `of 21 sockets of a user the last is one too many`() throws {
        var sockets = try (0..<20).map { _ in try self.ann.connect() }
        let last = try self.connect("/ws?token=\(self.ann.accessToken)")
        #expect(try last.closeCode() == 4009)
        try sockets.removeLast().close()
        // Where one has gone there is room for another.
        let next = try self.ann.connect()
        let chat = try self.ann.makeGroup()
        for socket in sockets + [next] {
            _ = try socket.next("chat.created") { $0["id"] == JSON(chat) }
        }
    }
}
