import Glibc
import TestSupport

/// A file system of a few megabytes in memory that Postgres may write to; only root can make one.
final class SmallDisk {
    let path: String
    private let folder: ThrowawayFolder

    init(mebibytes: Int) throws {
        self.folder = try ThrowawayFolder()
        self.path = "\(self.folder.path)/disk"
        guard geteuid() == 0 else { throw WaitError.failed("mount", errno: EPERM) }
        guard let user = getpwnam("postgres")?.pointee else {
            throw WaitError.failed("getpwnam", errno: errno)
        }
        // What lies below is reached by path.
        guard chmod(self.folder.path, 0o755) == 0, mkdir(self.path, 0o700) == 0 else {
            throw WaitError.failed("mkdir", errno: errno)
        }
        let options = "size=\(mebibytes)m,mode=0700,uid=\(user.pw_uid),gid=\(user.pw_gid)"
        guard mount("tmpfs", self.path, "tmpfs", 0, options) == 0 else {
            throw WaitError.failed("mount", errno: errno)
        }
    }

    deinit {
        umount2(self.path, Int32(MNT_DETACH))
    }

    private var ballast: String { "\(self.path)/ballast" }

    /// Leaves no byte free.
    func fill() throws {
        let file = open(self.ballast, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(file) }
        guard file >= 0 else { throw WaitError.failed("open", errno: errno) }
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
