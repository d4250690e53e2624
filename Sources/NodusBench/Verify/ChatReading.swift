/// Reads one chat and the names of all who wrote in it, as its creator.
final class ChatReading: Conversation {
    private enum Stage {
        case looking
        case reading(ChatReader)
        case naming(next: UInt64)
        case done
    }

    private let title: String
    private let reader: Int
    private let sessions: Sessions
    private let names: Names?
    private let whenDone: ([WireMessage]) throws -> Void
    private var stage = Stage.looking
    private var messages: [WireMessage] = []
    private var renewing = false

    /// Display names by user id, shared by all chats.
    final class Names {
        var ofUsers: [UInt64: String] = [:]

        func firstUnnamed(of messages: [WireMessage]) -> UInt64? {
            messages.lazy.compactMap(\.author).first { self.ofUsers[$0] == nil }
        }
    }

    /// Gives `whenDone` the messages, oldest first; their authors are in `names` then. Without
    /// `names` nobody is asked for.
    init(
        title: String,
        reader: Int,
        in sessions: Sessions,
        names: Names?,
        whenDone: @escaping ([WireMessage]) throws -> Void
    ) {
        self.title = title
        self.reader = reader
        self.sessions = sessions
        self.names = names
        self.whenDone = whenDone
    }

    func next(at now: ContinuousClock.Instant, into output: inout [UInt8]) -> Turn {
        if case .done = self.stage { return .finished }
        switch self.sessions.access(of: self.reader, at: now) {
        case .busy: return .wait(until: now + .milliseconds(5))
        case .renew(let request):
            self.renewing = true
            request.append(to: &output)
        case .token(let token): self.request(token: token)?.append(to: &output)
        }
        return .sent
    }

    private func request(token: [UInt8]) -> Request? {
        switch self.stage {
        case .looking: Request(method: .get, path: "/chats", token: token)
        case .reading(let reader): reader.request(token: token)
        case .naming(let user): Request(method: .get, path: "/users/\(user)", token: token)
        case .done: nil
        }
    }

    func answered(_ answer: Answer, at now: ContinuousClock.Instant) throws {
        if self.renewing {
            self.renewing = false
            return try self.sessions.renewed(self.reader, by: answer, at: now)
        }
        switch self.stage {
        case .looking where answer.status == 200: try self.look(at: answer)
        case .reading(var reader):
            try reader.take(answer)
            self.stage = .reading(reader)
            if reader.isFinished {
                self.messages = reader.messages
                try self.nameNext()
            }
        case .naming(let user) where answer.status == 200:
            self.names?.ofUsers[user] = try answer.decoded(as: WireUser.self).displayName
            try self.nameNext()
        default: throw Failure("chat \(self.title) cannot be read: \(answer.summary)")
        }
    }

    func undecided(status: Int?, at now: ContinuousClock.Instant) {
        if self.renewing { self.sessions.renewalWasCut(of: self.reader) }
        self.renewing = false
    }

    private func look(at answer: Answer) throws {
        let chats = try answer.decoded(as: [WireChat].self).filter { $0.title == self.title }
        guard let chat = chats.first, chats.count == 1 else {
            throw Failure("the creator of \(self.title) has \(chats.count) chats of that title")
        }
        for user in chat.participants { self.names?.ofUsers[user.id] = user.displayName }
        self.stage = .reading(ChatReader(chatID: chat.id))
    }

    /// Who has left is not among the participants, so he is asked for by himself.
    private func nameNext() throws {
        if let names, let unnamed = names.firstUnnamed(of: self.messages) {
            self.stage = .naming(next: unnamed)
        } else {
            self.stage = .done
            try self.whenDone(self.messages)
        }
    }
}
