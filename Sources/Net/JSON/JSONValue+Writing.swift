import Shards

extension JSONValue {
    /// Appends the value in its shortest form; numbers and the order of members as they came.
    package func write(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number): bytes.append(contentsOf: number.lexeme.utf8)
        case .string(let string): bytes.appendJSONString(string)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object): object.write(to: &bytes)
        }
    }

    /// Appends the value in the form that all spellings of it share: the shortest, with the members
    /// of objects in the order of their names' bytes. Numbers stay as they came. An empty object or
    /// `null` as a whole is nothing at all, as where there is no body.
    func writeCanonically(to bytes: inout [UInt8]) {
        switch self {
        case .null: break
        case .object(let object) where object.members.isEmpty: break
        default: self.writeSorted(to: &bytes)
        }
    }

    fileprivate func writeSorted(to bytes: inout [UInt8]) {
        switch self {
        case .null, .bool, .number, .string: self.write(to: &bytes)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                value.writeSorted(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object): object.writeSorted(to: &bytes)
        }
    }

    /// The value without the members that `isSecret` names, at any depth; nil where that takes
    /// more than `bytesMax` to write. Looks at no more than it needs to know.
    package func preview(
        bytesMax: Int,
        leavingOut isSecret: (String) -> Bool = { _ in false }
    ) -> JSONValue? {
        var bytesLeft = bytesMax
        return self.preview(bytesLeft: &bytesLeft, leavingOut: isSecret)
    }

    fileprivate func preview(bytesLeft: inout Int, leavingOut isSecret: (String) -> Bool) -> Self? {
        switch self {
        case .null, .bool(true): bytesLeft -= 4
        case .bool(false): bytesLeft -= 5
        case .number(let number): bytesLeft -= number.lexeme.utf8.count
        case .string(let string): bytesLeft -= string.jsonByteCount(enough: bytesLeft)
        case .array(let values):
            bytesLeft -= max(2, values.count + 1)
            guard bytesLeft >= 0 else { return nil }
            var kept: [JSONValue] = []
            for value in values {
                guard let value = value.preview(bytesLeft: &bytesLeft, leavingOut: isSecret) else {
                    return nil
                }
                kept.append(value)
            }
            return .array(kept)
        case .object(let object):
            return object.preview(bytesLeft: &bytesLeft, leavingOut: isSecret).map { .object($0) }
        }
        return bytesLeft >= 0 ? self : nil
    }
}

extension JSONObject {
    /// Appends the object in its shortest form.
    package func write(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in self.members.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.appendJSONString(member.name)
            bytes.append(UInt8(ascii: ":"))
            member.value.write(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    fileprivate func writeSorted(to bytes: inout [UInt8]) {
        let members = self.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.appendJSONString(member.name)
            bytes.append(UInt8(ascii: ":"))
            member.value.writeSorted(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    fileprivate func preview(bytesLeft: inout Int, leavingOut isSecret: (String) -> Bool) -> Self? {
        bytesLeft -= 2
        var kept = JSONObject()
        for member in self.members where !isSecret(member.name) {
            // The colon, and a comma before all but the first.
            bytesLeft -= kept.members.isEmpty ? 1 : 2
            bytesLeft -= member.name.jsonByteCount(enough: bytesLeft)
            guard bytesLeft >= 0,
                let value = member.value.preview(bytesLeft: &bytesLeft, leavingOut: isSecret)
            else { return nil }
            kept.append(name: member.name, value: value)
        }
        return bytesLeft >= 0 ? kept : nil
    }
}

extension String {
    /// The bytes of `appendJSONString`; stops counting once there are more than `enough`.
    fileprivate func jsonByteCount(enough: Int) -> Int {
        var count = 2
        for byte in self.utf8 {
            count += byte.jsonByteCount
            if count > enough { break }
        }
        return count
    }
}

// MARK: - Escaping

extension [UInt8] {
    /// Appends a quoted string. Only what RFC 8259 section 7 demands is escaped.
    mutating func appendJSONString(_ string: String) {
        var json = JSONWriter(taking: &self)
        json.string(string)
        self = json.bytes
    }
}

extension UInt8 {
    /// How many bytes this byte of a string takes between the quotes.
    fileprivate var jsonByteCount: Int {
        switch self {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): 2
        case 0x08, 0x09, 0x0A, 0x0C, 0x0D: 2
        case 0x00..<0x20: 6
        default: 1
        }
    }
}
