import TestSupport
import Testing

/// What `/openapi.json` and `/asyncapi.json` show as examples.
struct InterfaceDocuments {
    private let openAPI: JSON
    private let asyncAPI: JSON

    init(_ client: HTTPClient) throws {
        self.openAPI = try client.send("GET", "/openapi.json").json
        self.asyncAPI = try client.send("GET", "/asyncapi.json").json
    }

    // MARK: HTTP

    /// All of them, such as `GET /api/v1/chats`.
    var operations: [String] {
        self.openAPI["paths"].keys.sorted().flatMap { path in
            self.openAPI["paths"][path].keys.sorted().map { "\($0.uppercased()) \(path)" }
        }
    }

    private func operation(_ name: String) -> JSON {
        let words = name.split(separator: " ", maxSplits: 1).map(String.init)
        return self.openAPI["paths"][words[1]][words[0].lowercased()]
    }

    /// The body that an operation shows, the first of several by name; nil where it takes none.
    func requestBody(of operation: String, named name: String? = nil) -> JSON? {
        let examples = self.examples(in: self.operation(operation)["requestBody"])
        return (name ?? examples.keys.min()).flatMap { examples[$0] }
    }

    /// The bodies that an operation shows for a status, by name; one without a name is "".
    func answers(of operation: String, _ status: Int) -> [String: JSON] {
        self.examples(in: self.resolved(self.operation(operation)["responses"]["\(status)"]))
    }

    /// The status with which an operation succeeds.
    func success(of operation: String) -> Int? {
        self.operation(operation)["responses"].keys.compactMap { Int($0) }.first { $0 < 300 }
    }

    /// What a parameter is in all examples.
    func parameter(_ name: String) -> JSON {
        self.openAPI["components"]["parameters"][name]["example"]
    }

    private func examples(in body: JSON) -> [String: JSON] {
        let content = body["content"]["application/json"]
        if content.keys.contains("example") { return ["": content["example"]] }
        let names = content["examples"].keys.sorted()
        return Dictionary(
            uniqueKeysWithValues: names.map {
                ($0, self.resolved(content["examples"][$0])["value"])
            }
        )
    }

    private func resolved(_ value: JSON) -> JSON {
        guard let reference = value["$ref"].string else { return value }
        return reference.split(separator: "/").dropFirst().reduce(self.openAPI) { $0[String($1)] }
    }

    // MARK: The socket

    var messages: Set<String> { self.asyncAPI["components"]["messages"].keys }

    /// The frame or command that is shown for a message of the socket.
    func message(_ name: String) -> JSON {
        self.asyncAPI["components"]["messages"][name]["examples"][0]["payload"]
    }
}

extension JSON {
    /// These are another each time.
    private static let changing: Set<String> = [
        "access_token", "refresh_token", "epoch", "backlog_events", "lag_seconds",
    ]

    /// Whether it is the same but for times, tokens and what a machine is busy with.
    func isLike(_ other: JSON, under name: String = "") -> Bool {
        switch (self, other) {
        case (.object(let mine), .object(let others)):
            mine.keys == others.keys
                && mine.allSatisfy { $1.isLike(others[$0] ?? .null, under: $0) }
        case (.array(let mine), .array(let others)):
            mine.count == others.count && zip(mine, others).allSatisfy { $0.isLike($1) }
        case (.string(let mine), .string(let others)) where Self.changing.contains(name):
            mine.isEmpty == others.isEmpty
        case (.string(let mine), .string(let others)):
            mine == others || (Self.isTime(mine) && Self.isTime(others))
        case (.int, .int), (.double, .double), (.int, .double), (.double, .int):
            self == other || Self.changing.contains(name)
        default: self == other
        }
    }

    private static func isTime(_ text: String) -> Bool {
        text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil
    }
}
