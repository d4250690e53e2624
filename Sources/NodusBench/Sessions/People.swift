import Glibc

/// People who are new to the server, each signed in.
struct People {
    private let driver: Driver
    private let sessions: Sessions

    /// So many at a time are named when a chat is made or grows.
    private static let namedMax = 1000

    init(_ count: Int, with driver: Driver) throws {
        self.driver = driver
        let run = "\(getpid())-\(time(nil))"
        let sessions = Sessions(
            nicks: (0..<count).map { "person \($0)" },
            mail: { "person-\(run)-\($0)@bench.example.com" }
        )
        self.sessions = sessions
        let progress = ProgressLine("people", total: count)
        var doneCount = 0
        driver.onTick = { progress.show(doneCount) }
        defer { driver.onTick = {} }
        try driver.run(
            (0..<count).map { Enrolment($0, in: sessions, isKnown: false) { doneCount += 1 } }
        )
    }

    var count: Int { self.sessions.count }

    func token(of person: Int) throws -> [UInt8] {
        guard case .token(let token) = self.sessions.access(of: person, at: .now) else {
            throw Failure("the tokens have run out")
        }
        return token
    }

    /// The first of `members` makes it.
    func makeChat(of members: some Collection<Int>) throws -> UInt64 {
        guard let maker = members.first else { throw Failure("a chat of nobody") }
        let token = try self.token(of: maker)
        let others = members.dropFirst().compactMap { self.sessions.userID(of: $0) }
        let first = others.prefix(Self.namedMax).map { "\($0)" }.joined(separator: ",")
        let body = "{\"title\":\"bench\",\"is_group\":true,\"member_ids\":[\(first)]}"
        let request = Request(method: .post, path: "/chats", token: token, body: Array(body.utf8))
        var chat: UInt64?
        try self.driver.run([Errand([request]) { chat = JSONText.id(in: $0.body) }])
        guard let chat else { throw Failure("a chat without an id") }
        try self.driver.run([
            Errand(
                others.dropFirst(Self.namedMax).map { user in
                    let body = "{\"user_id\":\(user)}"
                    return Request(
                        method: .post,
                        path: "/chats/\(chat)/members",
                        token: token,
                        body: Array(body.utf8)
                    )
                }
            )
        ])
        return chat
    }
}
