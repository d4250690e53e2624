import Persistence
import Shards

/// What was read back and is not served: a snapshot of it can be taken without a server.
struct RecoveredState: SnapshotSource {
    let recovered: Recovered

    var shardCount: Int { self.recovered.shards.count }
    var legacy: LegacyMessages { self.recovered.legacy }

    func accounts(from start: Int) -> (accounts: AccountStretch, next: Int?) {
        self.recovered.directory.accountStretch(from: start)
    }

    func sessions(from start: Int) -> (sessions: [SessionID: Session], next: Int?) {
        self.recovered.directory.sessionStretch(from: start)
    }

    func directoryRest() -> DirectoryRest { DirectoryRest(of: self.recovered.directory) }

    func chats(of shard: Int, from start: Int) -> ShardState.ChatStretch {
        self.recovered.shards[shard].chatStretch(from: start)
    }

    func marks(
        of shard: Int,
        from start: Int
    ) -> (marks: [(mark: IdempotencyMark, slot: Slot)], next: Int?) {
        self.recovered.shards[shard].markStretch(from: start)
    }

    func rest(of shard: Int) -> ShardRest { ShardRest(of: self.recovered.shards[shard]) }
}
