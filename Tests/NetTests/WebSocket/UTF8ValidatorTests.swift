import Net
import Testing

struct UTF8ValidatorTests {
    /// The first and last byte of each range that RFC 3629 tells apart.
    static let edges: [UInt8] = [
        0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC,
        0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    static let continuationEdges: [UInt8] = [0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF]

    /// Whether the pieces are accepted, one after the other, and end complete.
    private func accepts(_ pieces: ArraySlice<UInt8>...) -> Bool {
        var validator = UTF8Validator()
        for piece in pieces where piece.withUnsafeBytes({ validator.firstInvalid(in: $0) }) != nil {
            return false
        }
        return validator.isComplete
    }

    private func isUTF8(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    @Test func `every sequence of one or two bytes is judged as the standard library does`() {
        for first in UInt8.min...UInt8.max {
            #expect(self.accepts([first]) == self.isUTF8([first]))
            for second in UInt8.min...UInt8.max {
                let bytes = [first, second]
                let expected = self.isUTF8(bytes)
                let isWhole = self.accepts(bytes[...])
                let isSplit = self.accepts([first], [second])
                if isWhole != expected || isSplit != expected { Issue.record("\(bytes)") }
            }
        }
    }

    @Test(arguments: Self.edges)
    func `sequences of three and four bytes at the edges are judged alike in all splits`(
        first: UInt8
    ) {
        for second in Self.edges {
            for third in Self.edges {
                self.checkSplits([first, second, third])
                // Behind a byte that leads nothing, a fourth one shows nothing that three do not.
                for fourth in Self.edges where first >= 0xE0 {
                    self.checkSplits([first, second, third, fourth])
                }
            }
        }
    }

    private func checkSplits(_ bytes: [UInt8]) {
        let expected = self.isUTF8(bytes)
        for split in 0..<bytes.count
        where self.accepts(bytes[..<split], bytes[split...]) != expected {
            Issue.record("\(bytes) split at \(split)")
        }
    }

    @Test(arguments: 0..<17)
    func `every code point is accepted`(plane: UInt32) {
        var bytes: [UInt8] = []
        for value in plane << 16...plane << 16 | 0xFFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        #expect(self.accepts(bytes[...]))
    }

    @Test func `every surrogate is refused`() {
        for value in 0xD800...0xDFFF {
            let bytes = [0xED, UInt8(value >> 6 & 0x3F | 0x80), UInt8(value & 0x3F | 0x80)]
            if self.accepts(bytes[...]) { Issue.record("\(value)") }
        }
    }

    @Test func `a byte is refused at once when nothing can follow that makes it good`() {
        // Only what could still become good is made longer.
        var prefixes: [[UInt8]] = [[]]
        for length in 0..<3 {
            prefixes = prefixes.flatMap { prefix in
                Self.edges.map { prefix + [$0] }.filter { bytes in
                    var validator = UTF8Validator()
                    let invalid = bytes.withUnsafeBytes { validator.firstInvalid(in: $0) }
                    let expected = self.canBecomeUTF8(bytes[...]) ? nil : length
                    if invalid != expected { Issue.record("\(bytes)") }
                    return invalid == nil
                }
            }
        }
    }

    private func canBecomeUTF8(_ prefix: ArraySlice<UInt8>) -> Bool {
        var candidates = [Array(prefix)]
        for _ in 0...3 {
            if candidates.contains(where: { self.isUTF8($0) }) { return true }
            candidates = candidates.flatMap { candidate in
                Self.continuationEdges.map { candidate + [$0] }
            }
        }
        return false
    }

    @Test func `an error behind long runs of ASCII is found where it is`() {
        for position in 0..<40 {
            var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 40)
            bytes[position] = 0xFF
            var validator = UTF8Validator()
            #expect(bytes.withUnsafeBytes { validator.firstInvalid(in: $0) } == position)
        }
    }
}
