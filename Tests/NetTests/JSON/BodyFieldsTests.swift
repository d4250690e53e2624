import Net
import Testing

struct BodyFieldsTests {
    private func fields(_ document: String) throws -> BodyFields {
        BodyFields(try JSONReader.read(Array(document.utf8)))
    }

    /// The errors as one line each: `type loc msg input`.
    private func lines(_ errors: [ValidationError]) -> [String] {
        errors.map { error in
            var bytes: [UInt8] = []
            error.write(to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test func `a good body is read whole`() throws {
        var fields = try self.fields(
            #"{"chat_id":"12","is_group":"yes","title":"Дом","ids":[1,"2",3.0],"payload":{"a":1}}"#
        )
        #expect(fields.integer("chat_id", min: 1) == 12)
        #expect(fields.bool("is_group", default: false) == true)
        #expect(fields.bool("silent", default: true) == true)
        #expect(fields.string("title", lengthMin: 3, lengthMax: 3) == "Дом")
        #expect(fields.integers("ids", countMax: 3) == [1, 2, 3])
        #expect(fields.optionalObject("payload")?["a"] == .number(JSONNumber(1)))
        #expect(fields.optionalString("content") == nil)
        #expect(fields.optionalInteger("reply_to_id") == nil)
        try fields.finish()
    }

    @Test func `all errors of a body are told, in the order of the questions`() throws {
        var fields = try self.fields(#"{"title":"","is_group":"maybe","ids":[1,"x",null]}"#)
        #expect(fields.string("title", lengthMin: 1) == "")
        #expect(fields.bool("is_group", default: true) == false)
        #expect(fields.integers("ids", countMax: 10) == [])
        #expect(fields.integer("chat_id") == 0)
        let failure = #expect(throws: ValidationFailure.self) { try fields.finish() }
        let body = #"{"title":"","is_group":"maybe","ids":[1,"x",null]}"#
        #expect(
            self.lines(failure?.errors ?? []) == [
                #"{"type":"string_too_short","loc":["body","title"],"#
                    + #""msg":"String should have at least 1 character","input":""}"#,
                #"{"type":"bool_parsing","loc":["body","is_group"],"#
                    + #""msg":"Input should be a valid boolean, unable to interpret input","#
                    + #""input":"maybe"}"#,
                #"{"type":"int_parsing","loc":["body","ids",1],"msg":"Input should be a valid"#
                    + #" integer, unable to parse string as an integer","input":"x"}"#,
                #"{"type":"int_type","loc":["body","ids",2],"#
                    + #""msg":"Input should be a valid integer","input":null}"#,
                #"{"type":"missing","loc":["body","chat_id"],"msg":"Field required","input":"#
                    + body + "}",
            ]
        )
    }

    @Test func `the response lists the errors under detail`() throws {
        var fields = try self.fields("{}")
        _ = fields.string("email")
        _ = fields.string("tag")
        let failure = #expect(throws: ValidationFailure.self) { try fields.finish() }
        var bytes: [UInt8] = []
        failure?.write(to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"detail":[{"type":"missing","loc":["body","email"],"msg":"Field required","#
                + #""input":{}},{"type":"missing","loc":["body","tag"],"msg":"Field required","#
                + #""input":{}}]}"#
        )
    }

    @Test func `presence tells absent, null and value apart`() throws {
        var fields = try self.fields(#"{"content":null,"payload":{}}"#)
        #expect(fields.presence("title") == .absent)
        #expect(fields.presence("content") == .null)
        #expect(fields.presence("payload") == .value)
        #expect(fields.optionalString("content") == nil)
        try fields.finish()
    }

    /// What pydantic 2.13 says in Python mode; `ok` stands for a value.
    static let integerCases: [(input: String, expected: String)] = [
        ("5", "ok"), ("5.0", "ok"), ("\"5\"", "ok"), ("\" 5 \"", "ok"), ("\"5.0\"", "ok"),
        ("\"+5\"", "ok"), ("\"05\"", "ok"), ("\"1_0\"", "ok"), (#""\u00a05\n""#, "ok"),
        ("true", "ok"), ("1e1", "ok"), ("\"1_0.0\"", "ok"), ("\"５\"", "int_parsing"),
        ("5.5", "int_from_float"), ("1e400", "finite_number"), ("-1e400", "finite_number"),
        ("1e19", "int_parsing_size"), ("100000000000000000000", "less_than_equal"),
        ("-100000000000000000000", "greater_than_equal"),
        ("\"100000000000000000000\"", "less_than_equal"), ("0", "greater_than_equal"),
        ("0.0", "greater_than_equal"), ("false", "greater_than_equal"), ("21", "less_than_equal"),
        ("\"21\"", "less_than_equal"), ("null", "int_type"), ("[]", "int_type"), ("{}", "int_type"),
        ("\"\"", "int_parsing"), ("\" \"", "int_parsing"), ("\"abc\"", "int_parsing"),
        ("\"5.5\"", "int_parsing"), ("\"5.\"", "int_parsing"), ("\".0\"", "int_parsing"),
        ("\"1e1\"", "int_parsing"), ("\"--5\"", "int_parsing"), ("\"+-5\"", "int_parsing"),
        ("\"-\"", "int_parsing"), ("\"_5\"", "int_parsing"), ("\"5_\"", "int_parsing"),
        ("\"1__0\"", "int_parsing"), ("\"-_5\"", "int_parsing"), ("\"5_.0\"", "int_parsing"),
        ("\"5.0_0\"", "int_parsing"), ("\"- 5\"", "int_parsing"), ("\"0x5\"", "int_parsing"),
        (#""\u001c5""#, "int_parsing"), ("\"٥\"", "int_parsing"),
    ]

    @Test(arguments: Self.integerCases)
    func `an integer from 1 to 20 is read as lax mode reads it`(
        input: String,
        expected: String
    ) throws {
        var fields = try self.fields("{\"n\":\(input)}")
        _ = fields.integer("n", min: 1, max: 20)
        #expect((fields.errors.first?.problem.type ?? "ok") == expected)
    }

    @Test func `an integer beyond 64 bits without a bound is too large to read`() throws {
        var fields = try self.fields(#"{"n":100000000000000000000,"m":"-9223372036854775809"}"#)
        _ = fields.integer("n", min: 1)
        _ = fields.integer("m", max: 1)
        #expect(fields.errors.map(\.problem) == [.integerSize, .integerSize])
    }

    static let boolCases: [(input: String, expected: String)] = [
        ("true", "true"), ("false", "false"), ("1", "true"), ("0", "false"), ("1.0", "true"),
        ("-0", "false"), ("\"true\"", "true"), ("\"FALSE\"", "false"), ("\"tRuE\"", "true"),
        ("\"yes\"", "true"), ("\"n\"", "false"), ("\"on\"", "true"), ("\"off\"", "false"),
        ("\"1\"", "true"), ("\"f\"", "false"), ("2", "bool_parsing"), ("-1", "bool_parsing"),
        ("\" true\"", "bool_parsing"), ("\"\"", "bool_parsing"), ("\"2\"", "bool_parsing"),
        ("0.5", "bool_type"), ("null", "bool_type"), ("[]", "bool_type"), ("1e400", "bool_type"),
        ("100000000000000000000", "bool_type"),
    ]

    @Test(arguments: Self.boolCases)
    func `a boolean is read as lax mode reads it`(input: String, expected: String) throws {
        var fields = try self.fields("{\"b\":\(input)}")
        let value = fields.bool("b", default: true)
        #expect((fields.errors.first?.problem.type ?? "\(value)") == expected)
    }

    @Test func `lengths count code points`() throws {
        var fields = try self.fields("{\"a\":\"e\u{301}👨‍👩‍👧\"}")
        #expect(fields.string("a", lengthMin: 7, lengthMax: 7).utf8.count == 21)
        #expect(fields.errors.isEmpty)
        _ = fields.string("a", lengthMin: 8)
        _ = fields.string("a", lengthMax: 6)
        #expect(
            fields.errors.map(\.problem) == [.stringTooShort(min: 8), .stringTooLong(max: 6)]
        )
    }

    @Test func `only strings are strings, and only objects and lists what they are`() throws {
        var fields = try self.fields(#"{"s":1,"n":null,"o":[],"l":{},"long":[1,2,"x"]}"#)
        _ = fields.string("s")
        _ = fields.string("n")
        _ = fields.optionalObject("o")
        _ = fields.integers("l", countMax: 2)
        _ = fields.integers("long", countMax: 2)
        #expect(
            fields.errors.map(\.problem.message) == [
                "Input should be a valid string", "Input should be a valid string",
                "Input should be a valid dictionary", "Input should be a valid list",
                "List should have at most 2 items after validation, not 3",
            ]
        )
    }

    static let noObjects: [(document: String, expected: String)] = [
        ("[]", "model_attributes_type"), ("\"x\"", "model_attributes_type"),
        ("5", "model_attributes_type"), ("null", "missing"),
    ]

    @Test(arguments: Self.noObjects)
    func `a body that is no object is one error, whatever is asked of it`(
        document: String,
        expected: String
    ) throws {
        var fields = try self.fields(document)
        _ = fields.string("a")
        _ = fields.bool("b", default: true)
        _ = fields.optionalObject("c")
        #expect(fields.errors.map(\.problem.type) == [expected])
        #expect(fields.errors.first?.steps == [])
    }

    @Test func `a request without a body misses it`() {
        #expect(BodyFields(nil).errors == [ValidationError(.missing, at: .body, [], input: nil)])
    }

    @Test func `a body that is not JSON points at the byte`() {
        let failure = ValidationFailure(JSONError(kind: .expectingComma, offset: 7))
        #expect(
            self.lines(failure.errors) == [
                #"{"type":"json_invalid","loc":["body",7],"msg":"JSON decode error","input":{}}"#
            ]
        )
    }

    @Test func `a string that no database holds is told from what is not JSON`() throws {
        for (document, character) in [
            (#"{"a":"x\u0000"}"#, "the character U+0000"),
            (#"{"a":"x\ud800"}"#, "half of a surrogate pair"),
        ] {
            let error = try #require(
                #expect(throws: JSONError.self) { try JSONReader.read(Array(document.utf8)) }
            )
            let message = "Value error, a string must not have \(character)"
            #expect(
                self.lines(ValidationFailure(error).errors) == [
                    #"{"type":"value_error","loc":["body",7],"msg":"\#(message)","input":{}}"#
                ]
            )
        }
    }

    @Test func `passwords and tokens are shown nowhere`() throws {
        let document =
            #"{"password":"hunter2","Refresh_Token":["hunter2"],"a":{"new_password":"hunter2"},"#
            + #""b":[{"token":"hunter2"}],"kept":1}"#
        var fields = try self.fields(document)
        _ = fields.string("email")
        _ = fields.string("password", lengthMin: 8)
        _ = fields.string("Refresh_Token")
        _ = fields.integer("a")
        _ = fields.optionalObject("b")
        fields.refuse("password", "too common")
        let lines = self.lines(fields.errors)
        #expect(lines.count == 6)
        #expect(lines.first?.hasSuffix(#""input":{"a":{},"b":[{}],"kept":1}}"#) == true)
        for line in lines {
            #expect(!line.contains("hunter2"), "\(line)")
        }
    }

    @Test func `an input above 1 KiB is not echoed`() throws {
        for (count, isEchoed) in [(1_022, true), (1_023, false)] {
            var fields = try self.fields("{\"n\":\"\(String(repeating: "x", count: count))\"}")
            _ = fields.integer("n")
            _ = fields.integer("m")
            #expect((fields.errors.first?.input != nil) == isEchoed)
            #expect(fields.errors.last?.input == nil)
        }
    }

    @Test func `a rule of the field itself becomes a sentence`() throws {
        var fields = try self.fields(#"{"tag":"_x"}"#)
        fields.refuse("tag", "a tag must not start with _")
        #expect(
            self.lines(fields.errors) == [
                #"{"type":"value_error","loc":["body","tag"],"#
                    + #""msg":"Value error, a tag must not start with _","input":"_x"}"#
            ]
        )
    }

    @Test func `100 errors are enough`() throws {
        let list = Array(repeating: "\"x\"", count: 5_000).joined(separator: ",")
        var fields = try self.fields("{\"ids\":[\(list)]}")
        #expect(fields.integers("ids", countMax: 10_000) == [])
        #expect(fields.errors.count == 100)
    }
}
