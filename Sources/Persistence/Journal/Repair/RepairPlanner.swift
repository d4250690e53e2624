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
    /// Segments of other histories.
    private var foreign: Set<Position> = []

    /// Events up to here may be missing at the beginning.
    private let cover: JournalCover?

    /// Looks for another beginning only where something is wrong with the one that there is.
    static func plan(
        _ folder: JournalFolder,
        names: [String],
        disk: any Disk,
        cover: (Epoch) -> JournalCover?
    ) throws(JournalError) -> RepairPlan {
        let firsts = JournalFolder.firsts(in: names)
        var planner = try RepairPlanner(folder, firsts, disk, nil)
        for first in firsts { try planner.take(first) }
        let plan = planner.plan
        guard !plan.isEmpty, let epoch = planner.epoch, let cover = cover(epoch) else {
            return plan
        }
        planner = try RepairPlanner(folder, firsts, disk, cover)
        for first in firsts { try planner.take(first) }
        // A start refuses a journal that ends before what it has beside it: then the beginning is
        // worth more.
        guard planner.plan.steps.contains(where: \.isCovered), let kept = planner.plan.kept,
            kept.last >= cover.newest
        else { return plan }
        planner.plan.cover = cover
        return planner.plan
    }

    private init(
        _ folder: JournalFolder,
        _ firsts: [Position],
        _ disk: any Disk,
        _ cover: JournalCover?
    ) throws(JournalError) {
        self.folder = folder
        self.firsts = firsts
        self.cover = cover
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
            let reader = try SegmentReader(bytes, file: path, name: first)
            guard self.belongs(reader) else { return }
            try self.read(reader)
        } catch .damaged(let damage) {
            // Without a header that is right, nothing in it can be told from chance.
            self.next = self.next ?? first
            self.setAside(first, damage, because: damage.reason.rawValue, nil)
        }
    }

    /// Reads a segment, from behind the last damage in it that the cover makes up for.
    private mutating func read(_ found: SegmentReader) throws(JournalError) {
        var reader = found
        let first = reader.header.first
        var part: (start: Int, first: Position, damage: JournalDamage)?
        var damage: JournalDamage?
        while true {
            do throws(JournalError) {
                let isLast = first == self.firsts.last
                _ = try reader.readAll(isLast: isLast, using: self.body) { _, _, _ in }
                break
            } catch .damaged(let found) {
                guard self.goOn(&reader, behind: found) else {
                    damage = found
                    break
                }
                self.begin(at: first)
                part = (reader.contentEnd, reader.next, found)
            }
        }
        if let part {
            self.keep(reader, from: part.start, part.first, damage ?? part.damage, damage == nil)
        } else {
            if let damage { self.cut(reader, at: damage) }
            self.keep(reader)
        }
    }

    // MARK: - Another beginning

    private func goOn(_ reader: inout SegmentReader, behind damage: JournalDamage) -> Bool {
        guard let cover = self.cover, cover.joins(reader.next), damage.reason != .afterSeal else {
            return false
        }
        let first = reader.header.first
        let follower = self.firsts.first { $0 > first }
        // Only the seal is missing, which can be made again.
        guard follower != reader.next else { return false }
        return reader.goOn(using: self.body) { batch in
            // With a seal alone, the segment after it is the beginning.
            cover.joins(batch.first) && (!batch.isSeal || follower == nil)
        }
    }

    /// Lets all before a segment leave: what is kept of it does not join on.
    private mutating func begin(at first: Position) {
        for index in self.plan.steps.indices {
            guard !self.foreign.contains(self.plan.steps[index].first) else { continue }
            self.plan.steps[index].action = .setAside
            self.plan.steps[index].loss = nil
            self.plan.steps[index].isCovered = true
        }
        let known = Set(self.plan.steps.map(\.first))
        for earlier in self.firsts where earlier < first && !known.contains(earlier) {
            let step = RepairPlan.Step(
                file: self.folder.segment(earlier),
                first: earlier,
                action: .setAside,
                offset: 0,
                position: earlier,
                reason: "what follows it is damaged or missing",
                loss: nil,
                isCovered: true
            )
            self.plan.steps.append(step)
        }
        self.plan.steps.sort { $0.first < $1.first }
        self.plan.kept = nil
    }

    private mutating func keep(
        _ reader: SegmentReader,
        from start: Int,
        _ first: Position,
        _ damage: JournalDamage,
        _ isWhole: Bool
    ) {
        self.next = reader.next
        let step = RepairPlan.Step(
            file: damage.file,
            first: reader.header.first,
            action: .part(start..<reader.contentEnd, holding: first..<reader.next),
            offset: damage.offset,
            position: damage.position,
            reason: damage.reason.rawValue,
            loss: isWhole ? nil : self.wholeBatches(reader, from: reader.contentEnd),
            isCovered: true
        )
        self.plan.steps.append(step)
        self.plan.kept = JournalExtent(
            epoch: reader.header.epoch,
            first: first,
            last: Position(rawValue: reader.next.rawValue - 1)
        )
    }

    // MARK: - From the oldest on

    /// Whether the segment goes on where those before it ended, or may begin anew. Else it is set
    /// aside.
    private mutating func belongs(_ reader: SegmentReader) -> Bool {
        let header = reader.header
        let reason: String
        if header.epoch != self.epoch {
            self.foreign.insert(header.first)
            reason = "the segment belongs to another history than most"
        } else if let next = self.next, header.first < next {
            reason = "the positions from \(header.first.rawValue) on are in the segment before"
        } else if let next = self.next, header.first > next {
            if self.cover?.joins(header.first) ?? false {
                self.begin(at: header.first)
                return true
            }
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
        let loss = self.wholeBatches(reader, from: SegmentHeader.byteCount)
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

    private mutating func cut(_ reader: SegmentReader, at damage: JournalDamage) {
        let loss = self.wholeBatches(reader, from: reader.contentEnd)
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
    private func wholeBatches(_ reader: SegmentReader, from start: Int) -> RepairPlan.Loss {
        var loss = RepairPlan.Loss()
        var offset = start
        while offset < reader.byteCount {
            guard let batch = reader.wholeBatch(at: offset, using: self.body), !batch.isSeal else {
                offset += 8
                continue
            }
            loss.batchCount += 1
            loss.eventCount += Int(batch.count)
            offset += batch.byteCount
        }
        return loss
    }
}
