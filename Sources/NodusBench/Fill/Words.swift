/// What people write, of made-up words: compresses about as text does.
struct Words {
    private static let byteCounts = 20...110
    private static let syllables: [[UInt8]] = [
        "ba", "co", "den", "er", "fi", "gan", "hu", "in", "jo", "kel", "lo", "mi", "na", "or",
        "pet",
        "qui", "ra", "ste", "ti", "un", "ver", "wa", "yes", "zo", "al", "be", "cha", "dri", "es",
        "fro", "gu", "he",
    ].map { Array($0.utf8) }

    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    /// Nothing that JSON escapes.
    mutating func append(to bytes: inout [UInt8]) {
        let range = Self.byteCounts
        let end = bytes.count + range.lowerBound + Int(self.next() % UInt64(range.count))
        while bytes.count < end {
            var random = self.next()
            for _ in 0...(random >> 60 & 3) {
                bytes += Self.syllables[Int(random % UInt64(Self.syllables.count))]
                random >>= 5
            }
            bytes.append(UInt8(ascii: " "))
        }
    }

    /// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
    private mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
