import Foundation
import Glibc
import TestSupport
import Testing

/// Light traffic on a server while its database fails, and the comparison of both afterwards.
final class FaultRun {
    static let isSoak = ProcessInfo.processInfo.environment["SOAK"] == "1"

    let world: CrashWorld
    var server: ServerProcess { self.world.server }
    /// Of the database, or of the server where that is what is tested.
    var killCount = 0

    private let name: String
    /// The options that name the database.
    private let database: [String]
    private let threads = CrashThreads()
    private let historyPath: String
    private var differenceCount = 0
    private var life = 1

    /// Accounts that write; 4 comes and goes.
    private static let writers = [0, 1, 2, 4]
    /// Between two requests of one of them, in microseconds.
    private static let pause: UInt32 = 4_000

    /// Starts a server in front of the database at that URL, in SQLite where there is none, with
    /// traffic as long as `body` runs; then `settle`, a restart, `read` and `report`, unless it has
    /// done that.
    static func on(_ url: String?, _ name: String, _ body: (FaultRun) throws -> Void) throws {
        let run = try FaultRun(url, name)
        do {
            run.begin()
            try body(run)
            try run.threads.check()
            if !run.world.gate.isOver {
                try run.settle()
                try run.server.restart()
                try run.read()
            }
            try run.report()
        } catch {
            let health = (try? run.health()).map { "\($0.json)" } ?? "no health"
            let count = run.world.gate.answerTotal
            run.abandon()
            print("database fault: \(name): failed at \(count), \(health), \(run.historyPath)")
            print(run.server.log.suffix(3000))
            throw error
        }
    }

    private init(_ url: String?, _ name: String) throws {
        self.name = name
        self.database = url.map { ["--database-url", $0] } ?? []
        let folder = FileManager.default.temporaryDirectory.path
        self.historyPath = "\(folder)/nodus-database-fault-\(UUID().uuidString).jsonl"
        let server = try ServerProcess.small(["--no-limits"] + self.database)
        self.world = try CrashWorld(historyPath: self.historyPath, on: server)
    }

    private func begin() {
        let world = self.world
        var traffic = CrashRun.Traffic()
        traffic.pause = Self.pause
        for place in Self.writers {
            self.threads.startWriter { [traffic] in
                var writer = Writer(
                    world,
                    place: place,
                    seed: UInt64.random(in: 0...UInt64.max),
                    traffic
                )
                try writer.work()
            }
        }
        world.gate.open()
    }

    private func abandon() {
        self.world.gate.end()
        self.world.gate.open()
        self.server.signal(SIGKILL)
        self.threads.wait()
    }
}

// MARK: - While it runs

extension FaultRun {
    /// Waits for so many more acknowledgements.
    func waitForAnswers(_ count: Int = 150) throws {
        guard self.world.gate.waitForAnswers(count) else {
            try self.threads.check()
            throw WaitError.timedOut(waitingFor: "\(count) answers")
        }
    }

    /// What `/health/ready` says.
    struct Health {
        let status: Int
        let json: JSON

        var database: String? { self.json["database"].string }
        var backlog: Int64? { self.json["backlog_events"].int }

        /// In seconds.
        var lag: Double {
            if case .double(let seconds) = self.json["lag_seconds"] { return seconds }
            return Double(self.json["lag_seconds"].int ?? 0)
        }

        var isOutage: Bool {
            self.status == 200 && self.database != "up" && self.backlog ?? 0 > 0 && self.lag > 0
                && self.json["last_error"].string != nil
        }

        var isCaughtUp: Bool { self.status == 200 && self.database == "up" && self.backlog == 0 }
    }

    func health() throws -> Health {
        let answer = try HTTPClient(self.server).send("GET", "/health/ready")
        return Health(status: answer.status, json: answer.json)
    }

    /// Looks again and again: there is no event that tells of the database.
    @discardableResult
    func waitForHealth(
        _ what: String,
        timeout: Duration = .seconds(120),
        _ isSo: (Health) -> Bool
    ) throws -> Health {
        let end = ContinuousClock.now + timeout
        var health = try self.health()
        while !isSo(health) {
            guard ContinuousClock.now < end else {
                throw WaitError.timedOut(waitingFor: "\(what); it is \(health.json)")
            }
            usleep(10_000)
            health = try self.health()
        }
        return health
    }

    func waitUntilUp() throws {
        try self.waitForHealth("a connected database") { $0.database == "up" }
    }

    /// Acknowledgements go on while the database is away, and health tells of it.
    func expectOutage() throws {
        try self.waitForHealth("a lost database") { $0.database != "up" }
        try self.waitForAnswers()
        // A server that has just started may not have tried yet.
        try self.waitForHealth("an outage that it tells of") { $0.isOutage }
    }

    /// Holds the traffic, ends the server, does what is to be done meanwhile, and starts it again.
    func whileStopped(kills: Bool = false, _ body: () throws -> Void) throws {
        self.world.gate.close()
        if kills { try self.server.kill() } else { #expect(try self.server.stop() == 0) }
        self.world.log.add(.killed(life: self.life))
        self.life += 1
        try body()
        try self.server.restart()
        self.world.log.add(.started(life: self.life))
        self.world.gate.open()
    }
}

// MARK: - When it is over

extension FaultRun {
    /// Ends the traffic and, when the database has everything, the server, and compares the two.
    func settle() throws {
        self.world.gate.end()
        self.threads.waitForWriters()
        try self.threads.check()
        try self.waitForHealth("an empty backlog") { $0.isCaughtUp }
        #expect(try self.server.stop() == 0)
        try self.verify()
        self.world.log.add(.killed(life: self.life))
    }

    /// Compares the database of a server that has stopped with its journal, row by row.
    func verify() throws {
        let outcome = try ServerProcess.run(
            ["verify", "--data-dir", self.server.dataFolder] + self.database
        )
        let line = outcome.output.split(separator: "\n").last { $0.hasPrefix("differences: ") }
        let count = line.flatMap { Int($0.dropFirst("differences: ".count)) }
        self.differenceCount += count ?? 1
        let printed = "\(outcome.output)\(outcome.errorOutput)"
        #expect(outcome.status == 0 && count == 0, "\(self.name): \(printed)")
    }

    /// Reads all pages of all chats over HTTP, as who they are now, and holds what was
    /// acknowledged against it.
    func read(as accounts: [CrashWorld.Account]? = nil) throws {
        try LastReading(of: self.world, as: accounts).note()
    }

    /// Everybody of the world, signed in again with their passwords.
    func signIn() throws -> [CrashWorld.Account] {
        try self.world.people.map { person in
            let answer = try Person(person).logIn()
            guard answer.status == 200, let token = answer.json["access_token"].string else {
                throw WaitError.malformed("sign in: \(answer)")
            }
            return CrashWorld.Account(id: Int(person.id), token: token)
        }
    }

    private func report() throws {
        let findings = self.world.log.finish()
        let surprises = self.world.surprises
        #expect(findings.isEmpty, "\(self.name), \(self.historyPath): \(findings.prefix(10))")
        #expect(surprises.isEmpty, "\(self.name): \(surprises.prefix(10))")
        print(
            """
            database fault: \(self.name): \(self.world.gate.answerTotal) acknowledged, \
            \(self.killCount) kills, \(self.differenceCount) differences, \
            \(findings.count) lost or doubled
            """
        )
        guard findings.isEmpty, surprises.isEmpty else { return }
        try FileManager.default.removeItem(atPath: self.historyPath)
    }
}
