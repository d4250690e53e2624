import Logging
import NIOCore
import NIOPosix
import Net
import Persistence
import Shards

/// The server on one loop with a journal of its own, and one person with a chat.
final class CostServer {
    let port: Int
    let chat = ChatID(rawValue: 1)
    /// 250 bytes of text.
    let message =
        "{\"chat_id\":1,\"type\":\"text\",\"content\":\"\(String(repeating: "word ", count: 50))\"}"
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let journal: Journal
    private let listener: Listener
    private let token: String

    /// The journal's folder is made, and stays.
    init(journal folder: String) throws {
        let journal = try Journal.open(
            JournalSettings(folder: folder),
            logger: Logger(label: "costs"),
            replay: { _, _, _ in }
        )
        let eventLoop = self.group.next()
        let readiness = Readiness()
        let entrance = Entrance(
            eventLoops: [eventLoop],
            readiness: readiness,
            cors: CORSPolicy(origins: [])
        )
        let signer = TokenSigner(secret: [UInt8](repeating: 7, count: 32))
        let server = Self.assemble(journal, signer, eventLoop, readiness)
        journal.start { server.becameDurable($0) }
        readiness.becameReady(hasRoom: { journal.hasRoom }, backlog: { Readiness.Backlog() })
        let group = self.group
        self.listener = try eventLoop.makeFutureWithTask {
            await entrance.open(to: server)
            return try await Listener.bind(entrance, group: group, host: "127.0.0.1", port: 0)
        }.wait()
        self.journal = journal
        self.port = self.listener.port ?? 0
        let now = Clocks.now.seconds
        self.token = signer.sign(
            AccessToken(
                user: UserID(rawValue: 1),
                session: SessionID(rawValue: 1),
                issuedAt: now,
                expiresAt: now + 3600
            )
        )
        try BlockingClient(port: self.port).exchange(
            self.request("POST /api/v1/chats", body: "{\"title\":\"Costs\",\"member_ids\":[]}"),
            status: 201
        )
    }

    func stop() throws {
        let listener = self.listener
        try self.group.next().makeFutureWithTask { await listener.close() }.wait()
        try self.group.syncShutdownGracefully()
        self.journal.close()
    }

    /// A request of that person.
    func request(_ line: String, body: String = "", isUpgrade: Bool = false) -> [UInt8] {
        let upgrade = """
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r

            """
        let content = """
            Content-Type: application/json\r
            Content-Length: \(body.utf8.count)\r

            """
        let text = """
            \(line) HTTP/1.1\r
            Host: 127.0.0.1\r
            Authorization: Bearer \(self.token)\r
            \(isUpgrade ? upgrade : "")\(body.isEmpty ? "" : content)\r
            \(body)
            """
        return Array(text.utf8)
    }

    private static func assemble(
        _ journal: Journal,
        _ signer: TokenSigner,
        _ eventLoop: any EventLoop,
        _ readiness: Readiness
    ) -> Server {
        var settings = Server.Settings(epoch: journal.epoch)
        settings.limits = .off
        var people = DirectoryState()
        let user = User(
            id: UserID(rawValue: 1),
            email: "ann@example.org",
            displayName: "Ann",
            tag: "ann",
            avatarURL: nil,
            createdAt: Clocks.now,
            passwordHash: ""
        )
        people.apply(.userChanged(user), at: .zero)
        let loop = Loop(
            eventLoop: eventLoop,
            shard: ChatShard(
                state: ShardState(index: 0, of: 1),
                executor: eventLoop.executor,
                sink: journal
            ),
            signer: signer,
            recent: RecentEvents(after: .zero),
            accessLifetime: settings.accessLifetime,
            endedSessions: [:]
        )
        return Server(
            settings: settings,
            loops: [loop],
            directory: Directory(
                state: people,
                indexedThrough: .zero,
                executor: eventLoop.executor,
                sink: journal
            ),
            presence: Presence(
                executor: eventLoop.executor,
                state: PresenceState(now: Clocks.monotonic, userCount: 2)
            ),
            history: NoHistory(),
            legacy: LegacyMessages(through: MessageID(rawValue: 0)),
            signer: signer,
            hasher: PasswordHasher(threadCount: 1),
            readiness: readiness
        )
    }
}

enum CostError: Error {
    case system(Int32)
    case answered(String)
    case closed
}

/// Nothing here is older than memory.
private struct NoHistory: HistoryReading {
    func messages(
        _ queries: [HistoryQuery]
    ) async throws(HistoryUnavailable) -> [[StoredMessage]] {
        throw HistoryUnavailable()
    }
}
