import Glibc

/// The number that a message begins with: `#` and ten digits.
enum MessageNumber {
    static let byteCount = 11
    private static let mark = UInt8(ascii: "#")

    static func text(_ number: Int) -> [UInt8] {
        let digits = Array(String(number).utf8)
        let zeros = [UInt8](repeating: 0x30, count: Self.byteCount - 1 - digits.count)
        return [Self.mark] + zeros + digits
    }

    /// A payload of so many bytes.
    static func payload(_ number: Int, byteCount: Int) -> [UInt8] {
        let text = Self.text(number)
        let filler = repeatElement(UInt8(ascii: "x"), count: max(0, byteCount - text.count))
        return text + filler
    }

    /// Nil where there is none.
    static func read(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Int? {
        guard start >= 0, start + Self.byteCount <= bytes.count, bytes[start] == Self.mark else {
            return nil
        }
        return Digits.number(bytes, start + 1..<start + Self.byteCount).map { Int($0) }
    }
}

/// Numbers as text.
enum Digits {
    /// At most 19 digits, so that it cannot overflow.
    static func number(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64? {
        guard !range.isEmpty, range.count <= 19 else { return nil }
        var number: UInt64 = 0
        for place in range {
            let digit = bytes[place] &- 0x30
            guard digit < 10 else { return nil }
            number = number * 10 + UInt64(digit)
        }
        return number
    }
}
