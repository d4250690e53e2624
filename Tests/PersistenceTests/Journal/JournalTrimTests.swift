import Dispatch
import Glibc
import Persistence
import Shards
import TestSupport
import Testing

@Suite struct JournalTrimTests {
    // MARK: - A start behind a position

    @Test func `a start behind any position hands out what a whole one does from there on`() throws
    {
        let world = try JournalWorld.closed(segments: [3, 1, 4, 2, 5])
        let all = try world.entries()
        #expect(all.count == 15)
        for after in 0...17 {
            let world = JournalWorld(world.disk.copy())
            let opened = try world.open(after: Position(rawValue: UInt64(after)))
            #expect(opened.entries == Array(all.dropFirst(after)), "after \(after)")
            #expect(opened.positions == (1...15).filter { $0 > after })
            #expect(opened.journal.firstAtOpen == Position(rawValue: 1))
            #expect(opened.journal.durablePosition == Position(rawValue: 15))
            opened.journal.close()
        }
        #expect(try world.entries(after: Position(rawValue: .max)) == [])
    }

    @Test func `batches before the position are not read, and others are`() throws {
        let world = try JournalWorld.closed(segments: [3, 1, 4, 2])
        for (index, path) in world.segments.enumerated() {
            let first = [1, 4, 5, 9][index]
            for (batch, start) in (world.disk.files[path] ?? []).batchStarts.dropLast().enumerated()
            {
                let damaged = world.changing(path) { $0[start + SegmentPlace.body] ^= 1 }
                for after in 0...12 {
                    let world = JournalWorld(damaged.disk.copy())
                    let position = Position(rawValue: UInt64(after))
                    if after >= first + batch {
                        #expect(try world.entries(after: position).count == max(0, 10 - after))
                    } else {
                        #expect(throws: JournalError.self, "\(path), \(batch) after \(after)") {
                            try world.entries(after: position)
                        }
                    }
                }
            }
        }
    }

    @Test func `headers of batches are checked wherever they are`() throws {
        let world = try JournalWorld.closed(segments: [4])
        let path = world.segments[0]
        let starts = try #require(world.disk.files[path]?.batchStarts)
        for start in starts.dropLast() {
            for index in 0..<SegmentPlace.batchHeaderBytes {
                let damaged = world.changing(path) { $0[start + index] ^= 0x10 }
                #expect(throws: JournalError.self) {
                    try damaged.entries(after: Position(rawValue: 4))
                }
            }
        }
    }

    @Test func `a batch of several events is read as soon as one is wanted`() throws {
        let world = JournalWorld()
        let opened = try world.open()
        let entries = JournalWorld.messages(5)
        for entry in entries { _ = opened.journal.offer(entry) }
        opened.journal.close()
        let path = world.segments[0]
        let starts = try #require(world.disk.files[path]?.batchStarts)
        #expect(starts.count == 2)
        let damaged = world.changing(path) { $0[starts[0] + SegmentPlace.body] ^= 1 }
        for after in 0...6 {
            let position = Position(rawValue: UInt64(after))
            #expect(
                try JournalWorld(world.disk.copy()).entries(after: position)
                    == Array(entries.dropFirst(after))
            )
            let left = try? JournalWorld(damaged.disk.copy()).entries(after: position)
            #expect(left == (after >= 5 ? [] : nil))
        }
    }

    @Test func `headers are checked also of segments that are not read`() throws {
        let world = try JournalWorld.closed(segments: [3, 3, 3])
        let after = Position(rawValue: 9)
        for path in world.segments.prefix(2) {
            for index in 0..<SegmentPlace.headerBytes {
                let damaged = world.changing(path) { $0[index] ^= 0x10 }
                #expect(throws: JournalError.self) { try damaged.entries(after: after) }
            }
        }
        var other = JournalWorld()
        other.settings.random = SeededRandom.source(seed: 2)
        _ = try other.closed(after: JournalWorld.messages(3))
        world.disk.files[world.segments[0]] = other.disk.files[world.segments[0]]
        let error = #expect(throws: JournalError.self) { try world.entries(after: after) }
        #expect(error == .foreignEpoch(file: world.segments[1]))
    }

    @Test func `an empty journal that goes on behind the position keeps its history`() throws {
        let world = try JournalWorld.closed(segments: [3, 3])
        let opened = try world.open()
        let epoch = opened.journal.epoch
        #expect(try opened.journal.trim(through: Position(rawValue: 6)) == 2)
        opened.journal.close()
        #expect(world.segments == ["/journal/journal-00000000000000000007.log"])
        for origin in [0, 2, 6] as [UInt64] {
            let again = try Journal.open(
                world.settings,
                disk: world.disk,
                logger: .silent,
                origin: Position(rawValue: origin),
                after: Position(rawValue: 6)
            ) { _, _, _ in Issue.record("there is no event") }
            #expect(again.epoch == epoch)
            #expect(again.durablePosition == Position(rawValue: 6))
            again.close()
        }
    }

    // MARK: - Trimming

    @Test func `what ends at or before the position goes, and never the last segment`() throws {
        for through in 0...20 {
            let world = try JournalWorld.closed(segments: [3, 1, 4])
            let all = try world.entries()
            let opened = try world.open()
            #expect(world.segments.count == 4)
            let count = try opened.journal.trim(through: Position(rawValue: UInt64(through)))
            #expect(count == [3, 4, 8].count { $0 <= through })
            #expect(try opened.journal.trim(through: Position(rawValue: UInt64(through))) == 0)
            #expect(world.segments.count == 4 - count)
            opened.journal.close()
            #expect(try opened.journal.trim(through: Position(rawValue: 8)) == 0, "closed")
            let kept = try JournalWorld(world.disk.copy()).open(after: Position(rawValue: 8))
            kept.journal.close()
            #expect(kept.entries.isEmpty)
            guard count < 3 else { continue }
            #expect(try world.entries() == Array(all.dropFirst([0, 3, 4][count])))
        }
    }

    @Test func `positions and bytes are told while it runs`() throws {
        let world = try JournalWorld.closed(segments: [3])
        let opened = try world.open()
        #expect(opened.journal.offeredPosition == Position(rawValue: 3))
        #expect(opened.journal.writtenBytes == 0)
        let position = opened.journal.offer(SampleEvents.everyKind[0])
        #expect(opened.journal.offeredPosition == position)
        #expect(opened.journal.durablePosition == Position(rawValue: 3))
        opened.start()
        opened.log.wait(for: position)
        opened.write(JournalWorld.messages(3))
        let path = try #require(world.segments.last)
        let end = try #require(world.disk.files[path]?.batchEnds.last)
        #expect(opened.journal.writtenBytes == end - SegmentPlace.headerBytes)
        opened.journal.close()
    }

    /// One thread writes, one trims, one reads what is not trimmed yet, on the disk of this machine.
    @Test func `trimming goes on beside writes and reads`() throws {
        let folder = TemporaryFolder()
        var settings = JournalSettings(folder: "\(folder.path)/journal")
        settings.segmentBytes = 64 << 10
        settings.compresses = false
        let journal = try Journal.open(settings, logger: .silent) { _, _, _ in }
        let log = DeliveryLog()
        journal.start { log.deliver($0) }
        let count: UInt64 = 3000
        let writing = DispatchGroup()
        DispatchQueue(label: "writer").async(group: writing) {
            let text = String(repeating: "w", count: 1000)
            for number in 1...count {
                let position = journal.offer(SampleEvents.message(number, text: text))
                if number.isMultiple(of: 7) { log.wait(for: position) }
            }
        }
        let reader = journal.makeReader()
        var next = Position(rawValue: 1)
        var read: [UInt64] = []
        var trimmedCount = 0
        while next.rawValue <= count {
            next = try reader.read(
                from: next,
                through: journal.durablePosition,
                bytesMax: 50_000
            ) { position, _ in read.append(position.rawValue) }
            trimmedCount += try journal.trim(through: Position(rawValue: next.rawValue - 1))
        }
        writing.wait()
        #expect(read == Array(1...count))
        #expect(trimmedCount > 3)
        journal.close()
        var kept: [UInt64] = []
        try Journal.open(settings, logger: .silent) { position, _, _ in
            kept.append(position.rawValue)
        }.close()
        let first = try #require(kept.first)
        #expect(first > 1)
        #expect(kept == Array(first...count))
    }

    // MARK: - Crashes

    @Test func `an error of the disk leaves a whole rest`() throws {
        for operation in [DiskError.Operation.list, .remove, .syncFolder] {
            let world = try JournalWorld.closed(segments: [3, 3, 3])
            let opened = try world.open()
            world.disk.setFault { done, path in
                done == operation && !path.hasSuffix("0001.log") ? EIO : nil
            }
            #expect(throws: JournalError.self) {
                try opened.journal.trim(through: Position(rawValue: 9))
            }
            world.disk.setFault(nil)
            opened.start()
            opened.write(JournalWorld.messages(1))
            opened.journal.close()
            #expect(try world.entries().count == [.list: 10, .remove: 7][operation] ?? 1)
        }
    }

    @Test(arguments: 0..<30)
    func `a crash at any operation of a trim leaves all that is kept`(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let counts = (0..<5).map { _ in Int.random(in: 1...4, using: &random) }
        let whole = try JournalWorld.closed(segments: counts)
        let all = try whole.entries() + JournalWorld.messages(2)
        let through = Int.random(in: 0...all.count, using: &random)
        let position = Position(rawValue: UInt64(through))
        var operations = 0
        var isDone = false
        while !isDone {
            let world = JournalWorld(whole.disk.copy())
            let opened = try world.open()
            opened.start()
            opened.write(JournalWorld.messages(2))
            world.disk.die(afterOperations: operations)
            isDone = (try? opened.journal.trim(through: position)) != nil
            for isPowerLoss in [false, true] {
                let disk = world.disk
                let next = JournalWorld(
                    isPowerLoss ? disk.afterPowerLoss(seed: random.next()) : disk.afterKill()
                )
                let comment: Comment = "seed \(seed), died after \(operations) operations"
                let rest = JournalWorld(next.disk.copy())
                let behind = try rest.entries(after: position)
                #expect(behind == Array(all.dropFirst(through)), comment)
                let kept = try next.entries()
                #expect(kept.count >= all.count - through, comment)
                #expect(kept == Array(all.suffix(kept.count)), comment)
            }
            opened.journal.close()
            operations += 1
        }
        #expect(operations > 1)
    }
}

private enum SegmentPlace {
    static let headerBytes = 64
    static let batchHeaderBytes = 56
    /// Inside the body of a batch, from its start.
    static let body = 56 + 20
}
