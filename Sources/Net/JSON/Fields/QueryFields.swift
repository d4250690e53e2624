/// Reads the parameters of a query or a path by name and type, as `BodyFields` reads a body.
///
/// In a URL all values are text, which lax mode reads. Of a repeated name the last value counts, and
/// `null`, which only a socket's command can say, is as good as nothing.
package struct QueryFields {
    private let values: [(name: String, value: JSONValue)]
    private var checks: FieldChecks

    /// Takes names and values with the percent encoding already taken off.
    package init(_ values: [(String, String)], place: ValidationError.Place = .query) {
        self.init(values.map { (name: $0.0, value: .string($0.1)) }, place: place)
    }

    package init(
        _ values: [(name: String, value: JSONValue)],
        place: ValidationError.Place = .query
    ) {
        self.values = values
        self.checks = FieldChecks(place: place)
    }

    /// What is wrong so far; at most 100.
    package var errors: [ValidationError] { self.checks.errors }

    /// A string; lengths count Unicode scalars.
    package mutating func string(
        _ name: String,
        lengthMin: Int = 0,
        lengthMax: Int? = nil
    ) -> String {
        guard let value = self.required(name) else { return "" }
        return self.checks.string(value, name, lengthMin: lengthMin, lengthMax: lengthMax) ?? ""
    }

    /// A string, or nil where it is absent.
    package mutating func optionalString(
        _ name: String,
        lengthMin: Int = 0,
        lengthMax: Int? = nil
    ) -> String? {
        guard let value = self.value(name) else { return nil }
        return self.checks.string(value, name, lengthMin: lengthMin, lengthMax: lengthMax)
    }

    package mutating func integer(
        _ name: String,
        default absent: Int64? = nil,
        min: Int64? = nil,
        max: Int64? = nil
    ) -> Int64 {
        self.optionalInteger(name, min: min, max: max) ?? self.absent(name, absent) ?? 0
    }

    /// An integer, or nil where it is absent.
    package mutating func optionalInteger(
        _ name: String,
        min: Int64? = nil,
        max: Int64? = nil
    ) -> Int64? {
        guard let value = self.value(name) else { return nil }
        return self.checks.integer(value, name, min: min, max: max)
    }

    package mutating func bool(_ name: String, default absent: Bool? = nil) -> Bool {
        guard let value = self.value(name) else { return self.absent(name, absent) ?? false }
        return self.checks.bool(value, name) ?? false
    }

    /// Refuses a parameter for a reason of its own; the message is `Value error, <sentence>`.
    package mutating func refuse(_ name: String, _ sentence: String) {
        self.checks.refuse(.value(sentence), name, input: self.value(name))
    }

    package func finish() throws(ValidationFailure) {
        try self.checks.finish()
    }

    private func value(_ name: String) -> JSONValue? {
        guard let found = self.values.last(where: { $0.name.hasSameBytes(as: name) })?.value,
            found != .null
        else { return nil }
        return found
    }

    private mutating func required(_ name: String) -> JSONValue? {
        if let value = self.value(name) { return value }
        self.checks.add(.missing, [.name(name)], echoing: nil)
        return nil
    }

    /// The default, or an error where a parameter that has none is absent.
    private mutating func absent<Value>(_ name: String, _ value: Value?) -> Value? {
        if value == nil { _ = self.required(name) }
        return value
    }
}
