import Persistence

/// The same numbers for the same seed on every machine (SplitMix64; Steele, Lea, Flood: "Fast
/// splittable pseudorandom number generators", OOPSLA 2014).
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        self.state = seed
    }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// True once in `count` times, on average.
    package mutating func one(in count: Int) -> Bool {
        Int.random(in: 0..<count, using: &self) == 0
    }

    /// The same numbers as a closure that threads may share.
    package static func source(seed: UInt64) -> @Sendable () -> UInt64 {
        let random = Shared(SeededRandom(seed: seed))
        return { random.value.withLock { $0.next() } }
    }

    private final class Shared: Sendable {
        let value: Lock<SeededRandom>

        init(_ value: SeededRandom) {
            self.value = Lock(value)
        }
    }
}
