import Glibc

/// People, their chats, and what is sent to those.
struct Filling {
    struct Result: Encodable {
        /// Of the first person.
        let token: String
        /// Of which he is a member.
        let chats: [UInt64]
        let seconds: Double
    }

    private let people: Int
    private let members: Int
    private let driver: Driver
    private let sessions: Sessions
    private var chats: [UInt64] = []

    /// Someone new each time.
    init(_ people: Int, members: Int, with driver: Driver) {
        self.people = people
        self.members = members
        self.driver = driver
        let run = "\(getpid())-\(time(nil))"
        self.sessions = Sessions(
            nicks: (0..<people).map { "fill\($0)" },
            mail: { "fill-\(run)-\($0)@fill.example.com" }
        )
    }

    func enrol() throws {
        let sessions = self.sessions
        try self.driver.run(
            (0..<self.people).map { Enrolment($0, in: sessions, isKnown: false) {} }
        )
    }

    /// Chats whose members follow on one another, around the circle of people.
    mutating func makeChats(_ count: Int) throws {
        var chats = [UInt64](repeating: 0, count: count)
        let sessions = self.sessions
        try self.driver.run(
            try (0..<count).map { place in
                let ids = (0..<self.members).compactMap {
                    sessions.userID(of: self.member($0, of: place))
                }
                let list = ids.dropFirst().map { "\($0)" }.joined(separator: ",")
                let body =
                    "{\"title\":\"chat \(place)\",\"is_group\":true,\"member_ids\":[\(list)]}"
                let request = Request(
                    method: .post,
                    path: "/chats",
                    token: try self.token(of: self.member(0, of: place)),
                    body: Array(body.utf8)
                )
                return Errand([request]) { answer in
                    guard let id = JSONText.id(in: answer.body) else {
                        throw Failure("a chat without an id: \(answer.summary)")
                    }
                    chats[place] = id
                }
            }
        )
        self.chats = chats
    }

    /// `whenAnswered` gets each message.
    func send(
        _ count: Int,
        whenAnswered: @escaping (ArraySlice<UInt8>) throws -> Void
    ) throws -> Result {
        let progress = ProgressLine("messages", total: count)
        var (begunCount, answeredCount) = (0, 0)
        self.driver.onTick = { progress.show(answeredCount) }
        let start = ContinuousClock.now
        try self.driver.run {
            guard begunCount < count, let request = try? self.message(begunCount) else {
                return nil
            }
            begunCount += 1
            return Errand([request]) { answer in
                answeredCount += 1
                try whenAnswered(answer.body)
            }
        }
        progress.finish(answeredCount)
        guard answeredCount == count else { throw Failure("the tokens have run out") }
        return Result(
            token: String(decoding: try self.token(of: 0), as: UTF8.self),
            chats: self.chats.indices.filter { self.isMember(0, of: $0) }.map { self.chats[$0] },
            seconds: (ContinuousClock.now - start) / .seconds(1)
        )
    }

    private func message(_ number: Int) throws -> Request {
        let place = number % self.chats.count
        let author = self.member(number / self.chats.count % self.members, of: place)
        var body = Array("{\"chat_id\":\(self.chats[place]),\"type\":\"text\",\"content\":\"".utf8)
        var words = Words(seed: UInt64(number))
        words.append(to: &body)
        body += Array("\"}".utf8)
        return Request(
            method: .post,
            path: "/messages",
            token: try self.token(of: author),
            body: body
        )
    }

    private func member(_ number: Int, of place: Int) -> Int { (place + number) % self.people }

    private func isMember(_ person: Int, of place: Int) -> Bool {
        (0..<self.members).contains { self.member($0, of: place) == person }
    }

    private func token(of person: Int) throws -> [UInt8] {
        guard case .token(let token) = self.sessions.access(of: person, at: .now) else {
            throw Failure("the tokens have run out")
        }
        return token
    }
}
