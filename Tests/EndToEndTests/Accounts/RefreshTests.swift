import TestSupport
import Testing

@Suite(.blocking) struct RefreshTests {
    let ann: Person

    init() throws {
        self.ann = try Cast().ann
        let session = try self.ann.logIn().json
        self.ann.accessToken = session["access_token"].string ?? ""
        self.ann.refreshToken = session["refresh_token"].string ?? ""
    }

    private func refresh(_ token: JSON) throws -> HTTPAnswer {
        try self.ann.client.send("POST", "/api/v1/auth/refresh", ["refresh_token": token])
    }

    private func refresh() throws -> HTTPAnswer {
        try self.refresh(.string(self.ann.refreshToken))
    }

    @Test func `a refresh token is replaced by its use`() throws {
        let answer = try self.refresh()
        expect(answer, 200)
        expect(answer.json, is: .tokenPair)
        #expect(answer.json["refresh_token"] != .string(self.ann.refreshToken))
        self.ann.accessToken = answer.json["access_token"].string ?? ""
        expect(try self.ann.get("/users/me"), 200)
        expect(try self.refresh(answer.json["refresh_token"]), 200)
    }

    @Test func `the answer that was lost is given again`() throws {
        let first = try self.refresh()
        let second = try self.refresh()
        expect(second, 200)
        #expect(first.json == second.json)
        expect(try self.refresh(first.json["refresh_token"]), 200)
    }

    @Test func `two at once get the same successor`() throws {
        let clients = [HTTPClient(self.ann.server), HTTPClient(self.ann.server)]
        let body: JSON = ["refresh_token": .string(self.ann.refreshToken)]
        for client in clients { try client.write("POST", "/api/v1/auth/refresh", body) }
        let answers = try clients.map { try $0.readAnswer() }
        #expect(answers.map(\.status) == [200, 200])
        #expect(answers[0].json == answers[1].json)
    }

    @Test func `an older token than the last is theft and ends the session`() throws {
        let socket = try self.ann.connect()
        let second = try self.refresh().json["refresh_token"]
        let third = try self.refresh(second).json
        expect(try self.refresh(), 401, "Invalid refresh token")
        expect(try self.refresh(third["refresh_token"]), 401, "Invalid refresh token")
        expect(try self.refresh(second), 401, "Invalid refresh token")
        self.ann.accessToken = third["access_token"].string ?? ""
        expect(try self.ann.get("/users/me"), 401, "Invalid token")
        #expect(try socket.closeCode() == 4001)
    }

    @Test func `an access token refreshes nothing`() throws {
        let answer = try self.refresh(.string(self.ann.accessToken))
        expect(answer, 401, "Invalid refresh token")
        expect(try self.refresh(), 200)
    }

    @Test(arguments: ["", "x", "a.b.c", "e30.e30.", "🔑.🔑.🔑"])
    func `garbage is refused`(token: String) throws {
        expect(try self.refresh(.string(token)), 401, "Invalid refresh token")
    }

    @Test func `a token with another's signature is refused`() throws {
        let eve = try Cast().eve
        let own = self.ann.refreshToken.split(separator: ".")
        let other = eve.refreshToken.split(separator: ".")
        let forged = "\(own[0]).\(own[1]).\(other[2])"
        expect(try self.refresh(.string(forged)), 401, "Invalid refresh token")
    }

    @Test func `what is no string is named`() throws {
        expectInvalid(try self.refresh(5), "body", "refresh_token")
        let empty = try self.ann.client.send("POST", "/api/v1/auth/refresh", [:])
        expectInvalid(empty, "body", "refresh_token")
    }
}
