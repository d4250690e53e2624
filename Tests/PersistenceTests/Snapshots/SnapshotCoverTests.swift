import Persistence
import Shards
import TestSupport
import Testing

/// Which snapshot a start goes on from, and what it makes the journal's beginning worth.
@Suite struct SnapshotCoverTests {
    /// Two snapshots of one history, of the positions 3 and 4.
    private static func two() throws -> (world: SnapshotWorld, paths: [String]) {
        let world = try SnapshotWorld()
        let older = try world.take(of: SampleState.make())
        world.opened.write(JournalWorld.messages(1))
        let newer = try world.take(of: SampleState.make())
        world.opened.journal.close()
        return (world, [newer.path, older.path])
    }

    @Test func `the newest that is whole is found`() throws {
        let (world, paths) = try Self.two()
        let folder = SnapshotFolder(SnapshotWorld.folder, disk: world.disk)
        let epoch = world.opened.journal.epoch
        #expect(folder.newestWhole(of: epoch)?.path == paths[0])
        #expect(folder.newestWhole(of: Epoch(high: epoch.high, low: ~epoch.low)) == nil)
        #expect(folder.newestWhole(of: Epoch(high: 1, low: 2)) == nil)
        for (count, path) in paths.enumerated() {
            // In a section: the header looks good.
            world.disk.files[path]?[200] ^= 1
            #expect(folder.newestWhole(of: epoch)?.path == paths.dropFirst(count + 1).first)
        }
        #expect(SnapshotFolder("/none", disk: SimulatedDisk()).newestWhole(of: epoch) == nil)
    }

    @Test func `it covers what the store has got too`() throws {
        let epoch = Epoch(high: 1, low: 2)
        let bytes = SnapshotBytes(try SnapshotWorld.bytes(of: SampleState.make()))
        var found = try bytes.reader().header
        found.epoch = epoch
        found.start = Position(rawValue: 10)
        found.newest = Position(rawValue: 14)
        let header = found
        func cover(_ epoch: Epoch?, _ applied: UInt64) -> JournalCover {
            let applied = Position(rawValue: applied)
            return JournalCover(header, beside: StoreState(epoch: epoch, applied: applied))
        }
        for (applied, through, newest) in [(0, 0, 14), (7, 7, 14), (12, 10, 14), (20, 10, 20)] {
            let found = cover(epoch, UInt64(applied))
            #expect(found.through.rawValue == UInt64(through))
            #expect(found.newest.rawValue == UInt64(newest))
        }
        #expect(cover(Epoch(high: 1, low: 3), 12).through == .zero)
        #expect(cover(nil, 0).through == .zero)
    }

    private static func repair(
        _ world: JournalWorld,
        beside folder: SnapshotFolder,
        _ store: StoreState
    ) throws {
        let found = try JournalRepair.begin(world.settings, disk: world.disk) { epoch in
            folder.newestWhole(of: epoch).map { JournalCover($0.header, beside: store) }
        }
        let repair = try #require(found)
        #expect(repair.plan.cover != nil)
        _ = try repair.apply()
    }

    /// The journal of a server that was stopped, damaged wherever its snapshot has all, and repaired:
    /// what a start then finds fits to the snapshot.
    @Test func `a start goes on from the snapshot and the rest of the journal`() throws {
        let (world, _) = try Self.two()
        let epoch = world.opened.journal.epoch
        let journal = JournalWorld(world.disk)
        let path = try #require(journal.segments.first)
        let bytes = try #require(world.disk.files[path])
        for batch in 0..<4 {
            let damaged = journal.changing(path) { $0[bytes.batchStarts[batch] + 5] ^= 1 }
            let folder = SnapshotFolder(SnapshotWorld.folder, disk: damaged.disk)
            let store = StoreState(epoch: epoch, applied: Position(rawValue: 4))
            try Self.repair(damaged, beside: folder, store)
            let look = try #require(try Journal.look(in: damaged.settings, disk: damaged.disk))
            let snapshot = try #require(folder.newestWhole(of: look.epoch)).header
            #expect(snapshot.start.next >= look.first)
            let opened = try damaged.open(after: snapshot.start)
            #expect(opened.journal.durablePosition >= snapshot.newest)
            #expect(opened.journal.epoch == epoch)
            opened.journal.close()
        }
    }
}
