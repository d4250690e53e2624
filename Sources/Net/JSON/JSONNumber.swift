/// A JSON number in its own spelling, so that large integers and last digits pass through unchanged.
package struct JSONNumber: Sendable, Equatable {
    /// What a number is when an integer is wanted.
    package enum IntegerReading: Sendable, Equatable {
        case exact(Int64)
        /// An integer above `Int64.max`.
        case above
        /// An integer below `Int64.min`.
        case below
        /// Not an integer.
        case fractional
    }

    /// Matches the number grammar of RFC 8259 section 6; only ASCII.
    package let lexeme: String

    /// The caller has checked the grammar.
    init(lexeme: String) {
        self.lexeme = lexeme
    }

    package init(_ value: Int64) {
        self.lexeme = String(value)
    }

    /// The value, where it is an integer that fits: `5`, `5.0` and `5e0`, but not `5.5`.
    package var asInteger: Int64? {
        guard case .exact(let value) = self.integerReading else { return nil }
        return value
    }

    /// Whether Python would read a float: there is a point or an exponent.
    package var isFloat: Bool {
        self.lexeme.utf8.contains { Self.isPointOrExponent($0) }
    }

    /// Whether the value is too large for a double, as `1e400` is.
    package var isBeyondDouble: Bool {
        Double(self.lexeme)?.isInfinite ?? false
    }

    /// Whether everyone who will ever have to can hold the value: it is finite as a double, and has
    /// no more digits after the point than the smallest double (2^-1074) has.
    ///
    /// That is well inside of what Postgres's `numeric`, and so its `jsonb`, refuses: from 10^131072
    /// on, and 16,384 digits after the point.
    package var isStorable: Bool {
        let isShort = self.lexeme.utf8.count <= Self.alwaysStorableMax
        if isShort, !self.lexeme.utf8.contains(where: Self.isExponentSign) { return true }
        return !self.isBeyondDouble
            && Decimal(lexeme: self.lexeme.utf8).scale.magnitude <= Self.scaleMax
    }

    /// Digits that are below 10^308 wherever the point is.
    private static let alwaysStorableMax = 300
    private static let scaleMax = 1074

    /// Reads the digits exactly; no rounding through `Double`.
    package var integerReading: IntegerReading {
        if let value = self.shortInteger { return .exact(value) }
        var decimal = Decimal(lexeme: self.lexeme.utf8)
        return decimal.integerReading()
    }

    /// The value where it is plain digits, and too few to overflow: what nearly all numbers are.
    private var shortInteger: Int64? {
        guard self.lexeme.utf8.count <= 18 else { return nil }
        var value: Int64 = 0
        var isNegative = false
        for byte in self.lexeme.utf8 {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value * 10 + Int64(byte & 0x0F)
            default: return nil
            }
        }
        return isNegative ? -value : value
    }

    private static func isPointOrExponent(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || Self.isExponentSign(byte)
    }

    private static func isExponentSign(_ byte: UInt8) -> Bool { byte | 0x20 == UInt8(ascii: "e") }
}

/// A number as `± digits × 10^scale`.
private struct Decimal {
    /// Far above any scale that matters; keeps `1e99999999999999999999` from overflowing.
    private static let exponentMax = 1_000_000_000
    /// `Int64.max` has 19 digits.
    private static let digitsMax = 19

    private var isNegative = false
    private var digits: [UInt8] = []
    private(set) var scale = 0

    init(lexeme: String.UTF8View) {
        var exponent = 0
        var exponentIsNegative = false
        var part = Part.integer
        for byte in lexeme {
            switch (byte, part) {
            case (UInt8(ascii: "-"), .exponent): exponentIsNegative = true
            case (UInt8(ascii: "-"), _): self.isNegative = true
            case (UInt8(ascii: "."), _): part = .fraction
            case (UInt8(ascii: "e"), _), (UInt8(ascii: "E"), _): part = .exponent
            case (UInt8(ascii: "0")...UInt8(ascii: "9"), .exponent):
                exponent = min(exponent * 10 + Int(byte & 0x0F), Self.exponentMax)
            case (UInt8(ascii: "0")...UInt8(ascii: "9"), _):
                self.digits.append(byte & 0x0F)
                self.scale -= part == .fraction ? 1 : 0
            default: break
            }
        }
        self.scale += exponentIsNegative ? -exponent : exponent
    }

    private enum Part {
        case integer
        case fraction
        case exponent
    }

    mutating func integerReading() -> JSONNumber.IntegerReading {
        while self.scale < 0, self.digits.last == 0 {
            self.digits.removeLast()
            self.scale += 1
        }
        let significant = self.digits.drop { $0 == 0 }
        guard !significant.isEmpty else { return .exact(0) }
        guard self.scale >= 0 else { return .fractional }
        let beyond: JSONNumber.IntegerReading = self.isNegative ? .below : .above
        guard significant.count + self.scale <= Self.digitsMax else { return beyond }

        let padded = significant + repeatElement(0, count: self.scale)
        let value = Int64(decimalDigits: padded, isNegative: self.isNegative)
        return value.map { .exact($0) } ?? beyond
    }
}

extension Int64 {
    /// The number that digits (0–9, most significant first) spell; nil where it does not fit.
    init?(decimalDigits: some Sequence<UInt8>, isNegative: Bool) {
        // Counted downwards, because `Int64.min` has no positive twin.
        var value: Int64 = 0
        for digit in decimalDigits {
            let (shifted, shiftOverflow) = value.multipliedReportingOverflow(by: 10)
            let (next, overflow) = shifted.subtractingReportingOverflow(Int64(digit))
            guard !shiftOverflow, !overflow else { return nil }
            value = next
        }
        guard isNegative || value != .min else { return nil }
        self = isNegative ? value : -value
    }
}
