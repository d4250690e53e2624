package import Shards

/// Takes one snapshot: captures, reads it again, waits until all in it is durable, and gives it its
/// name.
package struct SnapshotTaking {
    /// One that was taken and is whole.
    package struct Outcome: Sendable {
        package let path: String
        package let header: SnapshotHeader
        /// Of the file.
        package let byteCount: Int
        /// The start of the oldest of its history that is kept; nil where this is the only one.
        package let oldestStart: Position?
    }

    let folder: SnapshotFolder
    let journal: Journal
    let source: any SnapshotSource
    /// Waits until a position is durable.
    ///
    /// - Returns: false where it never will be.
    let waitUntilDurable: (Position) -> Bool

    package init(
        folder: SnapshotFolder,
        journal: Journal,
        source: any SnapshotSource,
        waitUntilDurable: @escaping (Position) -> Bool
    ) {
        self.folder = folder
        self.journal = journal
        self.source = source
        self.waitUntilDurable = waitUntilDurable
    }

    /// Under the folder's lock. Blocks. What was written of one that fails is removed.
    package func take(now: Timestamp) throws(SnapshotError) -> Outcome {
        let disk = self.folder.disk
        let start = self.journal.durablePosition
        var header = SnapshotHeader(
            epoch: self.journal.epoch,
            start: start,
            newest: start,
            takenAt: now
        )
        let name = SnapshotFolder.name(of: header)
        let unfinished = self.folder.unfinished(name)
        do throws(SnapshotError) {
            let byteCount = try self.write(&header, at: unfinished)
            // As a start would read it: what cannot be restored gets no name.
            let reader = try SnapshotReader(unfinished, disk: disk)
            try SnapshotLoading.load(reader, threadCount: 1) { _ in }
            guard self.waitUntilDurable(header.newest) else { throw .notDurable }
            let path = "\(self.folder.path)/\(name)"
            try snapshotErrors { () throws(DiskError) in
                try disk.rename(unfinished, to: path)
                try disk.syncFolder(self.folder.path)
            }
            let kept = try self.folder.removeOld(of: header.epoch)
            return Outcome(
                path: path,
                header: reader.header,
                byteCount: byteCount,
                oldestStart: kept.count > 1 ? kept.last?.start : nil
            )
        } catch {
            try? disk.remove(unfinished)
            throw error
        }
    }

    private func write(
        _ header: inout SnapshotHeader,
        at path: String
    ) throws(SnapshotError) -> Int {
        do throws(DiskError) {
            let file = try SnapshotFile(at: path, disk: self.folder.disk)
            defer { file.close() }
            var capture = SnapshotCapture(source: self.source, file: file)
            try capture.run()
            header.newest = self.journal.offeredPosition
            return try capture.file.finish(header)
        } catch {
            throw .disk(error)
        }
    }
}
