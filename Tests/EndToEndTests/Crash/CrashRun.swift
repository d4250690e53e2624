import Glibc
import TestSupport

/// Writers and readers at work on one server that is killed again and again.
struct CrashRun {
    let world: CrashWorld
    private let seed: UInt64
    private let threads = CrashThreads()

    /// Accounts with a reader; 0 reads twice, 4 comes and goes.
    private static let readers = [0, 0, 2, 4]
    private static let pageLimit = 50

    init(seed: UInt64, historyPath: String) throws {
        self.world = try CrashWorld(historyPath: historyPath, on: ServerProcess.small())
        self.seed = seed
    }

    /// Kills `killCount` times under load and once more when all is decided, and then reads
    /// everything.
    ///
    /// - Returns: what is wrong. Stops early where something is.
    func run(killCount: Int) throws -> [HistoryFinding] {
        var random = SeededRandom(seed: self.seed)
        self.startThreads(&random)
        defer { self.threads.wait() }
        self.world.gate.open()
        do {
            for life in 1...killCount {
                guard self.world.gate.waitForTraffic() else {
                    throw WaitError.timedOut(waitingFor: "traffic in life \(life)")
                }
                // In every second life a snapshot is being taken, or has been.
                if life.isMultiple(of: 2) { self.world.server.signal(SIGUSR1) }
                usleep(UInt32.random(in: 1_000...300_000, using: &random))
                try self.crash(in: life)
                self.world.gate.open()
                try self.glimpse()
                guard self.world.log.findings.isEmpty else { break }
            }
        } catch {
            self.world.gate.end()
            self.world.gate.open()
            self.world.server.signal(SIGKILL)
            throw error
        }
        self.world.gate.end()
        self.threads.waitForWriters()
        try self.crash(in: killCount + 1)
        self.threads.wait()
        try self.threads.check()
        try LastReading(of: self.world).note()
        return self.world.log.finish()
    }

    private func startThreads(_ random: inout SeededRandom) {
        let world = self.world
        for place in world.accounts.indices {
            let seed = random.next()
            self.threads.startWriter {
                var writer = Writer(world, place: place, seed: seed)
                try writer.work()
            }
        }
        for place in Self.readers {
            let seed = random.next()
            self.threads.startReader {
                var reader = Reader(world, place: place, seed: seed)
                try reader.work()
            }
        }
    }

    private func crash(in life: Int) throws {
        self.world.gate.close()
        self.world.server.signal(SIGKILL)
        let status = try self.world.server.waitForExit()
        guard status == 128 + SIGKILL else {
            throw WaitError.malformed("the server ended by itself, with \(status)")
        }
        self.world.gate.waitUntilReadersLeft()
        self.world.log.add(.killed(life: life))
        try self.world.server.restart()
        self.world.log.add(.started(life: life + 1))
    }

    /// Reads the newest page of each chat while the others go on.
    private func glimpse() throws {
        for (chat, place) in [(self.world.chats.all, 0), (self.world.chats.changing, 1)] {
            let account = self.world.accounts[place]
            let page = Invocation(
                self.world.log.nextNumber(),
                by: account.id,
                .page(chat: chat, limit: Self.pageLimit)
            )
            _ = try Asking(self.world, token: account.token).ask(page)
        }
    }
}
