/// Reads back the strings that `JSONWriter` wrote.
///
/// For our own finished bytes only: it trusts their form, and reading foreign JSON is the business
/// of Net's strict reader.
package enum JSONText {
    /// The text of a quoted string, or nil where the fragment is `null`.
    package static func string(in fragment: some Collection<UInt8>) -> String? {
        guard fragment.first == UInt8(ascii: "\"") else { return nil }
        let quoted = fragment.dropFirst().dropLast()
        guard quoted.contains(UInt8(ascii: "\\")) else {
            return String(decoding: quoted, as: UTF8.self)
        }
        return String(decoding: self.unescaped(quoted), as: UTF8.self)
    }

    private static func unescaped(_ quoted: some Collection<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(quoted.count)
        var rest = quoted.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.next() else {
                text.append(byte)
                continue
            }
            switch escape {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "n"): text.append(0x0a)
            case UInt8(ascii: "f"): text.append(0x0c)
            case UInt8(ascii: "r"): text.append(0x0d)
            case UInt8(ascii: "u"):
                let digits = (0..<4).compactMap { _ in rest.next() }
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                text.append(value ?? UInt8(ascii: "?"))
            default: text.append(escape)
            }
        }
        return text
    }
}
