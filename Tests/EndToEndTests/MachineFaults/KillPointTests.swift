import Foundation
import TestSupport
import Testing

/// SIGKILL at named points: strace kills the server where it enters a call, before the call does
/// anything. `SOAK=1` kills ten times as often.
@Suite(.blocking, .serialized) struct KillPointTests {
    private static let factor = Machine.isSoak ? 10 : 1
    private static let killed = 128 + SIGKILL

    /// Where the journal's writer or an event loop is killed.
    enum Point: String, CaseIterable {
        case beforeWrite = "before a batch is written"
        case beforeSync = "written, not synced"
        case afterSync = "synced, not answered"
        case inFanOut = "mid fan-out"
        case atSeal = "before a segment is sealed"
        case atRename = "a new segment, not named"
        case atFolderSync = "named, folder not synced"

        var killCount: Int {
            switch self {
            case .atSeal, .atRename, .atFolderSync: 4
            default: 8
            }
        }

        var threads: Tracer.Threads { self == .inFanOut ? .eventLoops : .journalWriter }

        /// The calls and, where there are several in what the writer does, which.
        ///
        /// After a sync the writer wakes the loops, one write each: the kill falls before either
        /// has heard, or when one has. A roll syncs the sealed segment, then the folder.
        var calls: [String] {
            switch self {
            case .beforeWrite: ["pwrite64"]
            case .beforeSync: ["fdatasync"]
            case .afterSync: ["write"]
            case .inFanOut: ["write", "writev"]
            case .atSeal: ["ftruncate"]
            case .atRename: ["rename"]
            case .atFolderSync: ["fsync"]
            }
        }

        var times: ClosedRange<Int> {
            switch self {
            case .beforeWrite, .beforeSync: 1...60
            case .afterSync: 1...120
            case .inFanOut: 1...400
            case .atSeal, .atRename: 1...1
            case .atFolderSync: 2...2
            }
        }

        var needsNewSegment: Bool { self.times.upperBound < 3 }
    }

    @Test(.timeLimit(.minutes(30)), arguments: Point.allCases)
    func `nothing is lost wherever the server is killed`(_ point: Point) throws {
        guard Machine.has("strace", for: "kills at named points") else { return }
        let how = "strace -e inject=\(point.calls.joined(separator: ",")):signal=SIGKILL:when=n"
        var traffic = CrashRun.Traffic()
        if point.needsNewSegment { traffic.paddingCount = 3000 }
        let name = "kill, \(point.rawValue)"
        try MachineRun.on(name, how, ServerProcess.small(), traffic) { run in
            for _ in 0..<point.killCount * Self.factor { try Self.kill(at: point, run) }
        }
    }

    private static func kill(at point: Point, _ run: MachineRun) throws {
        try run.waitForAnswers(1)
        let when = Int.random(in: point.times)
        let fault = "\(point.calls.joined(separator: ",")):signal=SIGKILL:when=\(when)"
        let tracer = try Tracer(run.server, point.threads, [fault])
        try run.endLife(with: [Self.killed]) {}
        // What it was in the middle of is what killed it.
        let last = tracer.lines.last { !$0.contains("+++") } ?? ""
        #expect(point.calls.contains { last.contains("\($0)(") || last.contains("\($0) resumed") })
    }

    /// What taking a snapshot does on the disk, and where in it the kill falls.
    private static let snapshotCalls = [
        ("pwrite64", "being written"), ("fdatasync", "written, not synced"),
        ("rename", "synced, not named"), ("fsync", "named, folder not synced"),
        ("unlink", "an old one not removed"),
    ]

    @Test(.timeLimit(.minutes(30)), arguments: Self.snapshotCalls)
    func `nothing is lost wherever a snapshot is cut short`(
        _ call: String,
        _ point: String
    ) throws {
        guard Machine.has("strace", for: "kills in a snapshot") else { return }
        let how = "strace -e inject=\(call):signal=SIGKILL:when=1 on the snapshot's thread"
        try MachineRun.on("kill, a snapshot \(point)", how, ServerProcess.small()) { run in
            // Two are kept, so that there is one to remove.
            for _ in 0..<2 { try Self.takeSnapshot(run) }
            for _ in 0..<4 * Self.factor {
                try run.waitForAnswers(5)
                let fault = "\(call):signal=SIGKILL:when=1"
                let tracer = try Tracer(run.server, .snapshotKeeper, [fault])
                try run.endLife(with: [Self.killed]) {
                    // Again where one got lost on its way past strace.
                    while run.server.isRunning {
                        run.server.signal(SIGUSR1)
                        usleep(500_000)
                    }
                }
                #expect(tracer.lines.contains { $0.contains(call) })
            }
        }
    }

    private static func takeSnapshot(_ run: MachineRun) throws {
        try run.waitForAnswers(5)
        let outcome = try ServerProcess.run(
            ["snapshot", "take", "--data-dir", run.server.dataFolder]
                + ["--snapshot-dir", run.server.snapshotFolder]
        )
        #expect(outcome.status == 0, "\(outcome.errorOutput)")
    }

    /// What a start changes on the disk, and how often at the least.
    private static let startCalls = [
        ("pwrite64", 1...8), ("rename", 1...2), ("fsync", 1...3), ("unlink", 1...1),
        ("fdatasync", 1...1), ("ftruncate", 1...1),
    ]

    /// A crash left something behind, and the next one comes while it is read and settled.
    @Test(.timeLimit(.minutes(30))) func `nothing is lost where a start is killed`() throws {
        guard Machine.has("strace", for: "kills during a start") else { return }
        let how = "SIGKILL, then a start under strace -e inject=CALL:signal=SIGKILL:when=n"
        try MachineRun.on("kill, during a start", how, ServerProcess.small()) { run in
            for number in 0..<12 * Self.factor {
                try run.waitForAnswers(10)
                let killStart = { try Self.killStart(of: run.server, number) }
                try run.endLife(with: [Self.killed], between: killStart) {
                    run.world.gate.close()
                    run.server.signal(SIGKILL)
                }
            }
        }
    }

    private static func killStart(of server: ServerProcess, _ number: Int) throws {
        let (call, times) = Self.startCalls[number % Self.startCalls.count]
        let fault = "\(call):signal=SIGKILL:when=\(Int.random(in: times))"
        let calls = "\(server.folder.path)/calls-\(number)"
        // There is something to remove, as after a crash while a segment was preallocated.
        let unfinished = "\(server.dataFolder)/journal/reserve-4711.filling"
        try Data([0]).write(to: URL(fileURLWithPath: unfinished))
        do {
            try server.restart(behind: [
                "strace", "-D", "-f", "-o", calls, "-e", "trace=\(call)", "-e", "inject=\(fault)",
            ])
        } catch is ServerProcess.StartFailure {
            let text = try String(contentsOfFile: calls, encoding: .utf8)
            #expect(text.contains("killed by SIGKILL"), "\(server.log.suffix(500))")
            return
        }
        throw WaitError.malformed("the start was not killed at \(fault)")
    }

    /// The kernel kills what takes more memory than its group may.
    @Test(.timeLimit(.minutes(10))) func `nothing is lost when memory runs out`() throws {
        guard Machine.has(for: "out of memory") else { return }
        let group: MemoryGroup
        do {
            group = try MemoryGroup()
        } catch {
            print("NOT RUN: out of memory: \(error)")
            return
        }
        var traffic = CrashRun.Traffic()
        traffic.paddingCount = 8000
        let how = "memory cgroup, limit reached under load"
        try MachineRun.on("out of memory", how, ServerProcess.small(), traffic) { run in
            for _ in 0..<2 * Self.factor {
                try run.waitForAnswers(20)
                try run.endLife(with: [Self.killed], timeout: .seconds(60)) {
                    try group.add(run.server.processID)
                }
                #expect(try group.killCount() > 0)
            }
        }
    }
}

/// A cgroup of version 1 or 2 that has little memory for what comes into it.
private final class MemoryGroup {
    private let path: String
    private let isFirstVersion: Bool

    /// Beside what a process has when it comes in.
    private static let limitBytes = 4 << 20

    init() throws {
        let first = "/sys/fs/cgroup/memory"
        self.isFirstVersion = FileManager.default.fileExists(atPath: "\(first)/tasks")
        self.path = "\(self.isFirstVersion ? first : "/sys/fs/cgroup")/nodus-test-\(getpid())"
        guard mkdir(self.path, 0o755) == 0 else {
            throw WaitError.failed("mkdir of a cgroup", errno: errno)
        }
        try self.set(
            self.isFirstVersion ? "memory.limit_in_bytes" : "memory.max",
            "\(Self.limitBytes)"
        )
    }

    deinit { rmdir(self.path) }

    func add(_ process: Int32) throws { try self.set("cgroup.procs", "\(process)") }

    /// How often the kernel has killed in it.
    func killCount() throws -> Int {
        let file = self.isFirstVersion ? "memory.oom_control" : "memory.events"
        let text = try String(contentsOfFile: "\(self.path)/\(file)", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line.flatMap { Int($0.dropFirst("oom_kill ".count)) } ?? 0
    }

    private func set(_ file: String, _ value: String) throws {
        let descriptor = open("\(self.path)/\(file)", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw WaitError.failed("open \(file)", errno: errno) }
        defer { close(descriptor) }
        guard write(descriptor, value, value.utf8.count) > 0 else {
            throw WaitError.failed("write \(file)", errno: errno)
        }
    }
}
