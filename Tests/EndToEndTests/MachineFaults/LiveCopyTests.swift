import Foundation
import TestSupport
import Testing

/// The data folder of a server that runs, copied file by file: a copy opens with all that was
/// acknowledged before it was begun, or refuses with a sentence. `SOAK=1` copies ten times as often.
@Suite(.blocking, .serialized) struct LiveCopyTests {
    private static let copiesPerOrder = Machine.isSoak ? 40 : 4

    enum Order: String, CaseIterable {
        case asFound = "cp -r"
        case journalLast = "the journal last"
        case journalFirst = "the journal first"
    }

    private struct Copy {
        let folder: ThrowawayFolder
        let order: Order
        /// Records of the history when it was begun, and when it was whole.
        let begin: Int
        let end: Int
    }

    private struct Outcome {
        var opened = 0
        var refusals: [String] = []
    }

    @Test(.timeLimit(.minutes(30))) func `a copy is whole or refused`() throws {
        var traffic = CrashRun.Traffic()
        // A new segment every other copy.
        traffic.paddingCount = 3000
        let count = Self.copiesPerOrder * Order.allCases.count
        let how = "cp of the live data folder, \(count) times"
        try MachineRun.on("copy of the live folder", how, ServerProcess.small(), traffic) { run in
            var copies: [Copy] = []
            for _ in 0..<Self.copiesPerOrder {
                for order in Order.allCases {
                    try run.waitForAnswers(.random(in: 1...150))
                    copies.append(try Self.copy(run, order))
                    try run.waitUntilServing()
                }
            }
            try run.finish()
            let records = try HistoryLog.read(run.world.log.path)
            var outcomes: [Order: Outcome] = [:]
            for copy in copies {
                try Self.open(copy, run.world, records, &outcomes[copy.order, default: Outcome()])
            }
            for order in Order.allCases {
                let outcome = outcomes[order] ?? Outcome()
                let example = outcome.refusals.first.map { ", as with \($0)" } ?? ""
                print(
                    "live copy, \(order.rawValue): \(outcome.opened) opened, "
                        + "\(outcome.refusals.count) refused\(example)"
                )
            }
        }
    }

    private static func copy(_ run: MachineRun, _ order: Order) throws -> Copy {
        let folder = try ThrowawayFolder()
        let source = run.server.dataFolder
        let target = "\(folder.path)/data"
        let begin = run.world.log.count
        let rest = "cp \(source)/[!j]* \(target)/"
        let journal = "cp -r \(source)/journal \(target)/"
        switch order {
        case .asFound:
            // A file that goes while it copies makes it complain, and go on.
            try Machine.run("sh", "-c", "cp -r \(source) \(target) || test -d \(target)")
        case .journalLast:
            try Machine.run("sh", "-c", "mkdir \(target); \(rest)")
            try run.waitForAnswers(50)
            try Machine.run("sh", "-c", journal)
        case .journalFirst:
            try Machine.run("sh", "-c", "mkdir \(target); \(journal)")
            try run.waitForAnswers(50)
            try Machine.run("sh", "-c", rest)
        }
        return Copy(folder: folder, order: order, begin: begin, end: run.world.log.count)
    }

    private static func open(
        _ copy: Copy,
        _ world: CrashWorld,
        _ records: [HistoryRecord],
        _ outcome: inout Outcome
    ) throws {
        let server: ServerProcess
        do {
            server = try ServerProcess.small(in: copy.folder)
        } catch let failure as ServerProcess.StartFailure {
            let sentence = failure.log.split(separator: "\n").last { $0.hasPrefix("Error: ") }
            #expect(sentence?.hasSuffix(".") == true, "\(copy.order): \(failure.log)")
            outcome.refusals.append(String((sentence ?? "").prefix(300)))
            return
        }
        outcome.opened += 1
        let findings = try Self.check(copy, world, records, server)
        let texts = findings.prefix(5).map { $0.description.prefix(100) }
        #expect(findings.isEmpty, "\(copy.order): \(texts)")
        // The database of the copy is what its journal says, or will be.
        try Machine.wait(for: "a database that has caught up") {
            let health = try HTTPClient(server).send("GET", "/health/ready").json
            return health["database"] == "up" && health["backlog_events"].int == 0
        }
        #expect(try server.stop() == 0)
        let verified = try ServerProcess.run(["verify", "--data-dir", server.dataFolder])
        #expect(verified.status == 0, "\(copy.order): \(verified.output) \(verified.errorOutput)")
    }

    /// Holds the copy against the history up to its beginning. What was asked for while it was made
    /// is there or not.
    private static func check(
        _ copy: Copy,
        _ world: CrashWorld,
        _ records: [HistoryRecord],
        _ server: ServerProcess
    ) throws -> [HistoryFinding] {
        var checker = HistoryChecker()
        for record in records[..<copy.begin] { checker.take(record) }
        for record in records[copy.begin..<copy.end] {
            if case .invoked = record { checker.take(record) }
        }
        var found: [HistoryRecord] = []
        try LastReading(of: world, at: server) { found.append($0) }.note()
        let made = Self.firstShown(in: records[..<copy.begin], records[copy.begin...])
        for case .found(let message) in found {
            // It is there, so it was done; an edit may have taken the text that tells which it is.
            guard let (number, shown) = made[message.id] else { continue }
            var answer = Answer(to: number, .done, status: 201)
            answer.message = shown
            checker.take(.answered(answer))
        }
        for record in found { checker.take(record) }
        return checker.finished()
    }

    /// The messages that were shown only in `after`, as they were first, and the numbers of their
    /// sends.
    private static func firstShown(
        in before: ArraySlice<HistoryRecord>,
        _ after: ArraySlice<HistoryRecord>
    ) -> [Int: (number: Int, message: ShownMessage)] {
        var sendOfText: [String: Int] = [:]
        var sends: Set<Int> = []
        var earlier: Set<Int> = []
        var shown: [Int: (number: Int, message: ShownMessage)] = [:]
        for (index, record) in (before + after).enumerated() {
            if index == before.count { earlier = Set(shown.keys) }
            switch record {
            case .invoked(let invocation):
                guard case .send(_, let text, _) = invocation.action else { continue }
                sendOfText[text] = invocation.number
                sends.insert(invocation.number)
            case .answered(let answer):
                guard let message = answer.message, sends.contains(answer.number) else { continue }
                shown[message.id] = shown[message.id] ?? (answer.number, message)
            case .heard(let heard):
                guard heard.frame.event == "message.created", let message = heard.frame.message,
                    let number = message.content.flatMap({ sendOfText[$0] })
                else { continue }
                shown[message.id] = shown[message.id] ?? (number, message)
            default: continue
            }
        }
        return shown.filter { !earlier.contains($0.key) }
    }
}
