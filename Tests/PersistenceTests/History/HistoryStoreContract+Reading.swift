import Persistence
import Shards
import Testing

extension HistoryStoreContract {
    /// Chat 1 has messages 10, 20, … 100, of which 30 and 100 are deleted; chat 2 has 15 and 55.
    private static func writePages(_ run: StoreRun<some HistoryStore>) throws {
        var rows = RowBatch()
        for number in stride(from: UInt64(10), through: 100, by: 10) {
            let message = SampleRows.message(number, in: 1)
            let isDeleted = number == 30 || number == 100
            rows.sentMessages.append(
                SampleRows.row(isDeleted ? message.deleted(at: SampleRows.time(1)) : message)
            )
        }
        rows.sentMessages += [15, 55].map { SampleRows.row(SampleRows.message($0, in: 2)) }
        rows.reactions = [
            SampleRows.reaction(3, on: 20, emoji: "b"), SampleRows.reaction(1, on: 20, emoji: "c"),
            SampleRows.reaction(2, on: 20, emoji: "a"), SampleRows.reaction(4, on: 30),
            SampleRows.reaction(5, on: 15, in: 2),
        ]
        try run.write(rows)
    }

    private static func below(_ id: UInt64, _ countMax: Int, deleted: Bool = false) -> HistoryQuery
    {
        .below(
            MessageID(rawValue: id),
            of: ChatID(rawValue: 1),
            countMax: countMax,
            includesDeleted: deleted
        )
    }

    private static func above(_ id: UInt64, _ countMax: Int, deleted: Bool = false) -> HistoryQuery
    {
        .above(
            MessageID(rawValue: id),
            of: ChatID(rawValue: 1),
            countMax: countMax,
            includesDeleted: deleted
        )
    }

    private static func ids(
        _ query: HistoryQuery,
        _ run: StoreRun<some HistoryStore>
    ) throws -> [UInt64] {
        try run.messages(query).map(\.message.id.rawValue)
    }

    static func pages(_ run: StoreRun<some HistoryStore>) throws {
        try Self.writePages(run)
        #expect(try Self.ids(Self.below(.max, 3), run) == [90, 80, 70])
        #expect(try Self.ids(Self.below(.max, 2, deleted: true), run) == [100, 90])
        #expect(try Self.ids(Self.below(40, 10), run) == [20, 10])
        #expect(try Self.ids(Self.below(41, 3, deleted: true), run) == [40, 30, 20])
        #expect(try Self.ids(Self.below(10, 10, deleted: true), run) == [])
        #expect(try Self.ids(Self.below(.max, 0), run) == [])
        #expect(try Self.ids(Self.below(.max, -1), run) == [])
        #expect(try Self.ids(Self.below(.max, .max), run).count == 8)

        #expect(try Self.ids(Self.above(0, 3), run) == [10, 20, 40])
        #expect(try Self.ids(Self.above(20, 2, deleted: true), run) == [30, 40])
        #expect(try Self.ids(Self.above(90, 9), run) == [])
        #expect(try Self.ids(Self.above(90, 9, deleted: true), run) == [100])
        #expect(try Self.ids(Self.above(.max, 9, deleted: true), run) == [])
        #expect(try Self.ids(Self.above(0, .max), run).count == 8)
    }

    static func everywhere(_ run: StoreRun<some HistoryStore>) throws {
        try Self.writePages(run)
        let first = HistoryQuery.everywhere(above: MessageID(rawValue: 0), countMax: 4)
        #expect(try Self.ids(first, run) == [10, 15, 20, 30])
        let second = HistoryQuery.everywhere(above: MessageID(rawValue: 30), countMax: 100)
        #expect(try Self.ids(second, run) == [40, 50, 55, 60, 70, 80, 90, 100])
        let last = HistoryQuery.everywhere(above: MessageID(rawValue: .max), countMax: 100)
        #expect(try Self.ids(last, run) == [])
    }

    static func queriesTogether<Store: HistoryStore>(_ run: StoreRun<Store>) throws {
        try Self.writePages(run)
        let some = [90, 15, 9, 30, 90].map { MessageID(rawValue: $0) }
        let reader = try run.store.reader()
        let answers = try reader.messages([
            Self.below(30, 1), .ids(some), .ids([]), Self.above(0, 2), Self.below(30, 1),
        ])
        let ids = answers.map { $0.map(\.message.id.rawValue) }
        #expect(ids == [[20], [15, 30, 90], [], [10, 20], [20]])
        #expect(answers[0] == answers[4])
        #expect(answers[0][0].reactions.count == 3)
        #expect(answers[3][1].reactions.count == 3)
        #expect(answers[1].map(\.reactions.count) == [1, 0, 0])
        #expect(try reader.messages([]) == [])
        // The same connection goes on.
        #expect(try reader.messages([Self.below(30, 1)])[0] == answers[0])
        #expect(try reader.state() == run.state)
    }

    static func reactionOrder(_ run: StoreRun<some HistoryStore>) throws {
        try Self.writePages(run)
        let message = try #require(try run.messages(.ids([MessageID(rawValue: 20)])).first)
        #expect(message.reactions.map(\.emoji) == ["c", "a", "b"])
        #expect(message.reactions.map(\.id.rawValue) == [1, 2, 3])
    }

    static func load<Store: HistoryStore>(_ run: StoreRun<Store>) throws {
        try Self.writePages(run)
        var rows = RowBatch()
        rows.users = [3, 1, 2].map { SampleRows.user($0) }
        rows.chats = [2, 1, 4].map { SampleRows.chat($0) }
        rows.absences = [
            SampleRows.absence(1, in: 2, after: 1, through: 15),
            SampleRows.absence(3, in: 1, after: 0, through: 70),
            SampleRows.absence(1, in: 1, after: 2, through: 90),
            SampleRows.absence(1, in: 1, after: 0, through: 40),
        ]
        // All of its messages are deleted: no preview.
        rows.sentMessages = [
            SampleRows.row(SampleRows.message(7, in: 4).deleted(at: SampleRows.time(1)), at: 9)
        ]
        rows.changedMessages = [SampleRows.row(SampleRows.message(80, author: 0), at: 8)]
        try run.writer.begin(run.state)
        try run.writer.apply(rows)
        try run.writer.bury(SampleRows.letter(1))
        try run.commit()

        let contents = try run.contents()
        #expect(contents.state == run.state)
        #expect(contents.users.map(\.user.id.rawValue).sorted() == [1, 2, 3])
        #expect(contents.chats.map(\.chat.id.rawValue).sorted() == [1, 2, 4])
        let absences = contents.absences.filter { $0.chat == 1 }.map(\.absence.through.rawValue)
        #expect(absences == [40, 70, 90])
        let chats = contents.keys.map(\.chat.rawValue)
        #expect(chats == chats.sorted())
        let first = contents.keys.filter { $0.chat.rawValue == 1 }
        #expect(first.map(\.id.rawValue) == Array(stride(from: 10, through: 100, by: 10)))
        #expect(first.filter(\.isDeleted).map(\.id.rawValue) == [30, 100])
        #expect(first[7].author == .nobody)
        #expect(first[7].ts == SampleRows.time(80))
        #expect(first[7].position.rawValue == 8)
        #expect(Set(contents.previews.map(\.message.id.rawValue)) == [90, 55])
        let ids = contents.previews.map(\.message.id)
        let stored = try run.messages(.ids(ids)).sorted { $0.message.id < $1.message.id }
        #expect(stored == contents.previews.sorted { $0.message.id < $1.message.id })
    }

    static func oneMoment<Store: HistoryStore>(_ run: StoreRun<Store>) throws {
        try run.write(SampleRows.batch)
        let before = run.state
        var rows = RowBatch()
        rows.deletedChats = [ChatID(rawValue: 1)]
        rows.users = [SampleRows.user(9)]
        var keyCount = 0
        var userCount = 0
        var hasWritten = false
        let seen = try run.store.reader().load { row throws(StoreError) in
            if case .user = row { userCount += 1 }
            if case .message = row { keyCount += 1 }
            guard !hasWritten else { return }
            hasWritten = true
            do { try run.write(rows) } catch {
                throw error as? StoreError ?? .unusable("\(error)")
            }
        }
        #expect(hasWritten)
        #expect(seen == before)
        #expect(userCount == 4)
        #expect(keyCount == 5)
        #expect(try run.contents().chats.count == 1)
    }

    static func stoppedLoad<Store: HistoryStore>(_ run: StoreRun<Store>) throws {
        try run.write(SampleRows.batch)
        let reader = try run.store.reader()
        var count = 0
        #expect(throws: StoreError.unavailable("enough")) {
            _ = try reader.load { _ throws(StoreError) in
                count += 1
                if count == 3 { throw .unavailable("enough") }
            }
        }
        #expect(count == 3)
        try run.write(RowBatch())
    }
}
