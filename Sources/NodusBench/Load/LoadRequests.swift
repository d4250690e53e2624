import Glibc

/// What a load asks again and again: made once, with all that it needs on the server.
struct LoadRequests {
    private let driver: Driver

    private static let filledCount = 60
    private static let text = String(repeating: "a line of some words, ", count: 3)
    /// The fields of one of about 280 bytes, as it is answered.
    static let message = "\"type\":\"text\",\"content\":\"\(Self.text)\""

    init(with driver: Driver) {
        self.driver = driver
    }

    /// The newest 50 of a chat with 60 messages.
    func page() throws -> [Repetition.Step] {
        let token = try self.signedIn()
        let chat = try self.madeChats(1, token: token)[0]
        let send = Self.send(to: chat, token: token)
        try self.driver.run([Errand(Array(repeating: send, count: Self.filledCount))])
        let path = "/messages?chat_id=\(chat)&limit=50"
        return [.init(Request(method: .get, path: path, token: token), 200)]
    }

    /// A message of about 280 bytes of JSON, to each of so many chats.
    func sends(chats count: Int) throws -> [Repetition.Step] {
        let token = try self.signedIn()
        return try self.madeChats(count, token: token)
            .map { .init(Self.send(to: $0, token: token), 201) }
    }

    /// A reaction and its end, to each of so many messages in so many chats.
    func reactions(to count: Int, chats chatCount: Int) throws -> [[Repetition.Step]] {
        let token = try self.signedIn()
        let chats = try self.madeChats(chatCount, token: token)
        let sends = (0..<count).map { Self.send(to: chats[$0 % chatCount], token: token) }
        var messages: [UInt64] = []
        try self.driver.run([
            Errand(sends) { answer in
                guard let id = JSONText.id(in: answer.body) else {
                    throw Failure("a message without an id: \(answer.summary)")
                }
                messages.append(id)
            }
        ])
        return messages.map { id in
            let path = "/messages/\(id)/reactions"
            let body = Array("{\"emoji\":\"👍\"}".utf8)
            let end = "\(path)/%F0%9F%91%8D"
            return [
                .init(Request(method: .post, path: path, token: token, body: body), 201),
                .init(Request(method: .delete, path: end, token: token), 204),
            ]
        }
    }

    /// What another server than ours is asked, or ours by someone who knows what to ask.
    static func raw(paths: [String], headers: [String]) -> [Repetition.Step] {
        let fields = headers.map { "\($0)\r\n" }.joined()
        return paths.map { path in
            let text = "GET \(path) HTTP/1.1\r\nHost: nodus\r\n\(fields)\r\n"
            return Repetition.Step(bytes: Array(text.utf8), status: 200)
        }
    }

    /// Someone new each time.
    private func signedIn() throws -> [UInt8] {
        let mail = "load-\(getpid())-\(time(nil))@load.example.com"
        let sessions = Sessions(nicks: ["load"], mail: { _ in mail })
        try self.driver.run([Enrolment(0, in: sessions, isKnown: false) {}])
        guard case .token(let token) = sessions.access(of: 0, at: .now) else {
            throw Failure("the token is not good for long enough")
        }
        return token
    }

    private func madeChats(_ count: Int, token: [UInt8]) throws -> [UInt64] {
        let requests = (0..<count).map { index in
            let body = "{\"title\":\"load \(index)\",\"is_group\":true,\"member_ids\":[]}"
            return Request(method: .post, path: "/chats", token: token, body: Array(body.utf8))
        }
        var ids: [UInt64] = []
        try self.driver.run([
            Errand(requests) { answer in
                guard let id = JSONText.id(in: answer.body) else {
                    throw Failure("a chat without an id: \(answer.summary)")
                }
                ids.append(id)
            }
        ])
        return ids
    }

    private static func send(to chat: UInt64, token: [UInt8]) -> Request {
        let body = "{\"chat_id\":\(chat),\(Self.message)}"
        return Request(method: .post, path: "/messages", token: token, body: Array(body.utf8))
    }
}

extension Repetition.Step {
    init(_ request: Request, _ status: Int) {
        self.init(bytes: request.bytes, status: status)
    }
}
