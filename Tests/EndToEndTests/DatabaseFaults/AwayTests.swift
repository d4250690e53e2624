import Foundation
import Glibc
import TestSupport
import Testing

/// The database is not there when the server starts, or goes away without a word.
@Suite(.blocking) struct AwayTests {
    private let cluster: PostgresCluster
    private let database: String

    init() throws {
        self.cluster = try PostgresCluster()
        self.database = try self.cluster.newDatabase()
    }

    private var url: String { self.cluster.url(database: self.database) }

    @Test func `a start without the database goes on from the journal`() throws {
        try FaultRun.on(self.url, "away at the start") { run in
            try run.waitForAnswers()
            try run.whileStopped { try self.cluster.stop() }
            try run.expectOutage()
            try run.whileStopped(kills: true) { run.killCount += 1 }
            try run.expectOutage()
            try self.cluster.start()
            try run.waitUntilUp()
        }
    }

    @Test func `an emptied data folder waits for the database`() throws {
        let server = try ServerProcess.small(["--no-limits", "--database-url", self.url])
        let ann = try Person(on: server)
        let chat = try ann.makeGroup()
        let message = try ann.say("before", in: chat)
        try server.waitForDatabase()
        #expect(try server.stop() == 0)
        try self.cluster.stop()
        try FileManager.default.removeItem(atPath: server.dataFolder)

        let before = server.log.count
        let started = DispatchSemaphore(value: 0)
        let failure = FailureBox()
        Thread.detachNewThread {
            failure.catching { try server.restart() }
            started.signal()
        }
        let end = ContinuousClock.now + .seconds(120)
        let sentence = "waiting for the database, without which this start is not possible"
        while !server.log.dropFirst(before).contains(sentence) {
            try #require(ContinuousClock.now < end, "\(server.log.suffix(2000))")
            usleep(10_000)
        }
        #expect(started.wait(timeout: .now() + .milliseconds(1500)) == .timedOut)
        try self.cluster.start()
        started.wait()
        try failure.check()
        let again = Person(ann.credentials)
        again.accessToken = try #require(try again.logIn().json["access_token"].string)
        #expect(try again.page(of: chat).map { $0["id"] } == [.int(message)])
        #expect(try again.say("after", in: chat) > message)
        #expect(try server.stop() == 0)
    }

    /// Longer than the server waits for an answer: half a minute each.
    @Test(arguments: ["COMMIT\0", "alembic_version"])
    func `a connection that says nothing any more is given up`(request: String) throws {
        let proxy = try TCPProxy(to: self.cluster.port)
        let url = "postgresql://postgres@127.0.0.1:\(proxy.port)/\(self.database)?sslmode=disable"
        try proxy.run {
            try FaultRun.on(url, "silence at \(request.filter { $0 != "\0" })") { run in
                try run.waitForAnswers()
                proxy.cut(atRequest: Array(request.utf8), .silence)
                if request != "COMMIT\0" {
                    // So that it connects again, which begins with that request.
                    proxy.set(.refuses)
                    try run.waitForHealth("a lost database") { $0.database == "down" }
                    proxy.set(nil)
                }
                try proxy.waitForCut()
                try run.waitForHealth("a lag of 10 s") { $0.lag > 10 }
                try run.waitForAnswers()
                try run.waitForHealth("a new connection", timeout: .seconds(180)) { $0.lag < 5 }
            }
        }
    }
}

/// What a thread threw.
private final class FailureBox: @unchecked Sendable {
    private let lock = NSLock()
    private var error: (any Error)?

    func catching(_ body: () throws -> Void) {
        do { try body() } catch { self.lock.withLock { self.error = error } }
    }

    func check() throws {
        if let error = self.lock.withLock({ self.error }) { throw error }
    }
}
