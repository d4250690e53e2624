/// Pydantic's lax mode: what counts as an integer or a boolean beside integers and booleans.
enum LaxValue {
    /// An integer, also spelled as a string, an integral float or a boolean. Beyond `Int64` it is
    /// out of any range; `min` and `max` only choose the sentence.
    static func integer(
        _ value: JSONValue,
        min: Int64?,
        max: Int64?
    ) -> Result<Int64, LaxRefusal> {
        let reading: JSONNumber.IntegerReading
        switch value {
        case .bool(let value): reading = .exact(value ? 1 : 0)
        case .number(let number):
            reading = number.integerReading
            if number.isFloat, reading == .above || reading == .below {
                return .refused(number.isBeyondDouble ? .infinite : .integerSize)
            }
        case .string(let string):
            guard let parsed = Self.integerReading(of: string) else {
                return .refused(.integerParsing)
            }
            reading = parsed
        case .null, .array, .object: return .refused(.integerType)
        }

        switch reading {
        case .exact(let value):
            if let min, value < min { return .refused(.below(min: min)) }
            if let max, value > max { return .refused(.above(max: max)) }
            return .success(value)
        case .above: return .refused(max.map { .above(max: $0) } ?? .integerSize)
        case .below: return .refused(min.map { .below(min: $0) } ?? .integerSize)
        case .fractional: return .refused(.integerFraction)
        }
    }

    /// A boolean, also spelled as 0, 1 or one of a few words in any case.
    static func bool(_ value: JSONValue) -> Result<Bool, LaxRefusal> {
        switch value {
        case .bool(let value): return .success(value)
        case .number(let number):
            switch number.integerReading {
            case .exact(0): return .success(false)
            case .exact(1): return .success(true)
            case .exact: return .refused(.boolParsing)
            case .above, .below, .fractional: return .refused(.boolType)
            }
        case .string(let string):
            switch string.lowercased() {
            case "1", "true", "t", "yes", "y", "on": return .success(true)
            case "0", "false", "f", "no", "n", "off": return .success(false)
            default: return .refused(.boolParsing)
            }
        case .null, .array, .object: return .refused(.boolType)
        }
    }

    /// Reads up to 18 digits and nothing else, which is what nearly everybody writes.
    private static func plainInteger(_ string: String) -> Int64? {
        guard (1...18).contains(string.utf8.count) else { return nil }
        var value: Int64 = 0
        for byte in string.utf8 {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return value
    }

    /// Reads blanks, a sign, digits with single underscores between them, and `.0`; or nil.
    private static func integerReading(of string: String) -> JSONNumber.IntegerReading? {
        if let value = Self.plainInteger(string) { return .exact(value) }
        var text = Substring(string).unicodeScalars
        while text.first?.properties.isWhitespace == true { text.removeFirst() }
        while text.last?.properties.isWhitespace == true { text.removeLast() }

        var bytes = Array(String(text).utf8)[...]
        let sign = bytes.first
        let isNegative = sign == UInt8(ascii: "-")
        if isNegative || sign == UInt8(ascii: "+") { bytes.removeFirst() }
        if let point = bytes.firstIndex(of: UInt8(ascii: ".")) {
            let fraction = bytes[(point + 1)...]
            guard !fraction.isEmpty, fraction.allSatisfy({ $0 == UInt8(ascii: "0") }) else {
                return nil
            }
            bytes = bytes[..<point]
        }

        var digits: [UInt8] = []
        var wasDigit = false
        for byte in bytes {
            let isDigit = byte &- UInt8(ascii: "0") < 10
            guard isDigit || wasDigit && byte == UInt8(ascii: "_") else { return nil }
            if isDigit { digits.append(byte & 0x0F) }
            wasDigit = isDigit
        }
        guard wasDigit else { return nil }
        let value = Int64(decimalDigits: digits, isNegative: isNegative)
        return value.map { .exact($0) } ?? (isNegative ? .below : .above)
    }
}

/// Why a value does not do.
struct LaxRefusal: Error {
    let problem: ValidationProblem
}

extension Result where Failure == LaxRefusal {
    fileprivate static func refused(_ problem: ValidationProblem) -> Self {
        .failure(LaxRefusal(problem: problem))
    }
}
