import Glibc

/// Folders that stay open once they were synced, so that a process without a free descriptor can
/// sync them again.
final class FolderDescriptors: Sendable {
    private let open = Lock<[String: Int32]>([:])

    deinit {
        for descriptor in self.open.withLock({ $0.values }) { close(descriptor) }
    }

    func sync(_ path: String) throws(DiskError) {
        try self.open.withLock { open throws(DiskError) in
            if let known = open[path], Self.isSame(known, path) {
                return try Self.sync(known, path)
            }
            let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { throw DiskError(errno, .syncFolder, path) }
            if let other = open.updateValue(descriptor, forKey: path) { close(other) }
            try Self.sync(descriptor, path)
        }
    }

    private static func sync(_ descriptor: Int32, _ path: String) throws(DiskError) {
        guard fsync(descriptor) == 0 else { throw DiskError(errno, .syncFolder, path) }
    }

    /// False where another folder has come to this path since.
    private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
        var (known, now) = (stat(), stat())
        return fstat(descriptor, &known) == 0 && stat(path, &now) == 0
            && known.st_dev == now.st_dev && known.st_ino == now.st_ino
    }
}
