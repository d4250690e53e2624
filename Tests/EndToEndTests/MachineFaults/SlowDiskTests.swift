import Foundation
import TestSupport
import Testing

/// Each sync of the journal's takes long, or one takes very long.
@Suite(.blocking, .serialized) struct SlowDiskTests {
    /// Long enough to flood the server and to look at it meanwhile.
    private static let stallSeconds = Machine.isSoak ? 30 : 20
    /// More than what waits may take, which is 64 MiB or what the segments have room for.
    private static let growthMaxMebibytes = 96

    struct Delay: Sendable, CustomTestStringConvertible {
        let milliseconds: Int
        let syncCount: Int

        var testDescription: String { "\(self.milliseconds) ms" }
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            Delay(milliseconds: 100, syncCount: Machine.isSoak ? 600 : 20),
            Delay(milliseconds: 2000, syncCount: Machine.isSoak ? 30 : 3),
        ]
    )
    func `a slow disk makes batches larger`(_ delay: Delay) throws {
        guard Machine.has("strace", for: "a slow disk") else { return }
        var traffic = CrashRun.Traffic()
        traffic.writersPerAccount = 3
        let how = "strace -e inject=fdatasync:delay_enter=\(delay.milliseconds) ms"
        let name = "disk slow, \(delay.milliseconds) ms"
        try MachineRun.on(name, how, ServerProcess.small(), traffic) { run in
            try run.waitForAnswers(100)
            let memory = try Machine.residentMebibytes(of: run.server.processID)
            let fault = "fdatasync:delay_enter=\(delay.milliseconds * 1000)"
            let tracer = try Tracer(run.server, .journalWriter, [fault])
            let before = run.world.gate.answerTotal
            try Machine.wait(for: "\(delay.syncCount) syncs", timeout: .seconds(120)) {
                tracer.lines.count > delay.syncCount
            }
            let answerCount = run.world.gate.answerTotal - before
            try Self.expectHealth(run)
            #expect(answerCount > 2 * delay.syncCount, "\(answerCount)")
            let growth = try Machine.residentMebibytes(of: run.server.processID) - memory
            #expect(growth < Self.growthMaxMebibytes)
            let start = ContinuousClock.now
            try tracer.stop()
            try run.waitUntilServing(since: start)
            print("disk slow: \(answerCount) answers in \(delay.syncCount) syncs, +\(growth) MiB")
        }
    }

    @Test(.timeLimit(.minutes(10))) func `what a stalled disk has no room for is refused`() throws {
        guard Machine.has("strace", for: "a stalled disk") else { return }
        var traffic = CrashRun.Traffic()
        traffic.tolerance = .noRoom
        let how = "strace -e inject=fdatasync:delay_enter=\(Self.stallSeconds) s, once"
        try MachineRun.on("disk stalled", how, ServerProcess.small(), traffic) { run in
            let flood = try Flood(run.server, connectionCount: 8)
            try run.waitForAnswers(100)
            let memory = try Machine.residentMebibytes(of: run.server.processID)
            let fault = "fdatasync:delay_enter=\(Self.stallSeconds * 1_000_000):when=1"
            let tracer = try Tracer(run.server, .journalWriter, [fault])
            try flood.write()
            try Machine.wait(for: "a server that only reads") { try run.health().status == 503 }
            try Self.expectHealth(run)
            let growth = try Machine.residentMebibytes(of: run.server.processID) - memory
            #expect(growth < Self.growthMaxMebibytes)
            #expect(try run.health().status == 503, "the disk was back before")
            try flood.readAnswers()
            #expect(flood.acknowledgedCount > 0 && flood.refusedCount > 0)
            try run.waitUntilServing()
            try Machine.wait(for: "readiness") { try run.health().status == 200 }
            #expect(try flood.isWhole())
            try tracer.stop()
            print(
                """
                disk stalled: \(flood.acknowledgedCount) acknowledged, \
                \(flood.refusedCount) refused, +\(growth) MiB
                """
            )
        }
    }

    /// Whoever only asks how it is, or whether somebody is there, does not wait for the disk.
    private static func expectHealth(_ run: MachineRun) throws {
        #expect(try HTTPClient(run.server).send("GET", "/health").status == 200)
        let person = Person(run.world.people[0])
        let socket = try person.connect()
        try socket.send(WebSocketFrame(.ping, [1]))
        var frame = try socket.nextFrame()
        while frame.opcode != WebSocketFrame.Opcode.pong.rawValue { frame = try socket.nextFrame() }
        socket.drop()
    }
}
