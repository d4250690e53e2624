import Glibc
import Logging
import NIOCore
import NIOPosix
import Net
import Persistence
import Shards
import UnixSignals

/// One run of the server, from its folders to its last connection.
struct Running {
    private let settings: Settings
    private let logger: Logger

    init(_ settings: Settings) {
        self.settings = settings
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "nodus")
        logger.logLevel = settings.logLevel
        self.logger = logger
    }

    func run() async throws {
        // A peer that has gone must not end the process.
        signal(SIGPIPE, SIG_IGN)
        // Asks for a snapshot, also of one that is not ready.
        signal(SIGUSR1, SIG_IGN)
        let secret = try self.prepareFolders()
        let web = try self.loadWebClient()
        let snapshots = SnapshotFolder(self.settings.snapshotFolder)
        let snapshotLock = try stopping { try snapshots.lock() }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: self.settings.shardCount)
        for loop in group.makeIterator() { loop.execute { TimeSlice.shorten() } }
        let readiness = Readiness()
        let entrance = Entrance(
            eventLoops: Array(group.makeIterator()),
            readiness: readiness,
            cors: CORSPolicy(origins: self.settings.corsOrigins)
        )
        let listener = try await self.listen(entrance, group)
        let store = self.settings.store.open()
        let found = try self.recover(store, readiness)
        let (journal, snapshotStart) = (found.journal, found.snapshotStart)
        let pool = HistoryPool(store: store, logger: self.logger)
        // Given away: kept here, it would have every chat copied by its first change.
        let server = self.assemble(
            consume found,
            secret,
            group,
            readiness,
            history: pool,
            web: web
        )
        let writeBehind = WriteBehind(
            store: store,
            journal: journal,
            logger: self.logger,
            now: { Clocks.now },
            confirm: { server.confirmed(through: $0.through, refused: $0.refused) }
        )
        let keeper = SnapshotKeeper(
            self.settings.snapshots,
            folder: snapshots,
            journal: journal,
            source: LiveState(server),
            start: snapshotStart ?? .zero,
            logger: self.logger,
            now: { Clocks.now },
            confirmed: { writeBehind.progress.confirmed }
        )
        journal.start { batch in
            server.becameDurable(batch)
            writeBehind.becameDurable(through: batch.last)
            keeper.becameDurable(through: batch.last)
        }
        pool.start()
        writeBehind.start()
        keeper.start()
        server.startClocks()
        if self.settings.isDemo { try await server.fillWithDemo() }
        // Before anybody can know that it runs, and stop it.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sigusr1)
        await entrance.open(to: server)
        readiness.becameReady(
            hasRoom: { journal.hasRoom },
            backlog: { Readiness.Backlog(writeBehind.progress) }
        )
        self.announce(listener)
        for await signal in signals {
            guard signal == .sigusr1 else { break }
            keeper.request()
        }
        self.logger.info("stopping")
        await listener.close()
        await server.finish()
        keeper.close()
        journal.close()
        writeBehind.close()
        pool.close()
        snapshotLock.release()
        try? await group.shutdownGracefully()
        self.logger.info("stopped")
    }

    /// Reads back what the last run left. Until the server is there a signal ends the process:
    /// nothing has begun that could be finished.
    private func recover(
        _ store: any HistoryStore,
        _ readiness: Readiness
    ) throws -> Recovery.Outcome {
        let clock = ContinuousClock()
        let start = clock.now
        let bar = StartBar()
        defer { bar.end() }
        let recovery = Recovery(
            settings: self.settings,
            store: store,
            logger: self.logger,
            progress: { progress in
                readiness.progressed(progress)
                bar.show(progress)
            }
        )
        let outcome = try recovery.run()
        self.logger.info(
            "the journal has been read",
            metadata: [
                "events": "\(outcome.recovered.eventCount)",
                "position": "\(outcome.journal.durablePosition.rawValue)",
                "seconds": "\(clock.now - start)",
            ]
        )
        return outcome
    }

    /// Makes the folders and gets the secret that tokens are signed with.
    private func prepareFolders() throws -> [UInt8] {
        for folder in [self.settings.dataFolder, self.settings.snapshotFolder] {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw Stop("Cannot make the folder \(folder): \(String(cString: strerror(errno))).")
            }
        }
        let demo = DemoFolder(self.settings.dataFolder)
        try demo.check(isDemo: self.settings.isDemo, store: self.settings.store)
        if self.settings.isDemo { try demo.setMark() }
        do {
            return try TokenSecret.load(orCreateIn: self.settings.dataFolder)
        } catch {
            throw Stop("\(error)")
        }
    }

    private func loadWebClient() throws -> WebClient? {
        do throws(WebFolder.Failure) {
            guard let path = WebPlace.folder(chosen: self.settings.webFolder) else {
                self.logger.info("no web client is served")
                return nil
            }
            let folder = try WebFolder(path)
            let client =
                self.settings.isDemo
                ? WebClient(folder, configuration: DemoPerson.configuration)
                : WebClient(folder)
            self.logger.info("the web client is served from \(path)")
            return client
        } catch {
            throw Stop(error.sentence)
        }
    }

    private func assemble(
        _ found: consuming Recovery.Outcome,
        _ secret: [UInt8],
        _ group: MultiThreadedEventLoopGroup,
        _ readiness: Readiness,
        history: HistoryPool,
        web: WebClient?
    ) -> Server {
        let (journal, recovered) = (found.journal, found.recovered)
        var settings = Server.Settings(epoch: journal.epoch)
        settings.cors = CORSPolicy(origins: self.settings.corsOrigins)
        settings.limits = self.settings.limits
        settings.web = web
        let signer = TokenSigner(secret: secret)
        let ended = recovered.directory.endedSessions.mapValues {
            $0.advanced(by: settings.accessLifetime).seconds
        }
        let eventLoops = Array(group.makeIterator())
        let loops = zip(eventLoops, recovered.shards).map { eventLoop, state in
            Loop(
                eventLoop: eventLoop,
                shard: ChatShard(state: state, executor: eventLoop.executor, sink: journal),
                signer: signer,
                recent: recovered.recent,
                accessLifetime: settings.accessLifetime,
                endedSessions: ended
            )
        }
        var presence = PresenceState(
            now: Clocks.monotonic,
            userCount: Int(recovered.directory.nextUser.rawValue)
        )
        for (user, time) in recovered.directory.lastSeen {
            presence.lastSeenRestored(user, at: time)
        }
        let home = loops[0].eventLoop.executor
        return Server(
            settings: settings,
            loops: loops,
            directory: Directory(
                state: recovered.directory,
                indexedThrough: journal.durablePosition,
                executor: home,
                sink: journal
            ),
            presence: Presence(executor: home, state: presence),
            history: history,
            legacy: recovered.legacy,
            signer: signer,
            hasher: PasswordHasher(),
            readiness: readiness
        )
    }

    private func listen(
        _ entrance: Entrance,
        _ group: MultiThreadedEventLoopGroup
    ) async throws -> Listener {
        let host = self.settings.host
        do {
            return try await Listener.bind(
                entrance,
                group: group,
                host: host,
                port: self.settings.port
            )
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            let port = self.settings.port
            throw Stop("Port \(port) of \(host) is in use; choose another with --port.")
        } catch {
            throw Stop("Cannot listen on \(host), port \(self.settings.port): \(error).")
        }
    }

    private func announce(_ listener: Listener) {
        let limits = self.settings.areLimitsOff ? "off" : self.settings.limits.summary
        self.logger.info("rate limits: \(limits)")
        let port = listener.port ?? self.settings.port
        print("Nodus is ready on http://\(self.settings.host):\(port)")
        fflush(nil)
    }
}

extension Readiness.Backlog {
    init(_ progress: WriteBehindProgress) {
        self.init()
        self.eventCount = Int(clamping: progress.backlog)
        self.lag = progress.lag()
        self.lastError = progress.lastError?.summary
        self.database =
            switch progress.link {
            case .connecting: nil
            case .up: .up
            case .down: .down
            case .refused: .refused
            }
    }
}
