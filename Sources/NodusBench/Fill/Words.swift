/// What people write, of made-up words: compresses about as text does.
struct Words {
    private static let byteCounts = 20...110
    private static let syllables: [[UInt8]] = [
        "ba", "co", "den", "er", "fi", "gan", "hu", "in", "jo", "kel", "lo", "mi", "na", "or",
        "pet",
        "qui", "ra", "ste", "ti", "un", "ver", "wa", "yes", "zo", "al", "be", "cha", "dri", "es",
        "fro", "gu", "he",
    ].map { Array($0.utf8) }

    private var random: SplitMix

    init(seed: UInt64) {
        self.random = SplitMix(seed: seed)
    }

    /// Nothing that JSON escapes.
    mutating func append(to bytes: inout [UInt8]) {
        let range = Self.byteCounts
        let end = bytes.count + range.lowerBound + Int(self.random.next() % UInt64(range.count))
        while bytes.count < end {
            var random = self.random.next()
            for _ in 0...(random >> 60 & 3) {
                bytes += Self.syllables[Int(random % UInt64(Self.syllables.count))]
                random >>= 5
            }
            bytes.append(UInt8(ascii: " "))
        }
    }
}
