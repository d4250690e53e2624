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
        let secret = try self.prepareFolders()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: self.settings.shardCount)
        let clock = ContinuousClock()
        let start = clock.now
        var recovered = Recovered(shardCount: self.settings.shardCount)
        let journal: Journal
        var journalSettings = JournalSettings(folder: self.settings.dataFolder + "/journal")
        journalSettings.segmentBytes = self.settings.segmentBytes
        do throws(JournalError) {
            journal = try Journal.open(
                journalSettings,
                disk: PosixDisk(),
                logger: self.logger
            ) { position, event, mark in
                recovered.apply(event, mark: mark, at: position)
            }
        } catch {
            throw Stop("\(error)")
        }
        recovered.finish(at: Clocks.now)
        self.logger.info(
            "the journal has been read",
            metadata: [
                "events": "\(recovered.eventCount)",
                "position": "\(journal.durablePosition.rawValue)",
                "seconds": "\(clock.now - start)",
            ]
        )
        let server = self.assemble(recovered, journal: journal, secret: secret, group: group)
        journal.start { server.becameDurable($0) }
        server.startClocks()
        // Before anybody can know that it runs, and stop it.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let listener = try await self.listen(server, group)
        for await _ in signals { break }
        self.logger.info("stopping")
        await listener.close()
        await server.finish()
        journal.close()
        try? await group.shutdownGracefully()
        self.logger.info("stopped")
    }

    /// Makes the folders and gets the secret that tokens are signed with.
    private func prepareFolders() throws -> [UInt8] {
        for folder in [self.settings.dataFolder, self.settings.snapshotFolder] {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw Stop("Cannot make the folder \(folder): \(String(cString: strerror(errno))).")
            }
        }
        do {
            return try TokenSecret.load(orCreateIn: self.settings.dataFolder)
        } catch {
            throw Stop("\(error)")
        }
    }

    private func assemble(
        _ recovered: Recovered,
        journal: Journal,
        secret: [UInt8],
        group: MultiThreadedEventLoopGroup
    ) -> Server {
        var settings = Server.Settings(epoch: journal.epoch)
        settings.cors = CORSPolicy(origins: self.settings.corsOrigins)
        settings.limits = self.settings.limits
        let signer = TokenSigner(secret: secret)
        let ended = recovered.endedSessions.mapValues {
            $0.advanced(by: settings.accessLifetime).seconds
        }
        let eventLoops = Array(group.makeIterator())
        let loops = zip(eventLoops, recovered.shards).map { eventLoop, state in
            Loop(
                eventLoop: eventLoop,
                shard: ChatShard(state: state, executor: eventLoop.executor, sink: journal),
                signer: signer,
                durable: journal.durablePosition,
                accessLifetime: settings.accessLifetime,
                endedSessions: ended
            )
        }
        var presence = PresenceState(
            now: Clocks.monotonic,
            userCount: Int(recovered.directory.nextUser.rawValue)
        )
        for (user, time) in recovered.lastSeen { presence.lastSeenRestored(user, at: time) }
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
            signer: signer,
            hasher: PasswordHasher()
        )
    }

    private func listen(
        _ server: Server,
        _ group: MultiThreadedEventLoopGroup
    ) async throws -> Listener {
        let host = self.settings.host
        let listener: Listener
        do {
            listener = try await Listener.bind(
                server,
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
        let limits = self.settings.areLimitsOff ? "off" : self.settings.limits.summary
        self.logger.info("rate limits: \(limits)")
        print("Nodus is ready on http://\(host):\(listener.port ?? self.settings.port)")
        fflush(nil)
        return listener
    }
}
