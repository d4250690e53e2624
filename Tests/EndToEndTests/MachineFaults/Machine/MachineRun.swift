import Foundation
import TestSupport
import Testing

/// One row of the table of faults: live traffic on the real server, a fault from outside, again and
/// again, and the history held against all that is there in the end.
final class MachineRun {
    let crash: CrashRun
    var world: CrashWorld { self.crash.world }
    var server: ServerProcess { self.crash.world.server }

    private let name: String
    private let how: String
    private let historyPath: String
    private var findings: [HistoryFinding]?
    private var count = 0
    private var slowest = Duration.zero

    /// Runs `body` under traffic, then kills the server, starts it again, reads and reports.
    ///
    /// Where `mustLose`, it is a control: whatever is sabotaged there has to show as loss, or the
    /// rows without find nothing either.
    static func on(
        _ name: String,
        _ how: String,
        _ server: ServerProcess,
        _ traffic: CrashRun.Traffic = CrashRun.Traffic(),
        mustLose: Bool = false,
        _ body: (MachineRun) throws -> Void
    ) throws {
        let run = try MachineRun(name, how, server, traffic)
        do {
            run.crash.begin()
            try body(run)
            if run.findings == nil { try run.finish() }
            try run.report(mustLose: mustLose)
        } catch {
            run.crash.abandon()
            print("fault: \(name): failed after \(run.world.gate.answerTotal) answers")
            print("\(error), history \(run.historyPath), \(run.world.surprises.prefix(5))")
            print(run.server.log.suffix(3000))
            throw error
        }
    }

    private init(
        _ name: String,
        _ how: String,
        _ server: ServerProcess,
        _ traffic: CrashRun.Traffic
    ) throws {
        self.name = name
        self.how = how
        // A disk under a fault, or a machine under load, may preallocate more slowly than is asked for:
        // 503 is an honest answer everywhere here.
        var traffic = traffic
        traffic.tolerance.insert(.noRoom)
        let folder = FileManager.default.temporaryDirectory.path
        self.historyPath = "\(folder)/nodus-fault-\(UUID().uuidString).jsonl"
        self.crash = try CrashRun(
            seed: .random(in: 0...UInt64.max),
            historyPath: self.historyPath,
            on: server,
            traffic
        )
    }

    // MARK: While it runs

    /// Waits for so many more acknowledgements.
    func waitForAnswers(_ count: Int = 50, timeout: Double = 120) throws {
        guard self.world.gate.waitForAnswers(count, timeout: timeout) else {
            try self.crash.check()
            throw WaitError.timedOut(waitingFor: "\(count) answers")
        }
    }

    /// Does to the server what ends it, with one of these statuses, and starts it again; `between`
    /// is for what a machine does meanwhile.
    ///
    /// - Returns: when it ended.
    @discardableResult
    func endLife(
        with statuses: Set<Int32>,
        timeout: Duration = .seconds(120),
        between: () throws -> Void = {},
        _ fault: () throws -> Void
    ) throws -> Date {
        try fault()
        let status = try self.server.waitForExit(timeout: timeout)
        let end = Date()
        guard statuses.contains(status) else {
            throw WaitError.malformed("the server ended with \(status)")
        }
        var start = ContinuousClock.now
        try self.crash.startAgain {
            try between()
            start = .now
            try self.server.restart()
        }
        guard self.world.gate.waitForTraffic() else {
            throw WaitError.timedOut(waitingFor: "traffic after \(self.count) faults")
        }
        self.served(after: start.duration(to: .now))
        try self.crash.glimpse()
        let findings = self.world.log.findings
        guard findings.isEmpty else {
            throw WaitError.malformed("\(findings.prefix(5))")
        }
        return end
    }

    /// Waits for the first acknowledgement after a fault that the server lives through.
    func waitUntilServing(since start: ContinuousClock.Instant = .now) throws {
        try self.waitForAnswers(1)
        self.served(after: start.duration(to: .now))
    }

    private func served(after time: Duration) {
        self.count += 1
        self.slowest = max(self.slowest, time)
    }

    func health() throws -> HTTPAnswer {
        try HTTPClient(self.server, timeout: .seconds(30)).send("GET", "/health/ready")
    }

    /// Pages of the past are there, whatever cannot be written.
    func expectReading() throws {
        let person = Person(self.world.people[2])
        person.accessToken = self.world.token(of: 2)
        for chat in self.world.chats.list {
            let answer = try person.get("/messages?chat_id=\(chat)&limit=10")
            #expect(answer.status == 200, "\(answer)")
        }
    }

    // MARK: When it is over

    /// Ends the traffic, kills the server and starts it again, and reads everything.
    func finish() throws {
        self.findings = try self.crash.finish {
            self.world.gate.close()
            try self.server.kill()
            try self.crash.startAgain { try self.server.restart() }
        }
    }

    /// Lets nobody write on what is lost already: the last thing that was acknowledged was so
    /// before `fault`, after which the server is started once more.
    func finishLosing(_ fault: () throws -> Void) throws {
        self.world.gate.close()
        self.world.gate.end()
        try fault()
        _ = try self.server.waitForExit()
        self.count += 1
        let start = ContinuousClock.now
        try self.crash.startAgain { try self.server.restart() }
        self.slowest = start.duration(to: .now)
        self.crash.waitForAll()
        self.findings = try self.crash.read()
    }

    private func report(mustLose: Bool) throws {
        let findings = self.findings ?? []
        let surprises = self.world.surprises
        let doubled = findings.count { $0.kind == .duplicate }
        let seconds =
            Double(self.slowest.components.seconds)
            + Double(self.slowest.components.attoseconds) / 1e18
        print(
            """
            FAULT | \(self.name) | \(self.how) | \(self.count) \
            | acked \(self.world.gate.answerTotal) | lost \(findings.count - doubled) \
            | doubled \(doubled) \
            | serving again after \(String(format: "%.1f", seconds)) s
            """
        )
        if mustLose {
            let losses = findings.filter { $0.kind == .lost }
            #expect(!losses.isEmpty, "\(self.name): nothing is lost, so the rows prove nothing")
        } else {
            #expect(findings.isEmpty, "\(self.name), \(self.historyPath): \(findings.prefix(10))")
            #expect(surprises.isEmpty, "\(self.name): \(surprises.prefix(10))")
            guard findings.isEmpty, surprises.isEmpty else { return }
        }
        try FileManager.default.removeItem(atPath: self.historyPath)
    }
}
