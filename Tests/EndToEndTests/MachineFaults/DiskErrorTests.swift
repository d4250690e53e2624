import Foundation
import TestSupport
import Testing

/// A call of the journal's fails once: the process has to end, and nothing that was not synced may
/// have been acknowledged. The power is cut before the next start, so that what only the page cache
/// had is gone. `SOAK=1` does everything ten times.
@Suite(.blocking, .serialized) struct DiskErrorTests {
    private static let repeatCount = Machine.isSoak ? 10 : 1
    private static let noWriting: Int32 = 74

    struct Failure: Sendable, CustomTestStringConvertible {
        let name: String
        let call: String
        let error: String
        /// Which of these calls of the writer's.
        let when: ClosedRange<Int>

        var testDescription: String { self.name }
    }

    private static let failures = [
        Failure(name: "a write", call: "pwrite64", error: "EIO", when: 1...40),
        Failure(name: "a write, no space", call: "pwrite64", error: "ENOSPC", when: 1...40),
        Failure(name: "a sync", call: "fdatasync", error: "EIO", when: 1...40),
        Failure(name: "a sync, no space", call: "fdatasync", error: "ENOSPC", when: 1...40),
        Failure(name: "the cut of a sealed segment", call: "ftruncate", error: "EIO", when: 1...1),
        Failure(name: "the sync of a sealed segment", call: "fsync", error: "EIO", when: 1...1),
        Failure(name: "the name of a new segment", call: "rename", error: "EIO", when: 1...1),
        Failure(name: "the sync of the folder", call: "fsync", error: "EIO", when: 2...2),
    ]

    @Test(.timeLimit(.minutes(30)))
    func `the process ends when the journal cannot be written, and nothing is lost`() throws {
        let suite = "errors of the journal's calls"
        guard Machine.has("strace", "xfs_io", disk: true, for: suite) else { return }
        let folder = try ThrowawayFolder()
        let disk = try LoopDisk(.ext4, at: "\(folder.path)/data")
        defer { disk.detach() }
        let server = try ServerProcess.small(in: folder)
        var traffic = CrashRun.Traffic()
        traffic.paddingCount = 4000
        let how =
            "strace -e inject=CALL:error=EIO or ENOSPC:when=n, \(Self.failures.count) places, "
            + "then a power cut"
        try MachineRun.on("error of the journal's disk", how, server, traffic) { run in
            for failure in Array(repeating: Self.failures, count: Self.repeatCount).joined() {
                try run.waitForAnswers(1)
                try Self.fail(failure, run, disk)
            }
        }
    }

    private static func fail(_ failure: Failure, _ run: MachineRun, _ disk: LoopDisk) throws {
        let when = Int.random(in: failure.when)
        let fault = "\(failure.call):error=\(failure.error):when=\(when)"
        let tracer = try Tracer(run.server, .journalWriter, [fault], noting: "write")
        let restore = {
            try disk.cutPower()
            try disk.restorePower()
        }
        let end = try run.endLife(with: [Self.noWriting], between: restore) {}
        let lines = tracer.lines
        let time = try #require(tracer.faultTime, "\(failure.name): \(lines.suffix(3))")
        #expect(end.timeIntervalSince(time) < 15, "\(failure.name)")
        // It says so on standard error, and nobody is woken to answer any more.
        let after = lines.drop { !$0.contains("INJECTED") }.dropFirst()
        let wakes = after.filter { $0.contains("eventfd") }
        #expect(wakes.isEmpty, "\(failure.name): \(wakes)")
        #expect(run.server.log.contains("the journal cannot be written, the process ends"))
    }

    /// Segments are made ahead of time: one that cannot be made is tried again.
    @Test(.timeLimit(.minutes(10))) func `a segment that cannot be opened is made later`() throws {
        guard Machine.has("strace", for: "a segment that cannot be opened") else { return }
        var traffic = CrashRun.Traffic()
        traffic.paddingCount = 4000
        let server = try ServerProcess.small()
        let how = "strace -e inject=openat:error=EIO:when=1 on a segment to come"
        try MachineRun.on("a segment cannot be opened", how, server, traffic) { run in
            let journal = "\(server.dataFolder)/journal"
            // A few segments are filled first: strace has to be there before it is opened.
            let path = "\(journal)/reserve-8.filling"
            let tracer = try Tracer(server, .all, ["openat:error=EIO:when=1"], path: path)
            try Machine.wait(for: "a segment that cannot be opened", timeout: .seconds(120)) {
                tracer.faultTime != nil
            }
            let start = ContinuousClock.now
            try Machine.wait(for: "another segment") {
                server.log.contains("journal segments can be preallocated again")
            }
            try run.waitUntilServing(since: start)
            try tracer.stop()
            #expect(server.log.contains("cannot preallocate a journal segment"))
        }
    }
}
