/// Strings: RFC 8259 section 7, and section 8.2 read strictly (no lone surrogates).
extension JSONReader {
    /// Reads the string whose opening quote is at `offset`, and stops behind the closing one.
    mutating func string() throws(JSONError) -> String {
        let quote = self.offset
        let run = self.plainRun(from: quote + 1)
        guard self.byte(at: run.end) == UInt8(ascii: "\"") else {
            return try self.stringWithEscapes(quote: quote)
        }
        let text = UnsafeRawBufferPointer(rebasing: self.bytes[quote + 1..<run.end])
        self.offset = run.end + 1
        // Validation costs three times as much even where there is nothing to find.
        if run.isASCII { return String(decoding: text, as: UTF8.self) }
        let string = text.withMemoryRebound(to: UInt8.self) {
            String(validating: $0, as: UTF8.self)
        }
        guard let string else { throw self.invalidUTF8(in: quote + 1..<run.end) }
        return string
    }

    private mutating func stringWithEscapes(quote: Int) throws(JSONError) -> String {
        self.scratch.removeAll(keepingCapacity: true)
        var start = quote + 1
        while true {
            let end = self.plainRun(from: start).end
            self.scratch.append(
                contentsOf: UnsafeRawBufferPointer(rebasing: self.bytes[start..<end])
            )
            guard end < self.bytes.count else { throw self.error(.unterminatedString, at: quote) }
            switch self.bytes[end] {
            case UInt8(ascii: "\""):
                // No escape begins with a continuation byte: both spellings are valid or neither is.
                guard let string = String(validating: self.scratch, as: UTF8.self) else {
                    throw self.invalidUTF8(in: quote + 1..<end)
                }
                self.offset = end + 1
                return string
            case UInt8(ascii: "\\"):
                start = try self.escape(at: end, quote: quote)
            default:
                throw self.error(.controlCharacter, at: end)
            }
        }
    }

    /// Adds what the escape stands for to `scratch`, and returns where the escape ends.
    private mutating func escape(at backslash: Int, quote: Int) throws(JSONError) -> Int {
        guard backslash + 1 < self.bytes.count else {
            throw self.error(.unterminatedString, at: quote)
        }
        switch self.bytes[backslash + 1] {
        case UInt8(ascii: "\""): self.scratch.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): self.scratch.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): self.scratch.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): self.scratch.append(0x08)
        case UInt8(ascii: "f"): self.scratch.append(0x0C)
        case UInt8(ascii: "n"): self.scratch.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "r"): self.scratch.append(UInt8(ascii: "\r"))
        case UInt8(ascii: "t"): self.scratch.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "u"): return try self.unicodeEscape(at: backslash)
        default: throw self.error(.invalidEscape, at: backslash)
        }
        return backslash + 2
    }

    private mutating func unicodeEscape(at backslash: Int) throws(JSONError) -> Int {
        let unit = try self.codeUnit(at: backslash)
        var end = backslash + 6
        var value = unit
        if unit & 0xFC00 == 0xD800 {
            guard self.byte(at: end) == UInt8(ascii: "\\"),
                self.byte(at: end + 1) == UInt8(ascii: "u")
            else { throw self.error(.loneSurrogate, at: backslash) }
            let low = try self.codeUnit(at: end)
            guard low & 0xFC00 == 0xDC00 else { throw self.error(.loneSurrogate, at: backslash) }
            value = 0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF
            end += 6
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw self.error(.loneSurrogate, at: backslash)
        }
        guard value != 0 else { throw self.error(.nullCharacter, at: backslash) }
        self.scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        return end
    }

    /// The four hexadecimal digits of the `\uXXXX` whose backslash is at an index.
    private func codeUnit(at backslash: Int) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for index in backslash + 2..<backslash + 6 {
            let byte = self.byte(at: index)
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte & 0x0F
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                digit = byte & 0x0F + 9
            default: throw self.error(.invalidUnicodeEscape, at: backslash + 1)
            }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// The run of bytes that need no look: it ends at a quote, a backslash, a control byte or the
    /// end of the document. Eight bytes a step.
    private func plainRun(from start: Int) -> (end: Int, isASCII: Bool) {
        var index = start
        var seen: UInt64 = 0
        while index + 8 <= self.bytes.count {
            let word = self.bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if Self.mayEndRun(word) { break }
            seen |= word
            index += 8
        }
        while index < self.bytes.count, !Self.endsRun(self.bytes[index]) {
            seen |= UInt64(self.bytes[index])
            index += 1
        }
        return (index, seen & 0x8080_8080_8080_8080 == 0)
    }

    private static func endsRun(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20
    }

    /// Whether any of eight bytes ends a run, by the "has a zero byte" trick.
    private static func mayEndRun(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let found =
            (quotes &- ones) & ~quotes
            | (backslashes &- ones) & ~backslashes
            | (word &- ones &* 0x20) & ~word
        return found & highs != 0
    }

    private func invalidUTF8(in range: Range<Int>) -> JSONError {
        var validator = UTF8Validator()
        let text = UnsafeRawBufferPointer(rebasing: self.bytes[range])
        let invalid = validator.firstInvalid(in: text) ?? text.count
        return self.error(.invalidUTF8, at: range.lowerBound + invalid)
    }
}
