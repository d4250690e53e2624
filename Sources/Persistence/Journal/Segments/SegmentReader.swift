import Shards

/// Walks over the batches of one segment that is in memory, and believes only what it has checked.
struct SegmentReader {
    /// How a segment ends.
    enum Ending: Hashable {
        /// By a seal, and nothing after it.
        case clean
        /// As a crash leaves it. So many bytes follow that belong to no whole batch: zeros at the
        /// end of the file are not counted.
        case unclean(tornBytes: Int)
    }

    private enum Step {
        case batch
        case seal
        case notWhole
    }

    let header: SegmentHeader
    /// After the last whole batch with events.
    private(set) var contentEnd = SegmentHeader.byteCount
    /// After the last event.
    private(set) var next: Position

    /// After the last whole batch or seal.
    private var offset = SegmentHeader.byteCount
    private let bytes: UnsafeRawBufferPointer
    private let file: String

    /// Of the whole file.
    var byteCount: Int { self.bytes.count }

    /// Checks the header against `name`, the position that is in the file's name. The bytes are the
    /// whole file, and valid for as long as the reader lives.
    init(
        _ bytes: UnsafeRawBufferPointer,
        file: String,
        name: Position
    ) throws(JournalError) {
        self.bytes = bytes
        self.file = file
        self.next = name
        guard let header = SegmentHeader.read(bytes) else {
            let damage = JournalDamage(file: file, offset: 0, position: name, reason: .badHeader)
            throw .damaged(damage)
        }
        self.header = header
        guard header.version <= EventCodec.formatVersion else {
            throw .newerFormat(file: file, version: header.version)
        }
        guard header.version > 0, header.first == name, name > .zero,
            name.rawValue <= SegmentHeader.firstMax
        else {
            let damage = JournalDamage(file: file, offset: 0, position: name, reason: .misnamed)
            throw .damaged(damage)
        }
    }

    /// Reads all batches and hands out their events. Only the last segment may have been written
    /// when the process ended. Of batches that end at or before `after` only the headers are looked
    /// at, and nothing is handed out.
    mutating func readAll(
        isLast: Bool,
        after: Position = .zero,
        using memory: GrowingMemory,
        replay: (Position, Event, IdempotencyMark?) -> Void
    ) throws(JournalError) -> Ending {
        while self.offset < self.bytes.count {
            switch try self.step(after: after, using: memory, replay: replay) {
            case .batch:
                self.contentEnd = self.offset
            case .seal:
                if self.offset == self.bytes.count { return .clean }
                guard isLast else { throw self.damaged(.afterSeal) }
                return .unclean(tornBytes: try self.searchRest(from: self.offset, .afterSeal))
            case .notWhole:
                guard isLast else { throw self.damaged(.badBatch) }
                return .unclean(tornBytes: try self.searchRest(from: self.offset + 8, .badBatch))
            }
        }
        guard isLast else { throw self.damaged(.noSeal) }
        return .unclean(tornBytes: 0)
    }

    // MARK: - One batch

    /// Where the answer is `notWhole`, nothing has moved.
    private mutating func step(
        after: Position,
        using memory: GrowingMemory,
        replay: (Position, Event, IdempotencyMark?) -> Void
    ) throws(JournalError) -> Step {
        guard let batch = BatchHeader.read(self.bytes, at: self.offset, salt: self.header.salt)
        else { return .notWhole }
        guard batch.version <= EventCodec.formatVersion else {
            throw .newerFormat(file: self.file, version: batch.version)
        }
        // A crash leaves nothing, or a part of what belongs here: never a whole header of another
        // place.
        guard batch.epoch == self.header.epoch, batch.first == self.next else {
            throw self.damaged(.misplacedBatch)
        }
        guard batch.isConsistent else { throw self.damaged(.badEvent) }
        guard let stored = self.storedBody(of: batch) else { return .notWhole }
        guard !batch.isSeal else {
            self.offset += BatchHeader.byteCount
            return .seal
        }
        let next = try self.next(after: batch)
        // The header's checksum covers how far the batch goes, so that nothing newer can be in a body
        // that is not looked at; and the body's is of what it is before compression, so that to look
        // at it costs as much as the rest. `JournalCheck`, the store's reader and a start from an
        // older snapshot find what is wrong with it, where it is wanted.
        if next.rawValue - 1 > after.rawValue {
            guard let body = Self.body(of: batch, stored, using: memory),
                CRC32C.checksum(body) == batch.bodyChecksum
            else { return .notWhole }
            try self.deliver(body, of: batch, to: replay)
        }
        self.next = next
        self.offset += batch.byteCount
        return .batch
    }

    private func next(after batch: BatchHeader) throws(JournalError) -> Position {
        let (end, overflows) = batch.first.rawValue.addingReportingOverflow(UInt64(batch.count))
        guard !overflows else { throw self.damaged(.badEvent) }
        return Position(rawValue: end)
    }

    /// Nil where the file ends before it, or its padding is not zero.
    private func storedBody(of batch: BatchHeader) -> UnsafeRawBufferPointer? {
        let start = self.offset + BatchHeader.byteCount
        guard batch.paddedBytes <= self.bytes.count - start else { return nil }
        let end = start + Int(batch.storedBytes)
        guard self.bytes[end..<start + batch.paddedBytes].allSatisfy({ $0 == 0 }) else {
            return nil
        }
        return UnsafeRawBufferPointer(rebasing: self.bytes[start..<end])
    }

    /// The body as it was written, nil where it is not whole. In `memory` where it was compressed.
    static func body(
        of batch: BatchHeader,
        _ stored: UnsafeRawBufferPointer,
        using memory: GrowingMemory
    ) -> UnsafeRawBufferPointer? {
        guard batch.isCompressed else { return stored }
        let target = memory.take(Int(batch.bodyBytes))
        return LZ4Block.decompress(stored, into: target) ? UnsafeRawBufferPointer(target) : nil
    }

    private func deliver(
        _ body: UnsafeRawBufferPointer,
        of batch: BatchHeader,
        to replay: (Position, Event, IdempotencyMark?) -> Void
    ) throws(JournalError) {
        var reader = ByteReader(body)
        for position in batch.first.rawValue..<batch.first.rawValue + UInt64(batch.count) {
            guard let entry = try? EventCodec.decode(&reader) else {
                throw self.damaged(.badEvent)
            }
            replay(Position(rawValue: position), entry.event, entry.mark)
        }
        guard reader.remainingCount == 0 else { throw self.damaged(.badEvent) }
    }

    // MARK: - Behind damage

    /// The header of a batch with events, or of a seal, that is whole at a place and lies in this
    /// segment, whatever is before it.
    func wholeBatch(at place: Int, using memory: GrowingMemory) -> BatchHeader? {
        guard self.bytes.count - place >= BatchHeader.byteCount,
            self.bytes.integer(at: place) == BatchHeader.magic,
            let batch = BatchHeader.read(self.bytes, at: place, salt: self.header.salt),
            batch.isConsistent, batch.epoch == self.header.epoch
        else { return nil }
        if batch.isSeal { return batch }
        let start = place + BatchHeader.byteCount
        guard batch.paddedBytes <= self.bytes.count - start else { return nil }
        let stored = self.bytes[start..<start + Int(batch.storedBytes)]
        guard
            let body = Self.body(of: batch, UnsafeRawBufferPointer(rebasing: stored), using: memory)
        else { return nil }
        return CRC32C.checksum(body) == batch.bodyChecksum ? batch : nil
    }

    /// Comes to stand before the first whole batch behind damage, as if nothing were to be before it.
    ///
    /// - Returns: false, and nothing has moved, where there is none or `isWanted` refuses it.
    mutating func goOn(
        using memory: GrowingMemory,
        where isWanted: (BatchHeader) -> Bool
    ) -> Bool {
        for place in stride(from: self.offset, to: self.bytes.count, by: 8) {
            guard let batch = self.wholeBatch(at: place, using: memory),
                batch.first > self.next || batch.first == self.next && place > self.offset
            else { continue }
            guard isWanted(batch) else { return false }
            self.offset = place
            self.contentEnd = place
            self.next = batch.first
            return true
        }
        return false
    }

    // MARK: - The end

    /// Looks at what follows the last whole batch: from `start` on a crash leaves no whole header.
    ///
    /// - Returns: how many bytes there are up to the last that is not zero.
    private func searchRest(
        from start: Int,
        _ reason: JournalDamage.Reason
    ) throws(JournalError) -> Int {
        var usedEnd = self.offset
        var place = self.offset
        while self.bytes.count - place >= 8 {
            let word: UInt64 = self.bytes.integer(at: place)
            if word != 0 { usedEnd = place + 8 }
            if word == BatchHeader.magic, place >= start,
                BatchHeader.read(self.bytes, at: place, salt: self.header.salt) != nil
            {
                throw self.damaged(reason)
            }
            place += 8
        }
        if self.bytes[place...].contains(where: { $0 != 0 }) { usedEnd = self.bytes.count }
        return usedEnd - self.offset
    }

    private func damaged(_ reason: JournalDamage.Reason) -> JournalError {
        .damaged(
            JournalDamage(
                file: self.file,
                offset: self.offset,
                position: self.next,
                reason: reason
            )
        )
    }
}
