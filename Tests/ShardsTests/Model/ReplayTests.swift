import Shards
import TestSupport
import Testing

/// Recovery: the same events, on nothing, on a state that has some of them already, and twice.
@Suite struct ReplayTests {
    @Test(arguments: ModelTests.seeds)
    func `the events rebuild an equal state`(seed: UInt64) {
        let run = Self.history(seed: seed)
        var rebuilt = ShardState(index: 0, of: 1)
        for entry in run.history { rebuilt.apply(entry) }
        #expect(rebuilt == run.state, "seed \(seed)")
    }

    @Test(arguments: ModelTests.seeds)
    func `an event applied twice is as good as once`(seed: UInt64) {
        let run = Self.history(seed: seed)
        var rebuilt = ShardState(index: 0, of: 1)
        var onceBefore = rebuilt
        for entry in run.history {
            rebuilt.apply(entry)
            onceBefore = rebuilt
            rebuilt.apply(entry)
            guard rebuilt == onceBefore else {
                Issue.record("seed \(seed), \(entry.position): \(entry.event)")
                return
            }
        }
        #expect(onceBefore == run.state, "seed \(seed)")
    }

    /// A snapshot is taken while the server works, and the journal is replayed from where taking it
    /// began.
    @Test(arguments: ModelTests.seeds)
    func `a replay may begin before what the state has already`(seed: UInt64) {
        let run = Self.history(seed: seed)
        var random = SeededRandom(seed: seed)
        for _ in 0..<5 {
            let reached = Int.random(in: 0...run.history.count, using: &random)
            let start = Int.random(in: 0...reached, using: &random)
            var rebuilt = ShardState(index: 0, of: 1)
            for entry in run.history[..<reached] { rebuilt.apply(entry) }
            for entry in run.history[start...] { rebuilt.apply(entry) }
            #expect(rebuilt == run.state, "seed \(seed), \(start) after \(reached)")
        }
    }

    /// A random history; every third command comes with an idempotency key.
    private static func history(seed: UInt64) -> ShardRun {
        var commands = RandomCommands(seed: seed)
        var run = ShardRun()
        var world = ReferenceWorld()
        for _ in 0..<600 {
            run.now = run.now.advanced(by: .seconds(1))
            let step = commands.next(in: world, now: run.now)
            _ = try? world.perform(step.command, in: step.chat, by: step.user, clock: run.now)
            let mark = Self.mark(of: step, &commands.random, at: run.now)
            _ = try? run.handle(step.command, in: step.chat, by: step.user, mark: mark)
        }
        return run
    }

    private static func mark(
        of step: RandomCommands.Step,
        _ random: inout SeededRandom,
        at time: Timestamp
    ) -> IdempotencyMark? {
        guard random.one(in: 3) else { return nil }
        let request = IdempotencyMark.Request(
            scope: .init(high: 0, low: random.next() % 1000),
            body: .init(high: 0, low: 0)
        )
        return IdempotencyMark(request: request, user: step.user, resource: 0, at: time)
    }
}
