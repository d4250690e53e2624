/// A small JSON object of strings and integers: a token's header, or its claims.
///
/// Stricter than RFC 8259, because one issuer writes it and anyone may send it: strings are
/// printable ASCII without escapes (so a name has one spelling), numbers are integers of 64 bits in
/// one spelling, nothing nests, and a name that appears twice is refused (RFC 8725, section 2.4).
package struct FlatObject: Sendable {
    package enum Value: Equatable, Sendable {
        case string(String)
        case integer(Int64)
    }

    package struct Member: Equatable, Sendable {
        package let name: String
        package let value: Value
    }

    package private(set) var members: [Member] = []

    package static let membersMax = 16

    /// - Throws: `malformed` for anything that is not such an object, whole and alone.
    package init(parsing bytes: [UInt8]) throws(TokenError) {
        var reader = FlatObjectReader(bytes)
        try reader.expect("{")
        if !reader.skip("}") {
            repeat {
                try self.append(try reader.member())
            } while reader.skip(",")
            try reader.expect("}")
        }
        try reader.end()
    }

    private mutating func append(_ member: Member) throws(TokenError) {
        guard self.members.count < Self.membersMax, self[member.name] == nil else {
            throw .malformed
        }
        self.members.append(member)
    }

    package subscript(name: String) -> Value? {
        self.members.first { $0.name == name }?.value
    }

    /// - Throws: `malformed` where the member is missing or a number.
    package func string(_ name: String) throws(TokenError) -> String {
        guard case .string(let string) = self[name] else { throw .malformed }
        return string
    }

    /// - Throws: `malformed` where the member is missing or a string.
    package func integer(_ name: String) throws(TokenError) -> Int64 {
        guard case .integer(let integer) = self[name] else { throw .malformed }
        return integer
    }
}

/// Walks the bytes once; each step skips the white space before it.
private struct FlatObjectReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var next: UInt8? {
        self.offset < self.bytes.count ? self.bytes[self.offset] : nil
    }

    mutating func expect(_ character: Unicode.Scalar) throws(TokenError) {
        guard self.skip(character) else { throw .malformed }
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        self.skipWhitespace()
        guard self.next == UInt8(ascii: character) else { return false }
        self.offset += 1
        return true
    }

    mutating func end() throws(TokenError) {
        self.skipWhitespace()
        guard self.next == nil else { throw .malformed }
    }

    mutating func member() throws(TokenError) -> FlatObject.Member {
        try self.expect("\"")
        let name = try self.restOfString()
        try self.expect(":")
        if self.skip("\"") {
            return FlatObject.Member(name: name, value: .string(try self.restOfString()))
        }
        return FlatObject.Member(name: name, value: .integer(try self.integer()))
    }

    private mutating func skipWhitespace() {
        while let byte = self.next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d {
            self.offset += 1
        }
    }

    private mutating func restOfString() throws(TokenError) -> String {
        let start = self.offset
        while let byte = self.next, byte != UInt8(ascii: "\"") {
            guard 0x20...0x7e ~= byte, byte != UInt8(ascii: "\\") else { throw .malformed }
            self.offset += 1
        }
        let text = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
        guard self.next != nil else { throw .malformed }
        self.offset += 1
        return text
    }

    private mutating func integer() throws(TokenError) -> Int64 {
        let start = self.offset
        while let byte = self.next, byte == UInt8(ascii: "-") || Self.digits ~= byte {
            self.offset += 1
        }
        let text = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
        // Written back and compared: refuses leading zeros and `-0`.
        guard let value = Int64(text), String(value) == text else { throw .malformed }
        return value
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
}
