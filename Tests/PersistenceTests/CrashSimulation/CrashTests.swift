import Foundation
import Persistence
import Shards
import TestSupport
import Testing

/// The disk dies or fails at every operation of a server's life with snapshots, and again while it
/// is being recovered from; all that was durable is back each time, and nothing else.
///
/// `SEED=7` runs only that one, `POINT=12` only that operation of it, `SOAK=1` ten times as many
/// seeds. With `SWIFT_DETERMINISTIC_HASHING=1` the bytes are the same each time, too.
@Suite struct CrashTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let isSoak = Self.environment["SOAK"] == "1"
    private static let point = Self.environment["POINT"].flatMap { Int($0) }
    static let seeds: [UInt64] =
        Self.environment["SEED"].flatMap { UInt64($0) }.map { [$0] }
        ?? Array(1...(Self.isSoak ? 220 : 22))

    @Test(arguments: Self.seeds)
    func `no crash takes back what was durable`(seed: UInt64) {
        let outcome = CrashSweep(seed: seed).run(only: Self.point)
        print("crash points: seed \(seed), \(outcome.pointsCount)")
        #expect(outcome.failure == nil)
        #expect(outcome.pointsCount > 0)
    }

    /// A harness that found nothing here would prove nothing above.
    @Test(
        arguments: [
            .sync, .syncFolder(CrashWorld.journalFolder), .syncFolder(CrashWorld.snapshotFolder),
        ] as [SabotagedDisk.Omission]
    )
    func `what a program forgets to sync is found out`(omission: SabotagedDisk.Omission) {
        let found = (1...UInt64(30)).lazy.compactMap { seed in
            CrashSweep(
                seed: seed,
                calamities: [.powerLoss],
                wrap: { SabotagedDisk(disk: $0, omission: omission) }
            )
            .run(only: nil).failure
        }
        .first
        #expect(found != nil)
        print("\(omission) left out: \(found ?? "not found")")
    }

    @Test func `a snapshot that does not wait for the journal is found out`() {
        let found = (1...UInt64(30)).lazy.compactMap { seed in
            CrashSweep(seed: seed, calamities: [.powerLoss], isPatient: false).run(only: nil)
                .failure
        }
        .first
        #expect(found?.contains("newer than the journal") == true)
    }

    @Test func `a start that leaves out what happened during the capture is found out`() {
        let found = (1...UInt64(30)).lazy.compactMap { seed in
            CrashSweep(seed: seed, calamities: [.kill], replaysCapture: false).run(only: nil)
                .failure
        }
        .first
        #expect(found != nil)
    }

    /// The output commit left out (ADR 3): what was offered counts as answered at once.
    @Test func `answers that do not wait for the disk are found out`() {
        let failures = (1...UInt64(10)).compactMap { seed in
            CrashSweep(seed: seed, calamities: [.kill], answersWait: false).run(only: nil).failure
        }
        #expect(failures.count == 10)
        #expect(failures.allSatisfy { $0.contains("lost ") })
        print("answers that do not wait: \(failures.first ?? "not found")")
    }

    @Test func `the lives reach what they are to`() {
        var reached: Set<Reached> = []
        for seed in Self.seeds {
            var run = CrashRun(seed: seed, isPatient: true) { $0 }
            for _ in 0..<5 { run.live() }
            #expect(run.problems == [])
            reached.formUnion(run.reached)
        }
        #expect(reached == Set(Reached.allCases) || Self.seeds.count < 10)
    }
}

/// Every operation of one life.
struct CrashSweep {
    let seed: UInt64
    var calamities = Calamity.allCases
    /// Whether snapshots wait until all in them is durable.
    var isPatient = true
    var replaysCapture = true
    var answersWait = true
    var wrap: @Sendable (SimulatedDisk) -> any Disk = { $0 }

    struct Outcome {
        var pointsCount = 0
        /// The first.
        var failure: String?
    }

    func run(only point: Int?) -> Outcome {
        var outcome = Outcome()
        var before = CrashRun(seed: self.seed, isPatient: self.isPatient, wrap: self.wrap)
        before.world.replaysCapture = self.replaysCapture
        before.answersWait = self.answersWait
        for _ in 0..<3 { before.live() }
        guard before.problems.isEmpty else {
            outcome.failure = "SEED=\(self.seed), before any crash: \(before.problems.prefix(3))"
            return outcome
        }
        for calamity in self.calamities {
            var operation = point ?? 0
            while true {
                var run = before.copy()
                run.live(calamity, at: operation)
                // The life had no such operation any more.
                guard run.hasStruck else { break }
                outcome.pointsCount += 1
                self.goOn(&run, calamity, at: operation)
                guard run.problems.isEmpty else {
                    outcome.failure =
                        "SEED=\(self.seed) POINT=\(operation) \(calamity): "
                        + "\(run.problems.prefix(3))"
                    return outcome
                }
                guard point == nil else { break }
                operation += 1
            }
        }
        return outcome
    }

    /// Every other time it happens again, in the recovery or in what comes after it.
    private func goOn(_ run: inout CrashRun, _ calamity: Calamity, at operation: Int) {
        run.end(calamity, salt: operation)
        if operation % 2 == 1 {
            run.live(calamity, at: operation / 2)
            run.end(calamity, salt: operation)
        }
        run.recover(times: operation % 8 == 0 ? 3 : 1)
    }
}
