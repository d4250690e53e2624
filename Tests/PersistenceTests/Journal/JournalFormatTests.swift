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

    private static let golden = "/../Fixtures/journal-format-1.log"

    private static func bytes(of golden: String) throws -> [UInt8] {
        let here = #filePath
        let folder = here[..<(here.lastIndex(of: "/") ?? here.startIndex)]
        let disk = PosixDisk()
        let file = try disk.open(folder + golden, for: .reading)
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

    @Test func `a segment of format 1 is read`() throws {
        let world = JournalWorld()
        world.disk.files = [
            "/journal/journal-00000000000000000001.log": try Self.bytes(of: Self.golden)
        ]
        let opened = try world.open()
        #expect(opened.entries == Self.batches.flatMap { $0 })
        #expect(
            opened.journal.epoch
                == Epoch(high: 0x910a_2dec_8902_5cc1, low: 0xbeeb_8da1_658e_ec67)
        )
        opened.journal.close()
    }

    /// LZ4 promises to read what it wrote, not to write the same for ever; so the first batch.
    @Test func `format 1 is still what is written`() throws {
        let golden = try Self.bytes(of: Self.golden)
        let written = try Self.written()
        #expect(golden.batchStarts.count == 3)
        #expect(written[..<golden.batchEnds[0]] == golden[..<golden.batchEnds[0]])
        #expect(golden[golden.batchStarts[1] + 10] == 1, "the second batch is compressed")
    }
}
