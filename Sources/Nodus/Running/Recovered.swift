import Shards

/// What the journal brings back: the same states that live traffic had made, by the same `apply`.
struct Recovered {
    private(set) var shards: [ShardState]
    private(set) var directory = DirectoryState()
    private(set) var lastSeen: [UserID: Timestamp] = [:]
    /// Sessions that ended, with the time at which their newest access token was made.
    private(set) var endedSessions: [SessionID: Timestamp] = [:]
    private(set) var eventCount = 0

    init(shardCount: Int) {
        self.shards = (0..<shardCount).map { ShardState(index: $0, of: shardCount) }
    }

    mutating func apply(_ event: Event, mark: IdempotencyMark?, at position: Position) {
        self.eventCount += 1
        switch event {
        case .chat(let chat, let change):
            if case .created = change {
                self.directory.restore(chat, mark: mark)
            }
            let shard = chat.slot.shard(of: self.shards.count)
            self.shards[shard].apply(change, to: chat, mark: mark, at: position)
        case .people(let change):
            self.directory.apply(change, at: position)
            switch change {
            case .lastSeen(let user, let time):
                self.lastSeen[user] = time
            case .sessionChanged(let session) where session.isRevoked:
                self.endedSessions[session.id] = session.rotatedAt
            case .sessionChanged, .userChanged:
                break
            }
        }
    }

    /// Rebuilds the index of everybody's chats from the chats, and drops what has run out.
    mutating func finish(at now: Timestamp) {
        self.directory.forgetSessions(expiredBefore: now)
        for shard in self.shards {
            for chat in shard.allChats {
                let users = chat.members.present.map(\.member.user)
                let change = Notice.SubscriptionChange.create(users, isGroup: chat.chat.isGroup)
                self.directory.index(change, of: chat.chat.id)
            }
        }
    }
}
