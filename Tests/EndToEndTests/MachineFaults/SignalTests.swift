import Foundation
import TestSupport
import Testing

/// A server that is told to end, or put to sleep, under load.
@Suite(.blocking, .serialized) struct SignalTests {
    private static let stopsMax = Machine.isSoak ? 100 : 10
    private static let sleepSeconds: UInt32 = Machine.isSoak ? 60 : 5

    @Test(.timeLimit(.minutes(30))) func `nothing is lost when the server is stopped`() throws {
        var traffic = CrashRun.Traffic()
        traffic.tolerance = .closing
        let how = "SIGTERM, exit 0 within 30 s"
        try MachineRun.on("stop under load", how, ServerProcess.small(), traffic) { run in
            var slowest = 0.0
            for _ in 0..<Self.stopsMax {
                try run.waitForAnswers(.random(in: 1...100))
                let start = Date()
                let end = try run.endLife(with: [0], timeout: .seconds(30)) {
                    run.server.signal(SIGTERM)
                }
                slowest = max(slowest, end.timeIntervalSince(start))
            }
            print("stop under load: the slowest of \(Self.stopsMax) took \(slowest) s")
        }
    }

    @Test(.timeLimit(.minutes(10))) func `a server that slept goes on where it was`() throws {
        var traffic = CrashRun.Traffic()
        traffic.tolerance = .closing
        let how = "SIGSTOP \(Self.sleepSeconds) s, SIGCONT"
        try MachineRun.on("sleep", how, ServerProcess.small(), traffic) { run in
            for _ in 0..<2 {
                try run.waitForAnswers(100)
                run.server.signal(SIGSTOP)
                sleep(Self.sleepSeconds)
                let start = ContinuousClock.now
                run.server.signal(SIGCONT)
                try run.waitUntilServing(since: start)
                try run.waitForAnswers(100)
            }
        }
    }
}
