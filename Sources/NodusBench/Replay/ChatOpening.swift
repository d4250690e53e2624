/// Makes one chat, or finds the one that an earlier run made, and what it holds by now.
final class ChatOpening: Conversation {
    struct Opened {
        let log: ChatLog
        let chatID: UInt64
        /// Of the first messages of the log, which are there already.
        let ids: [UInt64]
    }

    private enum Stage {
        case looking
        case making
        case reading(ChatReader)
        case done
    }

    private let log: ChatLog
    private let creator: Int
    private let sessions: Sessions
    private let whenDone: (Opened) -> Void
    private var stage = Stage.looking
    private var renewing = false

    init?(_ log: ChatLog, in sessions: Sessions, whenDone: @escaping (Opened) -> Void) {
        guard let creator = log.creator else { return nil }
        self.log = log
        self.creator = creator
        self.sessions = sessions
        self.whenDone = whenDone
    }

    func next(at now: ContinuousClock.Instant, into output: inout [UInt8]) -> Turn {
        if case .done = self.stage { return .finished }
        switch self.sessions.access(of: self.creator, at: now) {
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
        case .looking: return Request(method: .get, path: "/chats", token: token)
        case .making:
            var body = Array("{\"title\":".utf8) + JSONText.quoted(self.log.key)
            body += Array(",\"is_group\":true,\"member_ids\":[]}".utf8)
            let key = "\(self.log.key):open"
            return Request(method: .post, path: "/chats", token: token, key: key, body: body)
        case .reading(let reader): return reader.request(token: token)
        case .done: return nil
        }
    }

    func answered(_ answer: Answer, at now: ContinuousClock.Instant) throws {
        if self.renewing {
            self.renewing = false
            return try self.sessions.renewed(self.creator, by: answer, at: now)
        }
        switch self.stage {
        case .looking where answer.status == 200:
            let chats = try answer.decoded(as: [WireChat].self)
            let same = chats.filter { $0.title == self.log.key }.map(\.id).min()
            self.stage = same.map { .reading(ChatReader(chatID: $0)) } ?? .making
        case .making where answer.status == 201:
            guard let id = JSONText.id(in: answer.body) else {
                throw Failure("the new chat \(self.log.key) has no id")
            }
            self.finish(chatID: id, ids: [])
        case .reading(var reader):
            try reader.take(answer)
            self.stage = .reading(reader)
            if reader.isFinished { try self.goOn(from: reader) }
        default: throw Failure("chat \(self.log.key) cannot be opened: \(answer.summary)")
        }
    }

    /// The chat must hold the beginning of the log and nothing else.
    private func goOn(from reader: ChatReader) throws {
        let found = reader.messages
        let isBeginning =
            found.count <= self.log.messages.count
            && zip(found, self.log.messages).allSatisfy { message, logged in
                message.content?.utf8.elementsEqual(logged.text.utf8) ?? false
            }
        guard isBeginning else {
            throw Failure("chat \(self.log.key) on the server is not the beginning of the log's")
        }
        self.finish(chatID: reader.chatID, ids: found.map(\.id))
    }

    private func finish(chatID: UInt64, ids: [UInt64]) {
        self.stage = .done
        self.whenDone(Opened(log: self.log, chatID: chatID, ids: ids))
    }

    func undecided(status: Int?, at now: ContinuousClock.Instant) {
        if self.renewing { self.sessions.renewalWasCut(of: self.creator) }
        self.renewing = false
    }
}
