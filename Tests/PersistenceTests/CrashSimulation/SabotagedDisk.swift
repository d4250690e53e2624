import Persistence
import TestSupport

/// A disk that leaves out what a program could forget: what holds the crash tests themselves to
/// account.
struct SabotagedDisk: Disk {
    enum Omission: Hashable, Sendable {
        case sync
        /// Of that folder's names.
        case syncFolder(String)
    }

    let disk: SimulatedDisk
    let omission: Omission

    func createFolder(_ path: String) throws(DiskError) -> Bool {
        try self.disk.createFolder(path)
    }

    func list(_ folder: String) throws(DiskError) -> [String] { try self.disk.list(folder) }

    func open(_ path: String, for access: DiskAccess) throws(DiskError) -> DiskFile {
        try self.disk.open(path, for: access)
    }

    func close(_ file: DiskFile) { self.disk.close(file) }

    func size(of file: DiskFile) throws(DiskError) -> Int { try self.disk.size(of: file) }

    func read(
        _ file: DiskFile,
        into memory: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) throws(DiskError) -> Int {
        try self.disk.read(file, into: memory, at: offset)
    }

    func write(
        _ bytes: UnsafeRawBufferPointer,
        to file: DiskFile,
        at offset: Int
    ) throws(DiskError) {
        try self.disk.write(bytes, to: file, at: offset)
    }

    func sync(_ file: DiskFile) throws(DiskError) {
        if self.omission != .sync { try self.disk.sync(file) }
    }

    func syncAll(_ file: DiskFile) throws(DiskError) {
        if self.omission != .sync { try self.disk.syncAll(file) }
    }

    func truncate(_ file: DiskFile, to byteCount: Int) throws(DiskError) {
        try self.disk.truncate(file, to: byteCount)
    }

    func rename(_ old: String, to new: String) throws(DiskError) {
        try self.disk.rename(old, to: new)
    }

    func remove(_ path: String) throws(DiskError) { try self.disk.remove(path) }

    func syncFolder(_ path: String) throws(DiskError) {
        if self.omission != .syncFolder(path) { try self.disk.syncFolder(path) }
    }

    func lock(_ file: DiskFile) throws(DiskError) -> Bool { try self.disk.lock(file) }

    func freeBytes(in folder: String) throws(DiskError) -> Int {
        try self.disk.freeBytes(in: folder)
    }
}
