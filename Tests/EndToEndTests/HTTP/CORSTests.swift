import TestSupport
import Testing

@Suite(.blocking) struct CORSTests {
    let client: HTTPClient

    init() throws {
        self.client = HTTPClient(try SharedServer.get())
    }

    private func preflight(_ origin: String, _ client: HTTPClient? = nil) throws -> HTTPAnswer {
        try (client ?? self.client).send(
            "OPTIONS",
            "/api/v1/messages/5/reactions/x",
            headers: [
                ("Origin", origin), ("Access-Control-Request-Method", "DELETE"),
                ("Access-Control-Request-Headers", "authorization,idempotency-key"),
            ]
        )
    }

    @Test(arguments: ["http://localhost:3000", "http://127.0.0.1:5173", "http://localhost"])
    func `a page of this machine may ask`(origin: String) throws {
        let answer = try self.preflight(origin)
        expect(answer, 204)
        #expect(answer.header("Access-Control-Allow-Origin") == origin)
        #expect(answer.header("Vary")?.contains("Origin") == true)
        let methods = answer.header("Access-Control-Allow-Methods") ?? ""
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            #expect(methods.contains(method))
        }
        let headers = answer.header("Access-Control-Allow-Headers")?.lowercased() ?? ""
        for name in ["authorization", "content-type", "idempotency-key"] {
            #expect(headers.contains(name))
        }
    }

    @Test(arguments: [
        "https://evil.example", "null", "http://localhost.evil.example", "http://localhost:99999",
        "http://127.0.0.1@evil.example", "http://localhost:80.evil.example", "http://localhostx",
    ])
    func `a page of another site may not`(origin: String) throws {
        let answer = try self.preflight(origin)
        #expect(answer.header("Access-Control-Allow-Origin") == nil)
        #expect(answer.header("Access-Control-Allow-Methods") == nil)
        let got = try self.client.send("GET", "/health", headers: [("Origin", origin)])
        expect(got, 200)
        #expect(got.header("Access-Control-Allow-Origin") == nil)
    }

    @Test func `answers and refusals can be read by the page`() throws {
        for path in ["/health", "/nowhere", "/api/v1/users/me"] {
            let origin = ("Origin", "http://localhost:3000")
            let answer = try self.client.send("GET", path, headers: [origin])
            #expect(answer.header("Access-Control-Allow-Origin") == origin.1)
            #expect(answer.header("Access-Control-Allow-Credentials") == nil)
            let exposed = answer.header("Access-Control-Expose-Headers") ?? ""
            #expect(exposed.contains("Retry-After") && exposed.contains("Idempotency-Replayed"))
        }
    }

    @Test func `without an origin there is nothing to allow`() throws {
        let answer = try self.client.send("GET", "/health")
        #expect(answer.header("Access-Control-Allow-Origin") == nil)
    }

    @Test func `the origins are those that were configured`() throws {
        let origins = "https://chat.example.org, https://two.example.org"
        let server = try ServerProcess.small(["--cors-origins", origins])
        let client = HTTPClient(server)
        for origin in ["https://chat.example.org", "https://two.example.org"] {
            let answer = try self.preflight(origin, client)
            #expect(answer.header("Access-Control-Allow-Origin") == origin)
        }
        for origin in ["http://localhost:3000", "https://chat.example.org.evil.example"] {
            let answer = try self.preflight(origin, client)
            #expect(answer.header("Access-Control-Allow-Origin") == nil)
        }
    }
}
