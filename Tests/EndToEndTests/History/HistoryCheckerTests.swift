import Foundation
import TestSupport
import Testing

struct HistoryCheckerTests {
    /// One thing that goes wrong in the story.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The one that is meant, and those that come with it.
        let kinds: Set<HistoryFinding.Kind>
        let plant: @Sendable (inout [HistoryRecord]) -> Void

        init(
            _ kind: HistoryFinding.Kind,
            and others: Set<HistoryFinding.Kind> = [],
            _ description: String,
            _ plant: @escaping @Sendable (inout [HistoryRecord]) -> Void
        ) {
            self.kinds = others.union([kind])
            self.testDescription = "\(kind.rawValue): \(description)"
            self.plant = plant
        }
    }

    private func findings(_ records: [HistoryRecord]) -> [HistoryFinding] {
        var checker = HistoryChecker()
        for record in records { checker.take(record) }
        return checker.finished()
    }

    @Test func `nothing is found where nothing is wrong`() {
        #expect(self.findings(Story.records) == [])
    }

    @Test func `a history reads back as it was written`() throws {
        let folder = try ThrowawayFolder()
        let log = try HistoryLog(path: "\(folder.path)/history.jsonl")
        for record in Story.records { log.add(record) }
        #expect(log.finish() == [])
        #expect(try HistoryLog.read(log.path) == Story.records)
    }

    @Test(arguments: Self.faults) func `each fault is found under its name`(fault: Fault) {
        var records = Story.records
        fault.plant(&records)
        #expect(records != Story.records, "nothing was planted")
        let kinds = Set(self.findings(records).map(\.kind))
        #expect(kinds == fault.kinds)
    }

    @Test func `an unanswered request may have had its effect`() {
        var records = Story.records
        records.insert(.found(.message(40, by: 2, "d")), after: .found(.message(30, by: 1, "c")))
        records.replace(
            .foundUnread(chat: 7, user: 1, count: 0),
            by: .foundUnread(chat: 7, user: 1, count: 1)
        )
        #expect(self.findings(records) == [])
        let unanswered: [HistoryRecord] = [
            .ask(20, by: 1, .edit(message: 30, text: "c2")),
            .ask(21, by: 1, .react(message: 30, emoji: "!")),
            .ask(22, by: 1, .addMember(chat: 7, user: 3)),
            .ask(23, by: 1, .read(chat: 7)),
        ]
        records.insert(contentsOf: unanswered, before: .killed(life: 1))
        #expect(self.findings(records) == [])
        let late = ShownMessage.message(
            30,
            by: 1,
            "c2",
            reactions: [ShownReaction(user: 1, emoji: "!")]
        )
        records.replace(.found(.message(30, by: 1, "c")), by: .found(late))
        records.replace(
            .foundMembers(chat: 7, users: [1, 2]),
            by: .foundMembers(chat: 7, users: [1, 2, 3])
        )
        records.replace(
            .foundUnread(chat: 7, user: 1, count: 1),
            by: .foundUnread(chat: 7, user: 1, count: 0)
        )
        #expect(self.findings(records) == [])
    }

    @Test func `of two changes at once either may be the last`() {
        for last in ["x", "y"] {
            var records = Story.records
            let changes: [HistoryRecord] = [
                .ask(20, by: 1, .edit(message: 30, text: "x")),
                .ask(21, by: 1, .edit(message: 30, text: "y")),
                .done(20), .done(21),
            ]
            records.insert(
                contentsOf: changes,
                before: .ask(10, by: 2, .send(chat: 7, text: "d", replyTo: nil))
            )
            records.replace(
                .found(.message(30, by: 1, "c")),
                by: .found(.message(30, by: 1, last))
            )
            #expect(self.findings(records) == [])
        }
    }

    @Test func `another epoch is another count`() {
        var records = Story.records
        records.replace(.hello(3, user: 1, seq: 8), by: .hello(3, user: 1, seq: 8, epoch: "f"))
        #expect(self.findings(records) == [])
        records.replace(
            .hello(3, user: 1, seq: 8, epoch: "f"),
            by: .hello(3, user: 1, seq: 3, epoch: "f")
        )
        #expect(self.findings(records).map(\.kind) == [.gap])
    }

    @Test func `a late repeat that is refused is a second effect that failed`() {
        var records = Story.records
        records.append(.answered(Answer(to: 6, .refused, status: 400, isRepeat: true)))
        #expect(self.findings(records).map(\.kind) == [.duplicate])
    }

    @Test func `what is wrong with the stream is known before the end`() throws {
        let folder = try ThrowawayFolder()
        let log = try HistoryLog(path: "\(folder.path)/history.jsonl")
        log.add(.hello(1, user: 1, seq: 5))
        #expect(log.findings == [])
        log.add(.event(1, "member.added", .member(9), seq: 8, prev: 6))
        #expect(log.findings.map(\.kind) == [.gap])
    }
}
