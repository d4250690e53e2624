/// Reads one JSON document by RFC 8259, and nothing that is only nearly JSON.
///
/// Made for request bodies: one pass, a recursion that is bounded by `depthMax`, every access to
/// the bytes behind a check of the end. What the bytes are copied into outlives them.
package struct JSONReader {
    /// Arrays and objects inside each other.
    package static let depthMax = 64

    let bytes: UnsafeRawBufferPointer
    var offset = 0
    /// Holds a string with escapes while it is put together; kept from one to the next.
    var scratch: [UInt8] = []

    private init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    package static func read(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        let result = bytes.withUnsafeBytes { bytes -> Result<JSONValue, JSONError> in
            do throws(JSONError) {
                return .success(try Self.read(bytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    package static func read(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
        var reader = JSONReader(bytes: bytes)
        return try reader.document()
    }

    private mutating func document() throws(JSONError) -> JSONValue {
        if self.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw self.error(.byteOrderMark) }
        self.skipWhitespace()
        let value = try self.value(depth: 0)
        self.skipWhitespace()
        guard self.offset == self.bytes.count else { throw self.error(.extraData) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        switch self.byte(at: self.offset) {
        case UInt8(ascii: "\""):
            return .string(try self.string())
        case UInt8(ascii: "{"):
            return .object(try self.object(depth: depth))
        case UInt8(ascii: "["):
            return .array(try self.array(depth: depth))
        case UInt8(ascii: "t"):
            return try self.literal("true", as: .bool(true))
        case UInt8(ascii: "f"):
            return try self.literal("false", as: .bool(false))
        case UInt8(ascii: "n"):
            return try self.literal("null", as: .null)
        default:
            return .number(try self.number())
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        guard depth < Self.depthMax else { throw self.error(.tooDeep) }
        self.offset += 1
        self.skipWhitespace()
        if self.skip(UInt8(ascii: "}")) { return JSONObject() }

        // Room for a usual body at once; nested objects are small, and could be very many.
        var builder = JSONObjectBuilder(capacity: depth == 0 ? 8 : 0)
        while true {
            guard self.byte(at: self.offset) == UInt8(ascii: "\"") else {
                throw self.error(.expectingName)
            }
            let name = try self.string()
            self.skipWhitespace()
            guard self.skip(UInt8(ascii: ":")) else { throw self.error(.expectingColon) }
            self.skipWhitespace()
            builder.add(name: name, value: try self.value(depth: depth + 1))
            self.skipWhitespace()
            if self.skip(UInt8(ascii: "}")) { return builder.object }
            guard self.skip(UInt8(ascii: ",")) else { throw self.error(.expectingComma) }
            self.skipWhitespace()
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth < Self.depthMax else { throw self.error(.tooDeep) }
        self.offset += 1
        self.skipWhitespace()
        if self.skip(UInt8(ascii: "]")) { return [] }

        var values: [JSONValue] = []
        while true {
            values.append(try self.value(depth: depth + 1))
            self.skipWhitespace()
            if self.skip(UInt8(ascii: "]")) { return values }
            guard self.skip(UInt8(ascii: ",")) else { throw self.error(.expectingComma) }
            self.skipWhitespace()
        }
    }

    private mutating func literal(
        _ word: StaticString,
        as value: JSONValue
    ) throws(JSONError) -> JSONValue {
        let end = self.offset + word.utf8CodeUnitCount
        guard end <= self.bytes.count else { throw self.error(.expectingValue) }
        let found = self.bytes[self.offset..<end]
        guard word.withUTF8Buffer({ found.elementsEqual($0) }) else {
            throw self.error(.expectingValue)
        }
        self.offset = end
        return value
    }

    /// Takes the longest number; what follows it (`01`, `1.`) is then found to be out of place.
    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = self.offset
        var end = start
        if self.byte(at: end) == UInt8(ascii: "-") { end += 1 }
        guard self.isDigit(at: end) else { throw self.error(.expectingValue) }
        end = self.byte(at: end) == UInt8(ascii: "0") ? end + 1 : self.digitsEnd(from: end)
        if self.byte(at: end) == UInt8(ascii: "."), self.isDigit(at: end + 1) {
            end = self.digitsEnd(from: end + 1)
        }
        if self.byte(at: end) | 0x20 == UInt8(ascii: "e") {
            let sign = self.byte(at: end + 1)
            let isSigned = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
            let digits = end + (isSigned ? 2 : 1)
            if self.isDigit(at: digits) { end = self.digitsEnd(from: digits) }
        }
        self.offset = end
        let lexeme = UnsafeRawBufferPointer(rebasing: self.bytes[start..<end])
        return JSONNumber(lexeme: String(decoding: lexeme, as: UTF8.self))
    }

    private func digitsEnd(from start: Int) -> Int {
        var end = start
        while self.isDigit(at: end) { end += 1 }
        return end
    }

    private func isDigit(at index: Int) -> Bool {
        self.byte(at: index) &- UInt8(ascii: "0") < 10
    }

    /// The byte at an index, or 0 past the end: a zero byte is not allowed anywhere either.
    func byte(at index: Int) -> UInt8 {
        index < self.bytes.count ? self.bytes[index] : 0
    }

    func error(_ kind: JSONError.Kind, at offset: Int? = nil) -> JSONError {
        JSONError(kind: kind, offset: offset ?? self.offset)
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard self.byte(at: self.offset) == byte else { return false }
        self.offset += 1
        return true
    }

    private mutating func skipWhitespace() {
        while true {
            switch self.byte(at: self.offset) {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                self.offset += 1
            default:
                return
            }
        }
    }
}
