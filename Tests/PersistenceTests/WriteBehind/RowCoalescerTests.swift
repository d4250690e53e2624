import Persistence
import Shards
import TestSupport
import Testing

@Suite struct RowCoalescerTests {
    /// The rows that events at the positions from 1 leave, a line each.
    private static func lines(_ events: Event...) -> [String] { events.rows().lines }

    // MARK: - Each kind alone

    @Test(arguments: [
        (Event.user(2), ["user 2 ada_2 @1"]),
        (.seen(2, at: 5), ["seen 2 at 5 @1"]),
        (
            .created(1, with: [1, 2]),
            [
                "chat 1 Обед 🍲 1 @1", "member 1/1 admin present read 0 @1",
                "member 1/2 member present read 0 @1",
            ]
        ),
        (.created(1, with: []), ["chat 1 Обед 🍲 1 @1"]),
        (.changed(1, title: "x"), ["chat 1 x @1"]),
        (.deleted(1), ["delete 1"]),
        (.added(2, to: 1), ["member 1/2 member present read 0 @1"]),
        (.removed(2, from: 1), ["part 1/2 absent @1"]),
        (
            .removed(2, from: 1, promoting: 3, unread: 4...9),
            ["part 1/2 absent @1", "part 1/3 admin @1", "absence 1/2 4-9 @1"]
        ),
        (.read(2, in: 1, through: 7), ["part 1/2 read 7 seen 7 @1"]),
        (.sent(7, "hi"), ["sent 7 hi @1"]),
        (.edited(7, "ho"), ["changed 7 ho @1"]),
        (.unsent(7), ["changed 7 deleted @1"]),
        (.reacted(3, to: 7), ["reaction 7/2/👍 3 @1"]),
        (.unreacted(to: 7), ["reaction 7/2/👍 off @1"]),
    ])
    func `each kind of event leaves its rows`(event: Event, expected: [String]) {
        #expect(Self.lines(event) == expected)
    }

    @Test func `sessions leave nothing, and nothing leaves nothing`() {
        var rowCounts: [Int] = []
        for entry in SampleEvents.everyKind {
            if case .people(.sessionChanged) = entry.event {
                rowCounts.append([entry.event].rows().count)
            }
        }
        #expect(rowCounts == [0, 0])
        #expect([Event]().rows() == RowBatch())
        #expect([Event]().rows().keys == [])
    }

    // MARK: - Together

    @Test func `a message that was sent and changed is one sent row of its last state`() {
        #expect(
            Self.lines(.sent(7), .edited(7, "b"), .sent(8), .edited(7, "c"), .edited(8, "d"))
                == ["sent 7 c @4", "sent 8 d @5"]
        )
        #expect(Self.lines(.sent(7), .edited(7, "b"), .unsent(7)) == ["sent 7 deleted @3"])
    }

    @Test func `a message of earlier is one changed row of its last state`() {
        #expect(
            Self.lines(.edited(7, "b"), .edited(6, "x"), .edited(7, "c"), .unsent(6))
                == ["changed 7 c @3", "changed 6 deleted @4"]
        )
    }

    @Test func `parts of a member's row go into the whole one, whichever comes first`() {
        let whole = Event.added(2, to: 1)
        #expect(
            Self.lines(whole, .read(2, in: 1, through: 7), .removed(3, from: 1, promoting: 2))
                == [
                    "member 1/2 admin present read 7 seen 7 @3", "part 1/3 absent @3",
                ]
        )
        #expect(
            Self.lines(whole, .read(2, in: 1, through: 7), .removed(2, from: 1))
                == ["member 1/2 member absent read 7 seen 7 @3"]
        )
        // Coming back: what the row says of them is all there is, but for when they read.
        #expect(
            Self.lines(.read(2, in: 1, through: 7), .removed(2, from: 1), whole)
                == ["member 1/2 member present read 0 seen 7 @3"]
        )
        #expect(
            Self.lines(.removed(3, from: 1, promoting: 2), whole, .read(2, in: 1, through: 9))
                == ["part 1/3 absent @1", "member 1/2 member present read 9 seen 9 @3"]
        )
    }

    @Test func `parts alone add up, and reading never goes back`() {
        #expect(
            Self.lines(
                .read(2, in: 1, through: 9),
                .removed(3, from: 1, promoting: 2),
                .read(2, in: 1, through: 7)
            ) == ["part 1/2 admin read 9 seen 7 @3", "part 1/3 absent @2"]
        )
        #expect(
            Self.lines(.added(2, to: 1), .read(2, in: 1, through: 9), .read(2, in: 1, through: 7))
                == ["member 1/2 member present read 9 seen 7 @3"]
        )
        #expect(
            Self.lines(.read(2, in: 1, through: 9), .removed(2, from: 1))
                == ["part 1/2 absent read 9 seen 9 @2"]
        )
    }

    @Test func `a reaction that goes on and off is what it was last`() {
        #expect(
            Self.lines(.unreacted(to: 7), .reacted(3, to: 7), .unreacted(to: 7))
                == ["reaction 7/2/👍 off @3"]
        )
        #expect(
            Self.lines(.reacted(3, to: 7), .unreacted(to: 7), .reacted(4, to: 7))
                == ["reaction 7/2/👍 4 @3"]
        )
        #expect(
            Self.lines(.reacted(3, to: 7), .reacted(4, to: 7, of: 3), .reacted(5, to: 8))
                == ["reaction 7/2/👍 3 @1", "reaction 7/3/👍 4 @2", "reaction 8/2/👍 5 @3"]
        )
    }

    @Test func `emoji that only look the same are two reactions with two names`() {
        let rows = [
            Event.reacted(3, to: 7, emoji: "é"), .reacted(4, to: 7, emoji: "e\u{301}"),
            .unreacted(to: 7, emoji: "é"),
        ].rows()
        #expect(rows.reactions.map(\.reaction?.id.rawValue) == [nil, 4])
        #expect(Set(rows.keys).count == 2)
        #expect(rows.filtered { $0 == rows.keys[1] }.reactions == [rows.reactions[1]])
    }

    @Test func `a tag that was handed over is with its last owner`() {
        #expect(
            Self.lines(.user(1, tag: "fox"), .user(2, tag: "owl"), .user(1, tag: "cat"))
                == ["user 1 cat @3", "user 2 owl @2"]
        )
        #expect(
            Self.lines(.user(1, tag: "cat"), .user(2, tag: "fox"), .user(1), .seen(1, at: 1))
                == ["user 1 ada_1 @3", "user 2 fox @2", "seen 1 at 1 @4"]
        )
    }

    @Test func `only the last sighting is kept`() {
        #expect(
            Self.lines(.seen(1, at: 4), .seen(2, at: 5), .seen(1, at: 3))
                == ["seen 1 at 3 @3", "seen 2 at 5 @2"]
        )
    }

    @Test func `a deleted chat takes what the batch has of it along, and nothing else`() {
        #expect(
            Self.lines(
                .user(1),
                .created(1, with: [1, 2]),
                .created(2, with: [1]),
                .sent(7, in: 1),
                .sent(8, in: 2),
                .edited(5, in: 1, "b"),
                .reacted(3, to: 7, in: 1),
                .reacted(4, to: 8, in: 2),
                .removed(2, from: 1, unread: 5...7),
                .deleted(1)
            ) == [
                "delete 1", "user 1 ada_1 @1", "chat 2 Обед 🍲 2 @3",
                "member 2/1 admin present read 0 @3", "sent 8 a @5", "reaction 8/2/👍 4 @8",
            ]
        )
    }

    // MARK: - Ids

    @Test func `the newest ids are the highest, also of what is gone again`() {
        let events: [Event] = [
            .user(9), .user(4), .created(6, with: []), .created(2, with: []), .sent(70, in: 6),
            .sent(30, in: 2), .edited(99, in: 2, "x"), .reacted(55, to: 30, in: 2),
            .reacted(12, to: 70, in: 6), .unreacted(to: 30, in: 2), .deleted(6), .deleted(1000),
            .changed(500, title: "not handed out here"),
        ]
        var coalescer = RowCoalescer()
        for (position, event) in events.placed() { coalescer.take(event, at: position) }
        let newest = coalescer.finish().newest
        #expect(newest.user.rawValue == 9)
        #expect(newest.chat.rawValue == 6)
        #expect(newest.message.rawValue == 70)
        #expect(newest.reaction.rawValue == 55)
        #expect(RowCoalescer().finish().newest == NewestIDs())
    }
}

extension RowBatch {
    /// What is in it, a line a row.
    fileprivate var lines: [String] {
        var lines = self.deletedChats.map { "delete \($0.rawValue)" }
        lines += self.users.map {
            "user \($0.value.id.rawValue) \($0.value.tag) \($0.position.mark)"
        }
        lines += self.sightings.map {
            "seen \($0.user.rawValue) at \($0.at.number) \($0.position.mark)"
        }
        lines += self.chats.map {
            "chat \($0.value.id.rawValue) \($0.value.title) \($0.position.mark)"
        }
        lines += self.members.map(\.line)
        lines += self.absences.map { row in
            let absence = row.absence
            return "absence \(row.chat.rawValue)/\(absence.user.rawValue) "
                + "\(absence.after.rawValue)-\(absence.through.rawValue) \(row.position.mark)"
        }
        lines += self.sentMessages.map { "sent \($0.value.line) \($0.position.mark)" }
        lines += self.changedMessages.map { "changed \($0.value.line) \($0.position.mark)" }
        lines += self.reactions.map { row in
            let state = row.reaction.map { "\($0.id.rawValue)" } ?? "off"
            return "reaction \(row.message.rawValue)/\(row.user.rawValue)/\(row.emoji) \(state) "
                + row.position.mark
        }
        return lines
    }
}

extension MemberRow {
    fileprivate var line: String {
        var words = ["\(self.member == nil ? "part" : "member")"]
        words.append("\(self.chat.rawValue)/\(self.user.rawValue)")
        let role = self.member?.role ?? self.role
        let isPresent = self.member?.isPresent ?? self.isPresent
        let readThrough = self.member?.readThrough ?? self.readThrough
        if let role { words.append("\(role)") }
        if let isPresent { words.append(isPresent ? "present" : "absent") }
        if let readThrough { words.append("read \(readThrough.rawValue)") }
        if let readAt { words.append("seen \(readAt.number)") }
        return (words + [self.position.mark]).joined(separator: " ")
    }
}

extension Message {
    fileprivate var line: String {
        "\(self.id.rawValue) \(self.isDeleted ? "deleted" : self.columns.content ?? "nil")"
    }
}

extension Position {
    fileprivate var mark: String { "@\(self.rawValue)" }
}

extension Timestamp {
    /// The number that `SampleRows.time` made it from.
    fileprivate var number: Int64 { self.microseconds - SampleRows.time(0).microseconds }
}
