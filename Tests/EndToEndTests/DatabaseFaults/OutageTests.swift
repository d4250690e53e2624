import Foundation
import Persistence
import TestSupport
import Testing

/// Postgres is away, slow, locked or full. `SOAK=1` kills it ten times as often.
@Suite(.blocking, .serialized) struct OutageTests {
    private static let shared = Result { try PostgresCluster() }
    private static let killsMax = FaultRun.isSoak ? 50 : 5

    private let cluster: PostgresCluster
    private let database: String

    init() throws {
        self.cluster = try Self.shared.get()
        self.database = try self.cluster.newDatabase()
    }

    private var url: String { self.cluster.url(database: self.database) }

    /// A server that reaches its database through a proxy, which goes on until all is compared.
    private func throughProxy(
        _ name: String,
        _ body: (FaultRun, TCPProxy) throws -> Void
    ) throws {
        let proxy = try TCPProxy(to: self.cluster.port)
        let url = "postgresql://postgres@127.0.0.1:\(proxy.port)/\(self.database)?sslmode=disable"
        try proxy.run {
            try FaultRun.on(url, name) { run in
                try run.waitForAnswers()
                try body(run, proxy)
                try run.waitForAnswers()
            }
        }
    }

    @Test func `stopped and started again`() throws {
        try FaultRun.on(self.url, "stopped and started") { run in
            try run.waitForAnswers()
            try self.cluster.stop()
            try run.expectOutage()
            try self.cluster.start()
            try run.waitUntilUp()
            try run.waitForAnswers()
        }
    }

    @Test func `restarted, in order and in haste`() throws {
        try FaultRun.on(self.url, "restarted") { run in
            for mode in [PostgresCluster.StopMode.fast, .immediate, .fast] {
                try run.waitForAnswers(50)
                try self.cluster.stop(mode)
                try self.cluster.start()
            }
        }
    }

    @Test func `paused for some seconds`() throws {
        try FaultRun.on(self.url, "paused") { run in
            try run.waitForAnswers()
            self.cluster.pause()
            defer { self.cluster.resume() }
            try run.waitForHealth("a lag of 3 s") { $0.lag > 3 }
            try run.waitForAnswers()
        }
    }

    @Test func `a server beside a paused database can be stopped, and loses nothing`() throws {
        try FaultRun.on(self.url, "paused at the end") { run in
            try run.waitForAnswers()
            self.cluster.pause()
            defer { self.cluster.resume() }
            try run.waitForHealth("a lag") { $0.lag > 0.5 }
            let clock = ContinuousClock()
            let start = clock.now
            try run.whileStopped {
                #expect(clock.now - start < .seconds(25))
                self.cluster.resume()
            }
            try run.waitForAnswers()
        }
    }

    @Test func `refusing connections`() throws {
        try self.throughProxy("refusing") { run, proxy in
            proxy.set(.refuses)
            try run.expectOutage()
            proxy.set(nil)
            try run.waitUntilUp()
        }
    }

    @Test func `slow, with a quarter of a second each way`() throws {
        try self.throughProxy("slow") { run, proxy in
            try run.waitUntilUp()
            proxy.delay(by: .milliseconds(250))
            try run.waitForAnswers(600)
            #expect(try run.health().database == "up")
            proxy.delay(by: .zero)
        }
    }

    @Test(.timeLimit(.minutes(10))) func `killed while it is written to`() throws {
        try FaultRun.on(self.url, "killed") { run in
            for _ in 0..<Self.killsMax {
                try run.waitForAnswers(.random(in: 10...150))
                self.cluster.kill()
                run.killCount += 1
                try run.waitForAnswers(50)
                try self.cluster.start()
                try run.waitUntilUp()
            }
        }
    }

    @Test func `a table that somebody locks for longer than a lock is waited for`() throws {
        try FaultRun.on(self.url, "table locked") { run in
            try run.waitForAnswers()
            let other = try PostgresConnection(self.url)
            try other.execute("BEGIN; LOCK TABLE messages IN ACCESS EXCLUSIVE MODE")
            try run.waitForHealth("a lag of 6 s") { $0.lag > 6 }
            try run.waitForAnswers()
            let health = try run.health()
            #expect(health.status == 200 && health.backlog ?? 0 > 0)
            try other.execute("ROLLBACK")
        }
    }

    @Test func `a disk that is full`() throws {
        let disk: SmallDisk
        do {
            disk = try SmallDisk(mebibytes: 16)
        } catch {
            print("NOT RUN: a disk that is full: \(error)")
            return
        }
        let name = "on_small_disk"
        try self.cluster.psql("postgres", "CREATE TABLESPACE small LOCATION '\(disk.path)'")
        try self.cluster.psql("postgres", "CREATE DATABASE \(name) TABLESPACE small")
        try FaultRun.on(self.cluster.url(database: name), "disk full") { run in
            try run.waitForAnswers()
            try disk.fill()
            try run.expectOutage()
            #expect(run.server.log.contains("No space left on device"))
            try disk.empty()
            try run.waitUntilUp()
        }
        try self.cluster.psql("postgres", "DROP DATABASE \(name) WITH (FORCE)")
        try self.cluster.psql("postgres", "DROP TABLESPACE small")
    }
}
