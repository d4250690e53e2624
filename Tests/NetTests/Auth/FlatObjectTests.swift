import Net
import TestSupport
import Testing

struct FlatObjectTests {
    private func parse(_ text: String) throws(TokenError) -> FlatObject {
        try FlatObject(parsing: Array(text.utf8))
    }

    @Test func `strings and integers are read with white space between them`() throws {
        let object = try self.parse(" {\t\"a\" : \"x y\" ,\r\n\"b\":-12,\"\":\"\"} \n")
        #expect(object["a"] == .string("x y"))
        #expect(object["b"] == .integer(-12))
        #expect(object[""] == .string(""))
        #expect(object["c"] == nil)
        #expect(try self.parse("{}").members.isEmpty)
    }

    @Test func `integers reach to the ends of their type and not beyond`() throws {
        #expect(try self.parse(#"{"a":9223372036854775807}"#)["a"] == .integer(.max))
        #expect(try self.parse(#"{"a":-9223372036854775808}"#)["a"] == .integer(.min))
        for text in ["9223372036854775808", "-9223372036854775809", "1" + "0" * 400] {
            #expect(throws: TokenError.malformed) { try self.parse(#"{"a":\#(text)}"#) }
        }
    }

    @Test(arguments: [
        "00", "01", "-0", "-01", "+1", "-", "--1", "1-1", "1.0", "1.", ".5", "1e3", "1E400", "0x1",
        "NaN", "Infinity", "true", "false", "null", "{}", "[]", "[1]", "'x'", "", "1 2", "1_0",
    ])
    func `a value that is not a string or an integer in its one spelling is refused`(
        value: String
    ) {
        #expect(throws: TokenError.malformed) { try self.parse(#"{"a":\#(value)}"#) }
    }

    @Test(arguments: [
        "", " ", "{", "}", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":\"", "{\"a\":1,",
        "{\"a\":1,}", "{,}", "{,\"a\":1}", "{\"a\" 1}", "{a:1}", "{1:1}", "{\"a\":1 \"b\":2}",
        "{\"a\":1};", "{}{}", "{} x", "{}\u{0}", "[]", "1", "\"a\"", "\u{feff}{}", "{\u{a0}}",
        "{\"a\":\"\\u0061\"}", "{\"\\u0061\":1}", "{\"a\":\"\\\"\"}", "{\"a\":\"\\",
        "{\"a\":\"\u{e9}\"}", "{\"a\":\"\n\"}", "{\"a\":\"\u{0}\"}", "{\"a\":\"\u{7f}\"}",
    ])
    func `a text that is not exactly one object is refused`(text: String) {
        #expect(throws: TokenError.malformed) { try self.parse(text) }
    }

    @Test func `a name that appears twice is refused, whatever its values`() {
        for text in [
            #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":3}"#, #"{"a":1,"a":"1"}"#, #"{"":1,"":1}"#,
        ] {
            #expect(throws: TokenError.malformed) { try self.parse(text) }
        }
    }

    @Test func `the number of members has a bound`() throws {
        func object(_ count: Int) -> String {
            "{" + (0..<count).map { #""\#($0)":\#($0)"# }.joined(separator: ",") + "}"
        }
        #expect(
            try self.parse(object(FlatObject.membersMax)).members.count == FlatObject.membersMax
        )
        #expect(throws: TokenError.malformed) {
            try self.parse(object(FlatObject.membersMax + 1))
        }
    }

    @Test func `ten thousand open brackets are refused without recursion`() {
        #expect(throws: TokenError.malformed) { try self.parse("{\"a\":" * 10_000) }
        #expect(throws: TokenError.malformed) { try self.parse("[" * 10_000) }
    }

    @Test func `a member of the other kind, or none, is malformed when asked for`() throws {
        let object = try self.parse(#"{"a":1,"b":"1"}"#)
        #expect(throws: TokenError.malformed) { try object.string("a") }
        #expect(throws: TokenError.malformed) { try object.integer("b") }
        #expect(throws: TokenError.malformed) { try object.integer("c") }
        #expect(throws: TokenError.malformed) { try object.string("c") }
    }

    @Test func `random bytes never trap, and what is accepted is flat and unique`() {
        var generator = SeededRandom(seed: 0x0f1a)
        let alphabet = Array("{}\":,-0123456789ab\\ \n\u{0}\u{80}".utf8)
        for _ in 0..<50_000 {
            let count = Int.random(in: 0...24, using: &generator)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            guard let object = try? FlatObject(parsing: bytes) else { continue }
            #expect(Set(object.members.map(\.name)).count == object.members.count)
        }
    }
}

private func * (text: String, count: Int) -> String {
    String(repeating: text, count: count)
}
