import Net
import Testing

struct JSONValueTests {
    private func read(_ document: String) throws -> JSONValue {
        try JSONReader.read(Array(document.utf8))
    }

    private func text(_ value: JSONValue?) -> String? {
        value.map { value in
            var bytes: [UInt8] = []
            value.write(to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    static let integers: [(lexeme: String, reading: JSONNumber.IntegerReading)] = [
        ("5", .exact(5)), ("5.0", .exact(5)), ("-5.000", .exact(-5)), ("5e0", .exact(5)),
        ("1e2", .exact(100)), ("1.5e1", .exact(15)), ("1500e-2", .exact(15)), ("-0", .exact(0)),
        ("-0.0", .exact(0)), ("0e999999999999999999999999", .exact(0)), ("5.5", .fractional),
        ("1e-1", .fractional), ("15e-2", .fractional), ("-0.1", .fractional),
        ("1e-99999999999999999999", .fractional),
        ("9007199254740993.0", .exact(9_007_199_254_740_993)),
        ("999999999999999999", .exact(999_999_999_999_999_999)),
        ("-99999999999999999", .exact(-99_999_999_999_999_999)),
        ("9223372036854775807", .exact(.max)), ("-9223372036854775808", .exact(.min)),
        ("9223372036854775808", .above), ("-9223372036854775809", .below),
        ("9223372036854775807.0", .exact(.max)), ("922337203685477580.7e1", .exact(.max)),
        ("1e18", .exact(1_000_000_000_000_000_000)), ("1e19", .above), ("-1e400", .below),
        ("1e99999999999999999999", .above), ("100000000000000000000000000", .above),
        ("0.000001e6", .exact(1)),
    ]

    @Test(arguments: Self.integers)
    func `a number is read as the exact integer that it is`(
        lexeme: String,
        reading: JSONNumber.IntegerReading
    ) throws {
        guard case .number(let number) = try self.read(lexeme) else {
            Issue.record("not a number")
            return
        }
        #expect(number.integerReading == reading)
        #expect(number.lexeme == lexeme)
        if case .exact(let value) = reading {
            #expect(number.asInteger == value)
        } else {
            #expect(number.asInteger == nil)
        }
    }

    @Test func `what is too large for a double is told apart from what is large`() throws {
        for (lexeme, isBeyond) in [("1e400", true), ("-1e400", true), ("1e308", false)] {
            guard case .number(let number) = try self.read(lexeme) else { continue }
            #expect(number.isFloat)
            #expect(number.isBeyondDouble == isBeyond)
        }
    }

    @Test(arguments: [
        ("0", true), ("-0", true), ("-0.0", true), ("1e308", true),
        ("-1.7976931348623157E308", true),
        ("1.8e308", false), ("1e309", false), ("-1e400", false), ("1e99999999999999999999", false),
        ("5e-324", true), ("1e-400", true), ("1e-1074", true), ("1e-1075", false),
        ("0.1e-1073", true), ("0.1e-1074", false), ("1e-99999999999999999999", false),
        ("0e0", true), ("0E+1074", true), ("0e1075", false), ("0e99999999999999999999", false),
        ("1" + String(repeating: "0", count: 308), true),
        ("1" + String(repeating: "0", count: 309), false),
        ("0." + String(repeating: "1", count: 1074), true),
        ("0." + String(repeating: "1", count: 1075), false),
        ("1" + String(repeating: "0", count: 1000) + "e-1000", true),
        (String(repeating: "9", count: 30_000), false),
    ])
    func `a number is storable where a double and a database have room for it`(
        lexeme: String,
        isStorable: Bool
    ) throws {
        for document in [#"{"a":\#(lexeme)}"#, #"{"a":1,"b":[[],[{"c":\#(lexeme)}]]}"#] {
            guard case .object(let object) = try self.read(document) else {
                Issue.record("not an object")
                return
            }
            #expect(object.hasStorableNumbers == isStorable)
        }
    }

    @Test func `equality goes by bytes, not by what looks the same`() throws {
        #expect(try self.read("\"\u{E9}\"") != self.read("\"e\u{301}\""))
        #expect(try self.read("{\"\u{E9}\":1}") != self.read("{\"e\u{301}\":1}"))
        #expect(try self.read("1.0") != self.read("1"))
        #expect(try self.read("[1,{}]") == self.read(" [1, {}] "))
    }

    @Test func `a preview is the value while it fits, to the byte`() throws {
        let documents = [
            "null", "true", "false", "-1.5", #""é\n\u0001\"""#, "[]", "[1,[2,3]]", "{}",
            #"{"a":1,"b":{"c":"d","e":[]}}"#,
        ]
        for document in documents {
            let value = try self.read(document)
            let count = self.text(value)?.utf8.count ?? 0
            #expect(value.preview(bytesMax: count) == value)
            #expect(value.preview(bytesMax: count - 1) == nil)
            #expect(value.preview(bytesMax: 0) == nil)
        }
    }

    @Test func `a preview leaves secrets out at any depth, and does not count them`() throws {
        let secret = String(repeating: "x", count: 5_000)
        let value = try self.read(
            #"{"password":"\#(secret)","a":[{"b":1,"password":2,"c":3}],"d":{"password":{}}}"#
        )
        let preview = value.preview(bytesMax: 40) { $0 == "password" }
        #expect(self.text(preview) == #"{"a":[{"b":1,"c":3}],"d":{}}"#)
    }
}
