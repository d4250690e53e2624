import Persistence
import Shards

/// What the journal brings back, on top of nothing or of what a store has: the same states that
/// live traffic had made, by the same `apply`.
struct Recovered {
    var shards: [ShardState]
    var directory = DirectoryState()
    var legacy = LegacyMessages(through: MessageID(rawValue: 0))
    /// What sessions that come back are told from.
    private(set) var recent: RecentEvents
    private(set) var eventCount = 0
    private var chatCount = 0
    /// The states hold the store's rows up to here; only what no store keeps is taken from events
    /// at or below it.
    var base: Position?

    /// So many events are applied before it is looked whether the messages are too many: what may
    /// be over the budget meanwhile.
    private static let eventsBetweenLooks = 256

    init(
        shardCount: Int,
        memoryBudget: Int,
        recentBounds: RecentEvents.Bounds,
        confirmed: Position
    ) {
        self.recent = RecentEvents(after: .zero, bounds: recentBounds)
        self.shards = (0..<shardCount).map { index in
            var shard = ShardState(index: index, of: shardCount)
            shard.memory.byteCountMax = memoryBudget / shardCount
            shard.memory.confirm(through: confirmed)
            return shard
        }
    }

    mutating func apply(_ event: Event, mark: IdempotencyMark?, at position: Position) {
        self.eventCount += 1
        if self.eventCount % Self.eventsBetweenLooks == 0 { self.makeRoom() }
        let isInBase = self.base.map { position <= $0 } ?? false
        if !isInBase, self.recent.countMax > 0 { self.remember(event, at: position) }
        switch event {
        case .chat(let chat, let change):
            if case .created = change { self.directory.restore(chat, mark: mark) }
            let shard = chat.slot.shard(of: self.shards.count)
            if isInBase {
                self.shards[shard].applyStored(change, to: chat, mark: mark, at: position)
            } else {
                self.shards[shard].apply(change, to: chat, mark: mark, at: position)
            }
        case .people(let change):
            self.apply(change, isInBase: isInBase, at: position)
        }
    }

    /// Begins anew where something came before that was not seen, or is not known as it was.
    private mutating func remember(_ event: Event, at position: Position) {
        if self.recent.last.next != position {
            self.recent.restart(after: Position(rawValue: position.rawValue - 1))
        }
        switch event {
        case .people:
            self.recent.append(.silent)
        case .chat(let chat, let change):
            let shard = chat.slot.shard(of: self.shards.count)
            let notice = self.shards[shard].notice(ofReplayed: change, in: chat, at: position)
            guard let notice else { return self.recent.restart(after: position) }
            self.recent.append(notice)
        }
    }

    private mutating func apply(_ change: PeopleEvent, isInBase: Bool, at position: Position) {
        if isInBase, case .userChanged = change { return }
        self.directory.apply(change, at: position)
    }

    mutating func restore(_ user: User, lastSeen: Timestamp?, at position: Position) {
        self.directory.apply(.userChanged(user), at: position)
        if let lastSeen { self.directory.apply(.lastSeen(user.id, lastSeen), at: position) }
    }

    mutating func restore(_ chat: ChatState) {
        self.directory.restore(chat.chat.id, mark: nil)
        self.shards[chat.chat.id.slot.shard(of: self.shards.count)].restore(chat)
    }

    /// The store has everything through `position`, but for those messages.
    mutating func confirm(through position: Position, refused: [MessageID]) {
        for index in self.shards.indices {
            self.shards[index].keep(refused: refused)
            self.shards[index].memory.confirm(through: position)
        }
        self.makeRoom()
    }

    /// Makes room now and then while chats come from a snapshot.
    mutating func restoredChat() {
        self.chatCount += 1
        if self.chatCount % Self.eventsBetweenLooks == 0 { self.makeRoom() }
    }

    private mutating func makeRoom() {
        for index in self.shards.indices { self.shards[index].makeRoom(visitMax: 1_000) }
    }

    /// Rebuilds the index of everybody's chats from the chats, and drops what has run out. The
    /// journal ends at `position`.
    mutating func finish(at now: Timestamp, through position: Position) {
        if self.recent.last != position { self.recent.restart(after: position) }
        if let base { self.recent.knows(from: base) }
        self.directory.forgetSessions(expiredBefore: now)
        self.directory.index(chatsOf: self.shards)
    }
}
