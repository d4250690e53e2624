import TestSupport
import Testing

@Suite(.blocking) struct LoginTests {
    let ann: Person

    init() throws {
        self.ann = try Cast().ann
    }

    private func logIn(_ email: String, _ password: String) throws -> HTTPAnswer {
        try self.ann.client.send(
            "POST",
            "/api/v1/auth/login",
            ["email": .string(email), "password": .string(password)]
        )
    }

    @Test func `the answer is a token pair that works`() throws {
        let answer = try self.ann.logIn()
        expect(answer, 200)
        expect(answer.json, is: .tokenPair)
        self.ann.accessToken = answer.json["access_token"].string ?? ""
        #expect(try self.ann.get("/users/me").json == self.ann.user)
    }

    @Test func `each login is a session of its own`() throws {
        let one = try self.ann.logIn().json
        let other = try self.ann.logIn().json
        #expect(one["refresh_token"] != other["refresh_token"])
        #expect(one["access_token"] != other["access_token"])
    }

    @Test func `a wrong password and an unknown address are refused alike`() throws {
        expect(try self.logIn(self.ann.email, "wrong horse"), 401, "Invalid credentials")
        expect(try self.logIn("nobody@example.org", "wrong horse"), 401, "Invalid credentials")
        expect(try self.logIn(self.ann.email, ""), 401, "Invalid credentials")
        let long = String(repeating: "x", count: 100_000)
        expect(try self.logIn(self.ann.email, long), 401, "Invalid credentials")
    }

    @Test func `the address is found in any case`() throws {
        expect(try self.logIn(self.ann.email.uppercased(), self.ann.password), 200)
    }

    @Test(arguments: ["email", "password"])
    func `a field that is missing is named`(field: String) throws {
        var body: [String: JSON] = ["email": "a@example.org", "password": "x"]
        body[field] = nil
        let answer = try self.ann.client.send("POST", "/api/v1/auth/login", .object(body))
        expectInvalid(answer, "body", .string(field))
    }
}
