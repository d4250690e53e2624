/// The name by which people find each other: 3 to 32 of ASCII letters, digits, `_` and `.`, lower
/// case, neither beginning nor ending in `.` or `_`.
package struct Tag: Hashable, Sendable {
    package static let charactersMin = 3
    package static let charactersMax = 32

    package let text: String

    /// Reads a tag as it was typed; a leading `@` is dropped. nil where it is none.
    package init?(_ input: String) {
        let text = (input.hasPrefix("@") ? input.dropFirst() : input[...]).lowercased()
        guard (Self.charactersMin...Self.charactersMax).contains(text.utf8.count),
            text.utf8.allSatisfy(Self.isAllowed),
            let first = text.utf8.first, let last = text.utf8.last,
            !Self.isPunctuation(first), !Self.isPunctuation(last)
        else { return nil }
        self.text = text
    }

    /// The tag that an account begins with: letters and digits of the mail's local part, at most
    /// 20, then `_` and the user's id.
    package static func initial(email: String, user: UserID) -> String {
        let local = email.prefix { $0 != "@" }.lowercased().utf8
            .filter { Self.isAllowed($0) && !Self.isPunctuation($0) }.prefix(20)
        let name = String(decoding: local, as: UTF8.self)
        return "\(name.isEmpty ? "user" : name)_\(user.rawValue)"
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: self.isPunctuation(byte)
        }
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }
}
