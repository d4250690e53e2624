import Persistence
import TestSupport
import Testing

/// The embedded database: a second program that holds its lock, and crashes of the server.
/// `SOAK=1` kills it ten times as often.
@Suite(.blocking, .serialized) struct SQLiteFileTests {
    private static let killsMax = FaultRun.isSoak ? 50 : 5

    @Test func `a file that another program has locked is waited for`() throws {
        try FaultRun.on(nil, "SQLite locked") { run in
            try run.waitForAnswers()
            let path = "\(run.server.dataFolder)/history.sqlite"
            try self.holdingLock(of: path) {
                // Longer than a lock is waited for.
                try run.waitForHealth("a lag of 6 s") { $0.lag > 6 }
                try run.waitForAnswers()
                #expect(try run.health().status == 200)
            }
            try run.waitUntilUp()
            try run.waitForAnswers()
        }
    }

    /// This process is another than the server's.
    private func holdingLock(of path: String, _ body: () throws -> Void) throws {
        let writer = try SQLiteStore(SQLiteSettings(path: path)).writer()
        while true {
            do throws(StoreError) {
                try writer.begin(try writer.state())
                break
            } catch {
                guard case .moved = error else { throw error }
            }
        }
        try withExtendedLifetime(writer) { try body() }
    }

    @Test(.timeLimit(.minutes(10))) func `a server that is killed goes on where it was`() throws {
        try FaultRun.on(nil, "server killed beside SQLite") { run in
            for _ in 0..<Self.killsMax {
                try run.waitForAnswers(.random(in: 10...150))
                try run.whileStopped(kills: true) {
                    run.killCount += 1
                    try run.verify()
                }
            }
            try run.waitForAnswers(50)
        }
    }
}
