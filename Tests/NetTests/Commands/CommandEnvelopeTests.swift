import NIOHTTP1
import Testing

@testable import Net

struct CommandEnvelopeTests {
    private func read(_ text: String) throws -> CommandEnvelope {
        try CommandEnvelope(Array(text.utf8))
    }

    private func canonical(_ text: String) throws -> String {
        var bytes: [UInt8] = []
        try JSONReader.read(Array(text.utf8)).writeCanonically(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `fields go where the request has them`() throws {
        let edit = try self.read(
            "{\"content\":\"x\",\"message_id\":5,\"do\":\"edit\",\"key\":\"k\",\"id\":\"c1\"}"
        )
        #expect(edit.id == .text("c1"))
        #expect(edit.command.name == "edit")
        #expect(edit.input.method == .PATCH)
        #expect(edit.input.segments == ["messages", "5"])
        #expect(edit.input.parameters == [.number(JSONNumber(5))])
        #expect(edit.input.key == .string("k"))
        #expect(try edit.input.body.value == JSONReader.read(Array("{\"content\":\"x\"}".utf8)))
        #expect(edit.input.query.isEmpty)

        let page = try self.read("{\"id\":1,\"do\":\"page\",\"chat_id\":7,\"limit\":null}")
        #expect(page.id == .integer(1))
        #expect(try page.input.body.value == nil)
        #expect(page.input.query.map(\.name) == ["chat_id", "limit"])
        var fields = QueryFields(page.input.query)
        #expect(fields.integer("chat_id") == 7)
        #expect(fields.optionalInteger("limit") == nil)
        #expect(fields.errors.isEmpty)
    }

    @Test func `without a key the path is not put together`() throws {
        let command = try self.read("{\"do\":\"delete\",\"message_id\":5,\"key\":null}")
        #expect(command.input.key == nil)
        #expect(command.input.segments.isEmpty)
        #expect(command.input.parameters.count == 1)
    }

    @Test func `every command has an endpoint, and every name one command`() {
        #expect(SocketCommand.byName.count == SocketCommand.all.count)
        for command in SocketCommand.all {
            #expect(command.route.needsToken)
            guard case .immediate = command.route.action else {
                Issue.record("\(command.name) may suspend, and then costs a task")
                continue
            }
        }
    }

    @Test(arguments: [
        ("{}", ""), ("null", ""), ("[]", "[]"), ("5.0", "5.0"),
        ("{ \"b\" : 1 , \"a\":2}", "{\"a\":2,\"b\":1}"),
        ("{\"a\":[{\"d\":{},\"c\":null}, true ]}", "{\"a\":[{\"c\":null,\"d\":{}},true]}"),
        ("{\"\\u00e9\":1,\"e\\u0301\":2,\"z\":3}", "{\"e\u{301}\":2,\"z\":3,\"\u{e9}\":1}"),
        ("{\"a\":1,\"a\":2}", "{\"a\":2}"),
    ])
    func `two spellings of a body have one form`(text: String, form: String) throws {
        #expect(try self.canonical(text).utf8.elementsEqual(form.utf8))
    }
}
