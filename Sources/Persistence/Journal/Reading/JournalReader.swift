package import Shards

/// Reads durable events back from the segments, in order, while others are written behind them.
///
/// What it needs of memory is one batch: how far it has fallen behind does not matter.
package final class JournalReader {
    private struct Place {
        let file: DiskFile
        let header: SegmentHeader
        /// Of the next batch.
        var offset = SegmentHeader.byteCount
        /// Its first position.
        var next: Position
    }

    private let folder: JournalFolder
    private let disk: any Disk
    private let header = GrowingMemory()
    private let stored = GrowingMemory()
    private let body = GrowingMemory()
    private var place: Place?

    init(folder: JournalFolder, disk: any Disk) {
        self.folder = folder
        self.disk = disk
    }

    deinit {
        if let place { self.disk.close(place.file) }
    }

    /// The first position that is still there, nil where there is no segment.
    package func first() throws(JournalError) -> Position? { try self.firsts().first }

    /// Hands out events from `start` on, whole batches of them, until `bytesMax` of their bodies
    /// have been read or all through `durable`. Those before `start` in its batch are left out.
    ///
    /// It is fastest where `start` is the position that the last call returned.
    ///
    /// - Returns: the position to go on from.
    package func read(
        from start: Position,
        through durable: Position,
        bytesMax: Int,
        _ visit: (Position, Event) -> Void
    ) throws(JournalError) -> Position {
        var next = start
        var byteCount = 0
        while next <= durable, byteCount < bytesMax {
            try self.seek(next)
            let (batchBytes, after) = try self.readBatch(from: next, visit)
            byteCount += batchBytes
            next = after
        }
        return next
    }

    /// Of the segment that begins with a position.
    func header(of first: Position) throws(JournalError) -> SegmentHeader? {
        try self.openSegment(at: first)
        return self.place?.header
    }

    // MARK: - Finding the place

    private func firsts() throws(JournalError) -> [Position] {
        let names = try journalErrors { () throws(DiskError) in
            try self.disk.list(self.folder.path)
        }
        return JournalFolder.firsts(in: names)
    }

    /// Comes to stand before the batch that holds `position`.
    private func seek(_ position: Position) throws(JournalError) {
        if self.place.map({ position < $0.next }) ?? true {
            try self.openSegment(holding: position)
        }
        while let batch = try self.nextHeader(), batch.isSeal || position >= batch.next {
            if batch.isSeal {
                try self.openSegment(at: batch.first)
            } else {
                self.place?.offset += BatchHeader.byteCount + batch.paddedBytes
                self.place?.next = batch.next
            }
        }
    }

    private func openSegment(holding position: Position) throws(JournalError) {
        guard let first = try self.firsts().last(where: { $0 <= position }) else {
            throw .missing(
                file: self.folder.path,
                from: position,
                through: position
            )
        }
        try self.openSegment(at: first)
    }

    private func openSegment(at first: Position) throws(JournalError) {
        let path = self.folder.segment(first)
        let file = try journalErrors { () throws(DiskError) in
            try self.disk.open(path, for: .reading)
        }
        let memory = self.header.take(SegmentHeader.byteCount)
        do throws(JournalError) {
            let bytes = try self.read(file, at: 0, into: memory)
            guard let header = SegmentHeader.read(bytes), header.first == first else {
                throw self.damaged(path, offset: 0, at: first, .badHeader)
            }
            if let place = self.place { self.disk.close(place.file) }
            self.place = Place(file: file, header: header, next: first)
        } catch {
            self.disk.close(file)
            throw error
        }
    }

    // MARK: - Batches

    private func nextHeader() throws(JournalError) -> BatchHeader? {
        guard let place = self.place else { return nil }
        let memory = self.header.take(BatchHeader.byteCount)
        let bytes = try self.read(place.file, at: place.offset, into: memory)
        guard let batch = BatchHeader.read(bytes, at: 0, salt: place.header.salt),
            batch.isConsistent, batch.first == place.next
        else { throw self.damaged(.badBatch) }
        return batch
    }

    private func readBatch(
        from start: Position,
        _ visit: (Position, Event) -> Void
    ) throws(JournalError) -> (byteCount: Int, next: Position) {
        guard let batch = try self.nextHeader(), let place = self.place else {
            preconditionFailure("a batch is read after its place was found")
        }
        let stored = try self.read(
            place.file,
            at: place.offset + BatchHeader.byteCount,
            into: self.stored.take(Int(batch.storedBytes))
        )
        guard let body = SegmentReader.body(of: batch, stored, using: self.body),
            CRC32C.checksum(body) == batch.bodyChecksum
        else { throw self.damaged(.badBatch) }
        var fields = ByteReader(body)
        var position = batch.first
        while position < batch.next {
            guard let entry = try? EventCodec.decode(&fields) else { throw self.damaged(.badEvent) }
            if position >= start { visit(position, entry.event) }
            position = position.next
        }
        self.place?.offset += BatchHeader.byteCount + batch.paddedBytes
        self.place?.next = batch.next
        return (body.count, batch.next)
    }

    private func read(
        _ file: DiskFile,
        at offset: Int,
        into memory: UnsafeMutableRawBufferPointer
    ) throws(JournalError) -> UnsafeRawBufferPointer {
        let count = try journalErrors { () throws(DiskError) in
            try self.disk.read(file, into: memory, at: offset)
        }
        return UnsafeRawBufferPointer(rebasing: memory[..<count])
    }

    private func damaged(_ reason: JournalDamage.Reason) -> JournalError {
        guard let place = self.place else {
            return self.damaged(self.folder.path, offset: 0, at: .zero, reason)
        }
        return self.damaged(place.file.path, offset: place.offset, at: place.next, reason)
    }

    private func damaged(
        _ path: String,
        offset: Int,
        at position: Position,
        _ reason: JournalDamage.Reason
    ) -> JournalError {
        .damaged(JournalDamage(file: path, offset: offset, position: position, reason: reason))
    }
}

extension BatchHeader {
    /// The position after the batch.
    fileprivate var next: Position {
        Position(rawValue: self.first.rawValue &+ UInt64(self.count))
    }
}
