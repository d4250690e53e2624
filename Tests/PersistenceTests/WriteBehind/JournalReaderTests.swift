import Dispatch
import Shards
import TestSupport
import Testing

@testable import Persistence

@Suite struct JournalReaderTests {
    private struct Read: Equatable {
        let position: UInt64
        let event: Event
    }

    /// Runs of a journal, each with a segment of its own at least, and with batches of one event
    /// and of a few, plain and compressed.
    private struct World {
        private static let runCount = 6

        let world: JournalWorld
        let opened: JournalWorld.Opened
        let expected: [Read]

        init() throws {
            var world = JournalWorld()
            world.settings.reserveCount = 2
            self.world = world
            var events: [Event] = []
            for run in 1..<Self.runCount {
                let opened = try world.open()
                opened.start()
                events += Self.write(run, to: opened)
                opened.journal.close()
            }
            self.opened = try world.open()
            self.opened.start()
            events += Self.write(Self.runCount, to: self.opened)
            self.expected = events.placed().map {
                Read(position: $0.position.rawValue, event: $0.event)
            }
            let files = world.segments.compactMap { world.disk.files[$0] }
            #expect(files.count >= Self.runCount)
            let batches = files.flatMap { file in file.batchStarts.map { file[$0 + 10] } }
            #expect(batches.contains { $0 & 1 == 0 } && batches.contains { $0 & 1 == 1 })
        }

        private static func write(_ run: Int, to opened: JournalWorld.Opened) -> [Event] {
            var random = SeededRandom(seed: UInt64(run))
            var events = EventScript.events(25, seed: UInt64(run))
            for number in 1...20 as ClosedRange<UInt64> {
                var text = (0..<100).map { _ in String(random.next(), radix: 36) }.joined()
                if number.isMultiple(of: 2) { text += String(repeating: "Ж", count: 4_000) }
                events.append(.sent(number, text))
            }
            for (index, event) in events.enumerated() {
                let last = opened.journal.offer(event, mark: nil, notice: .silent)
                if !index.isMultiple(of: 3) { opened.log.wait(for: last) }
            }
            opened.log.wait(for: opened.journal.offer(.sent(1_000), mark: nil, notice: .silent))
            return events + [.sent(1_000)]
        }

        var last: Position { self.opened.journal.durablePosition }

        func close() { self.opened.journal.close() }
    }

    private static func read(
        _ reader: JournalReader,
        from start: UInt64,
        through durable: Position,
        bytesMax: Int = .max
    ) throws -> (events: [Read], next: UInt64) {
        var events: [Read] = []
        let next = try reader.read(
            from: Position(rawValue: start),
            through: durable,
            bytesMax: bytesMax
        ) { events.append(Read(position: $0.rawValue, event: $1)) }
        return (events, next.rawValue)
    }

    @Test func `from every position all that follows is read`() throws {
        let world = try World()
        let reader = world.opened.journal.makeReader()
        #expect(try reader.first() == Position(rawValue: 1))
        let last = world.last.rawValue
        #expect(last == UInt64(world.expected.count))
        // Forward, and with the same reader back again.
        for start in Array(1...last).reversed() + [last, 1, last / 2] {
            let (events, next) = try Self.read(reader, from: start, through: world.last)
            #expect(next == last + 1)
            let areRight = events == Array(world.expected[Int(start - 1)...])
            #expect(areRight, "from \(start)")
        }
        world.close()
    }

    @Test(arguments: [1, 1_000, 10_000, 100_000])
    func `pieces end with a batch, are bounded, and follow upon each other`(bytesMax: Int) throws {
        let world = try World()
        let reader = world.opened.journal.makeReader()
        var all: [Read] = []
        var next: UInt64 = 1
        var pieceCount = 0
        while next <= world.last.rawValue {
            let piece = try Self.read(reader, from: next, through: world.last, bytesMax: bytesMax)
            #expect(piece.events.first?.position == next)
            #expect(piece.events.last?.position == piece.next - 1)
            // Over by less than a batch: 2 KiB, and one event of at most 11 KiB.
            let byteCount = piece.events.reduce(0) { $0 + $1.event.byteCount }
            #expect(byteCount < bytesMax + (14 << 10))
            all += piece.events
            next = piece.next
            pieceCount += 1
        }
        let areRight = all == world.expected
        #expect(areRight)
        #expect(pieceCount > (bytesMax == 1 ? 100 : 1))
        // Nothing is left, and nothing is asked of it.
        let rest = try Self.read(reader, from: next, through: world.last)
        #expect(rest.events.isEmpty && rest.next == next)
        world.close()
    }

    @Test func `what is not durable is left alone`() throws {
        let world = try World()
        let reader = world.opened.journal.makeReader()
        for through in [0, 1, 7, 100, 150] as [UInt64] {
            let (events, next) = try Self.read(
                reader,
                from: 1,
                through: Position(rawValue: through)
            )
            // To the end of the batch that holds it.
            #expect(next > through && next < through + 20)
            #expect(events.count == Int(next) - 1)
        }
        world.close()
    }

    @Test func `it follows a journal that is being written`() throws {
        var world = JournalWorld()
        world.settings.reserveCount = 2
        let opened = try world.open()
        opened.start()
        let count: UInt64 = 6_000
        let text = String(repeating: "z", count: 100)
        let isWritten = DispatchSemaphore(value: 0)
        DispatchQueue(label: "writer").async { [journal = opened.journal, log = opened.log] in
            for number in 1...count {
                let position = journal.offer(.sent(number, text), mark: nil, notice: .silent)
                if number.isMultiple(of: 100) { log.wait(for: position) }
            }
            log.wait(for: Position(rawValue: count))
            isWritten.signal()
        }
        let reader = opened.journal.makeReader()
        var next: UInt64 = 1
        var isRight = true
        let end = ContinuousClock.now + .seconds(120)
        while next <= count, ContinuousClock.now < end {
            let piece = try Self.read(
                reader,
                from: next,
                through: opened.journal.durablePosition,
                bytesMax: 8 << 10
            )
            for read in piece.events {
                isRight = isRight && read == Read(position: next, event: .sent(next, text))
                next += 1
            }
            isRight = isRight && piece.next == next
        }
        isWritten.wait()
        #expect(isRight)
        #expect(next == count + 1)
        #expect(world.segments.count > 1)
        opened.journal.close()
        #expect(try Self.read(reader, from: count, through: Position(rawValue: count)).next == next)
    }

    // MARK: - What is not whole

    @Test func `a damaged batch is an error with its file and position, and those before are read`()
        throws
    {
        let world = try World()
        world.close()
        for path in [world.world.segments[0], world.world.segments[4]] {
            let whole = try #require(world.world.disk.files[path])
            // The last is the seal, which has no body.
            for place in [0, 1, whole.batchStarts.count - 2, whole.batchStarts.count - 1] {
                let offset = whole.batchStarts[place]
                for byte in [0, 8, 12, 20, 33, 40, 44, 48, 52, 56, 60]
                where offset + byte < whole.count {
                    try Self.expectDamage(of: path, at: offset, byte: byte, in: world)
                }
            }
        }
    }

    private static func expectDamage(
        of path: String,
        at offset: Int,
        byte: Int,
        in world: World
    ) throws {
        let copy = world.world.changing(path) { $0[offset + byte] ^= 0x10 }
        let reader = Self.reader(of: copy)
        var events: [Read] = []
        let error = #expect(throws: JournalError.self) {
            _ = try reader.read(
                from: Position(rawValue: 1),
                through: world.last,
                bytesMax: .max
            ) { events.append(Read(position: $0.rawValue, event: $1)) }
        }
        let areRight = events == Array(world.expected.prefix(events.count))
        #expect(areRight)
        let damage = JournalDamage(
            file: path,
            offset: offset,
            position: Position(rawValue: UInt64(events.count) + 1),
            reason: .badBatch
        )
        #expect(error == .damaged(damage), "byte \(byte)")
    }

    /// Of a folder that no recovery has looked at.
    private static func reader(of world: JournalWorld) -> JournalReader {
        JournalReader(folder: JournalFolder(path: JournalWorld.folder), disk: world.disk)
    }

    @Test func `a damaged or missing segment is an error`() throws {
        let world = try World()
        world.close()
        let path = world.world.segments[2]
        let copy = world.world.changing(path) { $0[20] ^= 1 }
        let error = #expect(throws: JournalError.self) {
            try Self.read(Self.reader(of: copy), from: 1, through: world.last)
        }
        guard case .damaged(let damage) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(damage.file == path)
        #expect(damage.offset == 0)
        #expect(damage.reason == .badHeader)

        let gap = JournalWorld(world.world.disk.copy())
        gap.disk.files[path] = nil
        #expect(throws: JournalError.self) {
            try Self.read(Self.reader(of: gap), from: 1, through: world.last)
        }
        let start = JournalWorld(world.world.disk.copy())
        start.disk.files[world.world.segments[0]] = nil
        let reader = Self.reader(of: start)
        let first = try #require(try reader.first())
        #expect(first.rawValue > 1)
        #expect(throws: JournalError.self) {
            try Self.read(reader, from: first.rawValue - 1, through: world.last)
        }
        let (events, _) = try Self.read(reader, from: first.rawValue, through: world.last)
        let areRight = events == Array(world.expected[Int(first.rawValue - 1)...])
        #expect(areRight)
    }

    @Test func `an error of the disk passes, and the same reader goes on`() throws {
        let world = try World()
        let reader = world.opened.journal.makeReader()
        let (before, middle) = try Self.read(reader, from: 1, through: world.last, bytesMax: 50_000)
        world.world.disk.setFault { operation, _ in operation == .read ? 5 : nil }
        #expect(throws: JournalError.self) {
            try Self.read(reader, from: middle, through: world.last)
        }
        world.world.disk.setFault(nil)
        let (after, _) = try Self.read(reader, from: middle, through: world.last)
        let areRight = before + after == world.expected
        #expect(areRight)
        world.close()
    }
}

extension Event {
    /// As the journal keeps it.
    fileprivate var byteCount: Int {
        var bytes: [UInt8] = []
        EventCodec.append(self, mark: nil, to: &bytes)
        return bytes.count
    }
}
