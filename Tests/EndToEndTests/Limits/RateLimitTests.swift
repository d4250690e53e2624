import TestSupport
import Testing

/// Each on a server of its own, where the limit can be met with few requests.
@Suite(.blocking) struct RateLimitTests {
    private func server(_ environment: [String: String]) throws -> ServerProcess {
        try ServerProcess.small([], environment: environment)
    }

    private func expectLimited(
        _ answer: HTTPAnswer,
        within seconds: ClosedRange<Int>,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == 429, "\(answer)", sourceLocation: sourceLocation)
        expectRefusalShape(answer, sourceLocation: sourceLocation)
        let wait = answer.header("Retry-After").flatMap { Int($0) }
        let isRight = wait.map { seconds.contains($0) } ?? false
        #expect(isRight, "Retry-After: \(wait ?? -1)", sourceLocation: sourceLocation)
    }

    @Test func `five logins, then one a minute, for each account`() throws {
        let server = try self.server([:])
        let ann = try Person("Ann", on: server)
        let bob = try Person("Bob", on: server)
        for _ in 0..<5 { expect(try ann.logIn(), 200) }
        self.expectLimited(try ann.logIn(), within: 1...60)
        expect(try bob.logIn(), 200)
    }

    @Test func `guesses are limited as logins are, in whatever case`() throws {
        let server = try self.server([:])
        let client = HTTPClient(server)
        let emails = ["a@example.org", "A@example.org", "a@EXAMPLE.org"]
        let answers = try (emails + emails.reversed()).map { email in
            let body: JSON = ["email": .string(email), "password": "guess"]
            return try client.send("POST", "/api/v1/auth/login", body)
        }
        #expect(answers.map(\.status) == [401, 401, 401, 401, 401, 429])
    }

    @Test func `ten registrations an hour from an address`() throws {
        let server = try self.server([:])
        for _ in 0..<10 { _ = try Person("Ann", on: server) }
        let body: JSON = ["email": "x@example.org", "password": "long enough", "display_name": "X"]
        let answer = try HTTPClient(server).send("POST", "/api/v1/auth/register", body)
        self.expectLimited(answer, within: 1...360)
    }

    @Test func `sends are limited for each user`() throws {
        let limits = ["NODUS_LIMIT_SENDS": "0.01", "NODUS_LIMIT_SENDS_BURST": "3"]
        let server = try self.server(limits)
        let ann = try Person("Ann", on: server)
        let bob = try Person("Bob", on: server)
        let chat = try ann.makeGroup(with: [bob])
        let body: JSON = ["chat_id": JSON(chat), "type": "text", "content": "x"]
        for _ in 0..<3 { expect(try ann.post("/messages", body), 201) }
        self.expectLimited(try ann.post("/messages", body), within: 1...100)
        expect(try bob.post("/messages", body), 201)
        #expect(try ann.page(of: chat).count == 4)
    }

    @Test func `sends are limited for each chat`() throws {
        let limits = ["NODUS_LIMIT_CHAT_SENDS": "0.01", "NODUS_LIMIT_CHAT_SENDS_BURST": "2"]
        let server = try self.server(limits)
        let ann = try Person("Ann", on: server)
        let bob = try Person("Bob", on: server)
        let chat = try ann.makeGroup(with: [bob])
        let body: JSON = ["chat_id": JSON(chat), "type": "text", "content": "x"]
        expect(try ann.post("/messages", body), 201)
        expect(try bob.post("/messages", body), 201)
        self.expectLimited(try ann.post("/messages", body), within: 1...100)
        self.expectLimited(try bob.post("/messages", body), within: 1...100)
        try ann.say("elsewhere", in: ann.makeGroup())
    }

    @Test func `a burst of forty is let through, and not a hundred`() throws {
        let ann = try Person("Ann", on: self.server([:]))
        let body: JSON = ["chat_id": JSON(try ann.makeGroup()), "type": "text", "content": "x"]
        for _ in 0..<100 { try ann.write("POST", "/messages", body) }
        let statuses = try (0..<100).map { _ in try ann.client.readAnswer().status }
        #expect(statuses.prefix(40).allSatisfy { $0 == 201 })
        #expect(statuses.contains(429))
        #expect(Set(statuses) == [201, 429])
    }

    @Test func `who talks too much on a socket loses it`() throws {
        let limits = [
            "NODUS_LIMIT_SOCKET_MESSAGES": "1", "NODUS_LIMIT_SOCKET_MESSAGES_BURST": "5",
        ]
        let ann = try Person("Ann", on: self.server(limits))
        let socket = try ann.connect()
        // What is sent after the connection has ended fails.
        for _ in 0..<60 { try? socket.send(["event": "ping"]) }
        #expect(try socket.closeCode() == 4010)
        let pinger = try ann.connect()
        for _ in 0..<10 { try? pinger.send(WebSocketFrame(.ping)) }
        #expect(try pinger.closeCode() == 4010)
    }

    @Test func `an address has so many sockets`() throws {
        let server = try self.server(["NODUS_LIMIT_SOCKETS_PER_ADDRESS": "2"])
        let ann = try Person("Ann", on: server)
        let bob = try Person("Bob", on: server)
        let sockets = try [ann.connect(), bob.connect()]
        let third = try WebSocketClient(server, token: bob.accessToken)
        #expect(try third.closeCode() == 4009)
        try sockets[0].close()
        _ = try bob.connect()
    }

    @Test func `a user has as many sockets as was set`() throws {
        let ann = try Person("Ann", on: self.server(["NODUS_LIMIT_SOCKETS_PER_USER": "1"]))
        let first = try ann.connect()
        let second = try WebSocketClient(ann.server, token: ann.accessToken)
        #expect(try second.closeCode() == 4009)
        let chat = try ann.makeGroup()
        _ = try first.next("chat.created") { $0["id"] == JSON(chat) }
    }

    @Test func `the limits are printed at the start`() throws {
        let limited = try self.server(["NODUS_LIMIT_SENDS": "0"])
        for part in [
            "logins 1 a minute, burst 5", "registrations 10 a hour, burst 10", "; sends off",
            "chat sends 100 a second", "socket messages 240 a minute, burst 120",
            "sockets per user 20", "per address 100",
        ] { #expect(limited.log.contains(part)) }
        #expect(try SharedServer.get().log.contains("rate limits: off"))
        let off = try self.server(["NODUS_LIMITS": "off"])
        #expect(off.log.contains("rate limits: off"))
        for _ in 0..<12 { _ = try Person("Ann", on: off) }
    }
}
