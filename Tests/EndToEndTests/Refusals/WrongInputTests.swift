import TestSupport
import Testing

/// Every endpoint is given everything that is wrong; each time it says so in the contract's shape,
/// and the process lives.
@Suite(.blocking) struct WrongInputTests {
    let eve: Person

    init() throws {
        // Of nobody's acquaintance, so that nothing wrong can be done by chance.
        self.eve = try Person("Mallory", on: SharedServer.get())
    }

    private static let values: [JSON] = [
        nil, true, -1, 0, 1.5, 1e300, JSON.int(.max), JSON.int(.min), "", "x", "\u{1}", "-1",
        "99999999999999999999", [], [[]], [nil], ["x"], [:], ["a": [1, nil, "x"]],
        .string(String(repeating: "ы", count: 20_000)),
    ]

    private static let parameters = [
        "0", "-1", "1.5", "x", "99999999999999999999", "9223372036854775807", "%20", "%F0%9F%91%8D",
        "1%00", "null", "..", "1;2", "%C3%28", "4294967296", "0x10", "1e5", "%EF%BC%91",
        String(repeating: "9", count: 4000),
    ]

    private func expectRefusal(
        _ answer: HTTPAnswer,
        _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let isRefusal = (400..<500).contains(answer.status)
        #expect(isRefusal, "\(what): \(answer)", sourceLocation: sourceLocation)
        expectRefusalShape(answer, sourceLocation: sourceLocation)
    }

    /// A wrong value is never taken in silence, but it need not be wrong everywhere: `true` is a 1.
    private func expectNoFailure(
        _ answer: HTTPAnswer,
        _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status < 500, "\(what): \(answer)", sourceLocation: sourceLocation)
        if answer.status >= 400 { expectRefusalShape(answer, sourceLocation: sourceLocation) }
    }

    @Test(arguments: Endpoint.all.filter(\.needsToken))
    func `without a token nothing is told`(endpoint: Endpoint) throws {
        let path = "/api/v1\(endpoint.path(with: "1"))"
        let body: JSON? = endpoint.body.isEmpty ? nil : .object(endpoint.body)
        let answer = try self.eve.client.send(endpoint.method, path, body)
        expect(answer, 401, "Missing token")
        let bad = [("Authorization", "Bearer x.y.z")]
        let other = try self.eve.client.send(endpoint.method, path, body, headers: bad)
        expect(other, 401, "Invalid token")
    }

    @Test(arguments: Endpoint.all.filter { !$0.body.isEmpty })
    func `every member is wrong in every way`(endpoint: Endpoint) throws {
        let path = endpoint.path(with: "1")
        for name in endpoint.body.keys.sorted() {
            for value in Self.values {
                var body = endpoint.body
                body[name] = value
                let answer = try self.eve.send(endpoint.method, path, .object(body))
                self.expectNoFailure(answer, "\(name) = \(value)")
            }
        }
    }

    @Test(arguments: Endpoint.all.filter { !$0.body.isEmpty })
    func `all members are wrong at once`(endpoint: Endpoint) throws {
        let path = endpoint.path(with: "1")
        let body = JSON.object(endpoint.body.mapValues { _ in [["wrong"]] })
        let answer = try self.eve.send(endpoint.method, path, body)
        self.expectRefusal(answer, "\(body)")
        #expect(answer.status == 422)
        let named = Set(answer.json["detail"].items.map { $0["loc"][1].string })
        #expect(named == Set(endpoint.body.keys.map { $0 }))
    }

    @Test(arguments: Endpoint.all.filter { !$0.body.isEmpty })
    func `a body that is no object is refused`(endpoint: Endpoint) throws {
        for body in [nil, 5, "x", [], [[:]], true] as [JSON] {
            let answer = try self.eve.send(endpoint.method, endpoint.path(with: "1"), body)
            self.expectRefusal(answer, "\(body)")
        }
    }

    @Test(arguments: Endpoint.all.filter { $0.path.contains("{") })
    func `every parameter is wrong in every way`(endpoint: Endpoint) throws {
        let body: JSON? = endpoint.body.isEmpty ? nil : .object(endpoint.body)
        for parameter in Self.parameters {
            let path = endpoint.path(with: parameter)
            let answer = try self.eve.send(endpoint.method, path, body)
            self.expectNoFailure(answer, path)
            // A tag may be any word.
            if !endpoint.path.contains("{tag}") { self.expectRefusal(answer, path) }
        }
    }

    @Test(arguments: Endpoint.all.filter { !$0.query.isEmpty })
    func `every query is wrong in every way`(endpoint: Endpoint) throws {
        for name in endpoint.query.keys {
            for value in Self.parameters.dropLast() + [""] {
                let query = endpoint.query.merging([name: value]) { $1 }
                let pairs = query.map { "\($0)=\($1)" }.joined(separator: "&")
                let answer = try self.eve.get("\(endpoint.path)?\(pairs)")
                self.expectNoFailure(answer, "\(endpoint.path)?\(pairs)")
                // A tag may be any word.
                if name != "tag" { self.expectRefusal(answer, "\(endpoint.path)?\(pairs)") }
            }
        }
        for query in ["", "?", "?&&&", "?=", "?chat_id", "?chat_id=1&chat_id=x", "?%00=1"] {
            self.expectRefusal(try self.eve.get("\(endpoint.path)\(query)"), query)
        }
    }

    @Test(arguments: Endpoint.all)
    func `a stranger learns nothing and changes nothing`(endpoint: Endpoint) throws {
        guard endpoint.path.contains("/chats/{id}") || endpoint.path.contains("/messages/{id}")
        else { return }
        let ann = try Cast().ann
        let chat = try ann.makeGroup()
        let message = try ann.say("secret", in: chat)
        let id = endpoint.path.contains("/chats/") ? chat : message
        let body: JSON? = endpoint.body.isEmpty ? nil : .object(endpoint.body)
        let path = endpoint.path(with: "\(id)")
        expect(try self.eve.send(endpoint.method, path, body), 403, "Access denied")
        #expect(try ann.page(of: chat).map { $0["content"] } == ["secret"])
    }
}
