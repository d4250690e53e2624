/// Appends JSON (RFC 8259) to bytes that it owns.
///
/// Writes what it is told, in that order: the shape of each resource is the business of the type
/// that is written. No key is ever looked up and nothing is boxed, so it is fit for hot paths.
package struct JSONWriter: Sendable {
    package var bytes: [UInt8]

    package init(reserving count: Int = 0) {
        self.bytes = []
        self.bytes.reserveCapacity(count)
    }

    /// Goes on after `bytes`, which are taken, not copied; put `self.bytes` back when done.
    package init(taking bytes: inout [UInt8]) {
        self.bytes = bytes
        bytes = []
    }

    /// Appends text that is JSON already: punctuation, keys, constants.
    package mutating func raw(_ text: StaticString) {
        self.bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        )
    }

    /// Appends bytes that are JSON already.
    package mutating func raw(_ json: some Collection<UInt8>) {
        self.bytes.append(contentsOf: json)
    }

    package mutating func null() {
        self.raw("null")
    }

    package mutating func bool(_ value: Bool) {
        if value { self.raw("true") } else { self.raw("false") }
    }

    package mutating func integer(_ value: some FixedWidthInteger) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var place = digits.count
            var rest = value.magnitude
            repeat {
                let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
                place -= 1
                digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: remainder)
                rest = quotient
            } while rest > 0
            if value < 0 { self.bytes.append(UInt8(ascii: "-")) }
            self.bytes.append(contentsOf: digits[place...])
        }
    }

    /// `[…]`, each item as `write` appends it.
    @inline(__always)
    package mutating func array<Items: Sequence>(
        _ items: Items,
        _ write: (Items.Element, inout JSONWriter) -> Void
    ) {
        self.raw("[")
        var isFirst = true
        for item in items {
            if !isFirst { self.raw(",") }
            isFirst = false
            write(item, &self)
        }
        self.raw("]")
    }

    /// A quoted string. Escapes what RFC 8259 §7 demands and nothing else: text beyond ASCII stays
    /// UTF-8.
    package mutating func string(_ value: String) {
        self.bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { self.escaped($0) }
        self.bytes.append(UInt8(ascii: "\""))
    }

    package mutating func string(_ value: String?) {
        if let value { self.string(value) } else { self.null() }
    }

    /// A quoted ISO 8601 time in UTC with microseconds: `"2024-11-05T10:00:00.123456Z"`.
    package mutating func time(_ value: Timestamp) {
        self.bytes.append(UInt8(ascii: "\""))
        value.appendISO8601(to: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
    }

    package mutating func time(_ value: Timestamp?) {
        if let value { self.time(value) } else { self.null() }
    }

    /// Copies runs of bytes that need no escape in one go.
    private mutating func escaped(_ text: UnsafeBufferPointer<UInt8>) {
        var runStart = 0
        for (index, byte) in text.enumerated()
        where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
            self.bytes.append(contentsOf: text[runStart..<index])
            self.escape(byte)
            runStart = index + 1
        }
        self.bytes.append(contentsOf: text[runStart...])
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): self.raw("\\\"")
        case UInt8(ascii: "\\"): self.raw("\\\\")
        case 0x08: self.raw("\\b")
        case 0x09: self.raw("\\t")
        case 0x0a: self.raw("\\n")
        case 0x0c: self.raw("\\f")
        case 0x0d: self.raw("\\r")
        default:
            let hex: StaticString = "0123456789abcdef"
            self.raw("\\u00")
            self.bytes.append(hex.utf8Start[Int(byte >> 4)])
            self.bytes.append(hex.utf8Start[Int(byte & 15)])
        }
    }
}
