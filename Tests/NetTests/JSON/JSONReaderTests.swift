import Net
import Testing

struct JSONReaderTests {
    /// Documents that are taken, and what they look like written out again.
    static let good: [(document: String, written: String)] = [
        ("null", "null"), ("true", "true"), (" false\n", "false"), ("0", "0"), ("-0", "-0"),
        ("\"\"", "\"\""), ("[]", "[]"), ("{}", "{}"), ("\t[ ]\r\n", "[]"), (" { } ", "{}"),
        ("[1,2 , 3]", "[1,2,3]"), ("[[],[[]]]", "[[],[[]]]"),
        (#"{"a":1, "b" : {"c":[true,null]}}"#, #"{"a":1,"b":{"c":[true,null]}}"#),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1e400", "1e400"), ("-1E-400", "-1E-400"), ("1.0", "1.0"), ("1.50e+03", "1.50e+03"),
        ("[0.1,-0.0,0e0,10]", "[0.1,-0.0,0e0,10]"),
        (#""a\"b\\c\/d""#, #""a\"b\\c/d""#), (#""\b\f\n\r\t""#, #""\b\f\n\r\t""#),
        (#""\u0041\u00e9\u20AC""#, "\"Aé€\""), (#""\ud83d\ude00""#, "\"😀\""),
        (#""\uD800\uDC00\uDBFF\uDFFF""#, "\"\u{10000}\u{10FFFF}\""),
        (#""\u0001\u001f\u007f""#, "\"\\u0001\\u001f\u{7F}\""),
        ("\"\u{2028}\u{FEFF}\u{FFFF}\"", "\"\u{2028}\u{FEFF}\u{FFFF}\""),
        (#""\u2028""#, "\"\u{2028}\""), ("\"привет 👋🏽\"", "\"привет 👋🏽\""),
        (#"{"":0}"#, #"{"":0}"#), (#"{"a":1,"b":2,"a":3}"#, #"{"a":3,"b":2}"#),
        (#"{"\u0061":1,"a":2}"#, #"{"a":2}"#), (#"{"a":{"a":1,"a":[]}}"#, #"{"a":{"a":[]}}"#),
        ("{\"\u{E9}\":1,\"e\u{301}\":2}", "{\"\u{E9}\":1,\"e\u{301}\":2}"),
    ]

    @Test(arguments: Self.good)
    func `a good document is read and written again`(document: String, written: String) throws {
        var bytes: [UInt8] = []
        try JSONReader.read(Array(document.utf8)).write(to: &bytes)
        #expect(bytes == Array(written.utf8))
    }

    /// Documents that are refused; kinds and offsets as Python's `json` gives them, where it does.
    static let bad: [(document: String, kind: JSONError.Kind, offset: Int)] = [
        ("", .expectingValue, 0), (" ", .expectingValue, 1), ("nul", .expectingValue, 0),
        ("nulL", .expectingValue, 0), ("True", .expectingValue, 0), ("truefalse", .extraData, 4),
        ("NaN", .expectingValue, 0), ("Infinity", .expectingValue, 0),
        ("-Infinity", .expectingValue, 0), ("[nan]", .expectingValue, 1),
        ("-", .expectingValue, 0), ("+1", .expectingValue, 0), (".5", .expectingValue, 0),
        ("01", .extraData, 1), ("-01", .extraData, 2), ("1.", .extraData, 1),
        ("1e", .extraData, 1), ("1e+", .extraData, 1), ("1.5.5", .extraData, 3),
        ("0x10", .extraData, 1), ("1_0", .extraData, 1), ("[1.]", .expectingComma, 2),
        ("１", .expectingValue, 0), ("1 2", .extraData, 2), ("{}x", .extraData, 2),
        ("[]]", .extraData, 2), ("null\0", .extraData, 4), ("\0", .expectingValue, 0),
        ("[", .expectingValue, 1), ("[1", .expectingComma, 2), ("[1,", .expectingValue, 3),
        ("[1,]", .expectingValue, 3), ("[,1]", .expectingValue, 1), ("[1 2]", .expectingComma, 3),
        ("[1,\n2,,3]", .expectingValue, 6), ("[1}", .expectingComma, 2),
        ("[\u{A0}1]", .expectingValue, 1), ("[1]/**/", .extraData, 3),
        ("//\n1", .expectingValue, 0),
        ("{", .expectingName, 1), (#"{"a""#, .expectingColon, 4), (#"{"a":"#, .expectingValue, 5),
        (#"{"a":1"#, .expectingComma, 6), (#"{"a":1,"#, .expectingName, 7),
        (#"{"a":1,}"#, .expectingName, 7), (#"{"a" 1}"#, .expectingColon, 5),
        (#"{"a":}"#, .expectingValue, 5), (#"{"a":1 "b":2}"#, .expectingComma, 7),
        ("{a:1}", .expectingName, 1), ("{'a':1}", .expectingName, 1), ("{1:2}", .expectingName, 1),
        ("{,}", .expectingName, 1), (#"{"a":1]"#, .expectingComma, 6),
        ("'a'", .expectingValue, 0), ("\"", .unterminatedString, 0),
        ("[\"a", .unterminatedString, 1), (#""a\"#, .unterminatedString, 0),
        ("\"a\n\"", .controlCharacter, 2), ("\"\t\"", .controlCharacter, 1),
        ("\"12345678\u{1F}\"", .controlCharacter, 9), ("\"\0\"", .controlCharacter, 1),
        (#""\q""#, .invalidEscape, 1), (#""ab\x41""#, .invalidEscape, 3),
        (#""\U0041""#, .invalidEscape, 1), (#""\u""#, .invalidUnicodeEscape, 2),
        (#""\u12"#, .invalidUnicodeEscape, 2), (#""\u12G4""#, .invalidUnicodeEscape, 2),
        (#""\u+123""#, .invalidUnicodeEscape, 2), (#""\ud800\u12""#, .invalidUnicodeEscape, 8),
        (#""\ud800""#, .loneSurrogate, 1), (#""\udc00""#, .loneSurrogate, 1),
        (#""a\udbffb""#, .loneSurrogate, 2), (#""\ud800\n""#, .loneSurrogate, 1),
        (#""\ud800\ud800""#, .loneSurrogate, 1), (#""\ud800\u0041""#, .loneSurrogate, 1),
        (#""\ude00\ud83d""#, .loneSurrogate, 1), (#""\ud800"#, .loneSurrogate, 1),
        (#""\u0000""#, .nullCharacter, 1), (#"{"a\u0000":1}"#, .nullCharacter, 3),
        ("\u{FEFF}1", .byteOrderMark, 0), (" \u{FEFF}1", .expectingValue, 1),
    ]

    @Test(arguments: Self.bad)
    func `a bad document is refused where it goes wrong`(
        document: String,
        kind: JSONError.Kind,
        offset: Int
    ) {
        #expect(throws: JSONError(kind: kind, offset: offset)) {
            try JSONReader.read(Array(document.utf8))
        }
    }

    static let badUTF8: [(bytes: [UInt8], offset: Int)] = [
        ([0x80], 1), ([0xC0, 0xAF], 1), ([0xC1, 0x81], 1), ([0xE0, 0x80, 0x80], 2),
        ([0xED, 0xA0, 0x80], 2), ([0xF4, 0x90, 0x80, 0x80], 2), ([0xF5], 1), ([0xFF], 1),
        ([0xC3], 2), ([0xE2, 0x82], 3), ([0xF0, 0x9F, 0x98], 4), ([0x41, 0xC3, 0x41], 3),
        (Array("0123456789".utf8) + [0xFE], 11), (Array(#"\n"#.utf8) + [0xFF], 3),
        ([0xC3] + Array(#"\u00a9"#.utf8), 2),
    ]

    @Test(arguments: Self.badUTF8)
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8], offset: Int) {
        let quote = [UInt8(ascii: "\"")]
        #expect(throws: JSONError(kind: .invalidUTF8, offset: offset)) {
            try JSONReader.read(quote + bytes + quote)
        }
    }

    @Test func `64 levels are read and 65 are refused`() throws {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")] {
            let levels = open.filter { "[{".contains($0) }.count
            let inner = JSONReader.depthMax / levels
            let good =
                String(repeating: open, count: inner) + "1" + String(repeating: close, count: inner)
            _ = try JSONReader.read(Array(good.utf8))
            let bad = Array("[\(good)]".utf8)
            let error = #expect(throws: JSONError.self) { try JSONReader.read(bad) }
            #expect(error?.kind == .tooDeep)
        }
    }

    @Test(arguments: ["[", #"{"a":"#])
    func `100,000 levels are refused like 65`(open: String) {
        let bytes = Array(String(repeating: open, count: 100_000).utf8)
        #expect(throws: JSONError(kind: .tooDeep, offset: 64 * open.utf8.count)) {
            try JSONReader.read(bytes)
        }
    }

    @Test func `the last of many equal names wins, among few names and among very many`() throws {
        for count in [2, 16, 17, 18, 5_000] {
            let names = (0..<count).map { #""name\#($0)":\#($0)"# }
            let again = (0..<count).map { #""name\#($0)":\#($0 + 1)"# }
            let document = "{\((names + again).joined(separator: ","))}"
            guard case .object(let object) = try JSONReader.read(Array(document.utf8)) else {
                Issue.record("not an object")
                return
            }
            #expect(object.members.map(\.name) == (0..<count).map { "name\($0)" })
            #expect(object["name\(count - 1)"] == .number(JSONNumber(Int64(count))))
        }
    }

    /// Has a bit of everything, and 8-byte runs that begin and end at all places.
    static let mixed = Array(
        #"""
        {"chat_id": 12, "type":"text","content":"Привет, \"мир\"! \ud83d\ude00 and a longer run",
         "payload":{"list":[1,-2.5e+10,true,false,null,"😀"],"":{}},"reply_to_id":null}
        """#.utf8
    )

    @Test func `a document cut at any byte is refused, at or before the cut`() throws {
        _ = try JSONReader.read(Self.mixed)
        for count in Self.mixed.indices {
            let error = #expect(throws: JSONError.self) {
                try JSONReader.read(Array(Self.mixed.prefix(count)))
            }
            #expect((error?.offset ?? .max) <= count)
        }
    }

    @Test func `a document with any byte replaced is read or refused, and reads back`() throws {
        var document = Self.mixed
        for index in document.indices {
            let original = document[index]
            for replacement in UInt8.min...UInt8.max {
                document[index] = replacement
                guard let value = try? JSONReader.read(document) else { continue }
                var written: [UInt8] = []
                value.write(to: &written)
                let again = try JSONReader.read(written)
                if again != value { Issue.record("byte \(index) as \(replacement)") }
            }
            document[index] = original
        }
    }

    @Test func `the message is the one that Python gives`() {
        let error = #expect(throws: JSONError.self) { try JSONReader.read(Array("[1 2]".utf8)) }
        #expect(error?.message == "Expecting ',' delimiter")
    }
}
