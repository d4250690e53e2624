import Persistence
import Shards
import Testing

extension HistoryStoreContract {
    static func sameBatchAgain(_ run: StoreRun<some HistoryStore>) throws {
        var second = RowBatch()
        var part = SampleRows.memberPart(2, in: 1, at: 20)
        part.readThrough = MessageID(rawValue: 1000)
        part.readAt = SampleRows.time(20)
        second.members = [part]
        second.changedMessages = [
            SampleRows.row(SampleRows.message(11).deleted(at: SampleRows.time(1)), at: 21)
        ]
        second.reactions = [SampleRows.takenOff(SampleRows.reaction(21, on: 11), at: 22)]
        second.sightings = [
            RowBatch.Sighting(
                user: UserID(rawValue: 2),
                at: SampleRows.time(30),
                position: SampleRows.position(23)
            )
        ]
        try run.write(SampleRows.batch)
        let first = try run.contents()
        try run.write(SampleRows.batch, moving: 0)
        #expect(try run.contents() == first)
        try run.write(second)
        let both = try run.contents()
        #expect(both != first)
        try run.write(second, moving: 0)
        #expect(try run.contents() == both)
        // From further back, in order.
        try run.write(SampleRows.batch, moving: 0)
        try run.write(second, moving: 0)
        #expect(try run.contents() == both)
    }

    static func olderRows(_ run: StoreRun<some HistoryStore>) throws {
        try run.write(SampleRows.batch)
        let before = try run.contents()
        var rows = RowBatch()
        rows.users = [SampleRows.user(2, tag: "older", at: 1)]
        rows.chats = [SampleRows.chat(1, title: "older", at: 5)]
        rows.members = [SampleRows.member(1, in: 3, readAt: SampleRows.time(1), at: 7)]
        var part = SampleRows.memberPart(2, in: 3, at: 8)
        part.role = .admin
        part.isPresent = false
        part.readThrough = MessageID(rawValue: 1 << 50)
        part.readAt = SampleRows.time(99)
        rows.members.append(part)
        rows.sentMessages = [SampleRows.row(SampleRows.message(11, content: "older"), at: 10)]
        rows.changedMessages = [
            SampleRows.row(SampleRows.message(12).deleted(at: SampleRows.time(1)), at: 3)
        ]
        rows.reactions = [
            SampleRows.reaction(99, on: 11, at: 16),
            SampleRows.takenOff(SampleRows.reaction(22, on: 11, of: 1), at: 15),
        ]
        rows.absences = [SampleRows.absence(4, in: 1, after: 5, through: 20)]
        try run.write(rows, moving: 0)
        #expect(try run.contents() == before)
    }

    static func sentAgain(_ run: StoreRun<some HistoryStore>) throws {
        func rows(_ numbers: ClosedRange<UInt64>, text: String, at position: UInt64) -> RowBatch {
            var rows = RowBatch()
            rows.sentMessages = numbers.map {
                SampleRows.row(SampleRows.message($0, content: text), at: position)
            }
            return rows
        }
        try run.write(rows(1...300, text: "old", at: 5))
        // Newer where they are there, older where they are there, and some that are not.
        try run.write(rows(201...500, text: "new", at: 6))
        try run.write(rows(401...600, text: "older", at: 4))
        let texts = try run.contents().messages.compactMap(\.message.columns.content)
        let expected =
            [String](repeating: "old", count: 200) + [String](repeating: "new", count: 300)
            + [String](repeating: "older", count: 100)
        #expect(texts == expected)
    }

    static func memberParts(_ run: StoreRun<some HistoryStore>) throws {
        try run.write(SampleRows.batch)
        var expected = try run.contents()
        let first = expected.members[1]
        #expect(first.member.user.rawValue == 2)

        var part = SampleRows.memberPart(2, in: 1, at: 20)
        part.role = .admin
        try Self.write([part], to: run)
        expected.members[1].member.role = .admin
        expected.members[1].position = 20
        #expect(try run.contents().members == expected.members)

        part = SampleRows.memberPart(2, in: 1, at: 21)
        part.isPresent = false
        part.readAt = SampleRows.time(50)
        try Self.write([part], to: run)
        expected.members[1].member.isPresent = false
        expected.members[1].readAt = SampleRows.time(50)
        expected.members[1].position = 21
        #expect(try run.contents().members == expected.members)

        // Never back.
        part = SampleRows.memberPart(2, in: 1, at: 22)
        part.readThrough = MessageID(rawValue: 1)
        try Self.write([part], to: run)
        expected.members[1].position = 22
        #expect(try run.contents().members == expected.members)

        part = SampleRows.memberPart(2, in: 1, at: 23)
        part.readThrough = MessageID(rawValue: 5000)
        try Self.write([part, SampleRows.memberPart(3, in: 1, at: 24)], to: run)
        expected.members[1].member.readThrough = MessageID(rawValue: 5000)
        expected.members[1].position = 23
        expected.members[2].position = 24
        #expect(try run.contents().members == expected.members)

        // A whole row that says nothing of when they read leaves that.
        let whole = SampleRows.member(2, in: 1, at: 25)
        try Self.write([whole], to: run)
        expected.members[1].member = try #require(whole.member)
        expected.members[1].position = 25
        #expect(try run.contents().members == expected.members)
    }

    private static func write(
        _ members: [MemberRow],
        to run: StoreRun<some HistoryStore>
    ) throws {
        var rows = RowBatch()
        rows.members = members
        try run.write(rows)
    }

    /// Nor does it move the position: the row may come after it, in another piece of the batch.
    static func sightings(_ run: StoreRun<some HistoryStore>) throws {
        try run.write(SampleRows.batch)
        var rows = RowBatch()
        rows.sightings = (1...2).map {
            RowBatch.Sighting(
                user: UserID(rawValue: $0),
                at: SampleRows.time(100),
                position: SampleRows.position(20)
            )
        }
        rows.users = [SampleRows.user(2, tag: "new", at: 30)]
        try run.write(rows)
        let users = try run.contents().users
        let seen = SampleRows.time(100)
        #expect(users.map(\.lastSeen) == [seen, seen, nil, nil])
        #expect(users.map(\.position) == [1, 30, 3, 4])
        #expect(users[1].user == rows.users[0].value)

        rows.sightings = []
        rows.users = [SampleRows.user(1, tag: "late", at: 19)]
        try run.write(rows)
        #expect(try run.contents().users[0].user.tag == "late")
        #expect(try run.contents().users[0].lastSeen == seen)
    }

    static func absentRows(_ run: StoreRun<some HistoryStore>) throws {
        let before = try run.contents()
        var rows = RowBatch()
        rows.deletedChats = [ChatID(rawValue: 9)]
        rows.sightings = [
            RowBatch.Sighting(
                user: UserID(rawValue: 9),
                at: SampleRows.time(1),
                position: SampleRows.position(1)
            )
        ]
        var part = SampleRows.memberPart(9, in: 9, at: 2)
        part.readThrough = MessageID(rawValue: 7)
        rows.members = [part]
        rows.reactions = [SampleRows.takenOff(SampleRows.reaction(1, on: 9), at: 3)]
        try run.write(rows, moving: 0)
        try run.write(RowBatch(), moving: 0)
        #expect(try run.contents() == before)
        #expect(try run.messages(.ids([MessageID(rawValue: 9), MessageID(rawValue: .max)])) == [])
        let page = HistoryQuery.below(
            MessageID(rawValue: .max),
            of: ChatID(rawValue: .max),
            countMax: 10,
            includesDeleted: true
        )
        #expect(try run.messages(page) == [])

        // A child may come before its parent, or without it.
        rows = RowBatch()
        rows.reactions = [SampleRows.reaction(1, on: 9, in: 9)]
        rows.sentMessages = [SampleRows.row(SampleRows.message(8, in: 9, author: 9, replyTo: 7))]
        rows.members = [SampleRows.member(9, in: 9)]
        try run.write(rows)
        rows = RowBatch()
        rows.sentMessages = [SampleRows.row(SampleRows.message(9, in: 9))]
        try run.write(rows)
        #expect(try run.contents().messages.map(\.reactions.count) == [0, 1])
    }
}
