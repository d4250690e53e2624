import Shards
import TestSupport
import Testing

@testable import Persistence

@Suite struct BatchWriterTests {
    private static let epoch = Epoch(high: 3, low: 4)
    private static let time = Timestamp(microseconds: 77)

    /// A store of this history, and what is written to it in one batch.
    private struct Run {
        let store = SimulatedStore()
        let outcome: BatchWriter.Outcome

        init(_ events: [Event], refusing keys: Set<RowKey>) throws {
            self.store.condition.change { $0.refused = keys }
            let writer = try self.store.writer()
            let state = StoreState(epoch: BatchWriterTests.epoch)
            try writer.adopt(state, insteadOf: StoreState())
            let last = Position(rawValue: UInt64(events.count))
            self.outcome = try BatchWriter(writer: writer, now: BatchWriterTests.time)
                .write(EventBatch(events.placed(), through: last), after: state)
            #expect(self.store.condition.value.misuses == [])
        }

        var rows: SimulatedRows { self.store.condition.value.rows }
        var batches: [SimulatedStore.Batch] { self.store.condition.value.batches }
    }

    /// That exactly these rows are put aside, that each comes back from its letter, and that all
    /// others are in the store.
    private static func expectRefused(_ keys: Set<RowKey>, of events: [Event]) throws {
        let run = try Run(events, refusing: keys)
        let batch = events.rows()
        let letters = run.outcome.letters
        #expect(letters.count == keys.count)
        #expect(Set(letters.map { RowKey(table: $0.table, key: $0.key) }) == keys)
        #expect(run.rows.letters.map(\.events) == letters.map(\.events))
        #expect(run.batches.count == 1)

        var others = SimulatedRows()
        others.apply(batch.filtered { !keys.contains($0) })
        for letter in letters { others.add(letter) }
        others.state = run.rows.state
        let areThere = run.rows == others
        #expect(areThere)

        for letter in letters {
            let key = RowKey(table: letter.table, key: letter.key)
            #expect(try letter.rows == batch.filtered { $0 == key })
            let expected = events.filter { [$0].rows().keys.contains(key) }
            #expect(try letter.decodedEvents() == expected)
            #expect(letter.code == "22000")
            #expect(letter.reason == "\(key.table) \(key.key)")
            #expect(letter.at == Self.time)
        }
    }

    private static func message(_ number: Int) -> RowKey {
        RowKey(table: "messages", key: "\(number)")
    }

    private static let messages: [Event] = (1...100).map { .sent($0, "message \($0)") }

    @Test(arguments: [
        [1], [100], [50], [50, 51], [1, 100], [1, 2, 3], [98, 99, 100], [3, 33, 66, 99],
        Array(1...100), Array(1...99), Array(2...100), Array(stride(from: 1, to: 100, by: 2)), [],
    ])
    func `exactly the refused rows are put aside`(numbers: [Int]) throws {
        try Self.expectRefused(Set(numbers.map(Self.message)), of: Self.messages)
    }

    @Test func `one refused row among many costs a few attempts, not one a row`() throws {
        let events: [Event] = (1...4_096).map { .sent($0) }
        let run = try Run(events, refusing: [Self.message(1_234)])
        // Each halving tries both halves: the whole, then 2 log2(4096).
        #expect(run.batches.map(\.applyCount) == [25])
        #expect(run.outcome.letters.map(\.position.rawValue) == [1_234])
    }

    @Test func `a batch of nothing but refused rows ends`() throws {
        let events: [Event] = (1...2_000).map { .sent($0) }
        let run = try Run(events, refusing: Set((1...2_000).map(Self.message)))
        #expect(run.outcome.letters.map(\.key) == (1...2_000).map { "\($0)" })
        #expect(run.rows.state.applied.rawValue == 2_000)
        #expect(run.rows.state.newest.message.rawValue == 2_000)
    }

    private static let everything: [Event] = [
        .user(1), .user(2), .created(1, with: [1, 2]), .created(5, with: [1]), .sent(7), .sent(8),
        .edited(7, "b"), .edited(3, "old"), .reacted(3, to: 7), .reacted(4, to: 7, of: 1),
        .unreacted(to: 7), .read(2, in: 1, through: 8), .changed(1, title: "new"),
        .removed(2, from: 1, promoting: 1, unread: 7...8), .added(3, to: 1, after: 8), .deleted(5),
        .user(2, tag: "other"), .deleted(99), .reacted(5, to: 8, emoji: "é"),
        .reacted(6, to: 8, emoji: "e\u{301}"), .unsent(8), .seen(9, at: 5),
    ]

    @Test func `a row of any table is put aside alone, with just its events`() throws {
        let keys = Self.everything.rows().keys
        #expect(Set(keys).count == keys.count)
        #expect(keys.count == 17)
        for key in keys { try Self.expectRefused([key], of: Self.everything) }
    }

    @Test(arguments: 0..<20)
    func `any rows of any batch are put aside`(seed: UInt64) throws {
        let events = EventScript.events(100, seed: seed).filter { event in
            if case .people(.lastSeen) = event { false } else { true }
        }
        var random = SeededRandom(seed: seed)
        let keys = Set(events.rows().keys.filter { _ in random.one(in: 5) })
        try Self.expectRefused(keys, of: events)
    }

    @Test func `a user and their sighting are one row, with one letter`() throws {
        let events: [Event] = [.user(1), .user(2), .seen(1, at: 5), .seen(2, at: 6)]
        let key = RowKey(table: "users", key: "1")
        let run = try Run(events, refusing: [key])
        #expect(run.outcome.letters.map(\.key) == ["1"])
        let letter = try #require(run.outcome.letters.first)
        #expect(try letter.decodedEvents() == [events[0], events[2]])
        let rows = try letter.rows
        #expect(rows.users.map(\.value.id.rawValue) == [1])
        #expect(rows.sightings == [events.rows().sightings[0]])
        #expect(try run.store.contents.users.map(\.user.id.rawValue) == [2])
    }

    @Test func `what a letter says of its message`() throws {
        let keys = Set(Self.everything.rows().keys)
        let letters = try Run(Self.everything, refusing: keys).outcome.letters
        var messages: [String: Set<UInt64?>] = [:]
        for letter in letters {
            messages[letter.table, default: []].insert(letter.message?.rawValue)
        }
        #expect(messages["messages"] == [3, 7, 8])
        #expect(messages["message_reactions"] == [7, 8])
        for table in ["users", "chats", "chat_members", "member_absences"] {
            #expect(messages[table] == [nil])
        }
    }

    @Test func `a letter of bytes that are no events says so`() throws {
        var letter = SampleRows.letter(1)
        #expect(throws: MalformedEntry.self) { try letter.rows }
        letter = try #require(
            try Run([.sent(7)], refusing: [Self.message(7)]).outcome.letters.first
        )
        #expect(try letter.decodedEvents() == [.sent(7)])
    }

    @Test func `the state moves on, and the newest ids with it`() throws {
        let run = try Run([.user(4), .sent(9), .sent(8)], refusing: [Self.message(9)])
        #expect(run.outcome.state == run.rows.state)
        #expect(run.rows.state.applied.rawValue == 3)
        #expect(run.rows.state.newest.user.rawValue == 4)
        // It was handed out, whatever the store thinks of it.
        #expect(run.rows.state.newest.message.rawValue == 9)
    }

    @Test func `an error that is no refusal leaves nothing behind`() throws {
        let store = SimulatedStore()
        let writer = try store.writer()
        let state = StoreState(epoch: Self.epoch)
        try writer.adopt(state, insteadOf: StoreState())
        store.condition.change { $0.fates = [.lostBefore] }
        let before = store.condition.value.rows
        let batch = EventBatch(Self.messages.placed(), through: Position(rawValue: 100))
        #expect(throws: StoreError.self) {
            try BatchWriter(writer: writer, now: Self.time).write(batch, after: state)
        }
        let isSame = store.condition.value.rows == before
        #expect(isSame)
        let other = try store.writer()
        var wrong = state
        wrong.applied = Position(rawValue: 5)
        #expect(throws: StoreError.moved(state)) {
            try BatchWriter(writer: other, now: Self.time).write(batch, after: wrong)
        }
    }
}
