package import Shards

/// Reads a journal as a start would, and changes nothing.
package struct JournalCheck {
    package struct Report: Hashable, Sendable {
        package let extent: JournalExtent
        package let segmentCount: Int
        package let byteCount: Int
        package let tail: Tail
        /// A server wrote meanwhile: what came during the reading may be left out.
        package let isInUse: Bool

        package var eventCount: UInt64 {
            self.extent.last.rawValue &- self.extent.first.rawValue &+ 1
        }
    }

    /// How the last segment ends.
    package enum Tail: Hashable, Sendable {
        case closed
        /// Not closed: so many bytes behind `offset` belong to no whole batch, which the next start
        /// cuts.
        case open(file: String, offset: Int, tornBytes: Int)
    }

    private static let attemptsMax = 4

    private let folder: JournalFolder
    private let disk: any Disk
    private let isInUse: Bool
    private let after: Position

    /// What ends at or before `after` is not looked at but for its headers, as in `Journal.open`.
    /// `progress` gets the bytes that were read, and those that there are.
    ///
    /// - Returns: nil where there is no segment.
    package static func run(
        _ settings: JournalSettings,
        disk: any Disk = PosixDisk(),
        after: Position = .zero,
        progress: (_ byteCount: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(JournalError) -> Report? {
        guard Journal.first(in: settings, disk: disk) != nil else { return nil }
        let folder = JournalFolder(path: settings.folder)
        let (lock, isInUse) = try Self.tryLock(folder, disk)
        defer { if let lock { disk.close(lock) } }
        return try Self(folder: folder, disk: disk, isInUse: isInUse, after: after).run(progress)
    }

    /// A folder that cannot be written is checked as well, without a lock.
    private static func tryLock(
        _ folder: JournalFolder,
        _ disk: any Disk
    ) throws(JournalError) -> (lock: DiskFile?, isInUse: Bool) {
        do throws(JournalError) {
            return (try JournalLock.take(folder, disk: disk), false)
        } catch .locked {
            return (nil, true)
        } catch .disk {
            return (nil, false)
        }
    }

    /// Beside a server, what is being written or trimmed may look damaged for a moment. Damage that
    /// is seen twice in one place is real.
    private func run(_ progress: (Int, Int) -> Void) throws(JournalError) -> Report? {
        var seen: JournalError?
        for _ in 1..<Self.attemptsMax where self.isInUse {
            do throws(JournalError) {
                return try self.readAll(progress)
            } catch {
                if error == seen { throw error }
                seen = error
            }
        }
        return try self.readAll(progress)
    }

    private func readAll(_ progress: (Int, Int) -> Void) throws(JournalError) -> Report? {
        let names = try journalErrors { () throws(DiskError) in
            try self.disk.list(self.folder.path)
        }
        let firsts = JournalFolder.firsts(in: names)
        let total = try self.size(of: firsts)
        var (byteCount, tail) = (0, Tail.closed)
        progress(0, total)
        let last = try SegmentChain(folder: self.folder, disk: self.disk).read(
            firsts,
            after: self.after,
            didRead: { link, count in
                byteCount += count
                tail = self.tail(of: link)
                progress(byteCount, total)
            },
            replay: { _, _, _ in }
        )
        guard let first = firsts.first, let last else { return nil }
        return Report(
            extent: JournalExtent(
                epoch: last.header.epoch,
                first: first,
                last: Position(rawValue: last.next.rawValue - 1)
            ),
            segmentCount: firsts.count,
            byteCount: byteCount,
            tail: tail,
            isInUse: self.isInUse
        )
    }

    private func tail(of link: SegmentChain.Link) -> Tail {
        switch link.ending {
        case .clean: .closed
        case .unclean(let tornBytes):
            .open(
                file: self.folder.segment(link.header.first),
                offset: link.contentEnd,
                tornBytes: tornBytes
            )
        }
    }

    private func size(of firsts: [Position]) throws(JournalError) -> Int {
        try journalErrors { () throws(DiskError) in
            var total = 0
            for first in firsts {
                let file = try self.disk.open(self.folder.segment(first), for: .reading)
                defer { self.disk.close(file) }
                total += try self.disk.size(of: file)
            }
            return total
        }
    }
}
