import Shards
import TestSupport

/// A database written down plainly: its tables, behind the journal by as much as it likes, and with
/// rows that it would not take.
struct ReferenceStore {
    struct Row<Value> {
        var value: Value
        var position: Position
    }

    struct MemberKey: Hashable {
        let chat: ChatID
        let user: UserID
    }

    struct ReactionKey: Hashable {
        let message: MessageID
        let user: UserID
        let emoji: String
    }

    private(set) var applied = Position.zero
    private(set) var chats: [ChatID: Row<Chat>] = [:]
    private(set) var members: [MemberKey: Row<Member>] = [:]
    private(set) var absences: [(chat: ChatID, absence: Absence)] = []
    private(set) var messages: [MessageID: Row<Message>] = [:]
    private(set) var reactions: [ReactionKey: Reaction] = [:]
    /// The highest counters of ids that were handed out.
    private(set) var newest = (message: UInt64(0), reaction: UInt64(0))
    /// Messages of which a row was refused, theirs or a reaction's, with the event that made it.
    private(set) var refused: [(message: MessageID, at: Position)] = []
    private var random: SeededRandom
    /// Of so many rows of messages about one is refused; 0 for none.
    private let refusalOdds: Int

    init(seed: UInt64, refusalOdds: Int) {
        self.random = SeededRandom(seed: seed)
        self.refusalOdds = refusalOdds
    }

    mutating func apply(_ event: ChatEvent, of chat: ChatID, at position: Position) {
        precondition(position == self.applied.next, "the store skips nothing")
        self.applied = position
        switch event {
        case .created(let row, let members):
            self.chats[chat] = Row(value: row, position: position)
            for member in members { self.put(member, of: chat, at: position) }
        case .changed(let row):
            self.chats[chat] = Row(value: row, position: position)
        case .deleted:
            self.delete(chat)
        case .memberAdded(let member, by: _):
            self.put(member, of: chat, at: position)
        case .memberRemoved(let user, by: _, let promoted, let absence):
            self.change(user, of: chat, at: position) { $0.isPresent = false }
            if let promoted { self.change(promoted, of: chat, at: position) { $0.role = .admin } }
            if let absence { self.absences.append((chat, absence)) }
        case .readAdvanced(let user, let through, at: _):
            self.change(user, of: chat, at: position) {
                $0.readThrough = max($0.readThrough, through)
            }
        case .messageSent(let message), .messageChanged(let message):
            self.newest.message = max(self.newest.message, message.id.counter)
            guard !self.refuses(message.id, at: position) else { return }
            self.messages[message.id] = Row(value: message, position: position)
        case .reactionAdded(let reaction):
            self.newest.reaction = max(self.newest.reaction, reaction.id.counter)
            guard !self.refuses(reaction.message, at: position) else { return }
            self.reactions[ReactionKey(reaction)] = reaction
        case .reactionRemoved(let message, let user, let emoji):
            self.reactions[ReactionKey(message: message, user: user, emoji: emoji)] = nil
        }
    }

    private mutating func refuses(_ message: MessageID, at position: Position) -> Bool {
        guard self.refusalOdds > 0, self.random.one(in: self.refusalOdds) else { return false }
        self.refused.append((message, position))
        return true
    }

    private mutating func put(_ member: Member, of chat: ChatID, at position: Position) {
        let key = MemberKey(chat: chat, user: member.user)
        self.members[key] = Row(value: member, position: position)
    }

    private mutating func change(
        _ user: UserID,
        of chat: ChatID,
        at position: Position,
        _ change: (inout Member) -> Void
    ) {
        let key = MemberKey(chat: chat, user: user)
        guard var row = self.members[key] else { return }
        change(&row.value)
        row.position = position
        self.members[key] = row
    }

    private mutating func delete(_ chat: ChatID) {
        self.chats[chat] = nil
        self.members = self.members.filter { $0.key.chat != chat }
        self.absences.removeAll { $0.chat == chat }
        let gone = Set(self.messages.values.lazy.filter { $0.value.chat == chat }.map(\.value.id))
        self.messages = self.messages.filter { !gone.contains($0.key) }
        self.reactions = self.reactions.filter { !gone.contains($0.key.message) }
    }
}

extension ReferenceStore.ReactionKey {
    init(_ reaction: Reaction) {
        self.init(message: reaction.message, user: reaction.user, emoji: reaction.emoji)
    }
}

// MARK: - Reading

extension ReferenceStore {
    func answer(_ question: StoreQuestion) -> StoreAnswer {
        StoreAnswer(question.queries.map { self.messages($0) }, to: question)
    }

    func messages(_ query: HistoryQuery) -> [StoredMessage] {
        let ids: [MessageID]
        switch query {
        case .ids(let asked):
            ids = Set(asked).filter { self.messages[$0] != nil }.sorted()
        case .below(let id, let chat, let countMax, let includesDeleted):
            let found = self.ids(of: chat, includesDeleted).filter { $0 < id }
            ids = Array(found.sorted(by: >).prefix(countMax))
        case .above(let id, let chat, let countMax, let includesDeleted):
            let found = self.ids(of: chat, includesDeleted).filter { $0 > id }
            ids = Array(found.sorted().prefix(countMax))
        case .everywhere(let id, let countMax):
            ids = Array(self.messages.keys.filter { $0 > id }.sorted().prefix(countMax))
        }
        return ids.compactMap { self.message($0) }
    }

    private func ids(of chat: ChatID, _ includesDeleted: Bool) -> [MessageID] {
        self.messages.values
            .filter { $0.value.chat == chat && (includesDeleted || !$0.value.isDeleted) }
            .map(\.value.id)
    }

    /// With the position of its own row, whatever came to its reactions.
    private func message(_ id: MessageID) -> StoredMessage? {
        self.messages[id].map { row in
            let reactions = self.reactions.values.filter { $0.message == id }
                .sorted { $0.id.rawValue < $1.id.rawValue }
            return StoredMessage(row.value, reactions: reactions, at: row.position)
        }
    }
}
