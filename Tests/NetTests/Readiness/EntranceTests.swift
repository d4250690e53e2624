import Net
import TestSupport
import Testing

/// What a client sees of a server that starts, on a real socket.
@Suite struct EntranceTests {
    private static let detail = "The server is starting, try again"

    private func withServer(
        _ body: (InProcessServer) async throws -> Void
    ) async throws {
        let server = try await InProcessServer()
        do {
            try await body(server)
        } catch {
            try await server.stop()
            throw error
        }
        try await server.stop()
    }

    private func expectStarting(
        _ answer: HTTPAnswer,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == 503, "\(answer)", sourceLocation: sourceLocation)
        #expect(answer.detail == Self.detail, sourceLocation: sourceLocation)
        #expect(answer.header("Retry-After") == "1", sourceLocation: sourceLocation)
        #expect(answer.header("Connection") == "close", sourceLocation: sourceLocation)
    }

    @Test func `during the start health, readiness and documents are shown`() async throws {
        try await self.withServer { server in
            server.readiness.replayed(42)
            #expect(try server.ask("GET", "/health").json == ["status": "ok"])
            let ready = try server.ask("GET", "/health/ready")
            #expect(ready.status == 503)
            #expect(ready.header("Retry-After") == "1")
            let progress = ready.json["events_replayed"]
            #expect(ready.json["status"] == "starting" && progress == 42)
            #expect(ready.json["snapshot_percent"] == 0)
            let head = try server.ask("HEAD", "/health/ready")
            #expect(head.status == 503 && head.body.isEmpty)
            #expect(try server.ask("GET", "/openapi.json").json["openapi"] == "3.1.0")
            #expect(try server.ask("GET", "/docs").status == 200)
        }
    }

    @Test func `during the start everything else is asked to come again`() async throws {
        try await self.withServer { server in
            for (method, path) in [
                ("GET", "/api/v1/chats"), ("GET", "/api/v1/health"), ("GET", "/nowhere"),
                ("DELETE", "/health"), ("GET", "/"), ("GET", "/%00"), ("OPTIONS", "/health"),
            ] { self.expectStarting(try server.ask(method, path)) }
            let long = JSON.string(String(repeating: "x", count: 200_000))
            let client = HTTPClient(port: server.port)
            // It is answered at its head, and who is slow to send the rest is cut off then.
            try? client.write("POST", "/api/v1/auth/login", ["email": long])
            self.expectStarting(try client.readAnswer())
            let upgrade = [
                ("Upgrade", "websocket"), ("Connection", "Upgrade"),
                ("Sec-WebSocket-Version", "13"),
                ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ]
            self.expectStarting(try server.ask("GET", "/ws?token=x", headers: upgrade))
        }
    }

    @Test func `one answer, and the connection ends`() async throws {
        try await self.withServer { server in
            let client = HTTPClient(port: server.port)
            for _ in 0..<3 { try client.write("GET", "/api/v1/chats") }
            self.expectStarting(try client.readAnswer())
            #expect(try client.waitForClose().isEmpty)
            try client.write("nonsense\r\n\r\n")
            #expect(try client.waitForClose().isEmpty)
        }
    }

    @Test func `a web page of this machine may read that the server starts`() async throws {
        try await self.withServer { server in
            let origin = ("Origin", "http://localhost:5173")
            let preflight = try server.ask(
                "OPTIONS",
                "/api/v1/chats",
                headers: [origin, ("Access-Control-Request-Method", "GET")]
            )
            #expect(preflight.status == 204)
            #expect(preflight.header("Access-Control-Allow-Origin") == origin.1)
            let answer = try server.ask("GET", "/api/v1/chats", headers: [origin])
            self.expectStarting(answer)
            #expect(answer.header("Access-Control-Allow-Origin") == origin.1)
            let other = [("Origin", "https://example.org")]
            let foreign = try server.ask("GET", "/api/v1/chats", headers: other)
            #expect(foreign.header("Access-Control-Allow-Origin") == nil)
        }
    }

    @Test func `who came during the start is let in when it ends`() async throws {
        var isDone = false
        for _ in 0..<20 where !isDone {
            try await self.withServer { isDone = try await self.expectLetIn(by: $0) }
        }
        #expect(isDone, "each time the server closed the connections first")
    }

    /// - Returns: false where the server had closed by the time this test went on, as it does with
    ///   who says too little for too long.
    private func expectLetIn(by server: InProcessServer) async throws -> Bool {
        let early = (0..<4).map { _ in HTTPClient(port: server.port) }
        // On each loop one that has said nothing and one in the middle of its request.
        for (index, client) in early.enumerated() {
            try client.write(index < 2 ? "" : "GET /health/ready HTTP/1.1\r\nHos")
        }
        self.expectStarting(try server.ask("GET", "/api/v1/chats"))
        await server.open()
        guard !early.contains(where: \.isClosed) else { return false }
        for (index, client) in early.enumerated() {
            if index < 2 { try client.write("GET", "/health/ready") }
            if index >= 2 { try client.write("t: x\r\n\r\n") }
            let answer = try client.readAnswer()
            #expect(answer.status == 200, "\(answer)")
            #expect(answer.json["status"] == "ready")
            #expect(answer.header("Connection") == nil, "it is kept")
            try client.write("GET", "/health")
            try client.write("GET", "/api/v1/chats")
            #expect(try client.readAnswer().json == ["status": "ok"])
            #expect(try client.readAnswer().detail == "Missing token")
        }
        return true
    }

    @Test func `a journal without room is shown, and no longer when it has some`() async throws {
        try await self.withServer { server in
            await server.open()
            let client = HTTPClient(port: server.port)
            server.sink.hasRoom = false
            let full = try client.send("GET", "/health/ready")
            #expect(full.status == 503)
            #expect(full.header("Retry-After") == "1")
            #expect(full.json["status"] == "read-only")
            #expect(try client.send("GET", "/health").json == ["status": "ok"])
            server.sink.hasRoom = true
            #expect(try client.send("GET", "/health/ready").status == 200)
        }
    }
}
