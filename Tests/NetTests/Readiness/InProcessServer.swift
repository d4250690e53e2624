import NIOCore
import NIOPosix
import Net
import Shards
import TestSupport

/// The server in this process, on a port of its own, with a journal in memory. It starts with its
/// entrance closed.
struct InProcessServer {
    let readiness = Readiness()
    let sink = RecordingSink()
    let port: Int
    private let group: MultiThreadedEventLoopGroup
    private let entrance: Entrance
    private let listener: Listener

    init(connectionsMax: Int? = nil) async throws {
        self.group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        self.entrance = Entrance(
            eventLoops: Array(self.group.makeIterator()),
            readiness: self.readiness,
            cors: CORSPolicy(origins: ["local"])
        )
        self.listener = try await Listener.bind(
            self.entrance,
            group: self.group,
            host: "127.0.0.1",
            port: 0,
            connectionsMax: connectionsMax
        )
        self.port = self.listener.port ?? 0
    }

    /// Installs the server, as the end of a start does.
    func open() async {
        let settings = Server.Settings(epoch: Epoch(high: 1, low: 2))
        let signer = TokenSigner(secret: [UInt8](repeating: 7, count: 32))
        let eventLoops = Array(self.group.makeIterator())
        let loops = eventLoops.enumerated().map { index, eventLoop in
            Loop(
                eventLoop: eventLoop,
                shard: ChatShard(
                    state: ShardState(index: index, of: eventLoops.count),
                    executor: eventLoop.executor,
                    sink: self.sink
                ),
                signer: signer,
                recent: RecentEvents(after: .zero),
                accessLifetime: settings.accessLifetime,
                endedSessions: [:]
            )
        }
        let home = eventLoops[0].executor
        let server = Server(
            settings: settings,
            loops: loops,
            directory: Directory(
                state: DirectoryState(),
                indexedThrough: .zero,
                executor: home,
                sink: self.sink
            ),
            presence: Presence(
                executor: home,
                state: PresenceState(now: Clocks.monotonic, userCount: 0)
            ),
            history: NoHistory(),
            legacy: LegacyMessages(through: MessageID(rawValue: 0)),
            signer: signer,
            hasher: PasswordHasher(threadCount: 1),
            readiness: self.readiness
        )
        await self.entrance.open(to: server)
        self.readiness.becameReady(
            hasRoom: { [sink] in sink.hasRoom },
            backlog: { Readiness.Backlog() }
        )
    }

    /// Sends a request on a connection of its own, because each may be the last of its connection.
    func ask(
        _ method: String,
        _ path: String,
        _ body: JSON? = nil,
        headers: [(String, String)] = []
    ) throws -> HTTPAnswer {
        try HTTPClient(port: self.port).send(method, path, body, headers: headers)
    }

    func stop() async throws {
        await self.listener.close()
        try await self.group.shutdownGracefully()
    }
}

/// A store that is away.
private struct NoHistory: HistoryReading {
    func messages(
        _ queries: [HistoryQuery]
    ) async throws(HistoryUnavailable) -> [[StoredMessage]] {
        throw HistoryUnavailable()
    }
}
