import Shards
import Testing

@Suite struct MarkTableTests {
    private static let start = Timestamp(microseconds: 1_730_800_800_000_000)
    private static let slot = Slot(rawValue: 0)

    private static func mark(
        _ key: UInt64,
        by user: UserID = .anna,
        after: Duration = .zero,
        resource: UInt64 = 0
    ) -> IdempotencyMark {
        IdempotencyMark(
            request: .init(scope: .init(high: 0, low: key), body: .init(high: 0, low: 0)),
            user: user,
            resource: resource,
            at: Self.start.advanced(by: after)
        )
    }

    private static func knows(_ table: MarkTable, _ key: UInt64) -> Bool {
        table[.init(high: 0, low: key)] != nil
    }

    @Test func `a thousand of one user are remembered, and then the oldest is forgotten`() {
        var table = MarkTable()
        for key in 1...1000 as ClosedRange<UInt64> { table.remember(Self.mark(key), in: Self.slot) }
        #expect(Self.knows(table, 1))
        table.remember(Self.mark(1001), in: Self.slot)
        #expect(!Self.knows(table, 1))
        #expect(Self.knows(table, 2))
        #expect(Self.knows(table, 1001))
    }

    @Test func `one user's requests push out no other's`() {
        var table = MarkTable()
        table.remember(Self.mark(0, by: .boris), in: Self.slot)
        for key in 1...2000 as ClosedRange<UInt64> { table.remember(Self.mark(key), in: Self.slot) }
        #expect(Self.knows(table, 0))
        #expect(!Self.knows(table, 1000))
        #expect(Self.knows(table, 1001))
    }

    @Test func `after 24 hours a request is forgotten, whoever's turn it is`() {
        var table = MarkTable()
        table.remember(Self.mark(1, by: .anna), in: Self.slot)
        table.remember(Self.mark(2, by: .boris, after: .seconds(60)), in: Self.slot)
        table.remember(Self.mark(3, by: .clara, after: .seconds(24 * 3600)), in: Self.slot)
        #expect(Self.knows(table, 1))
        table.remember(Self.mark(4, by: .clara, after: .seconds(24 * 3600 + 1)), in: Self.slot)
        #expect(!Self.knows(table, 1))
        #expect(Self.knows(table, 2))
    }

    @Test func `a key that was pushed out may come again, and is kept for its own 24 hours`() {
        var table = MarkTable()
        table.remember(Self.mark(1), in: Self.slot)
        for key in 2...1001 as ClosedRange<UInt64> {
            table.remember(Self.mark(key, after: .seconds(3600)), in: Self.slot)
        }
        table.remember(Self.mark(1, after: .seconds(7200)), in: Self.slot)
        table.remember(Self.mark(0, by: .boris, after: .seconds(24 * 3600 + 3600)), in: Self.slot)
        #expect(Self.knows(table, 1))
        #expect(Self.knows(table, 1001))
        table.remember(Self.mark(0, by: .boris, after: .seconds(24 * 3600 + 3601)), in: Self.slot)
        #expect(Self.knows(table, 1))
        #expect(!Self.knows(table, 1001))
        table.remember(Self.mark(9, by: .boris, after: .seconds(24 * 3600 + 7201)), in: Self.slot)
        #expect(!Self.knows(table, 1))
    }

    @Test func `what is remembered twice is there once`() {
        var table = MarkTable()
        table.remember(Self.mark(1, resource: 5), in: Self.slot)
        let before = table
        table.remember(Self.mark(1, resource: 5), in: Self.slot)
        #expect(table == before)
    }

    @Test func `a clock that runs backwards forgets nothing early`() {
        var table = MarkTable()
        table.remember(Self.mark(1, after: .seconds(3600)), in: Self.slot)
        table.remember(Self.mark(2), in: Self.slot)
        table.remember(Self.mark(3, after: .seconds(24 * 3600 + 1800)), in: Self.slot)
        #expect(Self.knows(table, 1))
        #expect(Self.knows(table, 3))
    }

    /// One user who never stops, within 24 hours.
    @Test func `what was pushed out takes no room for long`() {
        var table = MarkTable()
        for key in 0..<50_000 as Range<UInt64> {
            table.remember(Self.mark(key % 1500), in: Self.slot)
        }
        let order = Mirror(reflecting: table).descendant("order") as? any Collection
        #expect((order?.count ?? .max) <= 3 * MarkTable.countMaxOfUser + 1)
    }
}
