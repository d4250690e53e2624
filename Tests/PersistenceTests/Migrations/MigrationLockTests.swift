import Dispatch
import Foundation
import Persistence
import Synchronization
import TestSupport
import Testing

@Suite struct MigrationLockTests {
    @Test func `of two runners at once, the second finds nothing to do`() throws {
        let world = try MigrationWorld()
        let url = world.url
        // Holds both back until both are there.
        let gate = try PostgresConnection(url)
        _ = try gate.rows("SELECT pg_advisory_lock(\(MigrationRunner.lock))")
        let counts = Mutex<[Int]>([])
        let runners = DispatchGroup()
        for _ in 0..<2 {
            runners.enter()
            Thread.detachNewThread {
                let steps = try? MigrationRunner(PostgresConnection(url, timeouts: .patient)).up()
                counts.withLock { $0.append(steps?.count ?? -1) }
                runners.leave()
            }
        }
        try Self.waitForTwo(waitingIn: world)
        _ = try gate.rows("SELECT pg_advisory_unlock(\(MigrationRunner.lock))")
        #expect(runners.wait(timeout: .now() + .seconds(60)) == .success)
        #expect(counts.withLock { $0 }.sorted() == [0, 9])
        #expect(try world.current() == "20261122_0009")
    }

    @Test func `the lock is free afterwards, and after a failure`() throws {
        let world = try MigrationWorld()
        try world.runner.up()
        try world.psql("UPDATE alembic_version SET version_num = 'x'")
        #expect(throws: MigrationError.unknownVersion("x")) { try world.runner.up() }
        #expect(try world.psql("SELECT pg_try_advisory_lock(\(MigrationRunner.lock))") == ["t"])
    }

    private static func waitForTwo(waitingIn world: MigrationWorld) throws {
        let deadline = ContinuousClock.now + .seconds(30)
        let waiting = """
            SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
            WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
            """
        while try world.psql(waiting) != ["2"] {
            guard ContinuousClock.now < deadline else {
                throw WaitError.timedOut(waitingFor: "two runners at the lock")
            }
        }
    }
}
