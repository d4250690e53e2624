import Foundation
import TestSupport
import Testing

/// The disk under the data folder loses its power under load; what was not synced is gone.
///
/// `SOAK=1` cuts ten times as often.
@Suite(.blocking, .serialized) struct PowerCutTests {
    private static let cutsMax = Machine.isSoak ? 100 : 10
    private static let suite = "power cuts"

    /// The process ends with this when it notices that nothing can be written any more.
    private static let noWriting: Int32 = 74

    enum Disk: String, CaseIterable {
        case ext4
        /// The file system's own journal is written every second.
        case ext4EverySecond = "ext4, commit=1"
        case xfs

        var fileSystem: LoopDisk.FileSystem { self == .xfs ? .xfs : .ext4 }
        var options: String { self == .ext4EverySecond ? "commit=1" : "" }
    }

    @Test(.timeLimit(.minutes(30)), arguments: Disk.allCases)
    func `nothing is lost with the power`(_ kind: Disk) throws {
        let program = "mkfs.\(kind.fileSystem.rawValue)"
        guard Machine.has("xfs_io", program, disk: true, for: Self.suite) else { return }
        try Self.onDisk(kind.fileSystem, options: kind.options) { disk, server in
            let how = "loop device, xfs_io -x -c shutdown"
            var traffic = CrashRun.Traffic()
            // A new segment every other life.
            traffic.paddingCount = 3000
            try MachineRun.on("power cut, \(kind.rawValue)", how, server, traffic) { run in
                for _ in 0..<Self.cutsMax {
                    try run.waitForAnswers(.random(in: 1...200))
                    try run.endLife(with: [Self.noWriting], between: disk.restorePower) {
                        try disk.cutPower()
                    }
                }
            }
        }
    }

    // MARK: Controls

    /// strace answers `fdatasync` in the kernel's stead: done, it says, and nothing is.
    @Test func `a server whose syncs are skipped loses`() throws {
        guard Machine.has("strace", "xfs_io", disk: true, for: "\(Self.suite), control") else {
            return
        }
        try Self.onDisk(.ext4, options: Self.lazy) { disk, server in
            let how = "strace -e inject=fdatasync:retval=0, then the cut"
            try MachineRun.on("control: syncs skipped", how, server, mustLose: true) { run in
                let tracer = try Tracer(server, .all, ["fdatasync,fsync:retval=0"])
                try run.waitForAnswers(100)
                try run.finishLosing { try Self.cut(disk, server) }
                try tracer.stop()
            }
        }
    }

    /// The same by a library that is loaded before all others.
    @Test func `a server under eatmydata loses`() throws {
        guard Machine.has("eatmydata", "xfs_io", disk: true, for: "\(Self.suite), control") else {
            return
        }
        try Self.onDisk(.ext4, options: Self.lazy) { disk, server in
            let how = "eatmydata, then the cut"
            try MachineRun.on("control: eatmydata", how, server, mustLose: true) { run in
                try run.waitForAnswers(20)
                server.signal(SIGKILL)
                _ = try server.waitForExit()
                try run.crash.startAgain {
                    // What is there already is no part of it.
                    try Machine.run("sync", "-f", server.dataFolder)
                    try server.restart(environment: ["LD_PRELOAD": "libeatmydata.so"])
                }
                try run.waitForAnswers(100)
                try run.finishLosing { try Self.cut(disk, server) }
            }
        }
    }

    /// The journal goes on in a file whose name is nowhere but in memory. The segment reserve is
    /// kept from making files, because their syncs would bring the name to the disk as well.
    @Test func `a server that does not sync its folder loses`() throws {
        guard Machine.has("strace", "xfs_io", disk: true, for: "\(Self.suite), control") else {
            return
        }
        try Self.onDisk(.ext4, below: "data/journal", options: Self.lazy) { disk, server in
            let how = "strace -e inject=fsync:retval=0, a new segment, then the cut"
            var traffic = CrashRun.Traffic()
            traffic.paddingCount = 2000
            try MachineRun.on("control: folder not synced", how, server, traffic, mustLose: true) {
                run in
                try run.waitForAnswers(10)
                let reserve = try Tracer(
                    server,
                    .all,
                    ["fsync:retval=0", "statfs:error=EIO"],
                    path: disk.path
                )
                let before = try Self.segments(of: server)
                try Machine.wait(for: "a new segment") {
                    try Self.segments(of: server) > before
                }
                try run.waitForAnswers(50)
                try run.finishLosing { try Self.cut(disk, server) }
                try reserve.stop()
            }
        }
    }

    // MARK: The disk

    /// The file system's journal is written by itself later than any of the tests ends.
    private static let lazy = "commit=300"

    private static func onDisk(
        _ kind: LoopDisk.FileSystem,
        below place: String = "data",
        options: String = "",
        _ body: (LoopDisk, ServerProcess) throws -> Void
    ) throws {
        let folder = try ThrowawayFolder()
        let disk = try LoopDisk(kind, at: "\(folder.path)/\(place)", options: options)
        defer { disk.detach() }
        try body(disk, try ServerProcess.small(in: folder))
    }

    /// Cuts, and takes the database away: it may have more than the journal has left, and the
    /// server would refuse to start.
    private static func cut(_ disk: LoopDisk, _ server: ServerProcess) throws {
        try disk.cutPower()
        server.signal(SIGKILL)
        _ = try server.waitForExit()
        try disk.restorePower()
        for end in ["", "-wal", "-shm"] { unlink("\(server.dataFolder)/history.sqlite\(end)") }
    }

    private static func segments(of server: ServerProcess) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "\(server.dataFolder)/journal")
            .count { $0.hasPrefix("journal-") }
    }
}
