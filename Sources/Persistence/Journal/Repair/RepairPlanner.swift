import Shards

/// Walks over the segments of a folder, and finds which of them make the longest history that
/// begins with the oldest and has no hole.
struct RepairPlanner {
    private let folder: JournalFolder
    private let chain: SegmentChain
    private let body = GrowingMemory()
    private let firsts: [Position]
    /// The history that most segments belong to, of several the one with the oldest.
    private let epoch: Epoch?
    private var plan = RepairPlan()
    /// The position that has to come next, nil while nothing is decided.
    private var next: Position?

    static func plan(
        _ folder: JournalFolder,
        names: [String],
        disk: any Disk
    ) throws(JournalError) -> RepairPlan {
        var planner = try RepairPlanner(folder, JournalFolder.firsts(in: names), disk)
        for first in planner.firsts { try planner.take(first) }
        return planner.plan
    }

    private init(
        _ folder: JournalFolder,
        _ firsts: [Position],
        _ disk: any Disk
    ) throws(JournalError) {
        self.folder = folder
        self.firsts = firsts
        self.chain = SegmentChain(folder: folder, disk: disk)
        var counts: [Epoch: Int] = [:]
        var order: [Epoch] = []
        for first in firsts {
            let path = folder.segment(first)
            let bytes = try? self.chain.load(path, first, byteCountMax: SegmentHeader.byteCount)
            guard let bytes, let header = SegmentHeader.read(bytes), header.first == first else {
                continue
            }
            if counts[header.epoch] == nil { order.append(header.epoch) }
            counts[header.epoch, default: 0] += 1
        }
        let most = counts.values.max()
        self.epoch = order.first { counts[$0] == most }
    }

    private mutating func take(_ first: Position) throws(JournalError) {
        let path = self.folder.segment(first)
        do throws(JournalError) {
            let bytes = try self.chain.load(path, first)
            var reader = try SegmentReader(bytes, file: path, name: first)
            guard try self.belongs(reader.header, bytes) else { return }
            do throws(JournalError) {
                let isLast = first == self.firsts.last
                _ = try reader.readAll(isLast: isLast, using: self.body) { _, _, _ in }
            } catch .damaged(let damage) {
                self.cut(reader, at: damage, bytes)
            }
            self.keep(reader)
        } catch .damaged(let damage) {
            // Without a header that is right, nothing in it can be told from chance.
            self.next = self.next ?? first
            self.setAside(first, damage, because: damage.reason.rawValue, nil)
        }
    }

    /// Whether the segment goes on where those before it ended. Else it is set aside.
    private mutating func belongs(
        _ header: SegmentHeader,
        _ bytes: UnsafeRawBufferPointer
    ) throws(JournalError) -> Bool {
        let reason: String
        if header.epoch != self.epoch {
            reason = "the segment belongs to another history than most"
        } else if let next = self.next, header.first < next {
            reason = "the positions from \(header.first.rawValue) on are in the segment before"
        } else if let next = self.next, header.first > next {
            reason = "positions \(next.rawValue) to \(header.first.rawValue - 1) are missing before"
        } else {
            return true
        }
        let damage = JournalDamage(
            file: self.folder.segment(header.first),
            offset: 0,
            position: header.first,
            reason: .misplacedBatch
        )
        let loss = self.wholeBatches(bytes, from: SegmentHeader.byteCount, header)
        self.setAside(header.first, damage, because: reason, loss)
        return false
    }

    private mutating func keep(_ reader: SegmentReader) {
        self.next = reader.next
        guard
            reader.next > reader.header.first || self.plan.steps.last?.first != reader.header.first
        else { return }
        self.plan.kept = JournalExtent(
            epoch: reader.header.epoch,
            first: self.plan.kept?.first ?? reader.header.first,
            last: Position(rawValue: reader.next.rawValue - 1)
        )
    }

    private mutating func cut(
        _ reader: SegmentReader,
        at damage: JournalDamage,
        _ bytes: UnsafeRawBufferPointer
    ) {
        let loss = self.wholeBatches(bytes, from: reader.contentEnd, reader.header)
        guard reader.next > reader.header.first else {
            self.setAside(reader.header.first, damage, because: damage.reason.rawValue, loss)
            return
        }
        self.plan.steps.append(
            RepairPlan.Step(
                file: damage.file,
                first: reader.header.first,
                action: .cut(keeping: reader.contentEnd),
                offset: damage.offset,
                position: damage.position,
                reason: damage.reason.rawValue,
                loss: loss
            )
        )
    }

    private mutating func setAside(
        _ first: Position,
        _ damage: JournalDamage,
        because reason: String,
        _ loss: RepairPlan.Loss?
    ) {
        self.plan.steps.append(
            RepairPlan.Step(
                file: damage.file,
                first: first,
                action: .setAside,
                offset: damage.offset,
                position: damage.position,
                reason: reason,
                loss: loss
            )
        )
    }

    /// Looks in steps of eight for batches whose checksums hold.
    private func wholeBatches(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        _ header: SegmentHeader
    ) -> RepairPlan.Loss {
        var loss = RepairPlan.Loss()
        var offset = start
        while bytes.count - offset >= BatchHeader.byteCount {
            guard bytes.integer(at: offset) == BatchHeader.magic,
                let batch = BatchHeader.read(bytes, at: offset, salt: header.salt),
                batch.isConsistent, !batch.isSeal, batch.epoch == header.epoch,
                self.isWhole(batch, bytes[(offset + BatchHeader.byteCount)...])
            else {
                offset += 8
                continue
            }
            loss.batchCount += 1
            loss.eventCount += Int(batch.count)
            offset += batch.byteCount
        }
        return loss
    }

    private func isWhole(_ batch: BatchHeader, _ rest: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard batch.paddedBytes <= rest.count else { return false }
        let stored = UnsafeRawBufferPointer(rebasing: rest.prefix(Int(batch.storedBytes)))
        guard let body = SegmentReader.body(of: batch, stored, using: self.body) else {
            return false
        }
        return CRC32C.checksum(body) == batch.bodyChecksum
    }
}
