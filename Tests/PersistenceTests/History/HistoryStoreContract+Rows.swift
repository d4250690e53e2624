import Persistence
import Shards
import Testing

extension HistoryStoreContract {
    static func emptyState<Store: HistoryStore>(_ run: StoreRun<Store>) throws {
        var expected = StoreContents()
        expected.state.epoch = StoreRun<Store>.epoch
        #expect(try run.contents() == expected)
    }

    static func rows(_ run: StoreRun<some HistoryStore>) throws {
        let rows = SampleRows.batch
        try run.write(rows, moving: 17)
        let contents = try run.contents()

        #expect(contents.state == run.state)
        #expect(contents.users.map(\.user) == rows.users.map(\.value))
        #expect(contents.users.map(\.lastSeen) == [nil, SampleRows.time(7), nil, nil])
        #expect(contents.users.map(\.position) == [1, 2, 3, 4])
        #expect(contents.chats.map(\.chat) == rows.chats.map(\.value))
        #expect(contents.chats.map(\.position) == [5, 6])
        #expect(contents.members.map(\.chat) == [1, 1, 1, 1, 3, 3])
        #expect(contents.members.map(\.member) == rows.members.map(\.member))
        #expect(contents.members.map(\.readAt) == rows.members.map(\.readAt))
        #expect(contents.members.map(\.position) == [7, 7, 7, 7, 7, 8])
        #expect(contents.absences.map(\.absence) == rows.absences.map(\.absence))
        #expect(contents.absences.map(\.chat) == [1])
        #expect(contents.messages == Self.expected(rows))
    }

    /// The messages of a batch as they should come back.
    static func expected(_ rows: RowBatch) -> [StoredMessage] {
        let reactions = rows.reactions.compactMap(\.reaction)
            .sorted { $0.id.rawValue < $1.id.rawValue }
        return (rows.sentMessages + rows.changedMessages)
            .sorted { $0.value.id < $1.value.id }
            .map { row in
                StoredMessage(
                    row.value,
                    reactions: reactions.filter { $0.message == row.value.id },
                    at: row.position
                )
            }
    }

    static func nastyTexts(_ run: StoreRun<some HistoryStore>) throws {
        let contents: [String?] = [
            nil, "", "null", " ", "\\N", "\\.", "\"quoted\" 'single' `back` \\ / $1 $$ ? :x {a,b}",
            "line\nline\r\n\ttab\u{8}\u{c}\u{1}\u{1f}\u{7f}\u{80}\u{9f}",
            "\u{2028}\u{2029}\u{feff}",
            "Ёж — é e\u{301} ﬁ ß İ", "👩‍👩‍👧‍👦🏳️‍🌈🇺🇦\u{10ffff}\u{202e}\u{fffd}",
            String(repeating: "Ж", count: Message.contentBytesMax / 2),
        ]
        let payloads = [
            "{}", "{ }", "{ \"a\" :\t1 ,\n\"a\":2 , \"\" : null}",
            "{\"big\":123456789012345678901234567890.1234567890e+400,\"z\":-0.0,\"e\":1E5}",
            #"{"text":"\u0000 \ud83d \u00e9 \/ \\ \" \b","кириллица":"Ы","👍":["🙈",{"x":[]}]}"#,
            "{\"deep\":\(String(repeating: "[", count: 200))\(String(repeating: "]", count: 200))}",
            "{\"s\":\"\(String(repeating: "x", count: 30_000))\"}",
        ]
        var rows = RowBatch()
        for (index, content) in contents.enumerated() {
            let message = SampleRows.message(UInt64(index + 1), content: content)
            rows.sentMessages.append(SampleRows.row(message))
        }
        for (index, payload) in payloads.enumerated() {
            let message = SampleRows.message(UInt64(index + 101), content: nil, payload: payload)
            rows.changedMessages.append(SampleRows.row(message))
        }
        try run.write(rows)
        let stored = try run.contents().messages
        #expect(stored.map(\.message.json) == Self.expected(rows).map(\.message.json))
        #expect(stored == Self.expected(rows))
    }

    static func manyRows(_ run: StoreRun<some HistoryStore>) throws {
        var rows = RowBatch()
        rows.users = (1...700).map { SampleRows.user($0) }
        rows.members = (1...700).map { SampleRows.member($0, in: 1) }
        rows.sentMessages = (1...2000 as ClosedRange<UInt64>).map { number in
            let message = SampleRows.message(number, in: UInt32(number % 7) + 1, payload: "{}")
            return SampleRows.row(message, at: number)
        }
        rows.changedMessages = (2001...3000).map { SampleRows.row(SampleRows.message($0), at: $0) }
        rows.reactions = (1...1000).map { SampleRows.reaction($0, on: $0, at: $0) }
        try run.write(rows)
        let contents = try run.contents()
        #expect(contents.users.map(\.user) == rows.users.map(\.value))
        #expect(contents.members.map(\.member) == rows.members.map(\.member))
        #expect(contents.messages == Self.expected(rows))
    }

    static func changes(_ run: StoreRun<some HistoryStore>) throws {
        try run.write(SampleRows.batch)
        var rows = RowBatch()
        rows.users = [SampleRows.user(2, tag: "other", at: 20)]
        rows.chats = [SampleRows.chat(1, title: "Ужин", at: 21)]
        rows.members = [SampleRows.member(2, in: 1, readAt: SampleRows.time(5), at: 22)]
        rows.absences = [SampleRows.absence(4, in: 1, after: 15, through: 20)]
        let edit = Message.Edit(content: .set(nil), payload: .set(Array("{\"b\":2}".utf8)))
        rows.changedMessages = [
            SampleRows.row(SampleRows.message(11).edited(edit, at: SampleRows.time(9)), at: 23),
            SampleRows.row(SampleRows.message(12).deleted(at: SampleRows.time(9)), at: 24),
        ]
        try run.write(rows)
        let contents = try run.contents()
        #expect(contents.users[1].user == rows.users[0].value)
        #expect(contents.users[1].lastSeen == SampleRows.time(7))
        #expect(contents.users.map(\.position) == [1, 20, 3, 4])
        #expect(contents.chats[0].chat.title == "Ужин")
        #expect(contents.members[1].readAt == SampleRows.time(5))
        #expect(contents.absences.map(\.absence) == rows.absences.map(\.absence))
        #expect(contents.messages.prefix(2).map(\.message) == rows.changedMessages.map(\.value))
        #expect(contents.messages[0].reactions.count == 2)
        #expect(contents.messages[1].changedAt == SampleRows.position(24))
    }

    static func reactionAgain(_ run: StoreRun<some HistoryStore>) throws {
        try run.write(SampleRows.batch)
        let first = SampleRows.reaction(21, on: 11, at: 16)
        var rows = RowBatch()
        rows.reactions = [SampleRows.takenOff(first, at: 20)]
        try run.write(rows)
        #expect(try run.contents().messages[0].reactions.map(\.id.rawValue) == [22])

        rows.reactions = [SampleRows.reaction(40, on: 11, at: 30)]
        try run.write(rows)
        // What came before does not take it off.
        rows.reactions = [SampleRows.takenOff(first, at: 29)]
        try run.write(rows)
        #expect(try run.contents().messages[0].reactions.map(\.id.rawValue) == [22, 40])

        // Within one batch only the last is left of both.
        rows.reactions = [SampleRows.reaction(41, on: 11, at: 32)]
        try run.write(rows)
        #expect(try run.contents().messages[0].reactions.map(\.id.rawValue) == [22, 41])
    }

    static func tagHandedOver(_ run: StoreRun<some HistoryStore>) throws {
        try run.write(SampleRows.batch)
        var rows = RowBatch()
        rows.users = [
            SampleRows.user(1, tag: "ada_2", at: 21), SampleRows.user(2, tag: "ada_1", at: 20),
            SampleRows.user(5, tag: "ada_1", at: 22),
        ]
        try run.write(rows)
        let tags = try run.contents().users.map(\.user.tag)
        #expect(tags == ["ada_2", "ada_1", "ada_3", "ada_4", "ada_1"])
    }

    static func deletedChat(_ run: StoreRun<some HistoryStore>) throws {
        try run.write(SampleRows.batch)
        var rows = RowBatch()
        rows.deletedChats = [ChatID(rawValue: 1), ChatID(rawValue: 77)]
        // Deletes come first.
        rows.chats = [SampleRows.chat(4, at: 30)]
        try run.write(rows)
        let contents = try run.contents()
        #expect(contents.chats.map(\.chat.id.rawValue) == [3, 4])
        #expect(contents.members.map(\.chat) == [3, 3])
        #expect(contents.absences.isEmpty)
        #expect(contents.keys.map(\.chat.rawValue) == [3])
        #expect(contents.messages.map(\.reactions.count) == [1])
        #expect(contents.users.count == 4)

        // Nor is anything of it left to hang on to.
        rows = RowBatch()
        rows.sentMessages = [SampleRows.row(SampleRows.message(11), at: 40)]
        try run.write(rows)
        #expect(try run.contents().messages[0].reactions.isEmpty)
    }
}
