/// Reads a history once, line by line, and says what a correct server cannot have done.
///
/// It is sound: whatever it reports, no run of a correct server has. It knows nothing of the
/// server but its promises: what is acknowledged stays; one key, one effect; nobody sees what a
/// crash can take back; the events of a chat have one order; a stream has no silent holes. Each
/// check keeps what it needs of the lines before, so all of them together take one pass; what can
/// be known only at the end comes with `finished()`, when the last reading is among the lines.
///
/// What it does not judge: chats that are renamed or deleted, typing and presence, and messages
/// beyond a page's newest 100 reactions.
package struct HistoryChecker: Sendable {
    private var place = 0
    private var operations: Operations = [:]
    private var stream = StreamCheck()
    private var messages = MessageCheck()
    private var effects = EffectCheck()
    private var reads = ReadCheck()
    private var registeredUsers: [Int: Int] = [:]
    private var foundUsers: Set<Int> = []
    private var ownFindings: [HistoryFinding] = []

    package init() {}

    package mutating func take(_ record: HistoryRecord) {
        self.place += 1
        switch record {
        case .started: self.stream.started()
        case .killed: break
        case .invoked(let invocation): self.invoked(invocation)
        case .answered(let answer): self.answered(answer)
        case .heard(let frame): self.heard(frame)
        case .found(let message):
            self.messages.found(message, self.operations)
            self.effects.found(message)
            self.reads.found(message)
        case .foundMembers(let chat, let users): self.effects.found(users, of: chat)
        case .foundUnread(let chat, let user, let count):
            self.reads.foundUnread(count, of: user, in: chat)
        case .foundUser(let id): self.foundUsers.insert(id)
        }
    }

    /// What is wrong with the lines so far, whatever the lines to come say.
    package var findings: [HistoryFinding] {
        self.ownFindings + self.stream.findings + self.messages.findings + self.effects.findings
            + self.reads.findings
    }

    /// All that is wrong. The last reading has to be complete.
    package func finished() -> [HistoryFinding] {
        var checker = self
        checker.messages.finish(self.operations)
        checker.effects.finish(self.operations)
        checker.reads.finish(self.operations)
        for (user, number) in self.registeredUsers where !self.foundUsers.contains(user) {
            let text = "user \(user) of registration \(number)"
            checker.ownFindings.append(HistoryFinding(.lost, text))
        }
        return checker.findings
    }

    private mutating func invoked(_ invocation: Invocation) {
        let operation = Operation(invocation, at: self.place)
        self.operations[invocation.number] = operation
        self.messages.invoked(operation)
        self.effects.invoked(operation)
        self.reads.invoked(operation)
    }

    private mutating func answered(_ answer: Answer) {
        guard var operation = self.operations.removeValue(forKey: answer.number) else { return }
        // Who is no member any more is shown nothing, not even what they did.
        let isHidden = answer.status == 403
        if answer.isRepeat, answer.outcome == .refused, operation.outcome == .done, !isHidden {
            let text = "\(answer.number) was done, and refused when it was asked once more"
            self.ownFindings.append(HistoryFinding(.duplicate, text))
        }
        operation.answered(answer, at: self.place)
        self.operations[answer.number] = operation
        self.messages.answered(answer, to: operation, at: self.place)
        self.effects.answered(answer, to: operation)
        self.reads.answered(answer, to: operation)
        if case .register = operation.invocation.action, let user = answer.id {
            self.registered(user, by: answer.number)
        }
    }

    private mutating func registered(_ user: Int, by number: Int) {
        guard let other = self.registeredUsers.updateValue(number, forKey: user), other != number
        else { return }
        let text = "the id \(user) is of registration \(other) and of registration \(number)"
        self.ownFindings.append(HistoryFinding(.regress, text))
    }

    private mutating func heard(_ frame: HeardFrame) {
        guard let event = self.stream.heard(frame) else { return }
        for frame in event.frames {
            self.messages.heard(frame, at: event.position)
            self.effects.heard(frame, at: event.position)
            self.reads.heard(frame)
        }
    }
}
