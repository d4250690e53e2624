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

    let folder: JournalFolder
    let disk: any Disk
    let logger: Logger
    private let chain: SegmentChain

    init(folder: JournalFolder, disk: any Disk, logger: Logger) {
        self.folder = folder
        self.disk = disk
        self.logger = logger
        self.chain = SegmentChain(folder: folder, disk: disk)
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
        let last = try self.chain.read(firsts, after: after, replay: replay)
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

    // MARK: - The last segment

    /// Makes sure that what was read is on the disk.
    ///
    /// The page cache may show bytes that never got there: after an `fsync` that failed, the
    /// kernel takes them for clean (Rebello et al.: "Can applications recover from fsync
    /// failures?", USENIX ATC 2020). So they are written anew. A file that ends with its seal was
    /// synced before it was cut to that length; only the cut may be undone.
    private func settle(_ last: SegmentChain.Link) throws(DiskError) {
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
    private func rewrite(_ last: SegmentChain.Link) throws(DiskError) {
        // The last segment is what was loaded last, and is still there.
        try self.chain.replace(last, by: self.chain.loaded(last.contentEnd))
    }

    private func log(_ last: SegmentChain.Link, tornBytes: Int) {
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
