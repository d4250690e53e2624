/// Holds values against the JSON Schemas of a document, as far as our documents use them.
///
/// Stricter than the standard in one thing: an object has no members but those that its schema
/// describes, so that nothing is sent that no document tells of.
package struct JSONSchema {
    private let document: JSON

    package init(of document: JSON) {
        self.document = document
    }

    /// What is wrong with a value, and where; empty where it is as the schema says.
    package func problems(
        of value: JSON,
        against schema: JSON,
        at path: String = "$"
    ) -> [String] {
        if let reference = schema["$ref"].string {
            guard let target = self.target(of: reference) else {
                return ["\(path): \(reference) leads nowhere"]
            }
            return self.problems(of: value, against: target, at: path)
        }
        for (name, needsOne) in [("oneOf", true), ("anyOf", false)] where !schema[name].isNull {
            let all = schema[name].items.map { self.problems(of: value, against: $0, at: path) }
            let fitCount = all.count { $0.isEmpty }
            if needsOne ? fitCount == 1 : fitCount > 0 { return [] }
            return ["\(path): \(fitCount) of \(name) fit"] + all.flatMap { $0 }
        }
        return self.own(value, schema, path) + self.inside(value, schema, path)
    }

    /// Where a reference within the document leads.
    package func target(of reference: String) -> JSON? {
        guard reference.hasPrefix("#/") else { return nil }
        var place = self.document
        for name in reference.dropFirst(2).split(separator: "/") {
            guard place.keys.contains(String(name)) else { return nil }
            place = place[String(name)]
        }
        return place
    }

    /// What the schema says of the value itself.
    private func own(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        var problems: [String] = []
        let types = schema["type"].string.map { [JSON.string($0)] } ?? schema["type"].items
        if !types.isEmpty, !types.contains(where: { Self.isOfType(value, $0.string ?? "") }) {
            problems.append("\(path): \(value) is not of \(schema["type"])")
        }
        if schema.keys.contains("const"), schema["const"] != value {
            problems.append("\(path): \(value) is not \(schema["const"])")
        }
        if schema.keys.contains("enum"), !schema["enum"].items.contains(value) {
            problems.append("\(path): \(value) is none of \(schema["enum"])")
        }
        let sizes: [(String, String, Int64?)] = [
            ("minimum", "maximum", value.int),
            ("minLength", "maxLength", value.string.map { Int64($0.unicodeScalars.count) }),
            (
                "minItems", "maxItems",
                Self.isOfType(value, "array") ? Int64(value.items.count) : nil
            ),
        ]
        for (least, most, size) in sizes {
            guard let size else { continue }
            let range = (schema[least].int ?? .min)...(schema[most].int ?? .max)
            if !range.contains(size) { problems.append("\(path): \(size) is out of bounds") }
        }
        return problems
    }

    /// What it says of the members and items.
    private func inside(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        var problems: [String] = []
        if case .object(let members) = value {
            for name in schema["required"].items.compactMap(\.string) where members[name] == nil {
                problems.append("\(path): \(name) is missing")
            }
            for (name, member) in members {
                let place = "\(path).\(name)"
                if schema["properties"].keys.contains(name) {
                    let own = schema["properties"][name]
                    problems += self.problems(of: member, against: own, at: place)
                } else if !schema["additionalProperties"].isNull {
                    let other = schema["additionalProperties"]
                    problems += self.problems(of: member, against: other, at: place)
                } else if schema.keys.contains("properties") {
                    problems.append("\(place): is not described")
                }
            }
        }
        for (index, item) in value.items.enumerated() where !schema["items"].isNull {
            let first = schema["prefixItems"][index]
            let own = first.isNull ? schema["items"] : first
            problems += self.problems(of: item, against: own, at: "\(path)[\(index)]")
        }
        return problems
    }

    private static func isOfType(_ value: JSON, _ type: String) -> Bool {
        switch value {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .int: type == "integer" || type == "number"
        case .double: type == "number"
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }
}
