import Synchronization

/// A registered user with a connection of their own.
package final class Person {
    package let server: ServerProcess
    package let client: HTTPClient
    package let id: Int64
    package let email: String
    package let password: String
    /// As registered: `{id, email, display_name, …}`.
    package let user: JSON
    package var accessToken: String
    package var refreshToken: String

    private static let count = Atomic<Int>(0)

    /// Registers somebody new with that display name; the mail address begins with it, in lower
    /// case, and is never the same twice.
    package init(_ name: String = "Ann", on server: ServerProcess) throws {
        let number = Self.count.add(1, ordering: .relaxed).newValue
        let client = HTTPClient(server)
        let email = "\(name.lowercased().filter { $0.isLetter && $0.isASCII })\(number)@example.org"
        let password = "correct horse \(number)"
        let answer = try client.send(
            "POST",
            "/api/v1/auth/register",
            ["email": .string(email), "password": .string(password), "display_name": .string(name)]
        )
        guard
            answer.status == 200,
            let id = answer.json["user"]["id"].int,
            let access = answer.json["tokens"]["access_token"].string,
            let refresh = answer.json["tokens"]["refresh_token"].string
        else { throw WaitError.malformed("registration: \(answer)") }
        self.server = server
        self.client = client
        self.id = id
        self.email = email
        self.password = password
        self.user = answer.json["user"]
        self.accessToken = access
        self.refreshToken = refresh
    }

    /// Logs in somebody who has an account.
    package init(loggingIn email: String, _ password: String, on server: ServerProcess) throws {
        let client = HTTPClient(server)
        let body: JSON = ["email": .string(email), "password": .string(password)]
        let tokens = try client.send("POST", "/api/v1/auth/login", body)
        guard
            tokens.status == 200,
            let access = tokens.json["access_token"].string,
            let refresh = tokens.json["refresh_token"].string
        else { throw WaitError.malformed("login of \(email): \(tokens)") }
        let authorization = ("Authorization", "Bearer \(access)")
        let user = try client.send("GET", "/api/v1/users/me", headers: [authorization])
        guard user.status == 200, let id = user.json["id"].int else {
            throw WaitError.malformed("account of \(email): \(user)")
        }
        self.server = server
        self.client = client
        self.id = id
        self.email = email
        self.password = password
        self.user = user.json
        self.accessToken = access
        self.refreshToken = refresh
    }

    /// The same user, with a connection of their own.
    package init(_ other: Credentials) {
        self.server = other.server
        self.client = HTTPClient(other.server)
        self.id = other.id
        self.email = other.email
        self.password = other.password
        self.user = other.user
        self.accessToken = other.accessToken
        self.refreshToken = other.refreshToken
    }

    /// What a user is known by, to hand on to another thread.
    package struct Credentials: Sendable {
        package let server: ServerProcess
        package let id: Int64
        package let email: String
        package let password: String
        package let user: JSON
        package let accessToken: String
        package let refreshToken: String
    }

    package var credentials: Credentials { self.credentials(on: self.server) }

    /// The same on another server, which has the account.
    package func credentials(on server: ServerProcess) -> Credentials {
        Credentials(
            server: server,
            id: self.id,
            email: self.email,
            password: self.password,
            user: self.user,
            accessToken: self.accessToken,
            refreshToken: self.refreshToken
        )
    }

    package var authorization: (String, String) { ("Authorization", "Bearer \(self.accessToken)") }

    /// Sends a request with the person's token; the path is below `/api/v1`.
    package func send(
        _ method: String,
        _ path: String,
        _ body: JSON? = nil,
        key: String? = nil,
        headers: [(String, String)] = []
    ) throws -> HTTPAnswer {
        try self.client.send(
            method,
            "/api/v1\(path)",
            body,
            headers: [self.authorization] + Self.keyHeader(key) + headers
        )
    }

    /// Writes a request without waiting for its answer, which `client.readAnswer()` gets.
    package func write(
        _ method: String,
        _ path: String,
        _ body: JSON? = nil,
        key: String? = nil
    ) throws {
        let headers = [self.authorization] + Self.keyHeader(key)
        try self.client.write(method, "/api/v1\(path)", body, headers: headers)
    }

    package func get(_ path: String) throws -> HTTPAnswer { try self.send("GET", path) }

    package func post(_ path: String, _ body: JSON? = nil, key: String? = nil) throws -> HTTPAnswer
    {
        try self.send("POST", path, body, key: key)
    }

    package func put(_ path: String, _ body: JSON? = nil) throws -> HTTPAnswer {
        try self.send("PUT", path, body)
    }

    package func patch(_ path: String, _ body: JSON? = nil, key: String? = nil) throws -> HTTPAnswer
    {
        try self.send("PATCH", path, body, key: key)
    }

    package func delete(_ path: String, key: String? = nil) throws -> HTTPAnswer {
        try self.send("DELETE", path, key: key)
    }

    private static func keyHeader(_ key: String?) -> [(String, String)] {
        key.map { [("Idempotency-Key", $0)] } ?? []
    }
}

extension Person {
    /// Makes a group and returns its id.
    package func makeGroup(_ title: String = "Tea", with members: [Person] = []) throws -> Int64 {
        let answer = try self.post(
            "/chats",
            ["title": .string(title), "member_ids": .array(members.map { .int($0.id) })]
        )
        return try Self.id(in: answer, status: 201)
    }

    /// Opens the direct chat with somebody and returns its id.
    package func openDirect(with other: Person) throws -> Int64 {
        let answer = try self.post("/chats/direct", ["user_id": .int(other.id)])
        return try Self.id(in: answer, status: 200)
    }

    /// Sends a text message and returns its id.
    @discardableResult
    package func say(_ text: String, in chat: Int64, key: String? = nil) throws -> Int64 {
        let body: JSON = ["chat_id": .int(chat), "type": "text", "content": .string(text)]
        return try Self.id(in: try self.post("/messages", body, key: key), status: 201)
    }

    /// A chat's newest page, newest first.
    package func page(of chat: Int64, limit: Int = 50) throws -> [JSON] {
        try self.get("/messages?chat_id=\(chat)&limit=\(limit)").json["messages"].items
    }

    /// Sends a body that need not be JSON.
    package func send(
        _ method: String,
        _ path: String,
        bytes: some Sequence<UInt8>
    ) throws -> HTTPAnswer {
        let body = Array(bytes)
        let head = HTTPClient.request(
            method,
            "/api/v1\(path)",
            headers: [
                self.authorization, ("Content-Type", "application/json"),
                ("Content-Length", "\(body.count)"),
            ]
        )
        try self.client.write(head + body)
        return try self.client.readAnswer()
    }

    /// Connects a socket and reads its hello.
    package func connect(query: String = "") throws -> WebSocketClient {
        let socket = try WebSocketClient(self.server, token: self.accessToken, query: query)
        guard socket.handshake.status == 101 else {
            throw WaitError.malformed("handshake: \(socket.handshake)")
        }
        let hello = try socket.next()
        guard hello.name == "hello" else { throw WaitError.malformed("hello: \(hello)") }
        return socket
    }

    /// Logs in again: a session of its own with the same account.
    package func logIn() throws -> HTTPAnswer {
        try self.client.send(
            "POST",
            "/api/v1/auth/login",
            ["email": .string(self.email), "password": .string(self.password)]
        )
    }

    private static func id(in answer: HTTPAnswer, status: Int) throws -> Int64 {
        guard answer.status == status, let id = answer.json["id"].int else {
            throw WaitError.malformed("answer: \(answer)")
        }
        return id
    }
}
