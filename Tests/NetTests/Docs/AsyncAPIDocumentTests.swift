import NIOHTTP1
import Shards
import TestSupport
import Testing

@testable import Net

struct AsyncAPIDocumentTests {
    private let document: JSON
    private let schema: JSONSchema

    init() throws {
        self.document = try JSON(parsing: AsyncAPIDocument.bytes)
        self.schema = JSONSchema(of: self.document)
    }

    private static let events = Set(EventName.allCases.map { "\($0.text)" })
    private static let commands = Set(SocketCommand.all.map(\.name))

    private var messages: JSON { self.document["components"]["messages"] }
    private var operations: JSON { self.document["operations"] }

    /// The names of the messages that a list refers to.
    private func names(_ list: JSON) -> [String] {
        list.items.compactMap { $0["$ref"].string?.split(separator: "/").last.map(String.init) }
    }

    @Test func `the document is AsyncAPI 3`() {
        #expect(self.document["asyncapi"] == "3.0.0")
        #expect(self.document["channels"]["socket"]["address"] == "/ws")
    }

    @Test func `every event of the code is in it, and no other`() {
        let sent = self.names(self.operations["events"]["messages"])
        #expect(self.operations["events"]["action"] == "send")
        #expect(sent.count == Self.events.count)
        #expect(Set(sent) == Self.events)
        for name in Self.events {
            let properties = self.messages[name]["payload"]["properties"]
            #expect(properties["event"]["const"] == .string(name))
        }
    }

    @Test func `every command of the code is in it with its reply, and no other`() {
        #expect(self.operations.keys.subtracting(["events"]) == Self.commands)
        for name in Self.commands {
            let operation = self.operations[name]
            #expect(operation["action"] == "receive")
            #expect(self.names(operation["messages"]) == [name])
            #expect(self.names(operation["reply"]["messages"]) == ["\(name).reply", "refusal"])
        }
        let replies = Set(Self.commands.map { "\($0).reply" }).union(["refusal"])
        let all = Self.events.union(Self.commands).union(replies)
        #expect(self.messages.keys == all)
        #expect(self.document["channels"]["socket"]["messages"].keys == all)
    }

    @Test func `a command has the fields of its request's path, and says which request it is`() {
        for command in SocketCommand.all {
            let message = self.messages[command.name]
            let payload = message["payload"]
            #expect(payload["properties"]["do"]["const"] == .string(command.name))
            guard !command.segments.isEmpty else { continue }  // No request does the same.
            let request = "\(command.route.method.rawValue) \(command.route.path)"
            #expect(message["summary"].string?.contains("\(request).") == true, "\(request)")
            for case .parameter(let name) in command.segments {
                #expect(payload["properties"].keys.contains(name))
                #expect(payload["required"].items.contains(.string(name)))
            }
        }
    }

    @Test func `every close code is named`() {
        let codes = self.document["channels"]["socket"]["x-close-codes"]
        #expect(codes.keys == Set(SocketEnd.allCases.map { "\($0.rawValue)" }))
        for end in SocketEnd.allCases { #expect(codes["\(end.rawValue)"] == .string(end.reason)) }
    }

    @Test func `every reference leads somewhere, and every schema is referred to`() {
        var references: Set<String> = []
        Self.walk(self.document) { object in
            if let reference = object["$ref"].string { references.insert(reference) }
        }
        for reference in references {
            #expect(self.schema.target(of: reference) != nil, "\(reference)")
        }
        for name in self.document["components"]["schemas"].keys {
            #expect(references.contains("#/components/schemas/\(name)"), "\(name)")
        }
    }

    @Test func `every required field is described`() {
        Self.walk(self.document) { object in
            for name in object["required"].items.compactMap(\.string) {
                #expect(object["properties"].keys.contains(name), "\(object["required"])")
            }
        }
    }

    @Test func `what both documents describe they describe alike`() throws {
        let openAPI = try JSON(parsing: OpenAPIDocument.bytes)["components"]["schemas"]
        let own = self.document["components"]["schemas"]
        let shared = own.keys.intersection(openAPI.keys)
        #expect(shared.isSuperset(of: ["ID", "Message", "Reaction", "Page", "Error"]))
        for name in shared { #expect(own[name] == openAPI[name], "\(name)") }
    }

    @Test func `bounds are those of the server`() {
        let messages = "#/components/messages"
        let bounds: [(path: String, value: Int)] = [
            (
                "message.read/payload/properties/data/properties/message_ids/maxItems",
                Frame.readIDsMax
            ),
            (
                "chat.created/payload/properties/data/properties/member_ids/maxItems",
                Frame.memberIDsMax
            ),
            ("react/payload/properties/emoji/maxLength", Reaction.emojiCharactersMax),
            ("page/payload/properties/limit/maximum", PageQuery.limitMax),
            ("page/payload/properties/limit/default", PageQuery.limitDefault),
            ("send/payload/properties/type/maxLength", Message.kindCharactersMax),
            (
                "subscribe/payload/properties/user_ids/maxItems",
                PresenceDelivery.subscriptionsMax
            ),
        ]
        for bound in bounds {
            let value = self.schema.target(of: "\(messages)/\(bound.path)")
            #expect(value == JSON(bound.value), "\(bound.path)")
        }
        let id = self.schema.target(of: "#/components/schemas/CommandID/maxLength")
        #expect(id == JSON(CommandID.bytesMax))
    }

    /// Visits every object, the outer ones first.
    private static func walk(_ value: JSON, _ visit: (JSON) -> Void) {
        switch value {
        case .object(let members):
            visit(value)
            for member in members.values { self.walk(member, visit) }
        case .array(let items):
            for item in items { self.walk(item, visit) }
        default: break
        }
    }
}
