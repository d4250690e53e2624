import TestSupport
import Testing

/// Does on a new server what the documents show, and compares what it answers with their examples.
///
/// Ids begin anew with each server, so they are the same in the documents and here.
final class DocumentedStory {
    let server: ServerProcess
    let documents: InterfaceDocuments
    private let client: HTTPClient
    private(set) var played: Set<String> = []

    /// What is its own example.
    private static let documentPaths = ["/docs", "/openapi.json", "/asyncapi.json"]

    init() throws {
        self.server = try ServerProcess.small(["--no-limits", "--shards", "2"])
        self.client = HTTPClient(self.server)
        self.documents = try InterfaceDocuments(self.client)
    }

    /// Sends an operation's request as it is documented; the answer has to be the documented one.
    ///
    /// `path` is needed where the operation's path has parameters or a query, `body` where the
    /// documented one cannot do, as with a token.
    @discardableResult
    func play(
        _ operation: String,
        at path: String? = nil,
        as caller: Person? = nil,
        body: JSON? = nil
    ) throws -> JSON {
        let words = operation.split(separator: " ").map(String.init)
        let documented = self.documents.requestBody(of: operation)
        if let body { #expect(body.keys == documented?.keys, "\(operation)") }
        let answer = try self.client.send(
            words[0],
            path ?? words[1],
            body ?? documented,
            headers: caller.map { [$0.authorization] } ?? []
        )
        let status = try #require(self.documents.success(of: operation))
        #expect(answer.status == status, "\(operation): \(answer)")
        let examples = self.documents.answers(of: operation, status)
        if examples.isEmpty {
            let isDocument = Self.documentPaths.contains(words[1])
            #expect(isDocument || status == 204, "\(operation) has no example")
            #expect(isDocument != answer.body.isEmpty, "\(operation): \(answer)")
        } else {
            #expect(
                examples.values.contains { $0.isLike(answer.json) },
                "\(operation) answers \(answer.text)"
            )
        }
        self.played.insert(operation)
        return answer.json
    }

    /// Sends a command as it is documented; its reply has to be the documented one.
    func command(_ name: String, on socket: WebSocketClient) throws {
        try socket.send(self.documents.message(name))
        self.played.insert(name)
        try self.compare(try socket.reply().json, with: "\(name).reply")
    }

    /// Compares a frame with the one that is documented.
    func compare(_ frame: JSON, with name: String) throws {
        #expect(
            self.documents.message(name).isLike(frame),
            "\(name): \(String(decoding: frame.bytes, as: UTF8.self))"
        )
        self.played.insert(name)
    }

    /// Reads up to an event of that name, which has to be as documented.
    func hear(_ name: String, on socket: WebSocketClient) throws {
        try self.compare(try socket.next(name).json, with: name)
    }
}
