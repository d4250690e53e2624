import Foundation
import TestSupport
import Testing

/// The connection is lost around a COMMIT, so that its outcome is not known, or comes late.
/// `SOAK=1` cuts ten times as often.
@Suite(.blocking, .serialized) struct LostCommitTests {
    private static let cutsMax = FaultRun.isSoak ? 150 : 10
    /// As a statement of its own; `READ COMMITTED` is none.
    private static let commit = Array("COMMIT\0".utf8)

    private let cluster: PostgresCluster
    private let database: String

    init() throws {
        self.cluster = try PostgresCluster.shared()
        self.database = try self.cluster.newDatabase()
    }

    private func throughProxy(
        _ name: String,
        _ body: (FaultRun, TCPProxy) throws -> Void
    ) throws {
        let proxy = try TCPProxy(to: self.cluster.port)
        let url = "postgresql://postgres@127.0.0.1:\(proxy.port)/\(self.database)?sslmode=disable"
        try proxy.run { try FaultRun.on(url, name) { try body($0, proxy) } }
    }

    private func applied() throws -> Int {
        let text = try self.cluster.psql(
            self.database,
            "SELECT applied_position FROM nodus_state"
        )
        return try #require(Int(text))
    }

    @Test(.timeLimit(.minutes(10))) func `cut after any number of bytes that it sends`() throws {
        try self.throughProxy("cut after requests' bytes, \(Self.cutsMax) times") { run, proxy in
            for _ in 0..<Self.cutsMax {
                proxy.cut(afterRequestBytes: .random(in: 1...40_000))
                try self.waitForCut(proxy)
            }
            try run.waitForAnswers(50)
        }
    }

    @Test(.timeLimit(.minutes(10))) func `cut after any number of bytes that it gets`() throws {
        try self.throughProxy("cut after answers' bytes, \(Self.cutsMax) times") { run, proxy in
            for _ in 0..<Self.cutsMax {
                proxy.cut(afterAnswerBytes: .random(in: 1...6_000))
                try self.waitForCut(proxy)
            }
            try run.waitForAnswers(50)
        }
    }

    @Test(arguments: [TCPProxy.Fate.lost, .delivered])
    func `a COMMIT is lost, or its answer is`(fate: TCPProxy.Fate) throws {
        try self.throughProxy("COMMIT \(fate), \(Self.cutsMax) times") { run, proxy in
            for _ in 0..<Self.cutsMax {
                try run.waitForAnswers(10)
                proxy.cut(atRequest: Self.commit, fate)
                try self.waitForCut(proxy)
            }
            try run.waitForAnswers(50)
        }
    }

    /// The late one still holds the row of the state when its successor comes.
    @Test(arguments: [false, true])
    func `a batch of a lost connection commits late`(isGivenUp: Bool) throws {
        let name = isGivenUp ? "a late batch, given up once" : "late batches"
        try self.throughProxy(name) { run, proxy in
            for _ in 0..<(isGivenUp ? 1 : Self.cutsMax / 3) {
                try run.waitForAnswers(20)
                proxy.cut(atRequest: Self.commit, .held)
                try proxy.waitForCut()
                let before = try self.applied()
                try self.waitForWaitingSuccessor()
                if isGivenUp {
                    try run.waitForHealth("the end of patience") { $0.database == "down" }
                    try self.waitForWaitingSuccessor()
                }
                try run.waitForAnswers(20)
                #expect(try self.applied() == before)
                proxy.release()
                try self.waitForMore(than: before)
            }
            try run.waitForAnswers(50)
        }
    }

    /// Waits for the cut, and until more than before has come to the database: a server that gets
    /// nowhere waits longer each time before it tries again.
    private func waitForCut(_ proxy: TCPProxy) throws {
        try proxy.waitForCut()
        let before = try self.applied()
        try self.waitForMore(than: before)
    }

    private func waitForMore(than before: Int) throws {
        let end = ContinuousClock.now + .seconds(120)
        while try self.applied() <= before {
            guard ContinuousClock.now < end else {
                throw WaitError.timedOut(waitingFor: "more events in the database")
            }
            usleep(5_000)
        }
    }

    /// Until somebody waits for a lock in the database.
    private func waitForWaitingSuccessor() throws {
        let end = ContinuousClock.now + .seconds(120)
        let sql = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = '\(self.database)' AND wait_event_type = 'Lock'
            """
        while try self.cluster.psql("postgres", sql) == "0" {
            guard ContinuousClock.now < end else {
                throw WaitError.timedOut(waitingFor: "a successor that waits for the late batch")
            }
            usleep(10_000)
        }
    }
}
