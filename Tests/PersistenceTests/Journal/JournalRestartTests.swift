import Glibc
import Persistence
import Shards
import TestSupport
import Testing

@Suite struct JournalRestartTests {
    typealias Entry = SampleEvents.Entry

    @Test func `an empty folder starts at position one`() throws {
        let world = JournalWorld()
        let opened = try world.open()
        #expect(opened.entries.isEmpty)
        #expect(opened.journal.durablePosition == .zero)
        #expect(opened.journal.hasRoom)
        opened.start()
        #expect(opened.journal.offer(SampleEvents.everyKind[0]) == Position(rawValue: 1))
        opened.journal.close()
        #expect(opened.log.last == Position(rawValue: 1))
        #expect(world.exits.codes.isEmpty)
    }

    @Test func `every kind of event comes back after a close and after a kill`() throws {
        let expected = SampleEvents.everyKind
        let closed = try JournalWorld().closed(after: expected)
        #expect(try closed.entries() == expected)
        let killed = try JournalWorld().killed(after: expected)
        #expect(try killed.entries() == expected)
        #expect(try killed.entries() == expected)
    }

    @Test func `positions and the epoch go on over restarts`() throws {
        var world = JournalWorld()
        var epochs: Set<Epoch> = []
        for round in 0..<4 {
            let opened = try world.open()
            epochs.insert(opened.journal.epoch)
            #expect(opened.positions == (0..<UInt64(round * 3)).map { $0 + 1 })
            #expect(opened.journal.durablePosition == Position(rawValue: UInt64(round * 3)))
            opened.start()
            opened.write(JournalWorld.messages(3))
            #expect(opened.journal.durablePosition == Position(rawValue: UInt64(round * 3 + 3)))
            if round.isMultiple(of: 2) {
                opened.journal.close()
            } else {
                world = JournalWorld(world.disk.afterKill())
                opened.journal.close()
            }
        }
        #expect(epochs.count == 1)
    }

    @Test func `a closed journal is sealed, cut to its length, and not rewritten`() throws {
        let world = try JournalWorld().closed(after: JournalWorld.messages(3))
        let path = try #require(world.segments.first)
        let before = try #require(world.disk.files[path])
        #expect(before.count < 4096)
        #expect(before.batchStarts.count == 4)
        world.disk.setFault { _, path in path.hasSuffix(".tmp") ? 5 : nil }
        #expect(try world.entries() == JournalWorld.messages(3))
        #expect(world.disk.files[path] == before)
    }

    @Test func `what a killed process left is rewritten before it is served`() throws {
        let world = try JournalWorld().killed(after: JournalWorld.messages(3))
        let path = try #require(world.segments.first)
        #expect(world.disk.files[path]?.count == 64 << 10)
        let opened = try world.open()
        #expect(world.disk.files[path]?.batchStarts.count == 4)
        #expect((world.disk.files[path]?.count ?? 0) < 4096)
        opened.journal.close()
    }

    @Test func `restarts without events leave one empty segment`() throws {
        var world = try JournalWorld().closed(after: JournalWorld.messages(1))
        for _ in 0..<3 {
            world = try world.killed(after: []).closed(after: [])
        }
        #expect(world.segments.count == 2)
        #expect(try world.entries() == JournalWorld.messages(1))
    }

    @Test(arguments: [0, 2])
    func `many small segments are rolled through and all read again`(reserveCount: Int) throws {
        var world = JournalWorld()
        world.settings.reserveCount = reserveCount
        world.settings.compresses = false
        let entries = JournalWorld.messages(400, text: String(repeating: "x", count: 1000))
        let opened = try world.open()
        opened.start()
        while world.disk.files.keys.count(where: { $0.hasSuffix(".ready") }) < reserveCount {
            sched_yield()
        }
        opened.write(entries)
        opened.journal.close()
        // How often it rolls depends on how fast the reserve is filled again beside it.
        let grewInPlace = world.segments.count == 1
        #expect(grewInPlace == (reserveCount == 0), "without a reserve one segment grows")
        let again = try world.open()
        #expect(again.entries == entries)
        #expect(again.positions == (1...400).map { UInt64($0) })
        again.journal.close()
        #expect(world.exits.codes.isEmpty)
    }

    @Test func `a batch larger than a segment is written and read`() throws {
        let world = JournalWorld()
        let opened = try world.open()
        opened.start()
        let entries = JournalWorld.messages(3, text: String(repeating: "äöü", count: 30_000))
        for entry in entries { _ = opened.journal.offer(entry) }
        opened.journal.close()
        #expect(try world.entries() == entries)
    }

    @Test func `what was offered before the start and at the close is written`() throws {
        let world = JournalWorld()
        let opened = try world.open()
        _ = opened.journal.offer(SampleEvents.everyKind[0])
        opened.start()
        for entry in SampleEvents.everyKind.dropFirst() { _ = opened.journal.offer(entry) }
        opened.journal.close()
        #expect(opened.log.batches.flatMap(\.notices).count == SampleEvents.everyKind.count)
        #expect(!opened.journal.hasRoom)
        #expect(try world.entries() == SampleEvents.everyKind)
    }

    @Test func `a journal that was never started writes what it was offered when it closes`() throws
    {
        let world = JournalWorld()
        let opened = try world.open()
        _ = opened.journal.offer(SampleEvents.everyKind[3])
        opened.journal.close()
        opened.journal.close()
        #expect(try world.entries() == [SampleEvents.everyKind[3]])
    }

    @Test func `reserves of an earlier process are used again, and what was unfinished goes`()
        throws
    {
        var world = JournalWorld()
        world.settings.reserveCount = 1
        world.disk.files = [
            "/journal/reserve-7.ready": [UInt8](repeating: 0, count: 64 << 10),
            "/journal/reserve-8.ready": [UInt8](repeating: 0, count: 100),
            "/journal/reserve-9.filling": [1, 2, 3],
            "/journal/journal-00000000000000000001.log.tmp": [1, 2, 3],
            "/journal/notes.txt": [1, 2, 3],
        ]
        let opened = try world.open()
        #expect(
            world.disk.files.keys.sorted() == [
                "/journal/journal-00000000000000000001.log", "/journal/lock", "/journal/notes.txt",
            ]
        )
        opened.journal.close()
    }
}
