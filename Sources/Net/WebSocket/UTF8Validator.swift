/// Checks UTF-8 that comes in pieces, and fails at the first byte that nothing can make good.
///
/// RFC 3629 section 4 as a machine of eight states: how many continuation bytes are due, and the
/// range of the next one. The range is narrower than 80–BF only after E0, ED, F0 and F4, where it
/// rules out overlong forms, surrogates and values above U+10FFFF.
package struct UTF8Validator: Sendable, Equatable {
    private var pendingCount: UInt8 = 0
    private var nextMin: UInt8 = 0x80
    private var nextMax: UInt8 = 0xBF

    package init() {}

    /// Whether everything so far ends at the end of a code point.
    package var isComplete: Bool { self.pendingCount == 0 }

    /// The index of the first byte that cannot be, or nil. After a failure the state means nothing.
    package mutating func firstInvalid(in bytes: UnsafeRawBufferPointer) -> Int? {
        var index = 0
        while index < bytes.count {
            if self.pendingCount == 0 {
                index = Self.asciiEnd(in: bytes, from: index)
                guard index < bytes.count else { break }
                if Self.isPair(in: bytes, at: index) {
                    index += 2
                    continue
                }
            }
            guard self.accepts(bytes[index]) else { return index }
            index += 1
        }
        return nil
    }

    private mutating func accepts(_ byte: UInt8) -> Bool {
        guard self.pendingCount > 0 else { return self.acceptsFirst(byte) }
        guard self.nextMin <= byte, byte <= self.nextMax else { return false }
        self.expect(self.pendingCount - 1)
        return true
    }

    private mutating func acceptsFirst(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x00...0x7F: break
        case 0xC2...0xDF: self.expect(1)
        case 0xE0: self.expect(2, from: 0xA0)
        case 0xE1...0xEC, 0xEE...0xEF: self.expect(2)
        case 0xED: self.expect(2, through: 0x9F)
        case 0xF0: self.expect(3, from: 0x90)
        case 0xF1...0xF3: self.expect(3)
        case 0xF4: self.expect(3, through: 0x8F)
        default: return false
        }
        return true
    }

    private mutating func expect(
        _ count: UInt8,
        from nextMin: UInt8 = 0x80,
        through nextMax: UInt8 = 0xBF
    ) {
        self.pendingCount = count
        self.nextMin = nextMin
        self.nextMax = nextMax
    }

    /// Whether a code point of two bytes is there as a whole, as it mostly is in Greek, Cyrillic,
    /// Hebrew and Arabic texts.
    private static func isPair(in bytes: UnsafeRawBufferPointer, at index: Int) -> Bool {
        guard index + 1 < bytes.count else { return false }
        return 0xC2...0xDF ~= bytes[index] && 0x80...0xBF ~= bytes[index + 1]
    }

    /// Skips ASCII eight bytes a step; may stop before the end of it.
    private static func asciiEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count,
            bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
            index += 8
        }
        return index
    }
}
