/// Checks single values of a request and collects what is wrong with them.
struct FieldChecks {
    /// A body of 256 KiB can be wrong in 100,000 places; nobody reads that many.
    static let errorsMax = 100
    /// A larger input is not echoed.
    static let echoBytesMax = 1024

    let place: ValidationError.Place
    private(set) var errors: [ValidationError] = []

    init(place: ValidationError.Place) {
        self.place = place
    }

    /// Whether a field with this name must never be shown to anyone, its sender included.
    static func isSecret(_ name: String) -> Bool {
        // Sets the bit that tells small letters from capitals; a body may have 40,000 names.
        let bytes = name.utf8.map { $0 | 0x20 }
        return bytes.indices.contains { index in
            bytes[index...].starts(with: "password".utf8)
                || bytes[index...].starts(with: "token".utf8)
        }
    }

    /// What of a value may be shown, or nil. A number that its sender's reader may not take back is
    /// not shown: the whole answer would be lost on it.
    static func echo(_ value: JSONValue) -> JSONValue? {
        value.preview(bytesMax: Self.echoBytesMax, leavingOut: Self.isSecret)
            .flatMap { $0.hasStorableNumbers ? $0 : nil }
    }

    /// Adds an error, with the input as it is.
    mutating func add(
        _ problem: ValidationProblem,
        _ steps: [ValidationError.Step],
        echoing input: JSONValue?
    ) {
        guard self.errors.count < Self.errorsMax else { return }
        self.errors.append(ValidationError(problem, at: self.place, steps, input: input))
    }

    /// Adds an error about a field, with as much of its value as may be shown.
    mutating func refuse(
        _ problem: ValidationProblem,
        _ name: String,
        index: Int? = nil,
        input: JSONValue?
    ) {
        guard self.errors.count < Self.errorsMax else { return }
        let echo = Self.isSecret(name) ? nil : input.flatMap { Self.echo($0) }
        self.add(problem, [.name(name)] + (index.map { [.index($0)] } ?? []), echoing: echo)
    }

    mutating func string(
        _ value: JSONValue,
        _ name: String,
        lengthMin: Int,
        lengthMax: Int?
    ) -> String? {
        guard case .string(let string) = value else {
            self.refuse(.stringType, name, input: value)
            return nil
        }
        let length = string.scalarCount
        if length < lengthMin {
            self.refuse(.stringTooShort(min: lengthMin), name, input: value)
            return nil
        }
        if let lengthMax, length > lengthMax {
            self.refuse(.stringTooLong(max: lengthMax), name, input: value)
            return nil
        }
        return string
    }

    mutating func integer(
        _ value: JSONValue,
        _ name: String,
        index: Int? = nil,
        min: Int64?,
        max: Int64?
    ) -> Int64? {
        switch LaxValue.integer(value, min: min, max: max) {
        case .success(let integer): return integer
        case .failure(let refusal):
            self.refuse(refusal.problem, name, index: index, input: value)
            return nil
        }
    }

    mutating func bool(_ value: JSONValue, _ name: String) -> Bool? {
        switch LaxValue.bool(value) {
        case .success(let bool): return bool
        case .failure(let refusal):
            self.refuse(refusal.problem, name, input: value)
            return nil
        }
    }

    mutating func integers(
        _ value: JSONValue,
        _ name: String,
        countMax: Int,
        min: Int64?,
        max: Int64?
    ) -> [Int64]? {
        guard case .array(let values) = value else {
            self.refuse(.listType, name, input: value)
            return nil
        }
        guard values.count <= countMax else {
            self.refuse(.listTooLong(max: countMax, count: values.count), name, input: value)
            return nil
        }
        var integers: [Int64] = []
        integers.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            if let integer = self.integer(value, name, index: index, min: min, max: max) {
                integers.append(integer)
            }
        }
        return integers.count == values.count ? integers : nil
    }

    mutating func object(_ value: JSONValue, _ name: String) -> JSONObject? {
        guard case .object(let object) = value else {
            self.refuse(.dictionaryType, name, input: value)
            return nil
        }
        return object
    }

    func finish() throws(ValidationFailure) {
        guard self.errors.isEmpty else { throw ValidationFailure(self.errors) }
    }
}

extension String {
    /// The number of Unicode scalars: all bytes but those that continue one.
    fileprivate var scalarCount: Int {
        let count = self.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.reduce(into: 0) { $0 += $1 & 0xC0 == 0x80 ? 0 : 1 }
        }
        return count ?? self.unicodeScalars.count
    }
}
