import Persistence
import Shards
import TestSupport
import Testing

@Suite struct WriteBehindTests {
    @Test func `rows are in the store soon after they are durable`() throws {
        let world = try WriteBehindWorld.started()
        let events = EventScript.events(400, seed: 5)
        for start in stride(from: 0, to: 400, by: 40) {
            let last = world.write(Array(events[start..<start + 40]))
            world.expectConfirmed(through: last)
        }
        world.expectStored(events)
        world.close()
        world.expectStored(events)
        world.expectConfirmationsInOrder()
        #expect(world.confirmations.value.first?.through == 0)
        #expect(world.store.condition.value.attempts.count == 1)
    }

    @Test func `each batch is confirmed after its commit, in order`() throws {
        let world = try WriteBehindWorld.started()
        let events = WriteBehindWorld.messages(1...300)
        for start in stride(from: 0, to: 300, by: 10) {
            world.write(Array(events[start..<start + 10]))
        }
        world.close()
        world.expectConfirmationsInOrder()
        let confirmed = world.confirmations.value.dropFirst().map(\.through)
        #expect(confirmed == world.store.condition.value.batches.map(\.after.rawValue))
        #expect(confirmed.last == 300)
        #expect(world.confirmations.value.allSatisfy { $0.refused == [] })
    }

    @Test func `a confirmation names the messages that were refused`() throws {
        let store = SimulatedStore()
        store.condition.change { condition in
            condition.refused = [
                RowKey(table: "messages", key: "3"), RowKey(table: "messages", key: "9"),
                RowKey(table: "message_reactions", key: "5,2,👍"),
                RowKey(table: "users", key: "1"),
            ]
        }
        var settings = WriteBehindWorld.quick
        settings.gathering = .seconds(3600)
        let world = try WriteBehindWorld(store: store, settings: settings)
        world.start()
        let events: [Event] =
            [.user(1), .user(2)] + WriteBehindWorld.messages(1...10) + [.reacted(1, to: 5)]
        world.write(events)
        world.close()
        let confirmed = world.confirmations.value
        #expect(confirmed.map(\.refused).filter { !$0.isEmpty } == [[3, 9, 5]])
        #expect(confirmed.last?.through == 13)
        #expect(world.progress.deadLetterCount == 4)
        #expect(store.condition.value.rows.letters.map(\.table).count == 4)
        #expect(try store.contents.messages.count == 8)
    }

    @Test func `a new run is told at once what the store has and what it refused`() throws {
        let store = SimulatedStore()
        store.condition.change { $0.refused = [RowKey(table: "messages", key: "3")] }
        var world = try WriteBehindWorld.started(store: store)
        world.expectConfirmed(through: world.write(WriteBehindWorld.messages(1...10)))
        world.close()
        world = try WriteBehindWorld.started(world.journalWorld, store: store)
        world.expectConfirmed(through: 10)
        #expect(world.confirmations.value.map(\.through) == [10])
        #expect(world.confirmations.value.map(\.refused) == [[3]])
        world.expectConfirmed(through: world.write(WriteBehindWorld.messages(11...20)))
        world.close()
        #expect(world.confirmations.value.dropFirst().allSatisfy { $0.refused == [] })
        #expect(try store.contents.messages.count == 19)
        #expect(world.progress.deadLetterCount == 0)
        world.expectEachOnce()
    }

    @Test func `a first event waits for others, and the end for none`() throws {
        var settings = WriteBehindWorld.quick
        settings.gathering = .seconds(3600)
        let world = try WriteBehindWorld.started(settings: settings)
        world.expectConfirmed(through: 0)
        for number in 1...50 as ClosedRange<UInt64> { world.write([.sent(number)]) }
        #expect(world.store.condition.value.batches.isEmpty)
        world.close()
        #expect(world.store.condition.value.batches.map(\.after.rawValue) == [50])
    }

    @Test func `what fills a batch waits for nothing`() throws {
        var settings = WriteBehindWorld.quick
        settings.gathering = .seconds(3600)
        settings.gatheringBusy = .seconds(3600)
        let world = try WriteBehindWorld(settings: settings)
        world.store.condition.change { $0.goAway() }
        world.start()
        world.expectAttempts(1)
        world.write(WriteBehindWorld.messages(1...8_192, byteCount: 1))
        world.store.condition.change { $0.absence = nil }
        world.expectConfirmed(through: 8_192)
        world.close()
    }

    // MARK: - The end

    @Test func `close brings in all that is durable`() throws {
        let world = try WriteBehindWorld()
        let events = EventScript.events(2_000, seed: 7)
        world.start()
        world.write(events)
        world.close()
        world.expectStored(events)
        #expect(world.progress.backlog == 0)
        #expect(world.progress.lag() == .zero)
    }

    @Test func `close leaves what a slow store does not take in time`() throws {
        let store = SimulatedStore()
        store.condition.change { $0.delay = .milliseconds(50) }
        var settings = WriteBehindWorld.quick
        settings.batchBytes = 1
        settings.closingMax = .milliseconds(120)
        var world = try WriteBehindWorld.started(store: store, settings: settings)
        let events = WriteBehindWorld.messages(1...1_000, byteCount: 1_000)
        world.write(events)
        world.close()
        let batchCount = store.condition.value.batches.count
        #expect(world.progress.backlog > 0)
        // The end did not wait for a thread that is late.
        world.expectSoon { $0.confirmed == store.condition.value.rows.state.applied }

        // The next run goes on there.
        store.condition.change { $0.delay = .zero }
        world = try WriteBehindWorld.started(world.journalWorld, store: store)
        world.expectConfirmed(through: 1_000)
        world.close()
        world.expectStored(events)
        #expect(store.condition.value.batches.count > batchCount)
    }

    @Test func `close while the store is away ends at once`() throws {
        let store = SimulatedStore()
        store.condition.change { $0.goAway() }
        var settings = WriteBehindWorld.quick
        settings.retryMin = .seconds(3600)
        settings.closingMax = .seconds(3600)
        let world = try WriteBehindWorld.started(store: store, settings: settings)
        world.write(WriteBehindWorld.messages(1...100))
        world.expectSoon { $0.link == .down }
        world.close()
        // One more look, in case it has come back.
        #expect(store.condition.value.attempts.count == 2)
        #expect(world.progress.backlog == 100)
    }

    @Test func `a store that comes back just before the end gets all`() throws {
        let store = SimulatedStore()
        store.condition.change { $0.goAway() }
        var settings = WriteBehindWorld.quick
        settings.retryMin = .seconds(3600)
        let world = try WriteBehindWorld.started(store: store, settings: settings)
        let events = WriteBehindWorld.messages(1...100)
        world.write(events)
        world.expectSoon { $0.link == .down }
        store.condition.change { $0.absence = nil }
        world.close()
        world.expectStored(events)
    }

    @Test func `closing twice, or without a start, does nothing`() throws {
        let world = try WriteBehindWorld()
        world.writeBehind.close()
        world.close()
        world.close()
        #expect(world.store.condition.value.attempts.isEmpty)
    }

    // MARK: - Progress

    @Test func `backlog and lag rise while the store is away, and fall when it is back`() throws {
        let world = try WriteBehindWorld.started()
        world.expectConfirmed(through: world.write(WriteBehindWorld.messages(1...10)))
        world.expectSoon { $0.backlog == 0 && $0.link == .up }
        #expect(world.progress.lag(at: .now + .seconds(3600)) == .zero)
        #expect(world.progress.lastError == nil)

        world.store.condition.change { $0.goAway() }
        let start = ContinuousClock.now
        world.write(WriteBehindWorld.messages(11...30))
        world.expectSoon { $0.link == .down }
        var lags: [Duration] = []
        for number in 31...40 as ClosedRange<UInt64> {
            world.write([.sent(number)])
            lags.append(world.progress.lag())
        }
        #expect(world.progress.backlog == 30)
        #expect(lags == lags.sorted())
        let age = world.progress.lag(at: start + .seconds(600))
        #expect(age <= .seconds(600) && age > .seconds(1))
        #expect(world.progress.lastError == .unavailable("away"))
        #expect(world.progress.confirmed.rawValue == 10)

        world.store.condition.change { $0.absence = nil }
        world.expectConfirmed(through: 40)
        world.expectSoon { $0.backlog == 0 && $0.link == .up && $0.lastError == nil }
        #expect(world.progress.lag(at: .now + .seconds(3600)) == .zero)
        world.close()
    }

    @Test func `a start without the store tells a lag for what the last run left`() throws {
        let before = try JournalWorld().closed(after: JournalWorld.messages(20))
        let store = SimulatedStore()
        store.condition.change { $0.goAway() }
        let world = try WriteBehindWorld(before, store: store)
        #expect(world.progress.link == .connecting)
        world.start()
        world.expectSoon { $0.link == .down }
        #expect(world.progress.backlog == 20)
        #expect(world.progress.lag(at: .now + .seconds(60)) >= .seconds(60))
        store.condition.change { $0.absence = nil }
        world.expectConfirmed(through: 20)
        world.expectSoon { $0.lag(at: .now + .seconds(60)) == .zero }
        world.close()
    }
}
