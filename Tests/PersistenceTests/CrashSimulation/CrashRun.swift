import Persistence
import Shards
import TestSupport

/// What befalls the disk at some operation.
enum Calamity: Int, CaseIterable {
    case kill
    case powerLoss
    case errorOnce
    case errorForEver
    case fullOnce
    case fullForEver
}

/// What starts should have been put to the test with.
enum Reached: CaseIterable {
    case snapshot
    case trimmedJournal
    case messagesOutOfMemory
    case deletedChat
    case somebodyLeft
    case revokedSession

    static func all(in started: CrashWorld.Started) -> [Reached] {
        let shards = started.state.shards
        let chats = shards.flatMap { Array($0.allChats) }
        let conditions: [(Reached, Bool)] = [
            (.snapshot, started.snapshotStart != nil),
            (.trimmedJournal, started.journal.firstAtOpen > Position.zero.next),
            (.messagesOutOfMemory, chats.contains { $0.log.olderCount > 0 }),
            (.deletedChat, shards.contains { !$0.deleted.isEmpty }),
            (.somebodyLeft, chats.contains { !$0.marks.unread.isEmpty }),
            (.revokedSession, !started.state.directory.endedSessions.isEmpty),
        ]
        return conditions.filter(\.1).map(\.0)
    }
}

/// Lives of a server, one after the other on one disk, each of which ends badly.
struct CrashRun {
    var world: CrashWorld
    private(set) var problems: [String] = []
    private(set) var reached: Set<Reached> = []
    /// Whether the calamity of the last life came before its end.
    private(set) var hasStruck = false
    private var disk: SimulatedDisk
    private var now = Timestamp(microseconds: 1_730_800_800_123_456)
    private let wrap: @Sendable (SimulatedDisk) -> any Disk
    private let seed: UInt64
    private var lifeCount: UInt64 = 0

    private let isPatient: Bool
    /// Whether answers wait until what they tell of is durable, as they must.
    var answersWait = true

    /// `wrap` stands between the server and the disk.
    init(
        seed: UInt64,
        isPatient: Bool,
        wrap: @escaping @Sendable (SimulatedDisk) -> any Disk
    ) {
        self.seed = seed
        self.isPatient = isPatient
        self.wrap = wrap
        self.disk = SimulatedDisk()
        self.world = CrashWorld(wrap(self.disk), random: seed)
        if seed % 2 == 0 { self.world.memoryBudget = 6_000 }
    }

    /// The same once more, on a disk of its own; all that is on it is safe.
    func copy() -> CrashRun {
        var copy = self
        copy.replaceDisk(by: self.disk.copy())
        return copy
    }

    private mutating func replaceDisk(by disk: SimulatedDisk) {
        self.disk = disk
        self.world.disk = self.wrap(disk)
    }

    // MARK: - A life

    /// Starts, works, takes snapshots, and is over when the script is, or at the calamity.
    mutating func live(_ calamity: Calamity? = nil, at operation: Int = .max) {
        self.lifeCount += 1
        var random = SeededRandom(seed: self.seed &* 1_000_003 &+ self.lifeCount)
        let strike = Strike()
        if let calamity { self.disk.suffer(calamity, at: operation, strike) }
        defer { self.hasStruck = strike.hasHappened }
        do {
            let started = try self.world.start(shardCount: Int.random(in: 1...3, using: &random))
            defer { started.lock.release() }
            self.problems += self.world.check(started)
            self.reached.formUnion(Reached.all(in: started))
            guard self.problems.isEmpty else {
                started.writer.close(started.journal)
                return
            }
            self.work(started, &random)
        } catch {
            self.problems += CrashWorld.failure(in: error) ?? []
        }
    }

    private mutating func work(_ started: CrashWorld.Started, _ random: inout SeededRandom) {
        let server = SimulatedServer(
            started,
            of: self.world,
            traffic: RandomTraffic(seed: random.next(), now: self.now),
            stretchCount: random.one(in: 4) ? nil : Int.random(in: 1...3, using: &random)
        )
        let closes = random.one(in: 3)
        for round in 0..<6 {
            server.work(Int.random(in: 1...8, using: &random))
            guard server.commit() else { break }
            if random.one(in: 2) { server.drain(&random) }
            if round == 2 || random.one(in: 6) { self.snapshot(server) }
        }
        server.work(Int.random(in: 0...3, using: &random))
        self.now = self.now.advanced(by: .seconds(600))
        // Of what is not acknowledged by now, a close brings some to the disk, a crash perhaps.
        if closes || server.writer.hasFailed { server.writer.close(server.journal) }
        self.world.acknowledged =
            self.answersWait ? server.journal.durablePosition : server.journal.offeredPosition
        self.world.history = server.sink.entries
        self.world.store = server.store.withLock { $0 }
        guard !closes, !server.writer.hasFailed else { return }
        // As a process that ends in between.
        let left = self.disk.afterKill()
        server.writer.close(server.journal)
        self.replaceDisk(by: left)
    }

    private mutating func snapshot(_ server: SimulatedServer) {
        do {
            try server.snapshot(now: self.now, isPatient: self.isPatient)
        } catch {
            self.problems += CrashWorld.failure(in: error) ?? []
        }
    }

    // MARK: - What comes after

    /// The disk as the next process finds it; of what was not synced, `salt` chooses what is left.
    mutating func end(_ calamity: Calamity, salt: Int) {
        let isPowerLoss = calamity == .powerLoss
        let seed = (self.seed << 40 | self.lifeCount << 32) &+ UInt64(salt)
        let next =
            isPowerLoss
            ? self.disk.afterPowerLoss(seed: seed) : self.disk.afterKill()
        self.replaceDisk(by: next)
    }

    /// Starts with nothing in its way, and looks.
    mutating func recover(times count: Int) {
        for time in 0..<count where self.problems.isEmpty {
            let found = self.world.startAndStop(shardCount: 1 + time % 3)
            self.problems += found ?? ["the disk fails without a fault"]
        }
    }
}

/// Whether a calamity has come yet.
private final class Strike: Sendable {
    private let count = Lock(0)
    private let place = Lock(Int.max)

    var hasHappened: Bool {
        let place = self.place.withLock { $0 }
        return self.count.withLock { $0 > place }
    }

    func expect(at place: Int) { self.place.withLock { $0 = place } }

    /// - Returns: the operation's number.
    func next() -> Int {
        self.count.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}

extension SimulatedDisk {
    /// From now on, counted in operations that it can happen to.
    fileprivate func suffer(_ calamity: Calamity, at operation: Int, _ strike: Strike) {
        strike.expect(at: operation)
        if calamity == .kill || calamity == .powerLoss { self.die(afterOperations: operation) }
        self.setFault { kind, _ in
            // What needs no space goes on on a full disk.
            let isFull = calamity == .fullOnce || calamity == .fullForEver
            if isFull, ![.write, .rename, .createFolder].contains(kind) { return nil }
            let number = strike.next()
            switch calamity {
            case .kill, .powerLoss: return nil
            case .errorOnce: return number == operation ? 5 : nil
            case .errorForEver: return number >= operation ? 5 : nil
            case .fullOnce: return number == operation ? 28 : nil
            case .fullForEver: return number >= operation ? 28 : nil
            }
        }
    }
}
