import Glibc
import Persistence
import Shards
import TestSupport
import Testing

/// A journal on a simulated disk, a simulated store, and what brings the one into the other.
struct WriteBehindWorld {
    /// A confirmation, and where the store was when it came.
    struct Confirmed: Sendable {
        let through: UInt64
        let refused: [UInt64]
        let stored: UInt64
    }

    static var quick: WriteBehindSettings {
        var settings = WriteBehindSettings()
        settings.gathering = .milliseconds(1)
        settings.gatheringBusy = .milliseconds(2)
        settings.retryMin = .milliseconds(1)
        settings.retryMax = .milliseconds(5)
        settings.closingMax = .seconds(300)
        return settings
    }

    let journalWorld: JournalWorld
    let opened: JournalWorld.Opened
    let store: SimulatedStore
    let writeBehind: WriteBehind
    let confirmations = Watched<[Confirmed]>([])

    /// With segments of 64 KiB, and nothing started.
    init(
        _ world: JournalWorld = JournalWorld(),
        store: SimulatedStore = SimulatedStore(),
        settings: WriteBehindSettings = Self.quick
    ) throws {
        var world = world
        world.settings.reserveCount = 2
        self.journalWorld = world
        self.store = store
        self.opened = try world.open()
        self.writeBehind = WriteBehind(
            store: store,
            journal: self.opened.journal,
            settings: settings,
            logger: .silent,
            now: { Timestamp(microseconds: 1) },
            confirm: { [confirmations] confirmation in
                let confirmed = Confirmed(
                    through: confirmation.through.rawValue,
                    refused: confirmation.refused.map(\.rawValue),
                    stored: store.condition.value.rows.state.applied.rawValue
                )
                confirmations.change { $0.append(confirmed) }
            }
        )
    }

    func start() {
        self.opened.journal.start { [writeBehind, log = self.opened.log] batch in
            writeBehind.becameDurable(through: batch.last)
            log.deliver(batch)
        }
        self.writeBehind.start()
    }

    static func started(
        _ world: JournalWorld = JournalWorld(),
        store: SimulatedStore = SimulatedStore(),
        settings: WriteBehindSettings = Self.quick
    ) throws -> WriteBehindWorld {
        let world = try WriteBehindWorld(world, store: store, settings: settings)
        world.start()
        return world
    }

    /// Returns once they are durable.
    @discardableResult
    func write(_ events: [Event]) -> UInt64 {
        var last = self.opened.journal.durablePosition
        for event in events {
            last = self.opened.journal.offer(event, mark: nil, notice: .silent)
        }
        if !events.isEmpty { self.opened.log.wait(for: last) }
        return last.rawValue
    }

    func close() {
        self.opened.journal.close()
        self.writeBehind.close()
        #expect(self.store.condition.value.misuses == [])
    }

    // MARK: - Waiting

    var progress: WriteBehindProgress { self.writeBehind.progress }

    func expectConfirmed(through position: UInt64) {
        let isThere = self.confirmations.wait { $0.last.map { $0.through >= position } ?? false }
        #expect(isThere, "not in the store in time: \(self.progress)")
    }

    /// For what nobody tells: looks again and again.
    func expectSoon(
        _ isSo: (WriteBehindProgress) -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for _ in 0..<120_000 where !isSo(self.progress) { usleep(1_000) }
        #expect(isSo(self.progress), "\(self.progress)", sourceLocation: sourceLocation)
    }

    func expectAttempts(_ count: Int) {
        #expect(self.store.condition.wait { $0.attempts.count >= count })
    }

    // MARK: - What is there

    /// That the store has all of these and nothing else, each brought there once.
    func expectStored(_ events: [Event]) {
        let condition = self.store.condition.value
        var rows = SimulatedRows()
        rows.apply(events.rows())
        for letter in condition.rows.letters { rows.add(letter) }
        rows.state = condition.rows.state
        let areEqual = condition.rows == rows
        #expect(areEqual)
        #expect(condition.rows.state.applied.rawValue == UInt64(events.count))
        #expect(condition.rows.state.epoch == self.opened.journal.epoch)
        self.expectEachOnce()
    }

    /// That batches follow upon each other without a gap, and no message was in two.
    func expectEachOnce() {
        let batches = self.store.condition.value.batches
        var last = batches.first?.before
        var sent: Set<MessageID> = []
        for batch in batches {
            #expect(batch.before == last)
            last = batch.after
            for row in batch.applied.flatMap(\.sentMessages) {
                #expect(sent.insert(row.value.id).inserted)
            }
        }
    }

    /// That confirmations ascend, and that each came after its commit.
    func expectConfirmationsInOrder() {
        let confirmations = self.confirmations.value
        var last: UInt64 = 0
        for confirmed in confirmations {
            #expect(confirmed.through >= last)
            #expect(confirmed.stored >= confirmed.through)
            last = confirmed.through
        }
    }

    static func messages(_ numbers: ClosedRange<UInt64>, byteCount: Int = 10) -> [Event] {
        numbers.map { .sent($0, "\($0) " + String(repeating: "x", count: byteCount)) }
    }
}
