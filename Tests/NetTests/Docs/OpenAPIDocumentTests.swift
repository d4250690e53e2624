import Foundation
import NIOHTTP1
import Shards
import Testing

@testable import Net

struct OpenAPIDocumentTests {
    private typealias Object = [String: Any]

    private struct Operation {
        /// As in `GET /api/v1/chats`.
        let name: String
        let path: String
        let fields: Object

        var responses: Object { self.fields["responses"] as? Object ?? [:] }
    }

    private let document: Object
    private let operations: [Operation]

    init() throws {
        let data = Data(OpenAPIDocument.bytes)
        self.document = try #require(try JSONSerialization.jsonObject(with: data) as? Object)
        let paths = try #require(self.document["paths"] as? [String: [String: Object]])
        self.operations = paths.flatMap { path, methods in
            methods.map { method, fields in
                Operation(name: "\(method.uppercased()) \(path)", path: path, fields: fields)
            }
        }
    }

    // MARK: Routes

    /// The server's routes, under the names that operations have here.
    private static var routes: [(name: String, route: Route)] {
        API.routes.map { ("\($0.method.rawValue) /api/v1\($0.path)", $0) }
            + API.documents.map { ("\($0.method.rawValue) \($0.path)", $0) }
    }

    @Test func `the document is OpenAPI 3.1`() {
        #expect(self.document["openapi"] as? String == "3.1.0")
        #expect(String(validating: OpenAPIDocument.bytes, as: UTF8.self) != nil)
    }

    @Test func `every route has an entry and every entry a route`() {
        let described = Set(self.operations.map(\.name))
        let served = Set(Self.routes.map(\.name))
        #expect(served.count > 30)
        #expect(served.subtracting(described) == [], "routes without an entry")
        #expect(described.subtracting(served) == [], "entries without a route")
    }

    @Test func `an operation asks for a token where its route does`() throws {
        #expect((self.document["security"] as? [Object])?.first?.keys.first == "bearer")
        for (name, route) in Self.routes {
            let operation = try #require(self.operations.first { $0.name == name }, "\(name)")
            if route.needsToken {
                #expect(operation.fields["security"] == nil, "\(name)")
                #expect(operation.responses["401"] != nil, "\(name)")
            } else {
                #expect((operation.fields["security"] as? [Object])?.isEmpty == true, "\(name)")
            }
        }
    }

    // MARK: Operations

    @Test func `operation ids are all different`() {
        let ids = self.operations.compactMap { $0.fields["operationId"] as? String }
        #expect(ids.count == self.operations.count)
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.utf8.allSatisfy { $0 | 0x20 > 0x60 && $0 | 0x20 < 0x7b } })
    }

    @Test func `every operation has a summary, a tag of the list, and a success`() {
        let tags = (self.document["tags"] as? [Object] ?? []).compactMap { $0["name"] as? String }
        for operation in self.operations {
            let name = operation.name
            #expect((operation.fields["summary"] as? String)?.isEmpty == false, "\(name)")
            let own = operation.fields["tags"] as? [String] ?? []
            #expect(own.count == 1 && tags.contains(own[0]), "\(name)")
            #expect(operation.responses.keys.contains { $0.hasPrefix("2") }, "\(name)")
        }
    }

    @Test func `the parameters of a path are those that are described`() {
        for operation in self.operations {
            let inTemplate = operation.path.split(separator: "/").filter { $0.hasPrefix("{") }
                .map { String($0.dropFirst().dropLast()) }
            let described = self.parameters(of: operation).filter { $0["in"] as? String == "path" }
            let names = described.compactMap { $0["name"] as? String }
            #expect(names.sorted() == inTemplate.sorted(), "\(operation.name)")
            #expect(described.allSatisfy { $0["required"] as? Bool == true }, "\(operation.name)")
        }
    }

    @Test func `an operation that takes a body says how one is refused`() {
        for operation in self.operations where operation.fields["requestBody"] != nil {
            for status in ["413", "415", "422"] {
                #expect(operation.responses[status] != nil, "\(operation.name) \(status)")
            }
        }
    }

    @Test func `changes of chats, messages and reactions take an idempotency key`() {
        let parts = ["chats", "members", "messages", "reactions"]
        for operation in self.operations {
            let tag = (operation.fields["tags"] as? [String])?.first ?? ""
            let isChange = !operation.name.hasPrefix("GET ") && parts.contains(tag)
            // Two people have one direct chat, so opening it needs no key.
            let isExpected = isChange && operation.path != "/api/v1/chats/direct"
            let names = self.parameters(of: operation).map { $0["name"] as? String }
            #expect(names.contains("Idempotency-Key") == isExpected, "\(operation.name)")
        }
    }

    // MARK: The whole tree

    @Test func `every reference leads somewhere`() {
        var references: Set<String> = []
        Self.walk(self.document) { object in
            if let reference = object["$ref"] as? String { references.insert(reference) }
        }
        #expect(references.count > 30)
        for reference in references { #expect(self.target(of: reference) != nil, "\(reference)") }
    }

    @Test func `every component is referred to`() throws {
        var references: Set<String> = []
        Self.walk(self.document) { object in
            if let reference = object["$ref"] as? String { references.insert(reference) }
        }
        let components = try #require(self.document["components"] as? [String: Object])
        for (kind, entries) in components where kind != "securitySchemes" {
            for name in entries.keys {
                #expect(references.contains("#/components/\(kind)/\(name)"), "\(kind) \(name)")
            }
        }
    }

    @Test func `every required field is described`() {
        Self.walk(self.document) { object in
            guard let required = object["required"] as? [String] else { return }
            let properties = object["properties"] as? Object ?? [:]
            for name in required { #expect(properties[name] != nil, "\(required)") }
        }
    }

    // MARK: What the server says

    @Test func `every sentence of a refusal is shown under its status`() {
        var shown: Set<String> = []
        for operation in self.operations {
            for (status, response) in operation.responses {
                Self.walk(self.resolved(response)) { object in
                    // An example may stand elsewhere.
                    let value = self.resolved(object)["value"] as? Object ?? object
                    guard let detail = value["detail"] as? String else { return }
                    shown.insert("\(status) \(detail)")
                }
            }
        }
        let refusals: [Refusal] = [
            .accessDenied, .chatNotFound, .messageNotFound, .replyNotFound, .replyToDeleted,
            .editOfDeleted, .reactionToDeleted, .alreadyDeleted, .reactionExists,
            .tooManyReactionKinds, .onlyAdminsAdd, .onlyAdminsRemove, .directHasTwo,
            .directKeepsMembers, .directCannotBeLeft, .adminsLeaveInstead, .alreadyMember,
            .notMember, .chatIsFull, .keyReused, .noRoom,
        ]
        let ofDirectory: [DirectoryRefusal] = [
            .emailTaken, .tagTaken, .userNotFound, .sessionOver, .noRoom,
        ]
        for (status, detail) in refusals.map(\.answer) + ofDirectory.map(\.answer) {
            #expect(shown.contains("\(status) \(detail)"), "\(status) \(detail)")
        }
    }

    @Test func `bounds are those of the server`() throws {
        let bounds: [(path: String, value: Int)] = [
            ("schemas/Chat/properties/title/maxLength", Chat.titleCharactersMax),
            ("schemas/Chat/properties/participants/maxItems", Chat.membersMax),
            ("schemas/Message/properties/content/maxLength", Message.contentBytesMax),
            ("schemas/Message/properties/type/maxLength", Message.kindCharactersMax),
            ("schemas/Message/properties/reactions/maxItems", Reaction.shownMax),
            ("schemas/Message/properties/reaction_counts/maxProperties", Reaction.kindsMax),
            ("schemas/Reaction/properties/emoji/maxLength", Reaction.emojiCharactersMax),
            ("schemas/Page/properties/messages/maxItems", PageQuery.limitMax),
            ("schemas/User/properties/display_name/maxLength", User.displayNameCharactersMax),
            ("schemas/User/properties/avatar_url/maxLength", User.avatarURLCharactersMax),
            ("schemas/User/properties/email/maxLength", User.emailCharactersMax),
            ("schemas/ValidationError/properties/detail/maxItems", FieldChecks.errorsMax),
            ("schemas/ID/maximum", 1 << 53 - 1),
            ("parameters/Limit/schema/maximum", PageQuery.limitMax),
            ("parameters/Limit/schema/default", PageQuery.limitDefault),
        ]
        for bound in bounds {
            let value = self.target(of: "#/components/\(bound.path)") as? Int
            #expect(value == bound.value, "\(bound.path)")
        }
    }

    @Test func `what the server writes has the fields of its schema`() throws {
        let now = Timestamp(microseconds: 0)
        let user = User(
            id: UserID(rawValue: 1),
            email: "ann@example.org",
            displayName: "Ann",
            tag: "ann_1",
            avatarURL: nil,
            createdAt: now,
            passwordHash: ""
        )
        var json = JSONWriter()
        user.write(to: &json, showingEmail: true)
        try self.expect(json.bytes, hasFieldsOf: "User")

        let message = Message(
            Message.Draft(kind: "text", content: "hello", payload: nil, replyTo: nil),
            id: MessageID(rawValue: 1),
            chat: ChatID(rawValue: 1),
            author: user.id,
            ts: now
        )
        json = JSONWriter()
        StoredMessage(message, at: .zero).write(isRead: false, to: &json)
        try self.expect(json.bytes, hasFieldsOf: "Message")

        let reaction = Reaction(
            id: ReactionID(rawValue: 1),
            message: message.id,
            user: user.id,
            emoji: "👍",
            createdAt: now
        )
        json = JSONWriter()
        json.raw("{")
        reaction.writeFields(to: &json)
        json.raw("}")
        try self.expect(json.bytes, hasFieldsOf: "Reaction")

        json = JSONWriter()
        Readiness.Report.ready(Readiness.Backlog()).write(to: &json)
        try self.expect(json.bytes, hasFieldsOf: "Readiness")

        var problem: [UInt8] = []
        ValidationError(.missing, at: .body, [.name("tag")], input: nil).write(to: &problem)
        try self.expect(problem, hasFieldsOf: "ValidationProblem")
    }

    private func expect(_ json: [UInt8], hasFieldsOf schema: String) throws {
        let object = try JSONSerialization.jsonObject(with: Data(json)) as? Object
        let required = self.target(of: "#/components/schemas/\(schema)/required") as? [String]
        #expect(try #require(object).keys.sorted() == required?.sorted(), "\(schema)")
    }

    // MARK: Finding one's way

    private func parameters(of operation: Operation) -> [Object] {
        (operation.fields["parameters"] as? [Any] ?? []).map { self.resolved($0) }
    }

    /// An object, or the one that it refers to.
    private func resolved(_ value: Any) -> Object {
        let object = value as? Object ?? [:]
        guard let reference = object["$ref"] as? String else { return object }
        return self.target(of: reference) as? Object ?? [:]
    }

    private func target(of reference: String) -> Any? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(self.document as Any?) {
            ($0 as? Object)?[String($1)]
        }
    }

    /// Visits every object, the outer ones first.
    private static func walk(_ value: Any, _ visit: (Object) -> Void) {
        if let object = value as? Object {
            visit(object)
            for field in object.values { self.walk(field, visit) }
        } else if let array = value as? [Any] {
            for item in array { self.walk(item, visit) }
        }
    }
}
