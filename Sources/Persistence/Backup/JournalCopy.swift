import Shards

/// Copies a journal that a server may be writing and trimming meanwhile: whole batches only, each
/// checked before it is copied, so that the copy ends where a crash could have ended it.
struct JournalCopy {
    /// So many times it is begun anew, when segments were trimmed away under it.
    private static let attemptsMax = 5

    let source: JournalFolder
    let target: JournalFolder
    let disk: any Disk
    private let header = GrowingMemory()
    private let stored = GrowingMemory()
    private let body = GrowingMemory()

    init(from source: String, to target: String, disk: any Disk) {
        self.source = JournalFolder(path: source)
        self.target = JournalFolder(path: target)
        self.disk = disk
    }

    /// The target is a folder with nothing in it.
    func run() throws(DiskError) {
        for _ in 1..<Self.attemptsMax {
            do throws(DiskError) {
                return try self.copyAll()
            } catch {
                guard error.isMissing else { throw error }
                for name in try self.disk.list(self.target.path) {
                    try self.disk.remove("\(self.target.path)/\(name)")
                }
            }
        }
        try self.copyAll()
    }

    private func copyAll() throws(DiskError) {
        let firsts = try self.disk.list(self.source.path).compactMap { name -> Position? in
            if case .segment(let first) = JournalFolder.content(of: name) { first } else { nil }
        }
        for first in firsts.sorted() { try self.copy(first) }
        try self.disk.syncFolder(self.target.path)
    }

    private func copy(_ first: Position) throws(DiskError) {
        let from = try self.disk.open(self.source.segment(first), for: .reading)
        defer { self.disk.close(from) }
        let to = try self.disk.open(self.target.segment(first), for: .writingAnew)
        defer { self.disk.close(to) }
        let bytes = try self.disk.read(from, SegmentHeader.byteCount, at: 0, into: self.header)
        try self.disk.write(bytes, to: to, at: 0)
        if let header = SegmentHeader.read(bytes) {
            try self.copyBatches(of: header, from, to)
        }
        try self.disk.syncAll(to)
    }

    /// Up to the seal, or to the first batch that is not whole yet.
    private func copyBatches(
        of segment: SegmentHeader,
        _ from: DiskFile,
        _ to: DiskFile
    ) throws(DiskError) {
        var offset = SegmentHeader.byteCount
        while true {
            let bytes = try self.disk.read(
                from,
                BatchHeader.byteCount,
                at: offset,
                into: self.header
            )
            guard let batch = BatchHeader.read(bytes, at: 0, salt: segment.salt),
                batch.isConsistent
            else { return }
            let place = offset + BatchHeader.byteCount
            let stored = try self.disk.read(from, batch.paddedBytes, at: place, into: self.stored)
            guard batch.isSeal || self.isWhole(batch, stored) else { return }
            try self.disk.write(bytes, to: to, at: offset)
            try self.disk.write(stored, to: to, at: place)
            if batch.isSeal { return }
            offset = place + batch.paddedBytes
        }
    }

    private func isWhole(_ batch: BatchHeader, _ padded: UnsafeRawBufferPointer) -> Bool {
        guard padded.count == batch.paddedBytes else { return false }
        let stored = UnsafeRawBufferPointer(rebasing: padded[..<Int(batch.storedBytes)])
        let body = SegmentReader.body(of: batch, stored, using: self.body)
        return body.map { CRC32C.checksum($0) == batch.bodyChecksum } ?? false
    }
}
