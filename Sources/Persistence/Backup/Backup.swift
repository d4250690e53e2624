package import Shards

/// A copy of a server's folders from which another one starts: made while the server runs.
///
/// First the history, then a snapshot, then the journal: what is copied later is newer, and a start
/// brings what is older up to it.
package struct Backup {
    /// What makes a copy of no use, found when it was read again.
    package enum Failure: Error, CustomStringConvertible {
        case notWhole(String)

        package var description: String {
            switch self {
            case .notWhole(let reason): "the backup was made and is of no use: \(reason)"
            }
        }
    }

    /// The folders of one server.
    package struct Places: Sendable {
        package let dataFolder: String
        package let snapshotFolder: String

        package init(dataFolder: String, snapshotFolder: String) {
            self.dataFolder = dataFolder
            self.snapshotFolder = snapshotFolder
        }

        /// Those in the folder of a backup.
        package init(in folder: String) {
            self.init(dataFolder: "\(folder)/data", snapshotFolder: "\(folder)/snapshots")
        }

        package var journal: JournalSettings {
            JournalSettings(folder: "\(self.dataFolder)/journal")
        }
    }

    private static let pieceBytes = 1 << 20

    private let source: Places
    private let target: Places
    private let disk: any Disk

    package init(of source: Places, to target: Places, disk: any Disk = PosixDisk()) {
        self.source = source
        self.target = target
        self.disk = disk
    }

    /// Makes the target's folders, which are empty or not there.
    package func makeFolders() throws(DiskError) {
        let (data, snapshots) = (self.target.dataFolder, self.target.snapshotFolder)
        for folder in [data, snapshots, self.target.journal.folder] {
            _ = try self.disk.createFolder(folder)
        }
    }

    /// Copies a file of the data folder that nobody writes, where it is there.
    package func copyFile(named name: String) throws(DiskError) {
        guard try self.disk.list(self.source.dataFolder).contains(name) else { return }
        let path = "\(self.source.dataFolder)/\(name)"
        try self.copy(path, to: "\(self.target.dataFolder)/\(name)")
    }

    /// The newest snapshot of the history, which is not taken away meanwhile: two are kept.
    package func copySnapshot(of epoch: Epoch) throws(SnapshotError) {
        let folder = SnapshotFolder(self.source.snapshotFolder, disk: self.disk)
        guard let entry = try folder.entries(of: epoch).first else { return }
        try snapshotErrors { () throws(DiskError) in
            let path = "\(self.target.snapshotFolder)/\(entry.name)"
            try self.copy(folder.path(of: entry), to: path)
            try self.disk.syncFolder(self.target.snapshotFolder)
        }
    }

    package func copyJournal() throws(DiskError) {
        let (from, to) = (self.source.journal.folder, self.target.journal.folder)
        try JournalCopy(from: from, to: to, disk: self.disk).run()
        try self.disk.syncFolder(self.target.dataFolder)
    }

    /// Reads all that was copied again. `history` is the state of the copied file, nil where the
    /// history is in a database of its own.
    ///
    /// - Returns: what the journal of the copy has.
    package func check(_ history: StoreState?) throws -> JournalExtent {
        guard let extent = try Journal.read(in: self.target.journal, disk: self.disk, { _, _ in })
        else { throw Failure.notWhole("there is no journal in it") }
        let folder = SnapshotFolder(self.target.snapshotFolder, disk: self.disk)
        for entry in try folder.entries() {
            let reader = try SnapshotReader(entry, in: folder)
            try reader.verify()
            guard reader.header.newest <= extent.last, reader.header.start.next >= extent.first
            else { throw Failure.notWhole("\(entry.name) does not fit to the journal") }
        }
        try history?.check(against: extent, in: self.target.dataFolder)
        return extent
    }

    private func copy(_ source: String, to target: String) throws(DiskError) {
        let from = try self.disk.open(source, for: .reading)
        defer { self.disk.close(from) }
        let to = try self.disk.open(target, for: .writingAnew)
        defer { self.disk.close(to) }
        var offset = 0
        while true {
            let piece = try self.disk.read(from, byteCount: Self.pieceBytes, at: offset)
            if piece.isEmpty { break }
            try self.disk.write(piece, to: to, at: offset)
            offset += piece.count
        }
        try self.disk.syncAll(to)
    }
}
