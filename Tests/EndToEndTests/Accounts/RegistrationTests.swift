import TestSupport
import Testing

@Suite(.blocking) struct RegistrationTests {
    let server: ServerProcess
    let client: HTTPClient
    /// Different in every test run and test.
    let address = "new\(Int.random(in: 0..<1 << 50))@example.org"

    init() throws {
        self.server = try SharedServer.get()
        self.client = HTTPClient(self.server)
    }

    private func register(_ members: [String: JSON] = [:]) throws -> HTTPAnswer {
        let body: [String: JSON] = [
            "email": .string(self.address), "password": "long enough", "display_name": "Zoë",
        ]
        return try self.client.send(
            "POST",
            "/api/v1/auth/register",
            .object(body.merging(members) { $1 })
        )
    }

    @Test func `the answer is the user and a token pair`() throws {
        let answer = try self.register(["avatar_url": "https://example.org/z.png"])
        expect(answer, 200)
        #expect(answer.json.keys == ["user", "tokens"])
        expect(answer.json["user"], is: .user)
        expect(answer.json["tokens"], is: .tokenPair)
        #expect(answer.json["user"]["email"] == .string(self.address))
        #expect(answer.json["user"]["display_name"] == "Zoë")
        #expect(answer.json["user"]["avatar_url"] == "https://example.org/z.png")
        // A float, as the original writes it.
        #expect(answer.text.contains("\"expires_in\":900.0"))
    }

    @Test func `who registers is logged in`() throws {
        let answer = try self.register()
        let token = answer.json["tokens"]["access_token"].string ?? ""
        let me = try self.client.send(
            "GET",
            "/api/v1/users/me",
            headers: [("Authorization", "Bearer \(token)")]
        )
        expect(me, 200)
        #expect(me.json == answer.json["user"])
    }

    @Test func `the first tag is the beginning of the address and the id, in lower case`() throws {
        let letters = String(
            (0..<26).map { _ in Character(UnicodeScalar(UInt8.random(in: 65...90))) }
        )
        let answer = try self.register(["email": .string("\(letters)@example.org")])
        let id = try #require(answer.json["user"]["id"].int)
        #expect(answer.json["user"]["tag"] == .string("\(letters.lowercased().prefix(20))_\(id)"))
    }

    @Test func `an address is registered once, in whatever case`() throws {
        expect(try self.register(), 200)
        expect(try self.register(), 400, "Email already registered")
        let loud = self.address.uppercased()
        expect(try self.register(["email": .string(loud)]), 400, "Email already registered")
    }

    @Test func `of two who register an address at once one gets it`() throws {
        let other = HTTPClient(self.server)
        let body: JSON = [
            "email": .string(self.address), "password": "long enough", "display_name": "Zoë",
        ]
        for client in [self.client, other] {
            try client.write("POST", "/api/v1/auth/register", body)
        }
        let answers = try [self.client, other].map { try $0.readAnswer() }
        #expect(answers.map(\.status).sorted() == [200, 400])
    }

    @Test(arguments: ["email", "password", "display_name"])
    func `a field that is missing is named`(field: String) throws {
        var body: [String: JSON] = [
            "email": .string(self.address), "password": "long enough", "display_name": "Zoë",
        ]
        body[field] = nil
        let answer = try self.client.send("POST", "/api/v1/auth/register", .object(body))
        expectInvalid(answer, "body", .string(field))
        #expect(answer.json["detail"][0]["type"] == "missing")
    }

    @Test(
        arguments: [
            ("email", "no address"), ("email", "two@@example.org"), ("email", "@example.org"),
            ("email", ""), ("email", 5), ("email", nil), ("password", "short"),
            ("password", 12_345_678),
            ("password", ["a"]), ("display_name", ""), ("display_name", ["x": 1]),
            ("display_name", .string(String(repeating: "x", count: 256))), ("avatar_url", 5),
            ("avatar_url", .string(String(repeating: "x", count: 1025))),
        ] as [(String, JSON)]
    )
    func `a field that is wrong is named`(field: String, value: JSON) throws {
        expectInvalid(try self.register([field: value]), "body", .string(field))
    }

    @Test func `a password is not sent back`() throws {
        let answer = try self.register(["password": "s3cr3t"])
        expectInvalid(answer, "body", "password")
        #expect(!answer.text.contains("s3cr3t"))
        let misplaced = try self.register(["display_name": ["password": "s3cr3t"]])
        #expect(!misplaced.text.contains("s3cr3t"))
    }

    @Test func `a password may be long and have any characters`() throws {
        let password = String(repeating: "пароль 🔑 ", count: 30)
        expect(try self.register(["password": .string(password)]), 200)
        let answer = try self.client.send(
            "POST",
            "/api/v1/auth/login",
            ["email": .string(self.address), "password": .string(password)]
        )
        expect(answer, 200)
    }
}
