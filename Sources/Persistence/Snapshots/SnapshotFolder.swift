package import Shards

/// The files of a folder of snapshots, which may be of several histories.
package struct SnapshotFolder: Sendable {
    /// One whole snapshot, as far as its name says.
    package struct Entry: Hashable, Sendable {
        package let name: String
        package let start: Position
        /// The first half of the epoch's text.
        let history: String
    }

    /// How many of one history are kept.
    package static let keptCount = 2

    package let path: String
    let disk: any Disk

    package init(_ path: String, disk: any Disk = PosixDisk()) {
        self.path = path
        self.disk = disk
    }

    private static let suffix = ".snapshot"
    private static let unfinishedSuffix = ".snapshot.tmp"
    private static let digitsCount = 20

    static func name(of header: SnapshotHeader) -> String {
        let digits = String(header.start.rawValue)
        let zeros = String(repeating: "0", count: Self.digitsCount - digits.count)
        return "\(zeros)\(digits)-\(Self.history(of: header.epoch))\(Self.suffix)"
    }

    private static func history(of epoch: Epoch) -> String { String(epoch.text.prefix(16)) }

    package func path(of entry: Entry) -> String { "\(self.path)/\(entry.name)" }

    /// Where a snapshot is written before it has its name.
    func unfinished(_ name: String) -> String { "\(self.path)/\(name).tmp" }

    /// Every snapshot, the newest first.
    package func entries() throws(SnapshotError) -> [Entry] {
        let names = try snapshotErrors { () throws(DiskError) in try self.disk.list(self.path) }
        return names.compactMap(Self.entry).sorted {
            ($0.start, $0.name) > ($1.start, $1.name)
        }
    }

    /// Those that carry this history's name, the newest first.
    package func entries(of epoch: Epoch) throws(SnapshotError) -> [Entry] {
        try self.entries().filter { $0.history == Self.history(of: epoch) }
    }

    private static func entry(_ name: String) -> Entry? {
        guard name.hasSuffix(Self.suffix) else { return nil }
        let parts = name.dropLast(Self.suffix.count).split(separator: "-")
        guard parts.count == 2, parts[0].utf8.count == Self.digitsCount,
            parts[0].utf8.allSatisfy({ 48...57 ~= $0 }), let start = UInt64(parts[0])
        else { return nil }
        return Entry(
            name: name,
            start: Position(rawValue: start),
            history: String(parts[1])
        )
    }

    /// Removes what a process that ended left unfinished. Under the lock.
    private func removeUnfinished() throws(DiskError) {
        for name in try self.disk.list(self.path) where name.hasSuffix(Self.unfinishedSuffix) {
            try self.disk.remove("\(self.path)/\(name)")
        }
    }

    /// Removes what is older than the newest `keptCount` of this history. Under the lock.
    ///
    /// - Returns: those that are left, the newest first.
    func removeOld(of epoch: Epoch) throws(SnapshotError) -> [Entry] {
        let entries = try self.entries(of: epoch)
        try snapshotErrors { () throws(DiskError) in
            for entry in entries.dropFirst(Self.keptCount) {
                try self.disk.remove(self.path(of: entry))
            }
        }
        return Array(entries.prefix(Self.keptCount))
    }

    /// Takes the folder for this process, and makes it where it is missing. What was left unfinished
    /// in it is removed.
    ///
    /// - Returns: what holds the lock until it is closed.
    package func lock() throws(SnapshotError) -> SnapshotLock {
        let lock = try self.takeLock()
        do throws(DiskError) {
            try self.removeUnfinished()
            return lock
        } catch {
            lock.release()
            throw .disk(error)
        }
    }

    private func takeLock() throws(SnapshotError) -> SnapshotLock {
        do throws(JournalError) {
            let file = try JournalLock.take(JournalFolder(path: self.path), disk: self.disk)
            return SnapshotLock(file: file, disk: self.disk)
        } catch {
            switch error {
            case .locked(let folder, let process): throw .locked(folder: folder, process: process)
            case .disk(let error): throw .disk(error)
            default: preconditionFailure("a lock is taken or held by another")
            }
        }
    }
}

/// A folder of snapshots that is this process's.
package struct SnapshotLock: Sendable {
    fileprivate let file: DiskFile
    fileprivate let disk: any Disk

    package func release() { self.disk.close(self.file) }
}
