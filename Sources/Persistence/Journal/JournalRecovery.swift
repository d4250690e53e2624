import Logging
import Shards

/// Reads all that the folder holds, and settles the last segment so that appending is safe.
///
/// A crash at any moment of it changes nothing that a later recovery would not do again.
struct JournalRecovery {
    struct Outcome {
        /// Nil where there was no segment.
        let epoch: Epoch?
        /// The first position that is kept; that of `next` where there is no event.
        let first: Position
        /// The first position that is free.
        let next: Position
        let reserves: [Int]
    }

    /// A segment that was read, and how it ends.
    private struct Found {
        let header: SegmentHeader
        let next: Position
        let contentEnd: Int
        let ending: SegmentReader.Ending
    }

    /// Far above what any segment grows to; checked before memory is taken for it.
    private static let segmentBytesMax = 4 << 30

    let folder: JournalFolder
    let disk: any Disk
    let logger: Logger
    private let file = GrowingMemory()
    private let body = GrowingMemory()

    init(folder: JournalFolder, disk: any Disk, logger: Logger) {
        self.folder = folder
        self.disk = disk
        self.logger = logger
    }

    /// Leaves out events at or before `after`, and reads no more than the headers of segments that
    /// hold no others.
    ///
    /// - Throws: before anything is changed, but for `JournalError.disk`.
    func run(
        after: Position,
        replay: (Position, Event, IdempotencyMark?) -> Void
    ) throws(JournalError) -> Outcome {
        let contents = try self.contents()
        let firsts = JournalFolder.firsts(in: contents.map(\.name))
        let last = try self.readAll(firsts, after: after, replay: replay)
        try journalErrors { () throws(DiskError) in
            for (name, content) in contents where content == .unfinished {
                try self.disk.remove("\(self.folder.path)/\(name)")
            }
            if let last { try self.settle(last) }
        }
        for (name, content) in contents where content == .unknown {
            self.logger.warning(
                "a file in the journal's folder is not one of the journal's",
                metadata: ["name": "\(name)"]
            )
        }
        return Outcome(
            epoch: last?.header.epoch,
            first: firsts.first ?? Position.zero.next,
            next: last?.next ?? Position.zero.next,
            reserves: contents.compactMap {
                if case .reserve(let number) = $0.content { number } else { nil }
            }
        )
    }

    /// Reads all that the folder holds, and changes nothing.
    ///
    /// - Returns: nil where there is no segment.
    func look(
        at visit: (Position, Event) -> Void
    ) throws(JournalError) -> JournalExtent? {
        let firsts = JournalFolder.firsts(in: try self.contents().map(\.name))
        let last = try self.readAll(firsts, after: .zero) { position, event, _ in
            visit(position, event)
        }
        guard let first = firsts.first, let last else { return nil }
        return JournalExtent(
            epoch: last.header.epoch,
            first: first,
            last: Position(rawValue: last.next.rawValue - 1)
        )
    }

    /// Leaves a history that has no event, for one that begins after `origin`.
    func restart(_ found: Outcome, after origin: Position) throws(JournalError) -> Outcome {
        try journalErrors { () throws(DiskError) in
            guard found.epoch != nil else { return }
            try self.disk.remove(self.folder.segment(found.first))
            try self.disk.syncFolder(self.folder.path)
        }
        let next = origin.next
        return Outcome(epoch: nil, first: next, next: next, reserves: found.reserves)
    }

    // MARK: - Reading

    private func contents() throws(JournalError) -> [(name: String, content: JournalFolder.Content)]
    {
        let names = try journalErrors { () throws(DiskError) in
            try self.disk.list(self.folder.path)
        }
        return names.map { (name: $0, content: JournalFolder.content(of: $0)) }
    }

    private func readAll(
        _ firsts: [Position],
        after: Position,
        replay: (Position, Event, IdempotencyMark?) -> Void
    ) throws(JournalError) -> Found? {
        var last: Found?
        let covered = firsts.covered(through: after)
        for (index, first) in firsts.enumerated() {
            if index < covered.count {
                last = try self.skip(first, upTo: firsts[index + 1], after: last)
                continue
            }
            let isLast = index == firsts.count - 1
            last = try self.read(first, after: last, isLast: isLast) { position, event, mark in
                if position > after { replay(position, event, mark) }
            }
        }
        return last
    }

    /// Checks a segment by its header only.
    private func skip(
        _ first: Position,
        upTo next: Position,
        after before: Found?
    ) throws(JournalError) -> Found {
        let path = self.folder.segment(first)
        let bytes = try self.load(path, first, byteCountMax: SegmentHeader.byteCount)
        let reader = try SegmentReader(bytes, file: path, name: first)
        try Self.check(reader.header, of: path, after: before)
        return Found(header: reader.header, next: next, contentEnd: 0, ending: .clean)
    }

    private func read(
        _ first: Position,
        after before: Found?,
        isLast: Bool,
        replay: (Position, Event, IdempotencyMark?) -> Void
    ) throws(JournalError) -> Found {
        let path = self.folder.segment(first)
        let bytes = try self.load(path, first)
        var reader = try SegmentReader(bytes, file: path, name: first)
        try Self.check(reader.header, of: path, after: before)
        let ending = try reader.readAll(isLast: isLast, using: self.body, replay: replay)
        return Found(
            header: reader.header,
            next: reader.next,
            contentEnd: reader.contentEnd,
            ending: ending
        )
    }

    private static func check(
        _ header: SegmentHeader,
        of path: String,
        after before: Found?
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
    private func load(
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
        return UnsafeRawBufferPointer(rebasing: memory[..<count])
    }

    // MARK: - The last segment

    /// Makes sure that what was read is on the disk.
    ///
    /// The page cache may show bytes that never got there: after an `fsync` that failed, the
    /// kernel takes them for clean (Rebello et al.: "Can applications recover from fsync
    /// failures?", USENIX ATC 2020). So they are written anew. A file that ends with its seal was
    /// synced before it was cut to that length; only the cut may be undone.
    private func settle(_ last: Found) throws(DiskError) {
        guard case .unclean(let tornBytes) = last.ending else {
            let file = try self.disk.open(self.folder.segment(last.header.first), for: .writing)
            defer { self.disk.close(file) }
            try self.disk.syncAll(file)
            try self.disk.syncFolder(self.folder.path)
            return
        }
        self.log(last, tornBytes: tornBytes)
        if last.next > last.header.first { try self.rewrite(last) }
    }

    /// An empty segment is not rewritten: the next one, of the same name, takes its place.
    private func rewrite(_ last: Found) throws(DiskError) {
        let path = self.folder.rewriting(last.header.first)
        let file = try self.disk.open(path, for: .writingAnew)
        defer { self.disk.close(file) }
        // The last segment is what was loaded last, and is still there.
        let content = self.file.take(last.contentEnd)
        try self.disk.write(UnsafeRawBufferPointer(content), to: file, at: 0)
        let seal = BatchHeader.seal(epoch: last.header.epoch, next: last.next)
        try self.disk.write(seal.bytes(salt: last.header.salt), to: file, at: last.contentEnd)
        try self.disk.syncAll(file)
        try self.disk.rename(path, to: self.folder.segment(last.header.first))
        try self.disk.syncFolder(self.folder.path)
    }

    private func log(_ last: Found, tornBytes: Int) {
        let metadata: Logger.Metadata = [
            "file": "\(self.folder.segment(last.header.first))",
            "position": "\(last.next.rawValue - 1)",
            "offset": "\(last.contentEnd)",
            "bytes": "\(tornBytes)",
        ]
        if tornBytes > 0 {
            self.logger.warning(
                "the journal was not closed: cut what was being written after this position",
                metadata: metadata
            )
        } else {
            self.logger.notice("the journal was not closed, nothing is cut", metadata: metadata)
        }
    }
}

/// Says of an error of the disk that it kept the journal from opening.
func journalErrors<Value>(
    _ body: () throws(DiskError) -> Value
) throws(JournalError) -> Value {
    do {
        return try body()
    } catch {
        throw .disk(error)
    }
}
