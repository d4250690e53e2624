import Shards
import TestSupport
import Testing

@Suite struct TimingWheelTests {
    /// Distances on both sides of each ring's reach, and beyond the last ring's.
    static let distances: [UInt64] = [
        1, 2, 63, 64, 511, 512, 513, 1 << 18 - 1, 1 << 18, 1 << 18 + 1, 1 << 27 - 1, 1 << 27,
        1 << 36 - 1 << 27, 1 << 36 - 1, 1 << 36, 1 << 36 + 1, 1 << 40,
    ]
    static let beginnings: [UInt64] = [0, 1, 511, 512, 98_765, 1 << 18 - 1, 1 << 36 - 3, 1 << 62]

    @Test(arguments: Self.beginnings, Self.distances)
    func `a key expires at its tick and not before`(beginning: UInt64, distance: UInt64) {
        var wheel = TimingWheel(tick: beginning, keyCountMax: 8)
        wheel.schedule(5, at: beginning + distance)
        #expect(wheel.expired(by: beginning + distance - 1) == [])
        #expect(wheel.deadline(of: 5) == beginning + distance)
        #expect(wheel.expired(by: beginning + distance) == [5])
        #expect(wheel.deadline(of: 5) == nil)
        #expect(wheel.count == 0)
    }

    @Test(arguments: Self.distances)
    func `time that comes in small steps expires the same keys`(distance: UInt64) {
        var wheel = TimingWheel(tick: 100, keyCountMax: 1)
        wheel.schedule(0, at: 100 + distance)
        let step = max(1, distance / 1_000)
        var tick: UInt64 = 100
        while tick + step < 100 + distance {
            tick += step
            #expect(wheel.expired(by: tick) == [])
        }
        #expect(wheel.expired(by: 100 + distance) == [0])
    }

    @Test func `a tick that has passed expires with the next advance`() {
        var wheel = TimingWheel(tick: 1_000, keyCountMax: 4)
        wheel.schedule(0, at: 0)
        wheel.schedule(1, at: 1_000)
        #expect(wheel.expired(by: 999) == [])
        #expect(wheel.expired(by: 1_000) == [0, 1])
        #expect(wheel.expired(by: 1_000) == [])
    }

    @Test func `the end of time is a deadline like any other`() {
        var wheel = TimingWheel(tick: .max - 3, keyCountMax: 4)
        wheel.schedule(0, at: .max)
        wheel.schedule(1, at: .max - 2)
        #expect(wheel.expired(by: .max - 1) == [1])
        #expect(wheel.expired(by: .max) == [0])
        var early = TimingWheel(tick: .max - 1 << 40, keyCountMax: 4)
        early.schedule(0, at: .max)
        #expect(early.expired(by: .max - 1) == [])
        #expect(early.expired(by: .max) == [0])
    }

    @Test func `the newer deadline replaces the older one`() {
        var wheel = TimingWheel(tick: 0, keyCountMax: 4)
        wheel.schedule(0, at: 10)
        wheel.schedule(0, at: 700)
        wheel.schedule(1, at: 700)
        wheel.schedule(1, at: 10)
        #expect(wheel.count == 2)
        #expect(wheel.expired(by: 699) == [1])
        #expect(wheel.expired(by: 700) == [0])
    }

    @Test func `a key put off and brought forward again is not late`() {
        var wheel = TimingWheel(tick: 0, keyCountMax: 4)
        wheel.schedule(0, at: 10)
        wheel.schedule(0, at: 100)
        wheel.schedule(0, at: 20)
        #expect(wheel.expired(by: 19) == [])
        #expect(wheel.expired(by: 20) == [0])
    }

    @Test func `a cancelled key does not expire, and its neighbours do`() {
        var wheel = TimingWheel(tick: 0, keyCountMax: 8)
        for key in UInt32(0)..<5 { wheel.schedule(key, at: 40) }
        for key in [UInt32(0), 2, 4] { #expect(wheel.cancel(key) == true) }
        #expect(wheel.cancel(2) == false)
        #expect(wheel.cancel(7) == false)
        #expect(wheel.cancel(.max) == false)
        #expect(wheel.deadline(of: .max) == nil)
        #expect(wheel.expired(by: 40) == [1, 3])
    }

    @Test func `a budget divides an expiry without losing or repeating a key`() {
        var wheel = TimingWheel(tick: 0, keyCountMax: 100)
        for key in UInt32(0)..<50 { wheel.schedule(key, at: 600) }
        for key in UInt32(50)..<100 { wheel.schedule(key, at: 1_030) }
        var expired: [UInt32] = []
        #expect(wheel.advance(to: 2_000, budget: 0, into: &expired) == false)
        #expect(expired == [])
        var calls = 1
        while !wheel.advance(to: 2_000, budget: 7, into: &expired) {
            #expect(expired.count <= 7 * calls)
            calls += 1
            // Between two calls a key may be cancelled, and another one be due at once.
            if calls == 5 {
                wheel.cancel(99)
                wheel.schedule(0, at: 601)
            }
        }
        #expect(expired.sorted() == Array(0..<99))
        #expect(wheel.count == 0 && wheel.currentTick == 2_000)
    }

    @Test func `going back changes nothing`() {
        var wheel = TimingWheel(tick: 50, keyCountMax: 1)
        wheel.schedule(0, at: 60)
        #expect(wheel.expired(by: 10) == [])
        #expect(wheel.currentTick == 50)
        #expect(wheel.expired(by: 60) == [0])
    }

    /// Spans that keep keys in one ring, in two, and in all with some beyond the last.
    @Test(arguments: [UInt64(40), 700, 300_000, 1 << 29, 1 << 45], UInt64(0)..<6)
    func `the wheel agrees with a dictionary`(span: UInt64, seed: UInt64) {
        var random = SeededRandom(seed: seed &* 977 &+ span)
        var tick = UInt64.random(in: 0...(2 * span), using: &random)
        var wheel = TimingWheel(tick: tick, keyCountMax: 200)
        var model: [UInt32: UInt64] = [:]
        for _ in 0..<2_000 {
            let key = UInt32.random(in: 0..<200, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let ahead = UInt64.random(in: 0...span, using: &random)
                let deadline = (tick + ahead) - min(tick, 3)
                wheel.schedule(key, at: deadline)
                model[key] = deadline
            case 6..<8:
                #expect(wheel.cancel(key) == (model.removeValue(forKey: key) != nil))
            default:
                tick += UInt64.random(in: 0...(span / 4 + 2), using: &random)
                let budget = Int.random(in: 1...40, using: &random)
                let expired = wheel.expired(by: tick, budget: budget)
                let due = model.filter { $0.value <= tick }
                #expect(expired.sorted() == due.keys.sorted(), "seed \(seed), tick \(tick)")
                for key in due.keys { model[key] = nil }
            }
            #expect(wheel.count == model.count)
            #expect(wheel.deadline(of: key) == model[key])
        }
        #expect(wheel.expired(by: .max).sorted() == model.keys.sorted())
    }

    @Test func `earlier deadlines expire first, in the same order each time`() {
        func run() -> (order: [UInt32], deadlines: [UInt64]) {
            var random = SeededRandom(seed: 11)
            var wheel = TimingWheel(tick: 5, keyCountMax: 5_000)
            var deadlines: [UInt64] = []
            for key in UInt32(0)..<5_000 {
                deadlines.append(UInt64.random(in: 6...400_000, using: &random))
                wheel.schedule(key, at: deadlines[Int(key)] / 2 + 3)
                wheel.schedule(key, at: deadlines[Int(key)])
            }
            return (wheel.expired(by: 400_000), deadlines)
        }
        let (order, deadlines) = run()
        let ticks = order.map { deadlines[Int($0)] }
        #expect(order.count == 5_000)
        #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(run().order == order)
    }
}

extension TimingWheel {
    fileprivate mutating func expired(by tick: UInt64, budget: Int = .max) -> [UInt32] {
        var expired: [UInt32] = []
        while !self.advance(to: tick, budget: budget, into: &expired) {}
        return expired
    }
}
