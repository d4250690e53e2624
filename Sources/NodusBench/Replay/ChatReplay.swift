/// Plays one chat's script into the server, in order, one request at a time.
///
/// Every message carries a key, `<chat>:<line>`, so that it can be asked again when its outcome is
/// unknown. Joining and leaving need none: asked again they are refused, and that is as good.
final class ChatReplay: Conversation {
    private enum Asked {
        case nothing
        case renewal(of: Int)
        case action(Script.Action, by: Int, token: [UInt8])
    }

    private let log: ChatLog
    private let chatID: UInt64
    private let creator: Int
    private let actions: ArraySlice<Script.Action>
    private let tally: ReplayTally
    /// The bodies up to the reply link, made before the clock starts.
    private let bodies: [[UInt8]]
    /// By message; nil for one that was refused.
    private var ids: [UInt64?]
    private var place: Int
    private var asked = Asked.nothing
    private var firstAskedAt: ContinuousClock.Instant?
    private var distrustCount = 0
    /// Whether the action may have been done before: by an earlier run, or by a cut request.
    private var mayBeDone: Bool

    private static let distrustCountMax = 5

    init(_ opened: ChatOpening.Opened, tally: ReplayTally) {
        self.log = opened.log
        self.chatID = opened.chatID
        self.creator = opened.log.creator ?? 0
        self.tally = tally
        self.ids = opened.ids
        let script = Script(of: opened.log)
        self.place = script.place(after: opened.ids.count)
        self.actions = script.actions[...]
        self.mayBeDone = !opened.ids.isEmpty
        let start = Array("{\"chat_id\":\(opened.chatID),\"type\":\"text\",\"content\":".utf8)
        self.bodies = opened.log.messages.enumerated().map { index, message in
            index < opened.ids.count ? [] : start + JSONText.quoted(message.text)
        }
        self.noteWhatIsThere(opened.ids)
    }

    func next(at now: ContinuousClock.Instant, into output: inout [UInt8]) -> Turn {
        guard self.place < self.actions.endIndex else { return .finished }
        let action = self.actions[self.place]
        let actor = self.actor(of: action)
        switch self.tally.sessions.access(of: actor, at: now) {
        case .busy: return .wait(until: now + .milliseconds(5))
        case .renew(let request):
            self.asked = .renewal(of: actor)
            request.append(to: &output)
        case .token(let token):
            self.asked = .action(action, by: actor, token: token)
            self.firstAskedAt = self.firstAskedAt ?? now
            self.note(action, by: actor, .invoke)
            self.request(action, token: token).append(to: &output)
        }
        return .sent
    }

    private func actor(of action: Script.Action) -> Int {
        switch action {
        case .add: self.creator
        case .leave(let person, _): person
        case .send(let message): self.log.messages[message].author
        }
    }

    private func request(_ action: Script.Action, token: [UInt8]) -> Request {
        switch action {
        case .add(let person, _):
            let id = self.tally.sessions.userID(of: person) ?? 0
            let body = Array("{\"user_id\":\(id)}".utf8)
            let path = "/chats/\(self.chatID)/members"
            return Request(method: .post, path: path, token: token, body: body)
        case .leave:
            return Request(method: .post, path: "/chats/\(self.chatID)/leave", token: token)
        case .send(let index):
            var body = self.bodies[index]
            if let reply = self.log.messages[index].reply, let id = self.ids[reply] {
                body.append(contentsOf: ",\"reply_to_id\":\(id)".utf8)
            }
            body.append(0x7d)
            let key = "\(self.log.key):\(self.log.messages[index].line)"
            return Request(method: .post, path: "/messages", token: token, key: key, body: body)
        }
    }

    func answered(_ answer: Answer, at now: ContinuousClock.Instant) throws {
        switch self.asked {
        case .nothing: break
        case .renewal(let person):
            try self.tally.sessions.renewed(person, by: answer, at: now)
        case .action(_, let person, let token) where answer.status == 401:
            try self.distrust(token, of: person, after: answer)
        case .action(let action, let person, _) where answer.status >= 500:
            self.note(action, by: person, .unknown, status: answer.status)
            throw Failure("\(self.name(of: action)): the server failed: \(answer.summary)")
        case .action(let action, let person, _):
            self.settle(action, by: person, answer, at: now)
            self.place += 1
            self.firstAskedAt = nil
            self.distrustCount = 0
            self.mayBeDone = self.mayBeDone && !self.isSend(action)
        }
        self.asked = .nothing
    }

    func undecided(status: Int?, at now: ContinuousClock.Instant) {
        switch self.asked {
        case .nothing: break
        case .renewal(let person): self.tally.sessions.renewalWasCut(of: person)
        case .action(let action, let person, _):
            self.mayBeDone = true
            self.note(action, by: person, status == 429 ? .fail : .unknown, status: status)
        }
        self.asked = .nothing
    }

    // MARK: Outcomes

    private func settle(
        _ action: Script.Action,
        by person: Int,
        _ answer: Answer,
        at now: ContinuousClock.Instant
    ) {
        let id = self.isSend(action) ? JSONText.id(in: answer.body) : nil
        let isOk = answer.status < 300
        self.note(action, by: person, isOk ? .ok : .fail, status: answer.status, id: id)
        switch action {
        case .send:
            let isAcked = answer.status == 201 && id != nil
            self.ids.append(isAcked ? id : nil)
            if isAcked, let firstAskedAt = self.firstAskedAt {
                self.tally.acked(after: now - firstAskedAt)
                return
            }
        case .add, .leave:
            if isOk || (self.mayBeDone && [400, 403].contains(answer.status)) {
                return self.tally.changedMembership()
            }
        }
        self.tally.refused("\(self.name(of: action)): \(answer.summary)")
    }

    private func distrust(_ token: [UInt8], of person: Int, after answer: Answer) throws {
        self.distrustCount += 1
        guard self.distrustCount <= Self.distrustCountMax else {
            throw Failure("new tokens are refused again and again: \(answer.summary)")
        }
        self.tally.sessions.distrust(token, of: person)
    }

    private func isSend(_ action: Script.Action) -> Bool {
        if case .send = action { true } else { false }
    }

    private func line(of action: Script.Action) -> Int {
        switch action {
        case .add(_, let line), .leave(_, let line): line
        case .send(let message): self.log.messages[message].line
        }
    }

    private func name(of action: Script.Action) -> String {
        let kind =
            switch action {
            case .add: "join"
            case .leave: "leave"
            case .send: "message"
            }
        return "\(self.log.key) line \(self.line(of: action)) (\(kind))"
    }

    // MARK: History

    private func note(
        _ action: Script.Action,
        by person: Int,
        _ kind: History.Kind,
        status: Int? = nil,
        id: UInt64? = nil
    ) {
        guard let history = self.tally.history else { return }
        let operation: StaticString
        var extra: (StaticString, String)?
        switch action {
        case .add: operation = "join"
        case .leave: operation = "leave"
        case .send(let message):
            operation = "send"
            if kind == .invoke {
                extra = ("fingerprint", Fingerprint.of(self.log.messages[message].text))
            }
        }
        history.write(
            History.Entry(
                operation: operation,
                chat: self.log.key,
                line: self.line(of: action),
                author: self.tally.sessions.account(of: person).nick,
                kind: kind,
                status: status,
                id: id,
                extra: extra
            )
        )
    }

    /// The chat, and the messages of an earlier run as if they were acknowledged now.
    private func noteWhatIsThere(_ ids: [UInt64]) {
        let creator = self.tally.sessions.account(of: self.creator)
        self.tally.history?.write(
            History.Entry(
                operation: "open",
                chat: self.log.key,
                line: -1,
                author: creator.nick,
                kind: .ok,
                id: self.chatID,
                extra: ("reader", String(creator.number))
            )
        )
        for (index, id) in ids.enumerated() {
            let action = Script.Action.send(message: index)
            let author = self.log.messages[index].author
            self.note(action, by: author, .invoke)
            self.note(action, by: author, .ok, id: id)
        }
    }
}
