import Foundation
import Glibc
import Synchronization
import TestSupport

/// A disk of its own for a server's data: an image that is mounted, and can lose its power.
///
/// Only root can make one. It is let go of with the last reference to it, or with the test run.
final class LoopDisk: Sendable {
    enum FileSystem: String, Sendable {
        case ext4
        case xfs
    }

    /// Enough for a soak, and for XFS, which takes no disk under 300 MiB. The image has holes.
    static let mebibytes = 1024

    let path: String
    private let image: String
    private let folder: ThrowawayFolder
    private let options: String

    private static let mounted = Mutex<Set<String>>([])
    private static let detachesAllAtExit: Bool = {
        atexit { LoopDisk.detachAll() }
        return true
    }()

    /// Makes a file system and mounts it at a path that is made too; `options` are those of `mount`.
    init(
        _ kind: FileSystem,
        at path: String,
        mebibytes: Int = LoopDisk.mebibytes,
        options: String = ""
    ) throws {
        _ = Self.detachesAllAtExit
        self.path = path
        self.folder = try ThrowawayFolder()
        self.image = "\(self.folder.path)/image"
        self.options = options.isEmpty ? "loop" : "loop,\(options)"
        try Machine.run("truncate", "-s", "\(mebibytes)M", self.image)
        try Machine.run("mkfs.\(kind.rawValue)", "-q", self.image)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try self.mount()
    }

    deinit { self.detach() }

    func mount() throws {
        try Machine.run("mount", "-o", self.options, self.image, self.path)
        Self.mounted.withLock { _ = $0.insert(self.path) }
    }

    /// Nobody may use it any more.
    func unmount() throws {
        try Machine.run("umount", self.path)
        Self.mounted.withLock { _ = $0.remove(self.path) }
    }

    /// Lets go of it, whoever uses it.
    func detach() {
        guard Self.mounted.withLock({ $0.remove(self.path) }) != nil else { return }
        umount2(self.path, Int32(MNT_DETACH))
    }

    /// From here on nothing reaches the disk: what was not synced is lost, the file system's own
    /// journal included, and every call fails.
    func cutPower() throws {
        try Machine.run("xfs_io", "-x", "-c", "shutdown", self.path)
    }

    /// Mounts it again after a cut, as a machine that starts does.
    func restorePower() throws {
        try self.unmount()
        try self.mount()
    }

    private static func detachAll() {
        for path in self.mounted.withLock({ $0 }) { umount2(path, Int32(MNT_DETACH)) }
    }
}

// MARK: - Space

extension LoopDisk {
    private var ballast: String { "\(self.path)/ballast" }

    /// Leaves no block free.
    func fill() throws {
        let file = open(self.ballast, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw WaitError.failed("open", errno: errno) }
        defer { close(file) }
        for size in [1 << 20, 1 << 12] {
            let bytes = [UInt8](repeating: 0, count: size)
            while write(file, bytes, size) > 0 {}
        }
        guard errno == ENOSPC else { throw WaitError.failed("write", errno: errno) }
    }

    func empty() throws {
        guard unlink(self.ballast) == 0 else { throw WaitError.failed("unlink", errno: errno) }
    }
}
