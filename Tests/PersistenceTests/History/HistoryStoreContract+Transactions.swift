import Persistence
import Shards
import Testing

extension HistoryStoreContract {
    static func refusedRows<Store: HistoryStore>(
        _ run: StoreRun<Store>,
        _ poison: Message
    ) throws {
        var bad = RowBatch()
        bad.users = [SampleRows.user(1)]
        bad.chats = [SampleRows.chat(1)]
        bad.sentMessages = [SampleRows.row(SampleRows.message(1)), SampleRows.row(poison, at: 2)]
        // With so many that the store may take another way in.
        var many = RowBatch()
        many.sentMessages =
            (1...300).map { SampleRows.row(SampleRows.message($0)) } + [SampleRows.row(poison)]
        var changed = RowBatch()
        changed.deletedChats = [ChatID(rawValue: 5)]
        changed.changedMessages = [SampleRows.row(SampleRows.message(2)), SampleRows.row(poison)]
        var good = RowBatch()
        good.users = [SampleRows.user(2)]
        var kept = RowBatch()
        kept.chats = [SampleRows.chat(5)]
        try run.write(kept)

        try run.writer.begin(run.state)
        for rows in [bad, many, changed] {
            let error = #expect(throws: StoreError.self) { try run.writer.apply(rows) }
            guard case .refused(let code, let reason) = error else {
                Issue.record("not refused: \(String(describing: error))")
                return
            }
            #expect(!code.isEmpty && !reason.isEmpty)
        }
        try run.writer.apply(good)
        try run.writer.bury(SampleRows.letter(2))
        try run.commit()

        let contents = try run.contents()
        #expect(contents.users.map(\.user.id.rawValue) == [2])
        #expect(contents.chats.map(\.chat.id.rawValue) == [5])
        #expect(contents.messages.isEmpty)
        #expect(contents.letters.count == 1)
        #expect(contents.state == run.state)
    }

    static func movedStore<Store: HistoryStore>(_ run: StoreRun<Store>) throws {
        try run.write(SampleRows.batch)
        let before = try run.contents()
        var wrong = [run.state, run.state, run.state]
        wrong[0].epoch = Epoch(high: 9, low: 9)
        wrong[1].epoch = nil
        wrong[2].applied = run.state.applied.next
        for expected in wrong {
            let writer = try run.store.writer()
            #expect(throws: StoreError.moved(before.state)) { try writer.begin(expected) }
            #expect(try run.contents() == before)
        }
        // And the one that has it right goes on.
        var rows = RowBatch()
        rows.users = [SampleRows.user(9)]
        try run.write(rows)
        #expect(try run.contents().users.count == 5)
    }

    static func adoption<Store: HistoryStore>(_ run: StoreRun<Store>) throws {
        try run.write(RowBatch())
        var next = run.state
        next.epoch = Epoch(high: .max, low: 0x10)
        next.applied = SampleRows.position(1 << 62)
        next.legacyMessages = MessageID(rawValue: 2521)
        next.newest.user = UserID(rawValue: 66)
        next.newest.message = MessageID(rawValue: 1 << 52)

        var wrong = run.state
        wrong.applied = wrong.applied.next
        let writer = try run.store.writer()
        #expect(throws: StoreError.moved(run.state)) { try writer.adopt(next, insteadOf: wrong) }
        #expect(try run.contents().state == run.state)

        try run.writer.adopt(next, insteadOf: run.state)
        #expect(try run.contents().state == next)
        try run.renewWriter()
        #expect(run.state == next)
        try run.write(SampleRows.batch)
        #expect(try run.contents().state == run.state)
    }

    static func newestIDs(_ run: StoreRun<some HistoryStore>) throws {
        var newest = NewestIDs()
        newest.user = UserID(rawValue: 5)
        newest.chat = ChatID(rawValue: 6)
        newest.message = MessageID(rawValue: 1 << 52)
        newest.reaction = ReactionID(rawValue: 1 << 51)
        try run.writer.begin(run.state)
        try run.commit(newest: newest)

        var low = run.state
        low.newest = NewestIDs()
        low.applied = low.applied.next
        try run.writer.begin(run.state)
        try run.writer.commit(low)
        let state = try run.contents().state
        #expect(state.newest == newest)
        #expect(state.applied == low.applied)
    }

    static func uncommitted<Store: HistoryStore>(_ run: StoreRun<Store>) throws {
        try run.write(SampleRows.batch)
        let before = try run.contents()
        var rows = RowBatch()
        rows.users = [SampleRows.user(9)]
        rows.deletedChats = [ChatID(rawValue: 1)]
        rows.sentMessages = (100...300).map { SampleRows.row(SampleRows.message($0)) }
        try run.writer.begin(run.state)
        try run.writer.apply(rows)
        try run.writer.bury(SampleRows.letter(1))
        #expect(try run.contents() == before)

        // The writer goes without a word.
        try run.renewWriter()
        #expect(try run.contents() == before)
        try run.write(rows)
        #expect(try run.contents() != before)
    }

    static func deadLetters<Store: HistoryStore>(_ run: StoreRun<Store>) throws {
        #expect(try run.writer.deadLetters() == [])
        try run.writer.begin(run.state)
        var third = SampleRows.letter(300)
        third = DeadLetter(
            position: third.position,
            table: "message_reactions",
            key: "11/2/\u{0}'\"\\👍",
            events: [],
            code: "",
            reason: "null: \u{0}",
            at: third.at
        )
        for letter in [SampleRows.letter(1), SampleRows.letter(2), third] {
            try run.writer.bury(letter)
        }
        try run.commit()
        let letters = try run.writer.deadLetters()
        #expect(letters.map(\.position.rawValue) == [1, 2, 300])
        #expect(Set(letters.map(\.id)).count == 3)
        #expect(letters[0].events == SampleRows.letter(1).events)
        #expect(letters[0].reason == SampleRows.letter(1).reason)
        #expect(letters[0].at == SampleRows.letter(1).at)
        #expect(letters[2].events == [])
        #expect(letters[2].key.hasSuffix("'\"\\👍"))
        #expect(try run.contents().letters == letters)

        try run.writer.begin(run.state)
        try run.writer.remove(letters[1])
        try run.commit()
        #expect(try run.writer.deadLetters() == [letters[0], letters[2]])
    }
}
