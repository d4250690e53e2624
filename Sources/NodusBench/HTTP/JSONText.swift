/// The little JSON that is written and read while the clock runs. The rest goes through Foundation.
enum JSONText {
    /// With the quotes. Escapes only what RFC 8259 section 7 demands.
    static func quoted(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count + 2)
        output.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5c: output.append(contentsOf: [0x5c, byte])
            case 0..<0x20:
                output.append(contentsOf: "\\u00".utf8)
                output.append(Self.hexDigits[Int(byte >> 4)])
                output.append(Self.hexDigits[Int(byte & 15)])
            default: output.append(byte)
            }
        }
        output.append(0x22)
        return output
    }

    /// The whole number at the object's own key `id`, not at one of a nested object; nil if there
    /// is none.
    static func id(in object: ArraySlice<UInt8>) -> UInt64? {
        var depth = 0
        var index = object.startIndex
        while index < object.endIndex {
            switch object[index] {
            case 0x7b, 0x5b: depth += 1
            case 0x7d, 0x5d: depth -= 1
            case 0x22:
                let end = Self.stringEnd(in: object, from: index)
                let isKey = end < object.endIndex && object[end] == 0x3a
                if depth == 1, isKey, object[index..<end].elementsEqual("\"id\"".utf8) {
                    return Self.number(in: object[(end + 1)...])
                }
                index = end
                continue
            default: break
            }
            index += 1
        }
        return nil
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)

    /// The place after the closing quote.
    private static func stringEnd(in object: ArraySlice<UInt8>, from quote: Int) -> Int {
        var index = quote + 1
        while index < object.endIndex, object[index] != 0x22 {
            index += object[index] == 0x5c ? 2 : 1
        }
        return min(index + 1, object.endIndex)
    }

    private static func number(in text: ArraySlice<UInt8>) -> UInt64? {
        let digits = text.drop { $0 == 0x20 }.prefix { $0 >= 0x30 && $0 <= 0x39 }
        guard !digits.isEmpty, digits.count <= 18 else { return nil }
        return digits.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }
    }
}
