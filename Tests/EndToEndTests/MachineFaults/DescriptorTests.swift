import Foundation
import TestSupport
import Testing

/// More sockets than the server may have open files.
@Suite(.blocking, .serialized) struct DescriptorTests {
    private static let filesMax = 256
    private static let socketCount = 400
    /// Of processor time in two seconds, while nobody asks for anything. Who accepts in vain, again
    /// and again, takes all of them.
    private static let idleMax = Duration.seconds(1)
    /// One of so many looks has to find less: what the database gets meanwhile takes some as well.
    /// The sockets stay for longer than all of them.
    private static let idleLooks = 3

    /// The server knows its limit, and leaves what the journal and the database need.
    @Test(.timeLimit(.minutes(10)))
    func `a server with few descriptors keeps those that it needs`() throws {
        guard Machine.has("prlimit", for: "few descriptors") else { return }
        let server = try ServerProcess.small()
        try server.stop()
        try server.restart(behind: ["prlimit", "--nofile=\(Self.filesMax)"])
        let how = "RLIMIT_NOFILE \(Self.filesMax), \(Self.socketCount) sockets"
        try MachineRun.on("few descriptors", how, server, Self.traffic) { run in
            let crowd = try Crowd(run)
            #expect(try Self.openFiles(of: server) < Self.filesMax)
            try crowd.flood()
            run.world.gate.close()
            try Machine.wait(for: "a database that has everything") {
                try crowd.ask("/health/ready")["backlog_events"] == 0
            }
            try Self.expectIdle(run)
            try crowd.leave()
        }
    }

    /// Somebody takes them away while it runs, so what it opens can fail at any time.
    @Test(.timeLimit(.minutes(10)))
    func `a server without a free descriptor goes on and recovers`() throws {
        guard Machine.has("prlimit", for: "no free descriptor") else { return }
        let server = try ServerProcess.small()
        let how = "RLIMIT_NOFILE \(Self.filesMax) while it runs, \(Self.socketCount) sockets"
        try MachineRun.on("no free descriptor", how, server, Self.traffic) { run in
            let limit = "--nofile=\(Self.filesMax):"
            try Machine.run("prlimit", limit, "--pid", "\(server.processID)")
            let crowd = try Crowd(run)
            try Machine.wait(for: "\(Self.filesMax) open files") {
                try Self.openFiles(of: server) >= Self.filesMax
            }
            try crowd.flood()
            try Self.expectIdle(run)
            try crowd.leave()
        }
    }

    private static var traffic: CrashRun.Traffic {
        var traffic = CrashRun.Traffic()
        traffic.tolerance = [.closing, .noRoom]
        return traffic
    }

    /// Sockets that do nothing, and somebody who was there before.
    private struct Crowd {
        private let run: MachineRun
        private let process: Int32
        private let early: Flood
        private let watch: HTTPClient
        private let sockets: [HTTPClient]

        init(_ run: MachineRun) throws {
            self.run = run
            self.process = run.server.processID
            self.early = try Flood(run.server, connectionCount: 1)
            self.watch = HTTPClient(run.server)
            _ = try self.watch.send("GET", "/health")
            // Everybody has their second connection too.
            try run.waitForAnswers(300)
            self.sockets = (0..<DescriptorTests.socketCount).map { _ in HTTPClient(run.server) }
            for socket in self.sockets { try socket.write("GET ") }
        }

        /// New segments need descriptors.
        func flood() throws {
            for _ in 0..<2 { try self.early.sendMebibyte() }
            #expect(self.early.acknowledgedCount > 128)
        }

        func ask(_ path: String) throws -> JSON { try self.watch.send("GET", path).json }

        func leave() throws {
            let start = ContinuousClock.now
            for socket in self.sockets { socket.close() }
            #expect(try HTTPClient(self.run.server).send("GET", "/health").status == 200)
            try self.run.waitUntilServing(since: start)
            try self.early.sendMebibyte()
            #expect(try self.early.isWhole())
            #expect(self.run.server.processID == self.process)
        }
    }

    /// Nobody is in a hurry to accept what cannot be accepted.
    private static func expectIdle(_ run: MachineRun) throws {
        run.world.gate.close()
        defer { run.world.gate.open() }
        // What was begun is answered in this time.
        usleep(500_000)
        var times: [Duration] = []
        while times.count < Self.idleLooks, times.allSatisfy({ $0 >= Self.idleMax }) {
            let before = try Machine.processorTime(of: run.server.processID)
            sleep(2)
            times.append(try Machine.processorTime(of: run.server.processID) - before)
        }
        #expect(times.contains { $0 < Self.idleMax }, "\(times) in 2 s each")
    }

    private static func openFiles(of server: ServerProcess) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.processID)/fd").count
    }
}
