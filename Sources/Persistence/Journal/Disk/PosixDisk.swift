import Glibc

/// The disk of this machine.
package struct PosixDisk: Disk {
    private let folders = FolderDescriptors()

    package init() {}

    package func createFolder(_ path: String) throws(DiskError) -> Bool {
        if mkdir(path, 0o700) == 0 { return true }
        let code = errno
        guard code == EEXIST else { throw DiskError(code, .createFolder, path) }
        return false
    }

    package func list(_ folder: String) throws(DiskError) -> [String] {
        guard let stream = opendir(folder) else { throw DiskError(errno, .list, folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                let code = errno
                guard code == 0 else { throw DiskError(code, .list, folder) }
                return names
            }
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    package func open(_ path: String, for access: DiskAccess) throws(DiskError) -> DiskFile {
        let flags: Int32
        switch access {
        case .reading: flags = O_RDONLY
        case .writing: flags = O_RDWR | O_CREAT
        case .writingAnew: flags = O_RDWR | O_CREAT | O_TRUNC
        }
        while true {
            let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
            if descriptor >= 0 { return DiskFile(descriptor: descriptor, path: path) }
            let code = errno
            guard code == EINTR else { throw DiskError(code, .open, path) }
        }
    }

    /// What `close` answers is of no use: everything that matters was synced before.
    package func close(_ file: DiskFile) {
        // A child process that was just forked has the file open too, until it executes its
        // program, and would hold a lock for so long: only this lets go of it for both (flock(2)).
        _ = flock(file.descriptor, LOCK_UN)
        _ = Glibc.close(file.descriptor)
    }

    package func size(of file: DiskFile) throws(DiskError) -> Int {
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else {
            throw DiskError(errno, .size, file.path)
        }
        return Int(status.st_size)
    }

    package func read(
        _ file: DiskFile,
        into memory: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) throws(DiskError) -> Int {
        var done = 0
        while done < memory.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: memory[done...])
            let count = pread(file.descriptor, rest.baseAddress, rest.count, offset + done)
            if count > 0 {
                done += count
            } else if count == 0 {
                break
            } else {
                let code = errno
                guard code == EINTR else {
                    throw DiskError(code, .read, file.path, at: offset + done)
                }
            }
        }
        return done
    }

    package func write(
        _ bytes: UnsafeRawBufferPointer,
        to file: DiskFile,
        at offset: Int
    ) throws(DiskError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(file.descriptor, rest.baseAddress, rest.count, offset + done)
            if count > 0 {
                done += count
            } else {
                let code = count == 0 ? EIO : errno
                guard code == EINTR else {
                    throw DiskError(code, .write, file.path, at: offset + done)
                }
            }
        }
    }

    package func sync(_ file: DiskFile) throws(DiskError) {
        guard fdatasync(file.descriptor) == 0 else { throw DiskError(errno, .sync, file.path) }
    }

    package func syncAll(_ file: DiskFile) throws(DiskError) {
        guard fsync(file.descriptor) == 0 else { throw DiskError(errno, .sync, file.path) }
    }

    package func truncate(_ file: DiskFile, to byteCount: Int) throws(DiskError) {
        guard ftruncate(file.descriptor, byteCount) == 0 else {
            throw DiskError(errno, .truncate, file.path, at: byteCount)
        }
    }

    package func rename(_ old: String, to new: String) throws(DiskError) {
        guard Glibc.rename(old, new) == 0 else { throw DiskError(errno, .rename, old) }
    }

    package func remove(_ path: String) throws(DiskError) {
        guard unlink(path) == 0 else { throw DiskError(errno, .remove, path) }
    }

    package func syncFolder(_ path: String) throws(DiskError) {
        try self.folders.sync(path)
    }

    package func lock(_ file: DiskFile) throws(DiskError) -> Bool {
        if flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        let code = errno
        guard code == EWOULDBLOCK else { throw DiskError(code, .lock, file.path) }
        return false
    }

    package func freeBytes(in folder: String) throws(DiskError) -> Int {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { throw DiskError(errno, .space, folder) }
        let blocks = Int(clamping: status.f_bavail)
        let (bytes, overflows) = blocks.multipliedReportingOverflow(by: Int(status.f_frsize))
        return overflows ? .max : bytes
    }
}
