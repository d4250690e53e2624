/// One JSON value as it came in; numbers keep their spelling and objects their order.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// Compares strings byte by byte: Swift's own `==` would call two spellings of "é" equal.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// Whether all numbers in it, however deep, are `JSONNumber.isStorable`.
    var hasStorableNumbers: Bool {
        switch self {
        case .null, .bool, .string: true
        case .number(let number): number.isStorable
        case .array(let values): values.allSatisfy(\.hasStorableNumbers)
        case .object(let object): object.hasStorableNumbers
        }
    }
}

/// The members of a JSON object, each name once, in the order in which the names first came.
package struct JSONObject: Sendable, Equatable {
    package struct Member: Sendable, Equatable {
        package let name: String
        package fileprivate(set) var value: JSONValue

        package static func == (left: Member, right: Member) -> Bool {
            left.name.hasSameBytes(as: right.name) && left.value == right.value
        }
    }

    package private(set) var members: [Member] = []

    package init() {}

    init(capacity: Int) {
        self.members.reserveCapacity(capacity)
    }

    /// The value under a name; looks at every member, so it is for the few names of a request.
    package subscript(name: String) -> JSONValue? {
        for index in self.members.indices where self.members[index].name.hasSameBytes(as: name) {
            return self.members[index].value
        }
        return nil
    }

    package var hasStorableNumbers: Bool {
        self.members.allSatisfy { $0.value.hasStorableNumbers }
    }

    /// Adds a member whose name the caller knows to be new.
    mutating func append(name: String, value: JSONValue) {
        self.members.append(Member(name: name, value: value))
    }

    /// Takes a member out; nil where there is none.
    mutating func take(_ name: String) -> JSONValue? {
        let index = self.members.firstIndex { $0.name.hasSameBytes(as: name) }
        return index.map { self.members.remove(at: $0).value }
    }

    /// Gives an existing member another value; its place stays.
    mutating func replaceValue(at index: Int, with value: JSONValue) {
        self.members[index].value = value
    }
}

/// Collects members while an object is read, so that a repeated name keeps only its last value.
///
/// Beyond `scanMax` names a hash index takes over: a body of 40,000 names stays linear.
struct JSONObjectBuilder {
    private static let scanMax = 16

    private(set) var object: JSONObject
    private var positions: [ExactName: Int] = [:]

    init(capacity: Int) {
        self.object = JSONObject(capacity: capacity)
    }

    mutating func add(name: String, value: JSONValue) {
        if let index = self.position(of: name) {
            self.object.replaceValue(at: index, with: value)
            return
        }
        self.object.append(name: name, value: value)
        let count = self.object.members.count
        if count > Self.scanMax {
            self.positions[ExactName(name)] = count - 1
        }
    }

    private func position(of name: String) -> Int? {
        let scanned = self.object.members.prefix(Self.scanMax)
        if let index = scanned.firstIndex(where: { $0.name.hasSameBytes(as: name) }) {
            return index
        }
        return self.positions.isEmpty ? nil : self.positions[ExactName(name)]
    }
}

/// A name that is hashed and compared by its bytes, not by what Unicode thinks of them.
private struct ExactName: Hashable {
    private let bytes: [UInt8]

    init(_ name: String) {
        self.bytes = Array(name.utf8)
    }
}

extension String {
    /// Whether both hold the same UTF-8, which is what JSON means by equal names.
    func hasSameBytes(as other: String) -> Bool {
        guard self.utf8.count == other.utf8.count else { return false }
        let isSame = self.utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { left.elementsEqual($0) }
        }
        return (isSame ?? nil) ?? self.utf8.elementsEqual(other.utf8)
    }
}
