import Shards
import TestSupport
import Testing

@testable import Persistence

@Suite struct DurableMarksTests {
    private static let start = ContinuousClock.now

    private static func instant(_ milliseconds: Int) -> ContinuousClock.Instant {
        Self.start + .milliseconds(milliseconds)
    }

    private static func age(of marks: DurableMarks, at milliseconds: Int) -> Duration? {
        marks.first.map { Self.instant(milliseconds) - $0 }
    }

    @Test func `the oldest that is left is told`() {
        var marks = DurableMarks()
        #expect(marks.first == nil)
        marks.add(Position(rawValue: 5), at: Self.instant(0))
        marks.add(Position(rawValue: 9), at: Self.instant(20))
        marks.add(Position(rawValue: 12), at: Self.instant(40))
        #expect(Self.age(of: marks, at: 100) == .milliseconds(100))
        // 6 became durable after 5 did, and not after 9.
        marks.remove(through: Position(rawValue: 5), of: Position(rawValue: 12))
        #expect(Self.age(of: marks, at: 100) == .milliseconds(100))
        marks.remove(through: Position(rawValue: 9), of: Position(rawValue: 12))
        #expect(Self.age(of: marks, at: 100) == .milliseconds(80))
        marks.remove(through: Position(rawValue: 11), of: Position(rawValue: 12))
        #expect(Self.age(of: marks, at: 100) == .milliseconds(80))
        marks.remove(through: Position(rawValue: 12), of: Position(rawValue: 12))
        #expect(marks.first == nil)
    }

    @Test func `what comes close behind has the mark before it`() {
        var marks = DurableMarks()
        marks.add(Position(rawValue: 1), at: Self.instant(0))
        marks.add(Position(rawValue: 2), at: Self.instant(9))
        marks.remove(through: Position(rawValue: 1), of: Position(rawValue: 2))
        #expect(Self.age(of: marks, at: 9) == .milliseconds(9))
        marks.remove(through: Position(rawValue: 2), of: Position(rawValue: 2))
        #expect(marks.first == nil)
    }

    /// Whatever is added and removed: never younger than it is, and older by little.
    @Test(arguments: 0..<20)
    func `the age is told well`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var marks = DurableMarks()
        var durableAt: [Int] = []
        var applied = 0
        var now = 0
        var behindSince = 0
        for _ in 0..<3_000 {
            now += Int.random(in: 0...30, using: &random)
            if random.one(in: 200) {
                applied = Int.random(in: applied...durableAt.count, using: &random)
                marks.remove(
                    through: Position(rawValue: UInt64(applied)),
                    of: Position(rawValue: UInt64(durableAt.count))
                )
            } else {
                for _ in 0...Int.random(in: 0...3, using: &random) { durableAt.append(now) }
                marks.add(Position(rawValue: UInt64(durableAt.count)), at: Self.instant(now))
            }
            guard applied < durableAt.count else {
                #expect(marks.first == nil)
                behindSince = now
                continue
            }
            let told = Self.age(of: marks, at: now) ?? .zero
            let real = Duration.milliseconds(now - durableAt[applied])
            let distanceMax = max(.milliseconds(60), .milliseconds(now - behindSince) / 32)
            let isGood = told >= real && told <= real + distanceMax
            #expect(isGood, "seed \(seed) at \(now): told \(told), is \(real)")
        }
    }

    @Test func `an outage of a year takes no more memory than one of a minute`() {
        var marks = DurableMarks()
        var now = ContinuousClock.now
        let start = now
        for position in 1...200_000 as ClosedRange<UInt64> {
            now += .seconds(160)
            marks.add(Position(rawValue: position), at: now)
        }
        #expect(marks.count <= 256)
        #expect(marks.first == start + .seconds(160))
        // Half of it is made good.
        marks.remove(through: Position(rawValue: 100_000), of: Position(rawValue: 200_000))
        let told = marks.first.map { now - $0 } ?? .zero
        #expect(told >= .seconds(160 * 99_999))
        #expect(told <= .seconds(160 * 104_000))
    }
}
