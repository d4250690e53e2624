import Glibc
import TestSupport

/// Writers and readers at work on one server that ends and is started again, again and again.
final class CrashRun {
    /// How much is written and read.
    struct Traffic {
        var writersPerAccount = 1
        /// Accounts with a reader; 0 reads twice, 4 comes and goes.
        var readers = [0, 0, 2, 4]
        /// Between two requests of a writer, in microseconds.
        var pause: UInt32 = 0
        /// Letters that each text has more than it needs.
        var paddingCount = 0
        /// Whether some requests are asked twice at once, and some again when they are long done.
        var repeats = true
        var tolerance: CrashWorld.Tolerance = []
    }

    let world: CrashWorld
    let traffic: Traffic
    private(set) var life = 1
    private let threads = CrashThreads()
    private var random: SeededRandom

    private static let pageLimit = 50

    init(
        seed: UInt64,
        historyPath: String,
        on server: ServerProcess? = nil,
        _ traffic: Traffic = Traffic()
    ) throws {
        self.world = try CrashWorld(
            historyPath: historyPath,
            on: server ?? ServerProcess.small(),
            tolerating: traffic.tolerance
        )
        self.traffic = traffic
        self.random = SeededRandom(seed: seed)
    }

    /// Kills `killCount` times under load and once more when all is decided, and then reads
    /// everything.
    ///
    /// - Returns: what is wrong. Stops early where something is.
    func run(killCount: Int) throws -> [HistoryFinding] {
        self.begin()
        defer { self.threads.wait() }
        do {
            for life in 1...killCount {
                guard self.world.gate.waitForTraffic() else {
                    throw WaitError.timedOut(waitingFor: "traffic in life \(life)")
                }
                // In every second life a snapshot is being taken, or has been.
                if life.isMultiple(of: 2) { self.world.server.signal(SIGUSR1) }
                usleep(UInt32.random(in: 1_000...300_000, using: &self.random))
                try self.crash()
                try self.glimpse()
                guard self.world.log.findings.isEmpty else { break }
            }
        } catch {
            self.abandon()
            throw error
        }
        return try self.finish { try self.crash() }
    }

    /// Lets everybody in.
    func begin() {
        let world = self.world
        let traffic = self.traffic
        for place in world.accounts.indices {
            for _ in 0..<traffic.writersPerAccount {
                let seed = self.random.next()
                self.threads.startWriter {
                    var writer = Writer(world, place: place, seed: seed, traffic)
                    try writer.work()
                }
            }
        }
        for place in traffic.readers {
            let seed = self.random.next()
            self.threads.startReader {
                var reader = Reader(world, place: place, seed: seed)
                try reader.work()
            }
        }
        world.gate.open()
    }

    private func crash() throws {
        self.world.gate.close()
        self.world.server.signal(SIGKILL)
        let status = try self.world.server.waitForExit()
        guard status == 128 + SIGKILL else {
            throw WaitError.malformed("the server ended by itself, with \(status)")
        }
        try self.startAgain { try self.world.server.restart() }
    }

    /// Notes that the server has ended, starts it with `start`, and lets everybody in.
    func startAgain(_ start: () throws -> Void) throws {
        self.world.gate.close()
        self.world.gate.waitUntilReadersLeft()
        self.world.log.add(.killed(life: self.life))
        try start()
        self.life += 1
        self.world.log.add(.started(life: self.life))
        self.world.gate.open()
    }

    /// Reads the newest page of each chat while the others go on.
    func glimpse() throws {
        for (chat, place) in [(self.world.chats.all, 0), (self.world.chats.changing, 1)] {
            let page = Invocation(
                self.world.log.nextNumber(),
                by: self.world.accounts[place].id,
                .page(chat: chat, limit: Self.pageLimit)
            )
            _ = try Asking(self.world, place: place).ask(page)
        }
    }

    /// Waits until all is decided, ends the server and starts it again with `last`, and reads
    /// everything.
    ///
    /// - Returns: what is wrong.
    func finish(_ last: () throws -> Void) throws -> [HistoryFinding] {
        self.world.gate.end()
        self.threads.waitForWriters()
        try last()
        self.threads.wait()
        try self.threads.check()
        return try self.read()
    }

    func read() throws -> [HistoryFinding] {
        try LastReading(of: self.world).note()
        return self.world.log.finish()
    }

    /// Lets nobody wait for a server any more.
    func abandon() {
        self.world.gate.end()
        self.world.gate.open()
        self.world.server.signal(SIGKILL)
        self.threads.wait()
    }

    func waitForAll() { self.threads.wait() }

    /// Throws the first error that ended a writer or a reader.
    func check() throws { try self.threads.check() }
}
