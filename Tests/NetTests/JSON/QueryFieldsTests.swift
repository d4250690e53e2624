import Net
import Testing

struct QueryFieldsTests {
    @Test func `a good query is read whole`() throws {
        var fields = QueryFields([("chat_id", "7"), ("include_deleted", "false"), ("tag", "@ann")])
        #expect(fields.integer("chat_id", min: 1) == 7)
        #expect(fields.integer("limit", default: 50, min: 1, max: 200) == 50)
        #expect(fields.optionalInteger("before_id") == nil)
        #expect(fields.bool("include_deleted", default: true) == false)
        #expect(fields.bool("other", default: true) == true)
        #expect(fields.string("tag") == "@ann")
        #expect(fields.optionalString("query") == nil)
        try fields.finish()
    }

    @Test func `the last of several values counts`() {
        var fields = QueryFields([("limit", "1"), ("limit", "2")])
        #expect(fields.integer("limit") == 2)
    }

    @Test func `errors have the shape of a body's, under query`() throws {
        var fields = QueryFields([("limit", "0"), ("before_id", ""), ("flag", "maybe")])
        _ = fields.integer("chat_id")
        _ = fields.integer("limit", default: 50, min: 1, max: 200)
        _ = fields.optionalInteger("before_id")
        _ = fields.bool("flag")
        _ = fields.bool("other")
        _ = fields.string("query", lengthMin: 1)
        let failure = #expect(throws: ValidationFailure.self) { try fields.finish() }
        let expected: [(ValidationProblem, String, JSONValue?)] = [
            (.missing, "chat_id", nil), (.below(min: 1), "limit", .string("0")),
            (.integerParsing, "before_id", .string("")), (.boolParsing, "flag", .string("maybe")),
            (.missing, "other", nil), (.missing, "query", nil),
        ]
        #expect(
            failure?.errors
                == expected.map { ValidationError($0, at: .query, [.name($1)], input: $2) }
        )
    }

    @Test func `a parameter of the path says so`() {
        var fields = QueryFields([("chat_id", "abc")], place: .path)
        #expect(fields.integer("chat_id") == 0)
        var bytes: [UInt8] = []
        fields.errors.first?.write(to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"type":"int_parsing","loc":["path","chat_id"],"msg":"Input should be a valid"#
                + #" integer, unable to parse string as an integer","input":"abc"}"#
        )
    }

    @Test func `a token in the query is not echoed`() {
        var fields = QueryFields([("token", "secret"), ("since", "x")])
        fields.refuse("token", "no")
        _ = fields.optionalInteger("since")
        #expect(fields.errors.map(\.input) == [nil, .string("x")])
    }
}
