import TestSupport
import Testing

@Suite(.blocking) struct MethodTests {
    let ann: Person
    let client: HTTPClient

    init() throws {
        self.ann = try Cast().ann
        self.client = self.ann.client
    }

    @Test func `the server says that it is well`() throws {
        let answer = try self.client.send("GET", "/health")
        expect(answer, 200)
        #expect(answer.text == "{\"status\":\"ok\"}")
        #expect(answer.header("Content-Type") == "application/json")
    }

    @Test func `the interface is described`() throws {
        let document = try self.client.send("GET", "/openapi.json")
        expect(document, 200)
        #expect(document.json["openapi"].string?.hasPrefix("3.1") == true)
        let paths = document.json["paths"].keys
        #expect(paths.contains { $0.hasSuffix("/messages/{message_id}/reactions/{emoji}") })
    }

    @Test func `the description has a page for people`() throws {
        let page = try self.client.send("GET", "/docs")
        expect(page, 200)
        #expect(page.header("Content-Type")?.hasPrefix("text/html") == true)
    }

    @Test func `every answer has a date and may be neither stored nor guessed`() throws {
        for path in ["/health", "/nowhere", "/api/v1/users/me"] {
            let answer = try self.client.send("GET", path)
            let date = try #require(answer.header("Date"))
            #expect(date.hasSuffix(" GMT") && date.count == 29)
            #expect(answer.header("Cache-Control") == "no-store")
            #expect(answer.header("X-Content-Type-Options") == "nosniff")
        }
    }

    @Test func `HEAD is GET without the body`() throws {
        for path in ["/health", "/api/v1/users/me", "/nowhere"] {
            let headers = [self.ann.authorization]
            let got = try self.client.send("GET", path, headers: headers)
            let head = try self.client.send("HEAD", path, headers: headers)
            #expect(head.status == got.status)
            #expect(head.header("Content-Length") == got.header("Content-Length"))
            #expect(head.header("Content-Type") == got.header("Content-Type"))
        }
        // What follows is not taken for a body.
        expect(try self.client.send("GET", "/health"), 200)
    }

    @Test(arguments: [
        "/nowhere", "/api", "/api/v1", "/api/v1/", "/api/v1/nowhere", "/api/v2/chats",
        "/chats", "/api/v1/chats/", "/api/v1/chats//members", "/api/v1/health",
        "/api/v1/users/me/tag/x", "/api/v1/../health", "/%2e%2e/health", "/health%2f", "//health",
    ])
    func `what is not there is not found`(path: String) throws {
        let answer = try self.client.send("GET", path, headers: [self.ann.authorization])
        expect(answer, 404)
        expectRefusalShape(answer)
    }

    @Test func `a method that a path does not have is named with those it has`() throws {
        for (method, path, allowed) in [
            ("DELETE", "/health", ["GET", "HEAD", "OPTIONS"]),
            ("PUT", "/api/v1/chats", ["GET", "HEAD", "OPTIONS", "POST"]),
            ("GET", "/api/v1/auth/login", ["OPTIONS", "POST"]),
            ("TRACE", "/api/v1/chats/1", ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH"]),
        ] {
            let answer = try self.client.send(method, path)
            expect(answer, 405)
            expectRefusalShape(answer)
            let names = answer.header("Allow")?.split(separator: ",").map {
                $0.filter { $0 != " " }
            }
            #expect(names?.sorted() == allowed)
        }
    }

    @Test func `OPTIONS names what a path has`() throws {
        let answer = try self.client.send("OPTIONS", "/api/v1/chats")
        expect(answer, 204)
        #expect(answer.header("Allow")?.contains("POST") == true)
    }

    @Test func `a method that nobody knows is refused`() throws {
        try self.client.write("BREW /health HTTP/1.1\r\nHost: x\r\n\r\n")
        let answer = try self.client.readAnswer()
        #expect([400, 405, 501].contains(answer.status))
    }

    @Test func `a path is decoded once`() throws {
        let me = try self.client.send(
            "GET",
            "/api/v1/users/%6De",
            headers: [self.ann.authorization]
        )
        expect(me, 200)
        let twice = try self.client.send("GET", "/%2568ealth")
        expect(twice, 404)
    }

    @Test(arguments: ["/%zz", "/%", "/%4", "/%c0%af", "/%00", "/%ff", "/x?a=%zz"])
    func `a path that cannot be decoded is refused`(path: String) throws {
        let answer = try self.client.send("GET", path)
        expect(answer, 400)
        expectRefusalShape(answer)
    }

    @Test func `the whole URL is a path too`() throws {
        // RFC 9112 §3.2.2: a server must accept the absolute form.
        try self.client.write("GET http://localhost/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        expect(try self.client.readAnswer(), 200)
        try self.client.write("GET https://x?a=/health HTTP/1.1\r\nHost: x\r\n\r\n")
        expect(try self.client.readAnswer(), 400)
    }

    @Test func `a path that is too long is refused`() throws {
        let answer = try self.client.send("GET", "/" + String(repeating: "x", count: 9000))
        #expect([414, 431].contains(answer.status))
        expectRefusalShape(answer)
    }
}
