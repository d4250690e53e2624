/// Base64 without padding (RFC 4648): base64url for tokens, the standard alphabet for password
/// hashes.
///
/// Not libsodium's: `sodium_base642bin` of 1.0.18 takes every byte from 0x80 on for a `_`, which
/// gives a signature many spellings.
package enum Base64 {
    private static let letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let standard = Array("\(Self.letters)+/".utf8)
    private static let urlSafe = Array("\(Self.letters)-_".utf8)

    /// The six bits of each byte of the base64url alphabet; `notInAlphabet` for all others.
    private static let urlSafeValues: [UInt8] = {
        var values = [UInt8](repeating: Self.notInAlphabet, count: 256)
        for (value, character) in Self.urlSafe.enumerated() {
            values[Int(character)] = UInt8(value)
        }
        return values
    }()

    private static let notInAlphabet: UInt8 = 0xff

    package static func encode(_ bytes: [UInt8]) -> String {
        Self.encode(bytes, alphabet: Self.standard)
    }

    /// RFC 7515, section 2.
    package static func encodeURL(_ bytes: [UInt8]) -> String {
        Self.encode(bytes, alphabet: Self.urlSafe)
    }

    /// Nil for padding, white space, any byte outside the base64url alphabet, an impossible length,
    /// or trailing bits that are not zero (RFC 4648, sections 3.2, 3.3 and 3.5), so that each value
    /// has one spelling.
    package static func decodeURL(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let values = Self.urlSafeValues
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        // At most 14 bits wait: the shift drops those that have been written out.
        var bits: UInt16 = 0
        var bitCount = 0
        for character in text {
            let value = values[Int(character)]
            guard value != Self.notInAlphabet else { return nil }
            bits = bits << 6 | UInt16(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt16(bitCount)))
            }
        }
        // Six bits left: a character that no byte needs.
        guard bitCount < 6, bits & (1 << UInt16(bitCount) - 1) == 0 else { return nil }
        return bytes
    }

    private static func encode(_ bytes: [UInt8], alphabet: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 4 / 3 + 2)
        var bits: UInt16 = 0
        var bitCount = 0
        for byte in bytes {
            bits = bits << 8 | UInt16(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(alphabet[Int(bits >> UInt16(bitCount)) & 63])
            }
        }
        if bitCount > 0 {
            text.append(alphabet[Int(bits << UInt16(6 - bitCount)) & 63])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
