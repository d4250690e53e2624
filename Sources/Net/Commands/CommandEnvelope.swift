import NIOHTTP1

/// A client's text message, read: `{"id": …, "do": "<name>", "key": …, <fields>}`.
struct CommandEnvelope {
    let id: CommandID
    let command: SocketCommand
    let input: Call.Input

    /// Why a message is no command, and whose reply says so.
    struct Refusal: Error {
        let id: CommandID
        let failure: ValidationFailure
    }

    init(_ text: [UInt8]) throws(Refusal) {
        var fields = try Self.object(text)
        guard let id = CommandID(fields["id"]) else {
            let sentence =
                "id must be an integer or a string of at most \(CommandID.bytesMax) bytes"
            throw Self.refusal(.none, "id", sentence, fields["id"])
        }
        _ = fields.take("id")
        let name = fields.take("do")
        guard case .string(let text) = name, let command = SocketCommand.byName[text] else {
            throw Self.refusal(id, "do", "do must be one of \(SocketCommand.names)", name)
        }
        self.id = id
        self.command = command
        self.input = Call.Input(command, taking: &fields)
    }

    private static func object(_ text: [UInt8]) throws(Refusal) -> JSONObject {
        do throws(JSONError) {
            let value = try JSONReader.read(text)
            if case .object(let object) = consume value { return object }
        } catch {
            throw Refusal(id: .none, failure: ValidationFailure(error))
        }
        var checks = FieldChecks(place: .body)
        checks.add(.modelType, [], echoing: nil)
        throw Refusal(id: .none, failure: ValidationFailure(checks.errors))
    }

    private static func refusal(
        _ id: CommandID,
        _ name: String,
        _ sentence: String,
        _ value: JSONValue?
    ) -> Refusal {
        var checks = FieldChecks(place: .body)
        checks.refuse(.value(sentence), name, input: value)
        return Refusal(id: id, failure: ValidationFailure(checks.errors))
    }
}

extension Call.Input {
    /// Takes the fields that are left without `id` and `do`.
    fileprivate init(_ command: SocketCommand, taking fields: inout JSONObject) {
        let key = fields.take("key").flatMap { $0 == .null ? nil : $0 }
        var parameters: [JSONValue] = []
        var segments: [String] = []
        for segment in command.segments {
            switch segment {
            case .fixed(let text):
                if key != nil { segments.append(text) }
            case .parameter(let name):
                let value = fields.take(name) ?? .null
                if key != nil { segments.append(Self.segment(value, name)) }
                parameters.append(value)
            }
        }
        let isQuery = command.route.method == .GET
        self.init(
            method: command.route.method,
            segments: segments,
            parameters: parameters,
            query: isQuery ? fields.members.map { (name: $0.name, value: $0.value) } : [],
            body: isQuery ? .none : .json(.object(fields)),
            key: key
        )
    }

    /// A parameter as it stands in the path of a request. An id that is spelled in another way is
    /// the same id; what is neither text nor an id is refused before anybody asks for the path.
    private static func segment(_ value: JSONValue, _ name: String) -> String {
        if name.hasSuffix("_id"),
            case .success(let id) = LaxValue.integer(value, min: nil, max: nil)
        {
            return "\(id)"
        }
        if case .string(let text) = value { return text }
        return ""
    }
}
