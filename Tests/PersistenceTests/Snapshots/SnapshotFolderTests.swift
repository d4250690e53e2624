import Persistence
import Shards
import TestSupport
import Testing

@Suite struct SnapshotFolderTests {
    @Test func `whoever takes the folder removes what was left unfinished, and nothing else`()
        throws
    {
        let disk = SimulatedDisk()
        let kept = [SnapshotBytes.path, "/snapshots/notes.txt", "/snapshots/x.tmp"]
        disk.files = Dictionary(
            uniqueKeysWithValues: (kept + [SnapshotBytes.path + ".tmp"]).map { ($0, [1]) }
        )
        let lock = try SnapshotFolder(SnapshotWorld.folder, disk: disk).lock()
        lock.release()
        #expect(Set(disk.files.keys) == Set(kept + ["/snapshots/lock"]))
    }

    @Test func `a folder that cannot be tidied up is not kept`() throws {
        let disk = SimulatedDisk()
        let folder = SnapshotFolder(SnapshotWorld.folder, disk: disk)
        disk.setFault { operation, _ in operation == .list ? 5 : nil }
        #expect(throws: SnapshotError.disk(DiskError(5, .list, SnapshotWorld.folder))) {
            try folder.lock()
        }
        disk.setFault(nil)
        try folder.lock().release()
    }

    /// Else a start would take a journal that was trimmed for one that has everything.
    @Test func `a journal that cannot be read for once is not taken for none`() throws {
        let world = try JournalWorld().closed(after: JournalWorld.messages(3))
        let history = try Journal.look(in: world.settings, disk: world.disk)
        #expect(history?.first == Position.zero.next)
        for operation in [DiskError.Operation.list, .open, .read] {
            world.disk.setFault { met, _ in met == operation ? 5 : nil }
            #expect(throws: JournalError.self, "\(operation)") {
                try Journal.look(in: world.settings, disk: world.disk)
            }
        }
    }

    @Test func `a folder that is not there has no history`() throws {
        let settings = JournalSettings(folder: "/nowhere/at/all")
        #expect(try Journal.look(in: settings)?.first == nil)
    }
}
