import NIOCore
import Net
import Persistence
import Shards

/// The running server as a snapshot sees it: each stretch is taken on the loop that owns it, between
/// two requests.
struct LiveState: SnapshotSource {
    private let loops: [Loop]
    private let directory: Directory
    let legacy: LegacyMessages

    init(_ server: Server) {
        self.loops = server.loops
        self.directory = server.directory
        self.legacy = server.legacy
    }

    var shardCount: Int { self.loops.count }

    func accounts(from start: Int) -> (accounts: AccountStretch, next: Int?) {
        self.onDirectory { $0.state.accountStretch(from: start) }
    }

    func sessions(from start: Int) -> (sessions: [SessionID: Session], next: Int?) {
        self.onDirectory { $0.state.sessionStretch(from: start) }
    }

    func directoryRest() -> DirectoryRest { self.onDirectory { DirectoryRest(of: $0.state) } }

    func chats(of shard: Int, from start: Int) -> ShardState.ChatStretch {
        self.onShard(shard) { $0.state.chatStretch(from: start) }
    }

    func marks(
        of shard: Int,
        from start: Int
    ) -> (marks: [(mark: IdempotencyMark, slot: Slot)], next: Int?) {
        self.onShard(shard) { $0.state.markStretch(from: start) }
    }

    func rest(of shard: Int) -> ShardRest { self.onShard(shard) { ShardRest(of: $0.state) } }

    private func onShard<Value: Sendable>(
        _ index: Int,
        _ body: @escaping @Sendable (isolated ChatShard) -> Value
    ) -> Value {
        let loop = self.loops[index]
        return Self.run(on: loop) { loop.shard.assumeIsolated(body) }
    }

    private func onDirectory<Value: Sendable>(
        _ body: @escaping @Sendable (isolated Directory) -> Value
    ) -> Value {
        let directory = self.directory
        return Self.run(on: self.loops[0]) { directory.assumeIsolated(body) }
    }

    private static func run<Value: Sendable>(
        on loop: Loop,
        _ body: @escaping @Sendable () -> Value
    ) -> Value {
        do {
            return try loop.eventLoop.submit(body).wait()
        } catch {
            preconditionFailure("the loops run for as long as snapshots are taken")
        }
    }
}
