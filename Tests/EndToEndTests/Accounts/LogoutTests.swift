import TestSupport
import Testing

@Suite(.blocking) struct LogoutTests {
    /// The same user in two sessions.
    let phone: Person
    let laptop: Person

    init() throws {
        self.phone = try Person("Ann", on: SharedServer.get())
        self.laptop = Person(self.phone.credentials)
        let session = try self.laptop.logIn().json
        self.laptop.accessToken = session["access_token"].string ?? ""
        self.laptop.refreshToken = session["refresh_token"].string ?? ""
    }

    private func refresh(_ person: Person) throws -> HTTPAnswer {
        try person.client.send(
            "POST",
            "/api/v1/auth/refresh",
            ["refresh_token": .string(person.refreshToken)]
        )
    }

    @Test func `the session is over, and only this one`() throws {
        let answer = try self.phone.post("/auth/logout")
        expect(answer, 204)
        #expect(answer.body.isEmpty)
        expect(try self.phone.get("/users/me"), 401, "Invalid token")
        expect(try self.refresh(self.phone), 401, "Invalid refresh token")
        expect(try self.laptop.get("/users/me"), 200)
        expect(try self.refresh(self.laptop), 200)
    }

    @Test func `its sockets are closed, and only its own`() throws {
        let sockets = try [self.phone.connect(), self.phone.connect()]
        let other = try self.laptop.connect()
        expect(try self.phone.post("/auth/logout"), 204)
        for socket in sockets { #expect(try socket.closeCode() == 4001) }
        let chat = try self.laptop.makeGroup()
        _ = try other.next("chat.created") { $0["id"] == JSON(chat) }
    }

    @Test func `a new socket of it is refused`() throws {
        expect(try self.phone.post("/auth/logout"), 204)
        let socket = try WebSocketClient(self.phone.server, token: self.phone.accessToken)
        #expect(socket.handshake.status == 101)
        #expect(try socket.closeCode() == 1008)
    }

    @Test func `a refresh token in the body ends its session too`() throws {
        let token = JSON(self.laptop.refreshToken)
        expect(try self.phone.post("/auth/logout", ["refresh_token": token]), 204)
        expect(try self.laptop.get("/users/me"), 401, "Invalid token")
        expect(try self.phone.get("/users/me"), 401, "Invalid token")
    }

    @Test func `another's refresh token ends nothing`() throws {
        let eve = try Cast().eve
        let body: JSON = ["refresh_token": JSON(eve.refreshToken)]
        expect(try self.phone.post("/auth/logout", body), 401, "Invalid refresh token")
        expect(try self.phone.get("/users/me"), 200)
        expect(try eve.get("/users/me"), 200)
    }

    @Test func `it needs a token`() throws {
        let client = self.phone.client
        expect(try client.send("POST", "/api/v1/auth/logout"), 401, "Missing token")
    }
}
