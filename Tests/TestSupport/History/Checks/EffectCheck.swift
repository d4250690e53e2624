/// Reactions and memberships: things that are there or not, and are put and taken away. LOST,
/// BROADCAST-LOST, PHANTOM, DUP.
struct EffectCheck {
    private enum Key: Hashable {
        case reaction(message: Int, ShownReaction)
        case member(chat: Int, user: Int)
    }

    private(set) var findings: [HistoryFinding] = []
    private var registers: [Key: Register<Bool>] = [:]
    /// Members from the beginning of their chat.
    private var founders: Set<Key> = []
    private var found: Set<Key> = []
    private var readChats: Set<Int> = []
    /// Messages whose reactions went with them.
    private var deletedMessages: Set<Int> = []
    private var foundMessages: Set<Int> = []

    mutating func invoked(_ operation: Operation) {
        let user = operation.invocation.user
        let write: (key: Key, value: Bool)? =
            switch operation.invocation.action {
            case .react(let message, let emoji):
                (.reaction(message: message, ShownReaction(user: user, emoji: emoji)), true)
            case .unreact(let message, let emoji):
                (.reaction(message: message, ShownReaction(user: user, emoji: emoji)), false)
            case .addMember(let chat, let user): (.member(chat: chat, user: user), true)
            case .removeMember(let chat, let user): (.member(chat: chat, user: user), false)
            case .leave(let chat): (.member(chat: chat, user: user), false)
            default: nil
            }
        guard let write else { return }
        let number = operation.invocation.number
        self.registers[write.key, default: Register()].invoked(number, writing: write.value)
    }

    mutating func answered(_ answer: Answer, to operation: Operation) {
        guard case .createChat(let members) = operation.invocation.action, let chat = answer.id
        else { return }
        for user in members + [operation.invocation.user] {
            self.founders.insert(.member(chat: chat, user: user))
        }
    }

    mutating func heard(_ frame: ServerFrame, at position: EventPosition) {
        guard let user = frame.data.user else { return }
        let key: Key
        switch frame.event {
        case "reaction.added", "reaction.removed":
            guard let message = frame.data.message, let emoji = frame.data.emoji else { return }
            key = .reaction(message: message, ShownReaction(user: user, emoji: emoji))
        case "member.added", "member.removed":
            guard let chat = frame.data.chat else { return }
            key = .member(chat: chat, user: user)
        default: return
        }
        let isThere = frame.event.hasSuffix(".added")
        self.registers[key, default: Register()].saw(isThere, at: position)
    }

    mutating func found(_ message: ShownMessage) {
        self.foundMessages.insert(message.id)
        if message.isDeleted { self.deletedMessages.insert(message.id) }
        for reaction in message.reactions {
            let isNew = self.found.insert(.reaction(message: message.id, reaction)).inserted
            guard !isNew else { continue }
            let text = "\(message.id) has \(reaction.emoji) of \(reaction.user) twice"
            self.findings.append(HistoryFinding(.duplicate, text))
        }
    }

    mutating func found(_ members: [Int], of chat: Int) {
        self.readChats.insert(chat)
        for user in members { self.found.insert(.member(chat: chat, user: user)) }
    }

    mutating func finish(_ operations: Operations) {
        let keys = self.found.union(self.registers.keys).union(self.founders)
        for key in keys where self.isJudged(key) {
            let register = self.registers[key] ?? Register()
            let isFound = self.found.contains(key)
            let isFounder = self.founders.contains(key)
            let contradiction = register.contradiction(
                of: isFound,
                startingAs: isFounder,
                operations
            )
            let text = "\(key) is \(isFound ? "there" : "not there")"
            switch contradiction {
            case .lost: self.findings.append(HistoryFinding(.lost, text))
            case .lostBroadcast: self.findings.append(HistoryFinding(.broadcastLost, text))
            case .phantom: self.findings.append(HistoryFinding(.phantom, text))
            case nil: break
            }
            for value in register.phantoms(startingAs: isFounder, operations) {
                let text = "\(key) was heard to be \(value ? "added" : "removed")"
                self.findings.append(HistoryFinding(.phantom, text))
            }
        }
    }

    /// Of what was not read in the end, or went with a message, nothing can be said.
    private func isJudged(_ key: Key) -> Bool {
        switch key {
        case .reaction(let message, _):
            self.foundMessages.contains(message) && !self.deletedMessages.contains(message)
        case .member(let chat, _): self.readChats.contains(chat)
        }
    }
}
