import Persistence
import Shards
import TestSupport

/// Shards, Directory and journal as they are in a server, on one thread and without sockets.
///
/// As a source of snapshots it goes on working between the stretches.
final class SimulatedServer: Sendable {
    /// Nothing suspends here, so nothing is ever enqueued.
    private final class InlineExecutor: SerialExecutor {
        func enqueue(_ job: consuming ExecutorJob) {
            preconditionFailure("nothing is to suspend")
        }

        func checkIsolated() {}
    }

    let journal: Journal
    let writer: SteppedWriter
    let sink: HistorySink
    let store: Lock<ModelStore>
    private let shards: [ChatShard]
    private let directory: Directory
    private let snapshots: SnapshotFolder
    private let traffic: Lock<RandomTraffic>
    /// Of chats, accounts or marks in one stretch; nil for as many as in production.
    private let stretchCount: Int?

    init(
        _ started: CrashWorld.Started,
        of world: CrashWorld,
        traffic: RandomTraffic,
        stretchCount: Int?
    ) {
        let sink = HistorySink(started.journal, after: world.history)
        let executor = InlineExecutor()
        self.journal = started.journal
        self.writer = started.writer
        self.sink = sink
        self.store = Lock(world.store)
        self.shards = started.state.shards.map {
            ChatShard(state: $0, executor: executor, sink: sink)
        }
        self.directory = Directory(
            state: started.state.directory,
            indexedThrough: started.journal.durablePosition,
            executor: executor,
            sink: sink
        )
        self.snapshots = started.snapshots
        self.traffic = Lock(traffic)
        self.stretchCount = stretchCount
    }

    var shardCount: Int { self.shards.count }
    var legacy: LegacyMessages { LegacyMessages(through: MessageID(rawValue: 0)) }

    func onShard<Value: Sendable>(
        _ index: Int,
        _ body: (isolated ChatShard) throws -> Value
    ) rethrows -> Value {
        try self.shards[index].assumeIsolated(body)
    }

    func onShard<Value: Sendable>(
        of chat: ChatID,
        _ body: (isolated ChatShard) throws -> Value
    ) rethrows -> Value {
        try self.onShard(chat.slot.shard(of: self.shards.count), body)
    }

    func onDirectory<Value: Sendable>(
        _ body: (isolated Directory) throws -> Value
    ) rethrows -> Value {
        try self.directory.assumeIsolated(body)
    }

    // MARK: - What happens

    func work(_ count: Int) {
        for _ in 0..<count { self.traffic.withLock { $0.step(on: self) } }
    }

    /// Brings all that was offered to the disk.
    ///
    /// - Returns: false where the journal can write no more.
    @discardableResult
    func commit() -> Bool {
        guard let batches = self.writer.write(self.journal) else { return false }
        for batch in batches { self.onDirectory { $0.index(batch) } }
        return true
    }

    /// Lets the store follow, up to anywhere.
    func drain(_ random: inout SeededRandom) {
        let durable = self.journal.durablePosition.rawValue
        let history = self.sink.entries
        let applied = self.store.withLock { store in
            let position = UInt64.random(in: store.applied.rawValue...durable, using: &random)
            store.apply(history, through: Position(rawValue: position))
            return store.applied
        }
        for index in self.shards.indices {
            self.onShard(index) { $0.confirm(through: applied, refused: []) }
        }
    }

    /// Takes a snapshot, and lets go of what it makes superfluous in the journal.
    func snapshot(now: Timestamp, isPatient: Bool) throws {
        let taken = try SnapshotTaking(
            folder: self.snapshots,
            journal: self.journal,
            source: self,
            waitUntilDurable: { position in
                !isPatient || self.commit() && self.journal.durablePosition >= position
            }
        ).take(now: now)
        guard let oldest = taken.oldestStart else { return }
        let applied = self.store.withLock(\.applied)
        try self.journal.trim(through: min(oldest, applied))
    }
}

extension SimulatedServer: SnapshotSource {
    /// Between two stretches.
    private func goOn() {
        self.work(self.traffic.withLock { Int.random(in: 0...2, using: &$0.random) })
        if self.traffic.withLock({ $0.random.one(in: 3) }) { self.commit() }
    }

    func accounts(from start: Int) -> (accounts: AccountStretch, next: Int?) {
        self.goOn()
        let count = self.stretchCount ?? DirectoryState.stretchAccountCount
        return self.onDirectory { $0.state.accountStretch(from: start, countMax: count) }
    }

    func sessions(from start: Int) -> (sessions: [SessionID: Session], next: Int?) {
        // There are 256 of these.
        if start % 64 == 63 { self.goOn() }
        return self.onDirectory { $0.state.sessionStretch(from: start) }
    }

    func chats(of shard: Int, from start: Int) -> ShardState.ChatStretch {
        self.goOn()
        let count = self.stretchCount ?? ShardState.stretchChatCount
        return self.onShard(shard) { $0.state.chatStretch(from: start, countMax: count) }
    }

    func marks(
        of shard: Int,
        from start: Int
    ) -> (marks: [(mark: IdempotencyMark, slot: Slot)], next: Int?) {
        self.goOn()
        let count = self.stretchCount ?? ShardState.stretchMarkCount
        return self.onShard(shard) { $0.state.markStretch(from: start, countMax: count) }
    }

    func rest(of shard: Int) -> ShardRest {
        self.goOn()
        return self.onShard(shard) { ShardRest(of: $0.state) }
    }

    func directoryRest() -> DirectoryRest {
        self.goOn()
        return self.onDirectory { DirectoryRest(of: $0.state) }
    }
}
