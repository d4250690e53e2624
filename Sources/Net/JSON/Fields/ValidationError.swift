/// One thing that is wrong with a request, told as pydantic v2 tells it.
package struct ValidationError: Sendable, Equatable {
    /// The part of the request that a location starts with.
    package enum Place: String, Sendable {
        case body
        case query
        case path
        case header
    }

    package enum Step: Sendable, Equatable {
        case name(String)
        case index(Int)
    }

    package let problem: ValidationProblem
    package let place: Place
    /// The steps below `place`.
    package let steps: [Step]
    /// What was sent instead; nil, and then written as `null`, where there is nothing to show, it
    /// is too large, or it is a secret.
    package let input: JSONValue?

    package init(
        _ problem: ValidationProblem,
        at place: Place,
        _ steps: [Step],
        input: JSONValue?
    ) {
        self.problem = problem
        self.place = place
        self.steps = steps
        self.input = input
    }

    /// Appends `{"type":…,"loc":[…],"msg":…,"input":…}`.
    package func write(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "{\"type\":".utf8)
        bytes.appendJSONString(self.problem.type)
        bytes.append(contentsOf: ",\"loc\":[".utf8)
        bytes.appendJSONString(self.place.rawValue)
        for step in self.steps {
            bytes.append(UInt8(ascii: ","))
            switch step {
            case .name(let name): bytes.appendJSONString(name)
            case .index(let index): bytes.append(contentsOf: String(index).utf8)
            }
        }
        bytes.append(contentsOf: "],\"msg\":".utf8)
        bytes.appendJSONString(self.problem.message)
        bytes.append(contentsOf: ",\"input\":".utf8)
        (self.input ?? .null).write(to: &bytes)
        bytes.append(UInt8(ascii: "}"))
    }
}

/// A request that is refused with 422, and everything that is wrong with it.
package struct ValidationFailure: Error, Sendable, Equatable {
    package let errors: [ValidationError]

    package init(_ errors: [ValidationError]) {
        self.errors = errors
    }

    /// A body that is not JSON, or has a string that cannot be stored. The location ends in the
    /// offset, counted in bytes.
    package init(_ error: JSONError) {
        let problem: ValidationProblem =
            switch error.kind {
            case .nullCharacter: .value("a string must not have the character U+0000")
            case .loneSurrogate: .value("a string must not have half of a surrogate pair")
            default: .jsonInvalid
            }
        let input = JSONValue.object(JSONObject())
        self.init([ValidationError(problem, at: .body, [.index(error.offset)], input: input)])
    }

    /// Appends the body of the response: `{"detail":[…]}`.
    package func write(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "{\"detail\":[".utf8)
        for (index, error) in self.errors.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            error.write(to: &bytes)
        }
        bytes.append(contentsOf: "]}".utf8)
    }
}
