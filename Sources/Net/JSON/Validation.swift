/// How a field stands in a body; a PATCH treats all three differently.
package enum FieldPresence: Sendable, Equatable {
    case absent
    case null
    case value
}

/// Reads the fields of a JSON body by name and type, and collects all that is wrong with them.
///
/// A field that is refused reads as `""`, 0, `false`, `[]` or nil; what was read means something
/// only once `finish` has not thrown. Names that are not asked for are ignored.
package struct BodyFields {
    /// nil where the body is no object; that is an error already, and the only one.
    private let body: JSONObject?
    private var checks = FieldChecks(place: .body)
    /// The body as a missing field echoes it: the same for all, so it is made once.
    private var bodyEcho: JSONValue??

    /// Takes nil for a request without a body; as in the original, `null` is the same.
    package init(_ body: JSONValue?) {
        switch body {
        case .object(let object):
            self.body = object
        case nil, .null:
            self.body = nil
            self.checks.add(.missing, [], echoing: nil)
        case .some(let value):
            self.body = nil
            self.checks.add(.modelType, [], echoing: FieldChecks.echo(value))
        }
    }

    /// What is wrong so far; at most 100.
    package var errors: [ValidationError] { self.checks.errors }

    package func presence(_ name: String) -> FieldPresence {
        switch self.body?[name] {
        case nil: .absent
        case .null: .null
        case .some: .value
        }
    }

    /// A string; lengths count Unicode scalars.
    package mutating func string(
        _ name: String,
        lengthMin: Int = 0,
        lengthMax: Int? = nil
    ) -> String {
        guard let value = self.required(name) else { return "" }
        return self.checks.string(value, name, lengthMin: lengthMin, lengthMax: lengthMax) ?? ""
    }

    /// A string, or nil where it is absent or `null`.
    package mutating func optionalString(
        _ name: String,
        lengthMin: Int = 0,
        lengthMax: Int? = nil
    ) -> String? {
        guard let value = self.optional(name) else { return nil }
        return self.checks.string(value, name, lengthMin: lengthMin, lengthMax: lengthMax)
    }

    package mutating func integer(_ name: String, min: Int64? = nil, max: Int64? = nil) -> Int64 {
        guard let value = self.required(name) else { return 0 }
        return self.checks.integer(value, name, min: min, max: max) ?? 0
    }

    /// An integer, or nil where it is absent or `null`.
    package mutating func optionalInteger(
        _ name: String,
        min: Int64? = nil,
        max: Int64? = nil
    ) -> Int64? {
        guard let value = self.optional(name) else { return nil }
        return self.checks.integer(value, name, min: min, max: max)
    }

    /// A boolean; `null` is refused also where absence is not.
    package mutating func bool(_ name: String, default absent: Bool? = nil) -> Bool {
        if let absent, self.presence(name) == .absent { return absent }
        guard let value = self.required(name) else { return false }
        return self.checks.bool(value, name) ?? false
    }

    /// A list of integers; one that is too long is refused whole, without a look at its items.
    package mutating func integers(
        _ name: String,
        countMax: Int,
        min: Int64? = nil,
        max: Int64? = nil
    ) -> [Int64] {
        guard let value = self.required(name) else { return [] }
        return self.checks.integers(value, name, countMax: countMax, min: min, max: max) ?? []
    }

    /// An object, or nil where it is absent or `null`.
    package mutating func optionalObject(_ name: String) -> JSONObject? {
        guard let value = self.optional(name) else { return nil }
        return self.checks.object(value, name)
    }

    /// Refuses a field for a reason of its own; the message is `Value error, <sentence>`.
    package mutating func refuse(_ name: String, _ sentence: String) {
        self.checks.refuse(.value(sentence), name, input: self.body?[name])
    }

    package func finish() throws(ValidationFailure) {
        try self.checks.finish()
    }

    private func optional(_ name: String) -> JSONValue? {
        guard let value = self.body?[name] else { return nil }
        if case .null = value { return nil }
        return value
    }

    private mutating func required(_ name: String) -> JSONValue? {
        guard let body = self.body else { return nil }
        if let value = body[name] { return value }
        let echo = self.bodyEcho ?? FieldChecks.echo(.object(body))
        self.bodyEcho = .some(echo)
        self.checks.add(.missing, [.name(name)], echoing: echo)
        return nil
    }
}
