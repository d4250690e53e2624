import Foundation
import TestSupport
import Testing

/// The real server under load, killed with SIGKILL at random moments and started again.
///
/// `SOAK=1` kills ten times as often. `SEED=…` repeats the choices of a run, though not its timing.
@Suite(.blocking, .serialized)
struct CrashTests {
    private static let killsPerRun = 50
    private static let isSoak = ProcessInfo.processInfo.environment["SOAK"] == "1"
    private static let runs = Array(0..<(Self.isSoak ? 10 : 1))
    private static let seed =
        ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }
        ?? UInt64.random(in: 0..<1_000_000_000)

    @Test(.timeLimit(.minutes(10)), arguments: Self.runs)
    func `nothing that was acknowledged or seen is lost when the server is killed`(run: Int) throws
    {
        let seed = Self.seed + UInt64(run)
        let folder = FileManager.default.temporaryDirectory.path
        let path =
            "\(folder)/nodus-crash-\(ProcessInfo.processInfo.processIdentifier)-\(seed).jsonl"
        print("crash test: seed \(seed), history \(path)")
        let crashes = try CrashRun(seed: seed, historyPath: path)
        let start = ContinuousClock.now
        let findings = try crashes.run(killCount: Self.killsPerRun)
        let time = ContinuousClock.now - start
        let surprises = crashes.world.surprises
        #expect(findings.isEmpty, "seed \(seed), history \(path): \(findings.prefix(20))")
        #expect(surprises.isEmpty, "seed \(seed), history \(path): \(surprises.prefix(20))")
        guard findings.isEmpty, surprises.isEmpty else { return }
        let records = try HistoryLog.read(path)
        print("crash test: \(Self.summary(of: records)) in \(time.formatted())")
        try Self.plantFaults(in: records)
        try FileManager.default.removeItem(atPath: path)
    }

    /// What a run was worth: a checker that was shown nothing finds nothing.
    private static func summary(of records: [HistoryRecord]) -> String {
        func count(_ matches: (HistoryRecord) -> Bool) -> Int { records.count(where: matches) }
        let kills = count { if case .killed = $0 { true } else { false } }
        let found = count { if case .found = $0 { true } else { false } }
        let heard = count { if case .heard = $0 { true } else { false } }
        let undecided = count { $0.outcome == .unknown }
        let done = count { $0.outcome == .done }
        let epochs = Set(records.compactMap(\.epoch))
        #expect(epochs.count == 1, "a crash begins no new count of positions")
        #expect(kills > Self.killsPerRun)
        #expect(found > 0 && heard > found && done > found && undecided > 0)
        return """
            \(kills) kills, \(done) acknowledged, \(undecided) cut off, \(heard) frames heard, \
            \(found) messages found
            """
    }

    /// The same history with one thing wrong: what finds nothing in it would find nothing at all.
    private static func plantFaults(in records: [HistoryRecord]) throws {
        func kinds(_ records: [HistoryRecord]) -> Set<HistoryFinding.Kind> {
            var checker = HistoryChecker()
            for record in records { checker.take(record) }
            return Set(checker.finished().map(\.kind))
        }
        let lost = try #require(
            records.lastIndex { if case .found(let found) = $0 { !found.isDeleted } else { false } }
        )
        var less = records
        let message = less.remove(at: lost)
        #expect(kinds(less).contains(.lost))
        var more = records
        more.insert(message, at: lost)
        #expect(kinds(more).contains(.duplicate))
        let heard = try #require(
            records.indices.first { index in
                guard case .heard(let frame) = records[index], frame.frame.seq != nil else {
                    return false
                }
                return records[(index + 1)...].contains {
                    guard case .heard(let next) = $0 else { return false }
                    return next.connection == frame.connection && next.frame.seq != nil
                        && next.frame.chat == frame.frame.chat
                }
            }
        )
        var silent = records
        silent.remove(at: heard)
        #expect(kinds(silent).contains(.gap))
    }
}

extension HistoryRecord {
    fileprivate var outcome: Answer.Outcome? {
        if case .answered(let answer) = self { answer.outcome } else { nil }
    }

    fileprivate var epoch: String? {
        if case .heard(let heard) = self { heard.frame.data.epoch } else { nil }
    }
}
