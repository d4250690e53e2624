import Glibc
import Persistence
import Shards
import TestSupport
import Testing

/// Holds the reading of `docs/JOURNAL_FORMAT.md` fast: a file of each format is kept for ever.
@Suite struct JournalFormatTests {
    /// One batch as it is, one in LZ4, and the seal.
    private static let batches = [
        SampleEvents.everyKind,
        SampleEvents.everyKind + JournalWorld.messages(100),
    ]

    private static func golden(_ format: UInt16) throws -> [UInt8] {
        let here = #filePath
        let folder = here[..<(here.lastIndex(of: "/") ?? here.startIndex)]
        let disk = PosixDisk()
        let path = "\(folder)/../Fixtures/journal-format-\(format).log"
        let file = try disk.open(path, for: .reading)
        defer { disk.close(file) }
        let size = try disk.size(of: file)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
        defer { memory.deallocate() }
        return Array(memory[..<(try disk.read(file, into: memory, at: 0))])
    }

    /// The same journal, written by the code of today.
    static func written() throws -> [UInt8] {
        var world = JournalWorld()
        world.settings.segmentBytes = 1 << 20
        let opened = try world.open()
        for entry in Self.batches[0] { _ = opened.journal.offer(entry) }
        opened.journal.start { batch in
            if batch.first == .zero.next {
                for entry in Self.batches[1] { _ = opened.journal.offer(entry) }
            }
        }
        while opened.journal.durablePosition == .zero { sched_yield() }
        opened.journal.close()
        return world.disk.files[world.segments[0]] ?? []
    }

    /// What a file of that format says, as events of today.
    private static func entries(of format: UInt16) -> [SampleEvents.Entry] {
        let entries = Self.batches.flatMap { $0 }
        return format >= 2 ? entries : entries.map(Self.withoutAbsence)
    }

    private static func withoutAbsence(_ entry: SampleEvents.Entry) -> SampleEvents.Entry {
        guard
            case .chat(let chat, .memberRemoved(let user, let actor, let promoted, _)) = entry.event
        else { return entry }
        let change = ChatEvent.memberRemoved(user, by: actor, promoted: promoted, absence: nil)
        return SampleEvents.Entry(.chat(chat, change), mark: entry.mark)
    }

    private static func world(format: UInt16) throws -> JournalWorld {
        let world = JournalWorld()
        world.disk.files = [
            "/journal/journal-00000000000000000001.log": try Self.golden(format)
        ]
        return world
    }

    @Test(arguments: [1, 2] as [UInt16])
    func `a segment of each format is read`(format: UInt16) throws {
        let opened = try Self.world(format: format).open()
        #expect(opened.entries == Self.entries(of: format))
        #expect(
            opened.journal.epoch
                == Epoch(high: 0x910a_2dec_8902_5cc1, low: 0xbeeb_8da1_658e_ec67)
        )
        opened.journal.close()
    }

    @Test func `the absences are what format 1 leaves out`() {
        #expect(Self.entries(of: 1).count == Self.entries(of: 2).count)
        #expect(Self.entries(of: 1) != Self.entries(of: 2))
    }

    @Test func `a journal of format 1 goes on in format 2`() throws {
        let world = try Self.world(format: 1)
        let added = Array(SampleEvents.everyKind.suffix(12))
        let opened = try world.open()
        opened.start()
        opened.write(added)
        opened.journal.close()
        #expect(world.segments.count == 2)
        let formats = world.segments.map { world.disk.files[$0]?[8] }
        #expect(formats == [1, 2])
        #expect(try world.entries() == Self.entries(of: 1) + added)
    }

    /// LZ4 promises to read what it wrote, not to write the same for ever; so the first batch.
    @Test func `format 2 is still what is written`() throws {
        let golden = try Self.golden(2)
        let written = try Self.written()
        #expect(golden.batchStarts.count == 3)
        #expect(written[..<golden.batchEnds[0]] == golden[..<golden.batchEnds[0]])
        #expect(golden[golden.batchStarts[1] + 10] == 1, "the second batch is compressed")
    }
}
