import Persistence
import Shards
import TestSupport
import Testing

/// Damage in what a snapshot covers costs nothing: what follows it stays.
@Suite struct JournalCoverTests {
    typealias Entry = SampleEvents.Entry

    /// Three segments of three events, a batch each.
    private static func threeSegments(isClosed: Bool) throws -> (JournalWorld, all: [Entry]) {
        let entries = Array(SampleEvents.everyKind[7..<10])
        let world = try JournalWorld().closed(after: entries).closed(after: entries)
        return (
            isClosed ? try world.closed(after: entries) : try world.killed(after: entries),
            entries + entries + entries
        )
    }

    private static func repair(
        _ world: JournalWorld,
        through: Int,
        newest: Int? = nil
    ) throws -> (plan: RepairPlan, targets: [String]) {
        let cover = JournalCover(
            through: Position(rawValue: UInt64(through)),
            newest: Position(rawValue: UInt64(newest ?? through))
        )
        let found = try JournalRepair.begin(world.settings, disk: world.disk) { _ in cover }
        guard let repair = found else { return (RepairPlan(), []) }
        return (repair.plan, try repair.apply())
    }

    /// Repairs beside a snapshot that has the first events, so many, and starts from it.
    ///
    /// - Returns: how many events there were behind it, and the plan.
    private func started(
        _ world: JournalWorld,
        of all: [Entry],
        through: Int,
        _ comment: Comment
    ) throws -> (count: Int, plan: RepairPlan) {
        let before = world.disk.files
        let (plan, targets) = try Self.repair(world, through: through)
        #expect(targets.count == plan.steps.count, comment)
        Self.expectAllThere(before, in: world, comment)
        let again = try Self.repair(world, through: through)
        #expect(again.plan.isEmpty && again.targets.isEmpty, comment)
        // Every byte that is left is good, not only what a start looks at.
        let report = try JournalCheck.run(world.settings, disk: world.disk)
        #expect(plan.isEmpty || report?.extent == plan.kept, comment)
        let opened = try world.open(after: Position(rawValue: UInt64(through)))
        opened.journal.close()
        let behind = Array(all.dropFirst(through))
        #expect(opened.entries == Array(behind.prefix(opened.entries.count)), comment)
        if plan.cover != nil {
            #expect(opened.journal.firstAtOpen.rawValue <= through + 1, comment)
            #expect(opened.journal.epoch == plan.kept?.epoch, comment)
            #expect(opened.journal.durablePosition.rawValue >= through, comment)
        }
        return (opened.entries.count, plan)
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

    @Test(arguments: [true, false], [0, 1, 2])
    func `a flipped byte in what is covered loses nothing`(isClosed: Bool, index: Int) throws {
        let (world, all) = try Self.threeSegments(isClosed: isClosed)
        let path = world.segments[index]
        let bytes = try #require(world.disk.files[path])
        let starts = bytes.batchStarts
        let end = try #require(bytes.batchEnds.last)
        var coveredCount = 0
        for place in 0..<end {
            let isHeader = place < 64 || starts.contains { ($0..<$0 + 56).contains(place) }
            guard place.isMultiple(of: isHeader ? 5 : 17) else { continue }
            let damaged = world.changing(path) { $0[place] ^= UInt8(1 << (place % 8)) }
            // Without its header a segment tells nothing, not even of a part.
            let position = index * 3 + (place < 64 ? 3 : starts.count { $0 <= place })
            let isTorn = index == 2 && place >= starts[isClosed ? 3 : 2]
            for through in 0...9 {
                let comment: Comment = "segment \(index), byte \(place), through \(through)"
                let world = JournalWorld(damaged.disk.copy())
                let (count, plan) = try self.started(world, of: all, through: through, comment)
                coveredCount += plan.cover == nil ? 0 : 1
                guard position <= through, !isTorn else {
                    #expect(plan.cover == nil, comment)
                    continue
                }
                #expect(count == 9 - through, comment)
            }
        }
        #expect(coveredCount > 50)
    }

    /// Refused, or all that is wanted: never less without a word.
    @Test(arguments: [0, 1, 2])
    func `a start beside damage has all behind the snapshot, or is refused`(index: Int) throws {
        let (world, all) = try Self.threeSegments(isClosed: true)
        let path = world.segments[index]
        let bytes = try #require(world.disk.files[path])
        let end = try #require(bytes.batchStarts.last)
        var counts = (opened: 0, refused: 0)
        for place in 0..<end {
            let damaged = world.changing(path) { $0[place] ^= UInt8(1 << (place % 8)) }
            for through in [0, 2, 4, 8, 9] {
                let world = JournalWorld(damaged.disk.copy())
                let position = Position(rawValue: UInt64(through))
                let comment: Comment = "byte \(place), through \(through)"
                let report = try? JournalCheck.run(
                    world.settings,
                    disk: world.disk,
                    after: position
                )
                let opened = try? world.open(after: position)
                opened?.journal.close()
                #expect((report != nil) == (opened != nil), comment)
                counts.opened += opened == nil ? 0 : 1
                counts.refused += opened == nil ? 1 : 0
                guard let opened else { continue }
                #expect(opened.entries == Array(all.dropFirst(through)), comment)
            }
        }
        #expect(counts.opened > 50 && counts.refused > 50)
    }

    // MARK: - What is done

    @Test func `what is before damage between segments leaves with it`() throws {
        let world = try JournalWorld.closed(segments: [3, 2, 4])
        let all = try JournalWorld(world.disk.copy()).entries()
        let starts = try #require(world.disk.files[world.segments[1]]?.batchStarts)
        let damaged = world.changing(world.segments[1]) { $0[starts[1] + 60] ^= 1 }
        let (plan, _) = try Self.repair(JournalWorld(damaged.disk.copy()), through: 7)
        #expect(plan.steps.map(\.action) == [.setAside, .setAside])
        #expect(plan.steps.allSatisfy { $0.isCovered && $0.loss == nil })
        #expect(plan.steps.map(\.position.rawValue) == [1, 5])
        #expect(plan.steps[0].reason == "what follows it is damaged or missing")
        #expect(plan.kept?.first.rawValue == 6)
        #expect(plan.kept?.last.rawValue == 9)
        #expect(plan.cover?.through.rawValue == 7)
        #expect(try self.started(damaged, of: all, through: 5, "5").count == 4)
    }

    @Test func `a part of a segment becomes one, as it is`() throws {
        let world = try JournalWorld.closed(segments: [3, 6])
        let path = world.segments[1]
        let bytes = try #require(world.disk.files[path])
        let (starts, ends) = (bytes.batchStarts, bytes.batchEnds)
        let damaged = world.changing(path) { $0[starts[2] + 5] ^= 1 }
        let (plan, targets) = try Self.repair(damaged, through: 7)
        let whole = starts[3]..<ends[5]
        let positions = Position(rawValue: 7)..<Position(rawValue: 10)
        #expect(plan.steps.map(\.action) == [.setAside, .part(whole, holding: positions)])
        #expect(plan.steps[1].position == Position(rawValue: 6))
        #expect(targets.map { $0.hasSuffix(".damaged") } == [true, true])
        #expect(damaged.segments == ["/journal/journal-00000000000000000007.log"])
        let part = try #require(damaged.disk.files[damaged.segments[0]])
        #expect(Array(part[64...]) == Array(bytes[starts[3]...]))
    }

    @Test func `what is damaged behind the snapshot too is cut there`() throws {
        let world = try JournalWorld.closed(segments: [3, 6, 2])
        let all = try JournalWorld(world.disk.copy()).entries()
        let path = world.segments[1]
        let starts = try #require(world.disk.files[path]?.batchStarts)
        let damaged = world.changing(path) { bytes in
            bytes[starts[1] + 5] ^= 1
            bytes[starts[4] + 60] ^= 1
        }
        let copy = JournalWorld(damaged.disk.copy())
        let (count, plan) = try self.started(copy, of: all, through: 6, "through 6")
        #expect(count == 1)
        #expect(plan.kept?.first.rawValue == 6)
        #expect(plan.kept?.last.rawValue == 7)
        #expect(plan.steps.map(\.isCovered) == [true, true, false])
        #expect(plan.steps[1].position == Position(rawValue: 8))
        #expect(plan.steps[1].loss?.eventCount == 1)
        #expect(plan.steps[2].loss?.eventCount == 2)
        // A snapshot that is newer than what would be left is refused by a start.
        let (other, _) = try Self.repair(damaged, through: 6, newest: 8)
        #expect(other.cover == nil)
        #expect(other.steps.allSatisfy { !$0.isCovered })
        #expect(other.kept?.first.rawValue == 1)
        #expect(other.kept?.last.rawValue == 4)
    }

    @Test func `segments that are missing or foreign are made up for`() throws {
        let world = try JournalWorld.closed(segments: [3, 1, 4, 2])
        let all = try JournalWorld(world.disk.copy()).entries()
        var other = JournalWorld()
        other.settings.random = SeededRandom.source(seed: 2)
        for count in [3, 1, 4, 2] {
            other = try other.closed(after: JournalWorld.messages(count))
        }
        for (index, last) in [(1, 4), (2, 8)] {
            for stranger in [nil, other.disk.files[world.segments[index]]] {
                for through in 0...10 {
                    let world = JournalWorld(world.disk.copy())
                    world.disk.files[world.segments[index]] = stranger
                    let comment: Comment = "segment \(index), through \(through)"
                    let (count, plan) = try self.started(world, of: all, through: through, comment)
                    #expect((plan.cover != nil) == (through >= last), comment)
                    if plan.cover != nil { #expect(count == 10 - through, comment) }
                }
            }
        }
    }

    @Test func `a last batch that is damaged leaves an empty journal of the same history`() throws {
        let world = try JournalWorld.closed(segments: [3])
        let path = world.segments[0]
        let starts = try #require(world.disk.files[path]?.batchStarts)
        let damaged = world.changing(path) { $0[starts[2] + 5] ^= 1 }
        let before = try #require(try Journal.look(in: world.settings, disk: world.disk))
        let (plan, _) = try Self.repair(damaged, through: 3)
        #expect(plan.kept?.first.rawValue == 4)
        #expect(plan.kept?.last.rawValue == 3)
        let opened = try damaged.open(after: Position(rawValue: 3))
        #expect(opened.entries.isEmpty)
        #expect(opened.journal.epoch == before.epoch)
        #expect(opened.journal.durablePosition == Position(rawValue: 3))
        opened.journal.close()
    }

    @Test func `a whole journal asks for no cover`() throws {
        let world = try JournalWorld.closed(segments: [3, 2])
        let repair = try JournalRepair.begin(world.settings, disk: world.disk) { _ in
            Issue.record("nothing is damaged")
            return nil
        }
        #expect(repair?.plan.isEmpty == true)
    }

    // MARK: - Crashes

    @Test(arguments: 0..<30)
    func `a crash at any operation of a repair loses nothing that it keeps`(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let whole = try JournalWorld.closed(segments: [4, 3, 3, 2])
        let all = try JournalWorld(whole.disk.copy()).entries()
        let path = try #require(whole.segments.prefix(4).randomElement(using: &random))
        let bytes = try #require(whole.disk.files[path])
        let place = Int.random(in: 64..<bytes.count, using: &random)
        let damaged = whole.changing(path) { $0[place] ^= 1 }
        let through = Int.random(in: 4...10, using: &random)
        let undisturbed = JournalWorld(damaged.disk.copy())
        let plan = try Self.repair(undisturbed, through: through).plan
        // In the last batch: a tail that is torn.
        guard !plan.isEmpty else { return }
        let position = Position(rawValue: UInt64(through))
        let expected = try undisturbed.entries(after: position)
        if plan.cover != nil { #expect(expected == Array(all.dropFirst(through))) }
        var isDone = false
        var operations = 0
        while !isDone {
            let comment: Comment = "seed \(seed), byte \(place), died after \(operations)"
            var world = JournalWorld(damaged.disk.copy())
            let cover = JournalCover(through: position, newest: position)
            let found = try JournalRepair.begin(world.settings, disk: world.disk) { _ in cover }
            let repair = try #require(found)
            world.disk.die(afterOperations: operations)
            isDone = (try? repair.apply()) != nil
            world = JournalWorld(
                random.one(in: 3)
                    ? world.disk.afterKill() : world.disk.afterPowerLoss(seed: random.next())
            )
            // Refused, or as it is to be.
            if let read = try? JournalWorld(world.disk.copy()).entries(after: position) {
                #expect(read == expected, comment)
            }
            if random.one(in: 2) { _ = try? world.entries(after: position) }
            _ = try Self.repair(world, through: through)
            #expect(try world.entries(after: position) == expected, comment)
            Self.expectAllThere(damaged.disk.files, in: world, comment)
            operations += 1
        }
        #expect(operations > 3)
    }
}
