package import Persistence
package import Shards

/// All that a server knows, without a server: what events and snapshots are applied to, and what
/// snapshots are taken of.
package struct PlainState: SnapshotSource {
    package var shards: [ShardState]
    package var directory = DirectoryState()
    package var legacy = LegacyMessages(through: MessageID(rawValue: 0))

    package init(shardCount: Int) {
        self.shards = (0..<shardCount).map { ShardState(index: $0, of: shardCount) }
    }

    package func shard(of chat: ChatID) -> Int { chat.slot.shard(of: self.shards.count) }

    // MARK: - What comes in

    package mutating func apply(_ event: Event, mark: IdempotencyMark?, at position: Position) {
        switch event {
        case .chat(let chat, let change):
            if case .created = change { self.directory.restore(chat, mark: mark) }
            self.shards[self.shard(of: chat)].apply(change, to: chat, mark: mark, at: position)
        case .people(let change):
            self.directory.apply(change, at: position)
        }
    }

    package mutating func restore(_ item: SnapshotItem) {
        switch item {
        case .account(let account): self.directory.restore(account)
        case .session(let session): self.directory.apply(.sessionChanged(session), at: .zero)
        case .endedSession(let session, let time):
            self.directory.restore(ended: session, at: time)
        case .reservation(let made): self.directory.restore(made)
        case .spent(let users, let chats): self.directory.spent(users: users, chats: chats)
        case .slot(let slot):
            self.shards[slot.slot.shard(of: self.shards.count)].restore(slot)
        case .mark(let mark, let slot):
            self.shards[slot.shard(of: self.shards.count)].restore(mark, in: slot)
        case .deletedChat(let chat): self.shards[self.shard(of: chat)].restore(deleted: chat)
        case .legacyMessages(let first, let chats): self.legacy.restore(chats, from: first)
        case .chat(let chat):
            self.directory.restore(chat.chat.id, mark: nil)
            self.shards[self.shard(of: chat.chat.id)].restore(chat)
        }
    }

    // MARK: - SnapshotSource

    package var shardCount: Int { self.shards.count }

    package func accounts(from start: Int) -> (accounts: AccountStretch, next: Int?) {
        self.directory.accountStretch(from: start)
    }

    package func sessions(
        from start: Int
    ) -> (sessions: [SessionID: Session], next: Int?) {
        self.directory.sessionStretch(from: start)
    }

    package func chats(of shard: Int, from start: Int) -> ShardState.ChatStretch {
        self.shards[shard].chatStretch(from: start)
    }

    package func marks(
        of shard: Int,
        from start: Int
    ) -> (marks: [(mark: IdempotencyMark, slot: Slot)], next: Int?) {
        self.shards[shard].markStretch(from: start)
    }

    package func rest(of shard: Int) -> ShardRest { ShardRest(of: self.shards[shard]) }

    package func directoryRest() -> DirectoryRest { DirectoryRest(of: self.directory) }
}
