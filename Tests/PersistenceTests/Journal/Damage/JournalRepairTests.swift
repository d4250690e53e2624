import Persistence
import Shards
import TestSupport
import Testing

/// Damage is found or harms nothing, and a repair keeps all that comes before it.
@Suite struct JournalRepairTests {
    typealias Entry = SampleEvents.Entry

    // MARK: - What holds for every damage

    /// `all` is what the journal held. The journal that is left is a beginning of it.
    ///
    /// - Returns: how many events are left, nil where no damage was seen.
    @discardableResult
    private func check(
        _ world: JournalWorld,
        of all: [Entry],
        _ comment: Comment
    ) throws -> Int? {
        let before = Self.segments(of: world)
        var read: [Entry] = []
        let refused = JournalWorld(world.disk.copy())
        do throws(JournalError) {
            let journal = try Journal.open(refused.settings, disk: refused.disk, logger: .silent) {
                read.append(Entry($1, mark: $2))
            }
            journal.close()
        } catch {
            let isUnchanged = Self.segments(of: refused) == before
            #expect(isUnchanged, comment)
            let left = try self.repaired(world, comment)
            #expect(left.count >= read.count, comment)
            #expect(Array(left.prefix(read.count)) == read, comment)
            #expect(left == Array(all.prefix(left.count)), comment)
            return left.count
        }
        #expect(read == Array(all.prefix(read.count)), comment)
        let repair = try #require(try JournalRepair.begin(world.settings, disk: world.disk))
        #expect(repair.plan.isEmpty, comment)
        return nil
    }

    /// Repairs, and checks that what was told was done, and that no byte of what was there is gone.
    private func repaired(_ world: JournalWorld, _ comment: Comment) throws -> [Entry] {
        let before = world.disk.files
        #expect(throws: JournalError.self, comment) {
            try JournalCheck.run(world.settings, disk: world.disk)
        }
        let (found, targets) = try Self.repair(world)
        let plan = try #require(found, comment)
        #expect(!plan.isEmpty, comment)
        #expect(targets.count == plan.steps.count, comment)
        Self.expectAllThere(before, in: world, comment)
        let again = try Self.repair(world)
        #expect((again.plan?.isEmpty ?? true) && again.targets.isEmpty, comment)
        if plan.kept != nil {
            let report = try JournalCheck.run(world.settings, disk: world.disk)
            #expect(report?.extent == plan.kept, comment)
        }
        let opened = try world.open()
        opened.journal.close()
        let last = opened.positions.last ?? 0
        #expect(last == plan.kept?.last.rawValue ?? 0, comment)
        return opened.entries
    }

    private static func segments(of world: JournalWorld) -> [String: [UInt8]] {
        world.disk.files.filter { $0.key != "/journal/lock" }
    }

    private static func repair(
        _ world: JournalWorld
    ) throws(JournalError) -> (plan: RepairPlan?, targets: [String]) {
        guard let repair = try JournalRepair.begin(world.settings, disk: world.disk) else {
            return (nil, [])
        }
        return (repair.plan, try repair.apply())
    }

    /// Each segment is where it was, or put aside byte for byte.
    private static func expectAllThere(
        _ before: [String: [UInt8]],
        in world: JournalWorld,
        _ comment: Comment
    ) {
        let now = world.disk.files
        for (path, bytes) in before where path.hasSuffix(".log") {
            let isThere = now.contains { $0.key.hasPrefix(path) && $0.value == bytes }
            #expect(isThere, comment)
        }
    }

    // MARK: - Bytes

    private static func threeSegments(isClosed: Bool) throws -> (JournalWorld, all: [Entry]) {
        let entries = Array(SampleEvents.everyKind[7..<10])
        let world = try JournalWorld().closed(after: entries).closed(after: entries)
        return (
            isClosed ? try world.closed(after: entries) : try world.killed(after: entries),
            entries + entries + entries
        )
    }

    @Test(arguments: [true, false], [0, 1, 2])
    func `a flipped byte is found, and what comes before it is kept`(
        isClosed: Bool,
        index: Int
    ) throws {
        let (world, all) = try Self.threeSegments(isClosed: isClosed)
        let path = world.segments[index]
        let bytes = try #require(world.disk.files[path])
        let starts = bytes.batchStarts
        let end = try #require(bytes.batchEnds.last)
        var foundCount = 0
        for place in 0..<end {
            let isHeader = place < 64 || starts.contains { ($0..<$0 + 56).contains(place) }
            guard isHeader || place.isMultiple(of: 13) else { continue }
            let flipped = world.changing(path) { $0[place] ^= UInt8(1 << (place % 8)) }
            let comment: Comment = "segment \(index), byte \(place)"
            let left = try self.check(flipped, of: all, comment)
            foundCount += left == nil ? 0 : 1
            guard let left else {
                // In the last batch of the last segment: a tail that is torn.
                #expect(index == 2 && place >= starts[isClosed ? 3 : 2], comment)
                continue
            }
            if place < 64 {
                #expect(left == index * 3, comment)
            } else {
                // The seal of a segment can be made again, and then the next one follows.
                let wholeCount = starts.dropFirst().count { $0 <= place }
                #expect(left == (wholeCount == 3 ? 9 : index * 3 + wholeCount), comment)
            }
        }
        #expect(foundCount > 150)
    }

    @Test func `a block of zeros or of another place is found`() throws {
        let entries = JournalWorld.messages(60, text: String(repeating: "z", count: 200))
        let world = try JournalWorld().closed(after: entries).killed(after: entries)
        let all = entries + entries
        var random = SeededRandom(seed: 7)
        for path in world.segments.prefix(2) {
            let bytes = try #require(world.disk.files[path])
            let used = try #require(bytes.batchEnds.last)
            for block in 0..<(used / 4096) {
                let range = block * 4096..<min(bytes.count, (block + 1) * 4096)
                let zeroed = world.changing(path) { bytes in
                    for index in range { bytes[index] = 0 }
                }
                let left = try self.check(zeroed, of: all, "\(path), block \(block) is zero")
                #expect(left != nil || path == world.segments[1])
                let source = 4096 * Int.random(in: 0..<(used / 4096), using: &random)
                guard source != range.lowerBound else { continue }
                let doubled = world.changing(path) { bytes in
                    bytes.replaceSubrange(range, with: bytes[source..<source + range.count])
                }
                try self.check(doubled, of: all, "\(path), block \(block) is that at \(source)")
            }
        }
    }

    @Test func `what lies behind the damage is counted`() throws {
        let world = try JournalWorld.closed(segments: [6, 3])
        let starts = try #require(world.disk.files[world.segments[0]]?.batchStarts)
        let damaged = world.changing(world.segments[0]) { $0[starts[2] + 60] ^= 1 }
        let plan = try #require(try JournalRepair.begin(damaged.settings, disk: damaged.disk)).plan
        #expect(plan.steps.count == 2)
        #expect(plan.steps[0].action == .cut(keeping: starts[2]))
        #expect(plan.steps[0].offset == starts[2])
        #expect(plan.steps[0].position == Position(rawValue: 3))
        #expect(plan.steps[0].loss?.batchCount == 3)
        #expect(plan.steps[0].loss?.eventCount == 3)
        #expect(plan.steps[1].loss?.eventCount == 3)
        #expect(plan.steps[1].reason == "positions 3 to 6 are missing before")
        #expect(plan.steps.allSatisfy { $0.action == .setAside || $0.position.rawValue == 3 })
        #expect(plan.kept?.last == Position(rawValue: 2))
    }

    // MARK: - Files

    @Test func `behind a segment that is missing nothing can follow`() throws {
        for index in 0..<3 {
            let world = try JournalWorld.closed(segments: [3, 1, 4, 2])
            let all = try JournalWorld(world.disk.copy()).entries()
            world.disk.files[world.segments[index]] = nil
            let left = index == 0 ? nil : try self.check(world, of: all, "\(index) is missing")
            // Segments may be gone at the beginning, and what is gone at the end is not known.
            #expect(left == [nil, 3, 4][index])
        }
    }

    @Test(arguments: 0..<4)
    func `a segment of another history leaves, wherever it is`(index: Int) throws {
        let world = try JournalWorld.closed(segments: [3, 3, 3, 3])
        let all = try JournalWorld(world.disk.copy()).entries()
        var other = JournalWorld()
        other.settings.random = SeededRandom.source(seed: 2)
        for _ in 0..<4 { other = try other.closed(after: JournalWorld.messages(3)) }
        world.disk.files[world.segments[index]] = other.disk.files[other.segments[index]]
        let left = try self.repaired(world, "foreign segment \(index)")
        #expect(left == (index == 0 ? Array(all.dropFirst(3)) : Array(all.prefix(index * 3))))
    }

    @Test func `segments that have positions of others leave, and those stay`() throws {
        let world = try JournalWorld.closed(segments: [3, 3, 3])
        let all = try JournalWorld(world.disk.copy()).entries()
        let other = try JournalWorld.closed(segments: [1, 1])
        let path = "/journal/journal-00000000000000000002.log"
        world.disk.files[path] = other.disk.files[other.segments[1]]
        #expect(try self.check(JournalWorld(world.disk.copy()), of: all, "stray") == 9)
        world.disk.files[path] = world.disk.files[world.segments[0]]
        #expect(try self.check(JournalWorld(world.disk.copy()), of: all, "copy") == 9)
        world.disk.files[path] = []
        #expect(try self.check(world, of: all, "empty") == 9)
    }

    @Test func `a newer format is not repaired`() throws {
        let world = try JournalWorld.closed(segments: [3, 3])
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
        #expect(throws: JournalError.newerFormat(file: path, version: 200)) {
            try JournalRepair.begin(newer.settings, disk: newer.disk)
        }
    }

    @Test func `what is put aside is ignored, and never written over`() throws {
        let world = try JournalWorld.closed(segments: [3, 3])
        let path = world.segments[0]
        let starts = try #require(world.disk.files[path]?.batchStarts)
        for round in 0..<3 {
            world.disk.files[path]?[starts[2 - round] + 60] ^= 1
            #expect(try Self.repair(world).targets.contains { $0.hasPrefix(path) })
        }
        let aside = world.disk.files.keys.filter { $0.hasSuffix(".damaged") }
        #expect(
            aside.filter { $0.hasPrefix(path) }.sorted() == [
                "\(path).2.damaged", "\(path).3.damaged", "\(path).damaged",
            ]
        )
        #expect(try world.entries().isEmpty)
        #expect(world.disk.files.keys.filter { $0.hasSuffix(".damaged") }.count == aside.count)
    }

    @Test func `a folder that is in use is not repaired`() throws {
        let world = try JournalWorld.closed(segments: [3])
        let opened = try world.open()
        #expect(throws: JournalError.self) {
            try JournalRepair.begin(world.settings, disk: world.disk)
        }
        opened.journal.close()
    }

    // MARK: - Crashes

    @Test(arguments: 0..<20)
    func `a crash at any operation of a repair loses nothing that it keeps`(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let whole = try JournalWorld.closed(segments: [4, 3, 3, 2])
        let path = try #require(whole.segments.prefix(3).randomElement(using: &random))
        let bytes = try #require(whole.disk.files[path])
        let place = Int.random(in: 64..<bytes.count, using: &random)
        let damaged = whole.changing(path) { $0[place] ^= 1 }
        let undisturbed = JournalWorld(damaged.disk.copy())
        _ = try Self.repair(undisturbed)
        let expected = try undisturbed.entries()
        var isDone = false
        var operations = 0
        while !isDone {
            let comment: Comment = "seed \(seed), byte \(place), died after \(operations)"
            var world = JournalWorld(damaged.disk.copy())
            let repair = try #require(try JournalRepair.begin(world.settings, disk: world.disk))
            world.disk.die(afterOperations: operations)
            isDone = (try? repair.apply()) != nil
            world = JournalWorld(
                random.one(in: 3)
                    ? world.disk.afterKill() : world.disk.afterPowerLoss(seed: random.next())
            )
            // Refused, or as it is to be.
            if let read = try? JournalWorld(world.disk.copy()).entries() {
                #expect(read == expected, comment)
            }
            if random.one(in: 2) { _ = try? world.entries() }
            _ = try Self.repair(world)
            #expect(try world.entries() == expected, comment)
            Self.expectAllThere(damaged.disk.files, in: world, comment)
            operations += 1
        }
        #expect(operations > 3)
    }
}
