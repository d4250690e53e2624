import Shards

/// Removes segments that nobody needs any more.
struct JournalTrim {
    let folder: JournalFolder
    let disk: any Disk

    /// - Returns: how many were removed.
    func run(through position: Position) throws(JournalError) -> Int {
        try journalErrors { () throws(DiskError) in
            let names = try self.disk.list(self.folder.path)
            let covered = JournalFolder.firsts(in: names).covered(through: position)
            for first in covered { try self.disk.remove(self.folder.segment(first)) }
            if !covered.isEmpty { try self.disk.syncFolder(self.folder.path) }
            return covered.count
        }
    }
}

extension [Position] {
    /// Of the first positions of segments, in order: those whose last is at or before `position`,
    /// which the next segment's name tells. Never the last.
    func covered(through position: Position) -> ArraySlice<Position> {
        let later = self.dropFirst().firstIndex { $0 > position && !$0.follows(position) }
        return later.map { self[..<($0 - 1)] } ?? self.dropLast()
    }
}

extension Position {
    /// Like `== other.next`, of any two.
    func follows(_ other: Position) -> Bool {
        self > other && self.rawValue - other.rawValue == 1
    }
}
