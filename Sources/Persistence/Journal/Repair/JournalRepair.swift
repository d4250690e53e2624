package import Shards

/// Makes a damaged journal one that opens: keeps what is before the damage or, where all of that is
/// in a snapshot, what is behind it; and moves the rest aside, in the same folder, as `*.damaged`.
/// Nothing is deleted.
///
/// A crash at any moment leaves a folder that is refused as before, or whose repair is done; run it
/// again.
package final class JournalRepair {
    /// What `apply` will do.
    package let plan: RepairPlan

    private let folder: JournalFolder
    private let disk: any Disk
    private let lock: DiskFile
    private let chain: SegmentChain

    /// Takes the folder, and reads all that it holds. `cover` is asked where there is damage: what a
    /// start has of a history, the one that most segments belong to, beside the journal.
    ///
    /// - Returns: nil where there is no segment.
    package static func begin(
        _ settings: JournalSettings,
        disk: any Disk = PosixDisk(),
        cover: (Epoch) -> JournalCover? = { _ in nil }
    ) throws(JournalError) -> JournalRepair? {
        let folder = JournalFolder(path: settings.folder)
        guard Journal.first(in: settings, disk: disk) != nil else { return nil }
        let lock = try JournalLock.take(folder, disk: disk)
        do throws(JournalError) {
            let names = try journalErrors { () throws(DiskError) in try disk.list(folder.path) }
            let plan = try RepairPlanner.plan(folder, names: names, disk: disk, cover: cover)
            return JournalRepair(plan, folder, disk, lock)
        } catch {
            disk.close(lock)
            throw error
        }
    }

    private init(_ plan: RepairPlan, _ folder: JournalFolder, _ disk: any Disk, _ lock: DiskFile) {
        self.plan = plan
        self.folder = folder
        self.disk = disk
        self.lock = lock
        self.chain = SegmentChain(folder: folder, disk: disk)
    }

    deinit {
        self.disk.close(self.lock)
    }

    /// Does what `plan` says.
    ///
    /// Copies come first, and what is last in the journal leaves first: at no moment does a file in
    /// the middle miss, or damage stand at the end where a start would take it for a torn tail,
    /// before its copy is safe. What is covered leaves when the rest is as it is to be, the oldest
    /// first, as in a trim.
    ///
    /// - Returns: the files that hold what was dropped.
    package func apply() throws(JournalError) -> [String] {
        let steps = Array(self.plan.steps.reversed())
        var targets: [String] = []
        for step in steps where step.action != .setAside { targets.append(try self.copy(step)) }
        for step in steps where step.action == .setAside && !step.isCovered {
            targets.append(try self.setAside(step))
        }
        for step in steps {
            switch step.action {
            case .setAside: continue
            case .cut(let byteCount): try self.cut(step, keeping: byteCount)
            case .part(let range, let positions):
                try self.write(range, of: step, holding: positions)
            }
        }
        for step in self.plan.steps where step.isCovered {
            if step.action == .setAside {
                targets.append(try self.setAside(step))
            } else {
                try self.remove(step)
            }
        }
        return targets.sorted()
    }

    private func setAside(_ step: RepairPlan.Step) throws(JournalError) -> String {
        try journalErrors { () throws(DiskError) in
            let target = try self.freeName(step.first)
            try self.disk.rename(step.file, to: target)
            try self.disk.syncFolder(self.folder.path)
            return target
        }
    }

    /// Of what was copied.
    private func remove(_ step: RepairPlan.Step) throws(JournalError) {
        try journalErrors { () throws(DiskError) in
            try self.disk.remove(step.file)
            try self.disk.syncFolder(self.folder.path)
        }
    }

    private func copy(_ step: RepairPlan.Step) throws(JournalError) -> String {
        let bytes = try self.chain.load(step.file, step.first)
        return try journalErrors { () throws(DiskError) in
            let target = try self.freeName(step.first)
            let path = target + JournalFolder.rewritingSuffix
            let file = try self.disk.open(path, for: .writingAnew)
            defer { self.disk.close(file) }
            try self.disk.write(bytes, to: file, at: 0)
            try self.disk.syncAll(file)
            try self.disk.rename(path, to: target)
            try self.disk.syncFolder(self.folder.path)
            return target
        }
    }

    private func cut(_ step: RepairPlan.Step, keeping byteCount: Int) throws(JournalError) {
        let bytes = try self.chain.load(step.file, step.first)
        let header = try SegmentReader(bytes, file: step.file, name: step.first).header
        let link = SegmentChain.Link(
            header: header,
            next: step.position,
            contentEnd: byteCount,
            ending: .clean
        )
        try journalErrors { () throws(DiskError) in
            try self.chain.replace(link, by: self.chain.loaded(byteCount))
        }
    }

    /// Makes a segment of a part of one. The salt stays, so that its batches do too.
    private func write(
        _ range: Range<Int>,
        of step: RepairPlan.Step,
        holding positions: Range<Position>
    ) throws(JournalError) {
        let bytes = try self.chain.load(step.file, step.first)
        let whole = try SegmentReader(bytes, file: step.file, name: step.first).header
        let header = SegmentHeader(
            version: whole.version,
            epoch: whole.epoch,
            first: positions.lowerBound,
            salt: whole.salt
        )
        let content = UnsafeMutableRawBufferPointer.allocate(
            byteCount: SegmentHeader.byteCount + range.count,
            alignment: 16
        )
        defer { content.deallocate() }
        content.copyBytes(from: header.bytes)
        UnsafeMutableRawBufferPointer(rebasing: content[SegmentHeader.byteCount...])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
        let link = SegmentChain.Link(
            header: header,
            next: positions.upperBound,
            contentEnd: content.count,
            ending: .clean
        )
        try journalErrors { () throws(DiskError) in
            try self.chain.replace(link, by: UnsafeRawBufferPointer(content))
        }
    }

    private func freeName(_ first: Position) throws(DiskError) -> String {
        let names = Set(try self.disk.list(self.folder.path).map { "\(self.folder.path)/\($0)" })
        var number = 1
        while names.contains(self.folder.setAside(first, number)) { number += 1 }
        return self.folder.setAside(first, number)
    }
}
