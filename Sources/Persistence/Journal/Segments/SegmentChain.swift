import Shards

/// The segments of a folder, each of which goes on where the one before ended.
final class SegmentChain {
    /// A segment that was read, and how it ends.
    struct Link {
        let header: SegmentHeader
        let next: Position
        let contentEnd: Int
        let ending: SegmentReader.Ending
    }

    /// Far above what any segment grows to; checked before memory is taken for it.
    private static let segmentBytesMax = 4 << 30

    private let folder: JournalFolder
    private let disk: any Disk
    private let file = GrowingMemory()
    private let body = GrowingMemory()
    private var loadedBytes = 0

    init(folder: JournalFolder, disk: any Disk) {
        self.folder = folder
        self.disk = disk
    }

    /// Reads segments one after the other, and checks that each goes on where the one before ended.
    ///
    /// Leaves out events at or before `after` and behind `through`, and reads no more than the
    /// headers of segments before the one that goes on after `after`, and of batches in that one
    /// which end there; nor any segment that begins behind `through`. `didRead` gets each segment and its length in the file.
    ///
    /// - Returns: the last that was read, nil where there is none.
    func read(
        _ firsts: [Position],
        after: Position = .zero,
        through: Position = Position(rawValue: .max),
        didRead: (Link, _ byteCount: Int) -> Void = { _, _ in },
        replay: (Position, Event, IdempotencyMark?) -> Void
    ) throws(JournalError) -> Link? {
        var last: Link?
        let covered = firsts.covered(through: after)
        for (index, first) in firsts.enumerated() {
            if index < covered.count {
                last = try self.skip(first, upTo: firsts[index + 1], behind: last)
                continue
            }
            if last != nil, first > through { break }
            let isLast = index == firsts.count - 1
            let link = try self.read(first, behind: last, isLast: isLast, after: after) {
                (position, event, mark) in
                if position > after, position <= through { replay(position, event, mark) }
            }
            didRead(link, self.loadedBytes)
            last = link
        }
        return last
    }

    /// Checks a segment by its header only.
    private func skip(
        _ first: Position,
        upTo next: Position,
        behind before: Link?
    ) throws(JournalError) -> Link {
        let path = self.folder.segment(first)
        let bytes = try self.load(path, first, byteCountMax: SegmentHeader.byteCount)
        let reader = try SegmentReader(bytes, file: path, name: first)
        try Self.check(reader.header, of: path, behind: before)
        return Link(header: reader.header, next: next, contentEnd: 0, ending: .clean)
    }

    private func read(
        _ first: Position,
        behind before: Link?,
        isLast: Bool,
        after: Position,
        replay: (Position, Event, IdempotencyMark?) -> Void
    ) throws(JournalError) -> Link {
        let path = self.folder.segment(first)
        let bytes = try self.load(path, first)
        var reader = try SegmentReader(bytes, file: path, name: first)
        try Self.check(reader.header, of: path, behind: before)
        let ending = try reader.readAll(
            isLast: isLast,
            after: after,
            using: self.body,
            replay: replay
        )
        return Link(
            header: reader.header,
            next: reader.next,
            contentEnd: reader.contentEnd,
            ending: ending
        )
    }

    private static func check(
        _ header: SegmentHeader,
        of path: String,
        behind before: Link?
    ) throws(JournalError) {
        guard let before else { return }
        let first = header.first
        guard header.epoch == before.header.epoch else { throw .foreignEpoch(file: path) }
        guard first >= before.next else {
            throw .overlapping(file: path, first: first, expected: before.next)
        }
        guard first == before.next else {
            let through = Position(rawValue: first.rawValue - 1)
            throw .missing(file: path, from: before.next, through: through)
        }
    }

    /// - Returns: the file's bytes, or its first, until the next call.
    func load(
        _ path: String,
        _ first: Position,
        byteCountMax: Int = .max
    ) throws(JournalError) -> UnsafeRawBufferPointer {
        let file = try journalErrors { () throws(DiskError) in
            try self.disk.open(path, for: .reading)
        }
        defer { self.disk.close(file) }
        let size = try journalErrors { () throws(DiskError) in try self.disk.size(of: file) }
        guard size <= Self.segmentBytesMax else {
            throw .damaged(JournalDamage(file: path, offset: 0, position: first, reason: .tooLong))
        }
        let memory = self.file.take(min(size, byteCountMax))
        let count = try journalErrors { () throws(DiskError) in
            try self.disk.read(file, into: memory, at: 0)
        }
        self.loadedBytes = count
        return UnsafeRawBufferPointer(rebasing: memory[..<count])
    }

    /// The beginning of the file that was loaded last.
    func loaded(_ byteCount: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(self.file.take(byteCount))
    }

    /// Puts these bytes and a seal in the place of a segment, in one step.
    func replace(_ link: Link, by content: UnsafeRawBufferPointer) throws(DiskError) {
        let path = self.folder.rewriting(link.header.first)
        let file = try self.disk.open(path, for: .writingAnew)
        defer { self.disk.close(file) }
        try self.disk.write(content, to: file, at: 0)
        let seal = BatchHeader.seal(epoch: link.header.epoch, next: link.next)
        try self.disk.write(seal.bytes(salt: link.header.salt), to: file, at: content.count)
        try self.disk.syncAll(file)
        try self.disk.rename(path, to: self.folder.segment(link.header.first))
        try self.disk.syncFolder(self.folder.path)
    }
}
