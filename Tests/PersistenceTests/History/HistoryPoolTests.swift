import Dispatch
import Persistence
import Shards
import TestSupport
import Testing

@Suite struct HistoryPoolTests {
    private static let everything = HistoryQuery.everywhere(
        above: MessageID(rawValue: 0),
        countMax: 100
    )

    /// With ten messages.
    private static func store() -> SimulatedStore {
        let store = SimulatedStore()
        let messages: [Event] = (1...10).map { .sent($0) }
        store.condition.change { $0.rows.apply(messages.rows()) }
        return store
    }

    private static func started(
        _ store: SimulatedStore,
        _ change: (inout HistoryPool.Settings) -> Void = { _ in }
    ) -> HistoryPool {
        var settings = HistoryPool.Settings()
        settings.retry = .zero
        settings.waitingTimeMax = .seconds(600)
        change(&settings)
        let pool = HistoryPool(store: store, settings: settings, logger: .silent)
        pool.start()
        return pool
    }

    /// What was answered and what was not, and the tasks that asked.
    private struct Crowd {
        struct Count {
            var answered = 0
            var failed = 0
        }

        let count = Watched(Count())

        func ask(_ pool: HistoryPool, times: Int) {
            for _ in 0..<times {
                Task { [count] in
                    let rows = try? await pool.messages([HistoryPoolTests.everything])
                    count.change { count in
                        if rows?.first?.count == 10 {
                            count.answered += 1
                        } else {
                            count.failed += 1
                        }
                    }
                }
            }
        }

        func expect(answered: Int, failed: Int) async {
            #expect(await self.count.soon { $0.answered == answered && $0.failed == failed })
        }
    }

    @Test func `all queries are answered, each in its place`() async throws {
        let store = Self.store()
        let pool = Self.started(store)
        let ids = [MessageID(rawValue: 4), MessageID(rawValue: 2), MessageID(rawValue: 99)]
        let rows = try await pool.messages([.ids(ids), Self.everything, .ids([])])
        #expect(rows.map { $0.map(\.message.id.rawValue) } == [[2, 4], Array(1...10), []])
        #expect(try await pool.messages([]).isEmpty)
        pool.close()
    }

    @Test func `a crowd is answered over few connections`() async {
        let store = Self.store()
        let pool = Self.started(store)
        let crowd = Crowd()
        crowd.ask(pool, times: 200)
        await crowd.expect(answered: 200, failed: 0)
        pool.close()
        #expect(store.condition.value.answerCount == 200)
        #expect((1...2).contains(store.condition.value.attempts.count))
    }

    @Test func `while the store is away requests fail at once, and it is hardly asked`() async {
        let store = Self.store()
        store.condition.change { $0.goAway() }
        let pool = Self.started(store) { settings in
            settings.threadCount = 1
            settings.retry = .seconds(3600)
        }
        for _ in 0..<50 {
            await #expect(throws: HistoryUnavailable()) {
                try await pool.messages([Self.everything])
            }
        }
        #expect(store.condition.value.attempts.count == 1)
        // Also when it is back: the next attempt is in an hour.
        store.condition.change { $0.absence = nil }
        await #expect(throws: HistoryUnavailable()) {
            try await pool.messages([Self.everything])
        }
        #expect(store.condition.value.attempts.count == 1)
        pool.close()
    }

    @Test func `once the store is back requests are answered again`() async throws {
        let store = Self.store()
        let pool = Self.started(store)
        for _ in 0..<5 {
            store.condition.change { $0.goAway() }
            for _ in 0..<4 {
                await #expect(throws: HistoryUnavailable()) {
                    try await pool.messages([Self.everything])
                }
            }
            store.condition.change { $0.absence = nil }
            for _ in 0..<4 {
                #expect(try await pool.messages([Self.everything])[0].count == 10)
            }
        }
        pool.close()
    }

    @Test func `a connection that was cut while idle is replaced, and nobody notices`()
        async throws
    {
        let store = Self.store()
        let pool = Self.started(store) { $0.threadCount = 1 }
        for cuts in 1...10 {
            #expect(try await pool.messages([Self.everything])[0].count == 10)
            #expect(try await pool.messages([Self.everything])[0].count == 10)
            #expect(store.condition.value.attempts.count == cuts)
            store.condition.change { $0.generation += 1 }
        }
        pool.close()
    }

    @Test func `more than may wait are refused, and those who wait are answered`() async {
        let store = Self.store()
        store.condition.change { $0.isHeld = true }
        let pool = Self.started(store) { settings in
            settings.threadCount = 2
            settings.waitingMax = 3
        }
        let crowd = Crowd()
        crowd.ask(pool, times: 2)
        #expect(await store.condition.soon { $0.heldCount == 2 })
        crowd.ask(pool, times: 10)
        await crowd.expect(answered: 0, failed: 7)
        store.condition.change { $0.isHeld = false }
        await crowd.expect(answered: 5, failed: 7)
        crowd.ask(pool, times: 1)
        await crowd.expect(answered: 6, failed: 7)
        pool.close()
    }

    @Test func `who has waited too long is not worth the work`() async {
        let store = Self.store()
        let pool = Self.started(store) { $0.waitingTimeMax = .zero }
        let crowd = Crowd()
        crowd.ask(pool, times: 20)
        await crowd.expect(answered: 0, failed: 20)
        pool.close()
        #expect(store.condition.value.attempts.isEmpty)
    }

    @Test func `close fails what waits, finishes what is being read, and refuses what comes`()
        async
    {
        let store = Self.store()
        store.condition.change { $0.isHeld = true }
        let pool = Self.started(store) { $0.threadCount = 1 }
        let first = Crowd()
        first.ask(pool, times: 1)
        #expect(await store.condition.soon { $0.heldCount == 1 })
        let crowd = Crowd()
        crowd.ask(pool, times: 20)
        let isClosed = Watched(false)
        DispatchQueue(label: "closer").async {
            pool.close()
            isClosed.change { $0 = true }
        }
        await crowd.expect(answered: 0, failed: 20)
        store.condition.change { $0.isHeld = false }
        await first.expect(answered: 1, failed: 0)
        #expect(await isClosed.soon { $0 })
        await #expect(throws: HistoryUnavailable()) {
            try await pool.messages([Self.everything])
        }
        pool.close()
        #expect(store.condition.value.answerCount == 1)
    }

    @Test func `before the start requests wait, and after it they are answered`() async {
        let store = Self.store()
        var settings = HistoryPool.Settings()
        settings.waitingTimeMax = .seconds(600)
        let pool = HistoryPool(store: store, settings: settings, logger: .silent)
        let crowd = Crowd()
        crowd.ask(pool, times: 5)
        pool.start()
        await crowd.expect(answered: 5, failed: 0)
        pool.close()
    }
}
