import Persistence
import Shards
import TestSupport
import Testing

@Suite struct JournalDamageTests {
    typealias Entry = SampleEvents.Entry

    private static let entries = Array(SampleEvents.everyKind[6..<12])

    /// Where the file is cut, and whether the rest is missing or zero.
    @Test(arguments: [true, false])
    func `a tail torn at any byte costs what was not whole`(isCutOff: Bool) throws {
        let world = try JournalWorld().killed(after: Self.entries)
        let path = try #require(world.segments.first)
        let bytes = try #require(world.disk.files[path])
        let ends = bytes.batchEnds
        #expect(ends.count == 6)
        for cut in ends[2]..<ends[5] {
            let torn = world.changing(path) { bytes in
                if isCutOff {
                    bytes.removeLast(bytes.count - cut)
                } else {
                    for index in cut..<bytes.count { bytes[index] = 0 }
                }
            }
            // Zeros that became zeros are no loss.
            let wholeCount = ends.filter { end in
                end <= cut || !isCutOff && bytes[cut..<end].allSatisfy { $0 == 0 }
            }.count
            let opened = try torn.open()
            #expect(opened.entries == Array(Self.entries.prefix(wholeCount)), "cut at \(cut)")
            opened.start()
            opened.write([SampleEvents.everyKind[0]])
            let killed = JournalWorld(torn.disk.afterKill())
            opened.journal.close()
            let expected = Array(Self.entries.prefix(wholeCount)) + [SampleEvents.everyKind[0]]
            #expect(try killed.entries() == expected)
            #expect(try killed.entries() == expected)
        }
    }

    @Test(arguments: [1, 7, 8, 100, 4096, 64 << 10])
    func `garbage and zeros behind the tail are cut`(count: Int) throws {
        var random = SeededRandom(seed: UInt64(count))
        let garbage = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        let zeros = [UInt8](repeating: 0, count: count)
        for tail in [garbage, zeros, garbage + zeros, zeros + garbage] {
            let closed = try JournalWorld().closed(after: Self.entries)
            let path = try #require(closed.segments.first)
            let longer = closed.changing(path) { $0.append(contentsOf: tail) }
            #expect(try longer.entries() == Self.entries)
            #expect(longer.disk.files[path] == closed.disk.files[path])

            let killed = try JournalWorld().killed(after: Self.entries)
            let overwritten = killed.changing(path) { bytes in
                bytes.removeLast(bytes.count - (bytes.batchEnds.last ?? 0))
                bytes.append(contentsOf: tail)
            }
            #expect(try overwritten.entries() == Self.entries)
            #expect(try overwritten.entries() == Self.entries)
        }
    }

    @Test(arguments: [true, false])
    func `no flipped byte makes a wrong event`(isClosed: Bool) throws {
        let world = JournalWorld()
        let written =
            try isClosed ? world.closed(after: Self.entries) : world.killed(after: Self.entries)
        let path = try #require(written.segments.first)
        let bytes = try #require(written.disk.files[path])
        let lastStart = try #require(bytes.batchStarts.last)
        let end = try #require(bytes.batchEnds.last)
        var random = SeededRandom(seed: 3)
        var cutCount = 0
        for index in 0..<end {
            for mask in [UInt8(0xff), 1 << UInt8.random(in: 0..<8, using: &random)] {
                let flipped = written.changing(path) { $0[index] ^= mask }
                do throws(JournalError) {
                    let entries = try flipped.entries()
                    #expect(index >= lastStart, "a flip at \(index) was not seen")
                    #expect(entries == Array(Self.entries.prefix(isClosed ? 6 : 5)))
                    cutCount += 1
                } catch {
                    #expect(index < lastStart, "a flip at \(index) is a torn tail: \(error)")
                    #expect(flipped.segments == [path])
                }
            }
        }
        #expect(cutCount == (end - lastStart) * 2)
    }

    @Test func `a flipped byte in a segment before the last is refused`() throws {
        let world = try JournalWorld().closed(after: Self.entries).closed(after: Self.entries)
        let path = try #require(world.segments.first)
        let count = try #require(world.disk.files[path]?.count)
        for index in 0..<count {
            let flipped = world.changing(path) { $0[index] ^= 0xff }
            let before = flipped.disk.files
            #expect(throws: JournalError.self, "flipped at \(index)") { try flipped.entries() }
            #expect(flipped.disk.files == before)
        }
    }

    @Test func `a bad batch before a good one names the file, the byte and the position`() throws {
        let world = try JournalWorld().killed(after: Self.entries)
        let path = try #require(world.segments.first)
        let starts = try #require(world.disk.files[path]?.batchStarts)
        let flipped = world.changing(path) { $0[starts[2] + 60] ^= 1 }
        let error = #expect(throws: JournalError.self) { try flipped.entries() }
        #expect(
            error
                == .damaged(
                    JournalDamage(
                        file: path,
                        offset: starts[2],
                        position: Position(rawValue: 3),
                        reason: .badBatch
                    )
                )
        )
        let text = try #require(error?.description)
        #expect(text.contains("\(path) is damaged at byte \(starts[2]), position 3"))
        #expect(text.contains("Nothing was changed."))
    }

    @Test func `an old batch in the place of the newest is refused`() throws {
        let entries = JournalWorld.messages(4)
        let world = try JournalWorld().killed(after: entries)
        let path = try #require(world.segments.first)
        let starts = try #require(world.disk.files[path]?.batchStarts)
        let size = starts[1] - starts[0]
        for place in [starts[3], starts[3] + size, starts[3] + size + 512] {
            let doubled = world.changing(path) { bytes in
                bytes.replaceSubrange(place..<place + size, with: bytes[starts[1]..<starts[2]])
            }
            #expect(throws: JournalError.self) { try doubled.entries() }
        }
    }

    @Test func `a zeroed page in the middle is refused`() throws {
        let entries = JournalWorld.messages(60, text: String(repeating: "z", count: 200))
        let world = try JournalWorld().killed(after: entries)
        let path = try #require(world.segments.first)
        let zeroed = world.changing(path) { bytes in
            bytes.replaceSubrange(4096..<8192, with: repeatElement(0, count: 4096))
        }
        #expect(throws: JournalError.self) { try zeroed.entries() }
    }

    @Test(arguments: [0, 1, 63])
    func `a segment without a whole header is damaged, for none gets its name before`(
        count: Int
    ) throws {
        let world = try JournalWorld().killed(after: Self.entries)
        let path = try #require(world.segments.first)
        let short = world.changing(path) { $0.removeLast($0.count - count) }
        let error = #expect(throws: JournalError.self) { try short.entries() }
        #expect(error?.description.contains("header is not whole") == true)
        #expect(short.disk.files[path]?.count == count)
    }

    // MARK: - Missing and foreign files

    private static func threeSegments() throws -> JournalWorld {
        try JournalWorld().closed(after: Self.entries).closed(after: Self.entries)
            .closed(after: Self.entries)
    }

    @Test func `a missing segment in the middle is refused`() throws {
        let world = try Self.threeSegments()
        world.disk.files[world.segments[1]] = nil
        let error = #expect(throws: JournalError.self) { try world.entries() }
        #expect(
            error
                == .missing(
                    file: world.segments[1],
                    from: Position(rawValue: 7),
                    through: Position(rawValue: 12)
                )
        )
    }

    @Test func `the oldest segments may be gone`() throws {
        let world = try Self.threeSegments()
        world.disk.files[world.segments[0]] = nil
        let opened = try world.open()
        #expect(opened.positions == (7...18).map { UInt64($0) })
        opened.journal.close()
    }

    @Test func `a segment without a seal before another is refused`() throws {
        let world = try Self.threeSegments()
        let path = world.segments[1]
        let starts = try #require(world.disk.files[path]?.batchStarts)
        let unsealed = world.changing(path) { $0.removeLast($0.count - starts[6]) }
        let error = #expect(throws: JournalError.self) { try unsealed.entries() }
        #expect(error?.description.contains("ends early") == true)
    }

    @Test func `segments that overlap are refused`() throws {
        let world = try Self.threeSegments()
        let other = try JournalWorld().closed(after: JournalWorld.messages(2))
            .closed(after: JournalWorld.messages(2))
        world.disk.files["/journal/journal-00000000000000000003.log"] =
            other.disk.files[other.segments[1]]
        let error = #expect(throws: JournalError.self) { try world.entries() }
        #expect(
            error
                == .overlapping(
                    file: "/journal/journal-00000000000000000003.log",
                    first: Position(rawValue: 3),
                    expected: Position(rawValue: 7)
                )
        )
    }

    @Test func `a segment of another history is refused`() throws {
        let world = try Self.threeSegments()
        var other = JournalWorld()
        other.settings.random = SeededRandom.source(seed: 2)
        _ = try other.closed(after: Self.entries).closed(after: Self.entries)
        world.disk.files[world.segments[1]] = other.disk.files[world.segments[1]]
        let error = #expect(throws: JournalError.self) { try world.entries() }
        #expect(error == .foreignEpoch(file: world.segments[1]))
    }

    @Test func `a renamed segment is refused`() throws {
        let world = try JournalWorld().closed(after: Self.entries)
        let bytes = world.disk.files[world.segments[0]]
        world.disk.files = ["/journal/journal-00000000000000000002.log": bytes ?? []]
        let error = #expect(throws: JournalError.self) { try world.entries() }
        #expect(error?.description.contains("name is not its first position") == true)
    }

    @Test func `a newer format is refused and said to be newer`() throws {
        let world = try JournalWorld().closed(after: Self.entries)
        let path = world.segments[0]
        let newer = world.changing(path) { bytes in
            bytes[8] = 200
            let checksum = bytes.withUnsafeBytes { memory in
                CRC32C.checksum(UnsafeRawBufferPointer(rebasing: memory[..<60]))
            }
            for index in 0..<4 {
                bytes[60 + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index))
            }
        }
        let error = #expect(throws: JournalError.self) { try newer.entries() }
        #expect(error == .newerFormat(file: path, version: 200))
    }
}
