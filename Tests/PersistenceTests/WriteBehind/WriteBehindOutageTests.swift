import Glibc
import Persistence
import Shards
import TestSupport
import Testing

@Suite struct WriteBehindOutageTests {
    // MARK: - Away

    @Test func `what became durable while the store was away is brought in once it is back`()
        throws
    {
        let world = try WriteBehindWorld.started()
        let events = EventScript.events(600, seed: 11)
        for start in stride(from: 0, to: 600, by: 100) {
            world.store.condition.change { $0.goAway() }
            world.write(Array(events[start..<start + 100]))
            world.expectSoon { $0.link == .down }
            world.store.condition.change { $0.absence = nil }
            world.expectConfirmed(through: UInt64(start) + 100)
        }
        world.close()
        world.expectStored(events)
        world.expectConfirmationsInOrder()
    }

    @Test func `a connection that was cut while nothing happened is replaced`() throws {
        let world = try WriteBehindWorld.started()
        world.expectConfirmed(through: world.write([.sent(1)]))
        for number in 2...5 as ClosedRange<UInt64> {
            world.store.condition.change { $0.generation += 1 }
            world.expectConfirmed(through: world.write([.sent(number)]))
        }
        world.close()
        #expect(world.store.condition.value.attempts.count == 5)
        world.expectEachOnce()
    }

    @Test func `attempts come at doubled distances, whatever happens meanwhile`() throws {
        let store = SimulatedStore()
        store.condition.change { $0.goAway() }
        var settings = WriteBehindWorld.quick
        settings.retryMin = .milliseconds(10)
        settings.retryMax = .milliseconds(80)
        let world = try WriteBehindWorld.started(store: store, settings: settings)
        var number: UInt64 = 0
        while store.condition.value.attempts.count < 7 {
            number += 1
            world.write([.sent(number)])
        }
        let attempts = store.condition.value.attempts.prefix(7)
        let distances = zip(attempts, attempts.dropFirst()).map { $1 - $0 }
        for (distance, least) in zip(distances, [10, 20, 40, 80, 80, 80]) {
            #expect(distance >= .milliseconds(least))
        }
        // Back, the next outage begins from the least again.
        store.condition.change { $0.absence = nil }
        world.expectConfirmed(through: number)
        store.condition.change { condition in
            condition.attempts = []
            condition.goAway()
        }
        world.write([.sent(number + 1)])
        world.expectAttempts(1)
        world.close()
    }

    // MARK: - Lost outcomes

    @Test func `a lost outcome of a commit, either way, brings each event in once`() throws {
        let world = try WriteBehindWorld.started()
        var random = SeededRandom(seed: 9)
        let events = EventScript.events(500, seed: 9)
        for start in stride(from: 0, to: 500, by: 20) {
            let fates = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                Bool.random(using: &random) ? SimulatedStore.Fate.lostBefore : .lostAfter
            }
            world.store.condition.change { $0.fates = fates }
            world.write(Array(events[start..<start + 20]))
            world.expectConfirmed(through: UInt64(start) + 20)
        }
        world.close()
        world.expectStored(events)
        world.expectConfirmationsInOrder()
    }

    @Test func `what a batch refused is told, though its outcome was lost`() throws {
        let store = SimulatedStore()
        store.condition.change { condition in
            condition.refused = [RowKey(table: "messages", key: "2")]
            condition.fates = [.lostAfter]
        }
        var settings = WriteBehindWorld.quick
        settings.gathering = .seconds(3600)
        let world = try WriteBehindWorld.started(store: store, settings: settings)
        world.write(WriteBehindWorld.messages(1...3))
        world.opened.journal.close()
        world.writeBehind.close()
        // The attempt that failed may be the last one before the end; another run goes on.
        let next = try WriteBehindWorld.started(world.journalWorld, store: store)
        next.expectConfirmed(through: 3)
        #expect(next.confirmations.value.map(\.refused) == [[2]])

        store.condition.change { condition in
            condition.refused = [RowKey(table: "messages", key: "5")]
            condition.fates = [.lostAfter]
        }
        next.expectConfirmed(through: next.write(WriteBehindWorld.messages(4...6)))
        let told = next.confirmations.value.first { $0.refused.contains(5) }
        let earlier = next.confirmations.value.filter { $0.through >= 5 }
        #expect(told != nil)
        #expect(earlier.allSatisfy { $0.refused.contains(5) })
        next.close()
        next.expectEachOnce()
    }

    // MARK: - Not ours

    @Test func `a store that somebody else has moved gets nothing`() throws {
        let world = try WriteBehindWorld.started()
        world.expectConfirmed(through: world.write(WriteBehindWorld.messages(1...10)))
        let mine = world.store.condition.value.rows
        var moved = mine
        moved.state.applied = Position(rawValue: 1_000)
        world.store.condition.change { $0.rows = moved }
        world.write(WriteBehindWorld.messages(11...20))
        world.expectSoon { $0.link == .refused }
        let attempts = world.store.condition.value.attempts.count
        world.expectAttempts(attempts + 3)
        let isSame = world.store.condition.value.rows == moved
        #expect(isSame)
        #expect(world.progress.lastError == .moved(moved.state))
        #expect(world.progress.backlog == 10)

        // Put back to where it was left, it goes on.
        world.store.condition.change { $0.rows = mine }
        world.expectConfirmed(through: 20)
        world.close()
        world.expectStored(WriteBehindWorld.messages(1...20))
    }

    @Test func `a store of another history, ahead, or empty beside half a journal is refused`()
        throws
    {
        let half = try JournalWorld().closed(after: JournalWorld.messages(10))
            .closed(after: JournalWorld.messages(10))
        half.disk.files[half.segments[0]] = nil
        let epoch = try #require(try half.epoch())
        let states: [StoreState] = [
            StoreState(epoch: Epoch(high: 9, low: 9), applied: Position(rawValue: 10)),
            StoreState(epoch: epoch, applied: Position(rawValue: 21)),
            StoreState(epoch: epoch, applied: Position(rawValue: 9)),
            StoreState(epoch: nil, applied: Position(rawValue: 15)),
            StoreState(),
        ]
        for state in states {
            let store = SimulatedStore()
            store.condition.change { $0.rows.state = state }
            let world = try WriteBehindWorld.started(JournalWorld(half.disk.copy()), store: store)
            world.expectSoon { $0.link == .refused }
            #expect(world.progress.lastError == .moved(state))
            world.close()
            #expect(store.condition.value.rows.state == state)
            #expect(store.condition.value.batches.isEmpty)
            #expect(world.confirmations.value.isEmpty)
        }
        // The one that ends just before it goes on.
        let store = SimulatedStore()
        let fitting = StoreState(epoch: epoch, applied: Position(rawValue: 10))
        store.condition.change { $0.rows.state = fitting }
        let world = try WriteBehindWorld.started(half, store: store)
        world.expectConfirmed(through: 20)
        world.close()
        #expect(store.condition.value.batches.first?.before.rawValue == 10)
    }

    @Test func `a store that has ids of others is not taken for empty`() throws {
        let store = SimulatedStore()
        var state = StoreState()
        state.newest.user = UserID(rawValue: 1)
        store.condition.change { [state] in $0.rows.state = state }
        let world = try WriteBehindWorld.started(store: store)
        world.expectSoon { $0.link == .refused }
        #expect(world.progress.lastError == .moved(state))
        world.close()
        #expect(store.condition.value.rows.state == state)
    }

    @Test func `a store that cannot be used is tried until it can`() throws {
        let store = SimulatedStore()
        store.condition.change { $0.goAway(.unusable("no tables")) }
        let world = try WriteBehindWorld.started(store: store)
        let events = WriteBehindWorld.messages(1...10)
        world.write(events)
        world.expectAttempts(3)
        #expect(world.progress.link == .refused)
        #expect(world.progress.lastError == .unusable("no tables"))
        store.condition.change { $0.goAway() }
        world.expectSoon { $0.link == .down }
        store.condition.change { $0.absence = nil }
        world.expectConfirmed(through: 10)
        world.close()
        world.expectStored(events)
    }

    // MARK: - Reaching back

    @Test func `a long outage is made good in bounded batches, over many segments`() throws {
        let store = SimulatedStore()
        store.condition.change { $0.goAway() }
        var settings = WriteBehindWorld.quick
        settings.batchBytes = 32 << 10
        let events = WriteBehindWorld.messages(1...800, byteCount: 1_000)
        var world = try WriteBehindWorld.started(store: store, settings: settings)
        for start in stride(from: 0, to: 800, by: 100) {
            world.write(Array(events[start..<start + 100]))
            world.close()
            world = try WriteBehindWorld.started(
                world.journalWorld,
                store: store,
                settings: settings
            )
        }
        #expect(world.journalWorld.segments.count > 8)
        store.condition.change { $0.absence = nil }
        world.expectConfirmed(through: 800)
        world.close()
        world.expectStored(events)
        let counts = store.condition.value.batches.map { $0.after.rawValue - $0.before.rawValue }
        #expect(counts.count >= 20)
        // An event is 1,2 KiB, and the last batch of the journal goes over by less than 4 KiB.
        #expect(counts.allSatisfy { $0 <= 36 })
    }

    @Test func `what cannot be read back is not skipped`() throws {
        let before = try JournalWorld().closed(after: JournalWorld.messages(10))
            .closed(after: JournalWorld.messages(10))
        let store = SimulatedStore()
        let world = try WriteBehindWorld(before, store: store)
        let path = before.segments[0]
        let whole = try #require(before.disk.files[path])
        let offset = whole.batchStarts[6]
        var damaged = whole
        damaged[offset + 60] ^= 1
        before.disk.files[path] = damaged
        world.start()
        world.expectSoon { $0.link == .refused }
        let reason = try #require(world.progress.lastError?.description)
        #expect(reason.contains("\(path) is damaged at byte \(offset), position 7"))
        #expect(store.condition.value.rows.state.applied.rawValue <= 6)
        #expect(try store.contents.messages.isEmpty)

        before.disk.files[path] = whole
        world.expectConfirmed(through: 20)
        world.close()
        #expect(try store.contents.messages.count == 10)
    }

    // MARK: - Everything at once

    @Test(arguments: 0..<6)
    func `whatever befalls the store, it has each event once in the end`(seed: UInt64) throws {
        let store = SimulatedStore()
        var random = SeededRandom(seed: seed)
        let events = EventScript.events(800, seed: seed)
        var settings = WriteBehindWorld.quick
        settings.batchBytes = 4 << 10
        var world = try WriteBehindWorld.started(store: store, settings: settings)
        var written = 0
        while written < events.count {
            let count = min(Int.random(in: 1...40, using: &random), events.count - written)
            world.write(Array(events[written..<written + count]))
            written += count
            switch Int.random(in: 0..<8, using: &random) {
            case 0: store.condition.change { $0.goAway() }
            case 1: store.condition.change { $0.generation += 1 }
            case 2: store.condition.change { $0.fates.append(.lostAfter) }
            case 3: store.condition.change { $0.fates.append(.lostBefore) }
            case 4:
                world.close()
                world = try WriteBehindWorld.started(
                    world.journalWorld,
                    store: store,
                    settings: settings
                )
            default: store.condition.change { $0.absence = nil }
            }
        }
        store.condition.change { $0.absence = nil }
        world.expectConfirmed(through: UInt64(events.count))
        world.close()
        world.expectStored(events)
        world.expectConfirmationsInOrder()
    }
}

extension JournalWorld {
    fileprivate func epoch() throws -> Epoch? {
        try Journal.read(in: self.settings, disk: self.disk) { _, _ in }?.epoch
    }
}
