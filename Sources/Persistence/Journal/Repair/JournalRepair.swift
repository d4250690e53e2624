import Shards

/// Makes a damaged journal one that opens: keeps what is before the damage, and moves the rest aside,
/// in the same folder, as `*.damaged`. Nothing is deleted.
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

    /// Takes the folder, and reads all that it holds.
    ///
    /// - Returns: nil where there is no segment.
    package static func begin(
        _ settings: JournalSettings,
        disk: any Disk = PosixDisk()
    ) throws(JournalError) -> JournalRepair? {
        let folder = JournalFolder(path: settings.folder)
        guard Journal.first(in: settings, disk: disk) != nil else { return nil }
        let lock = try JournalLock.take(folder, disk: disk)
        do throws(JournalError) {
            let names = try journalErrors { () throws(DiskError) in try disk.list(folder.path) }
            let plan = try RepairPlanner.plan(folder, names: names, disk: disk)
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
    /// before its copy is safe.
    ///
    /// - Returns: the files that hold what was dropped.
    package func apply() throws(JournalError) -> [String] {
        let steps = Array(self.plan.steps.reversed())
        var targets: [String] = []
        for step in steps where step.action != .setAside { targets.append(try self.copy(step)) }
        try journalErrors { () throws(DiskError) in
            for step in steps where step.action == .setAside {
                let target = try self.freeName(step.first)
                try self.disk.rename(step.file, to: target)
                try self.disk.syncFolder(self.folder.path)
                targets.append(target)
            }
        }
        for step in steps {
            if case .cut(let byteCount) = step.action { try self.cut(step, keeping: byteCount) }
        }
        return targets.sorted()
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

    private func freeName(_ first: Position) throws(DiskError) -> String {
        let names = Set(try self.disk.list(self.folder.path).map { "\(self.folder.path)/\($0)" })
        var number = 1
        while names.contains(self.folder.setAside(first, number)) { number += 1 }
        return self.folder.setAside(first, number)
    }
}
