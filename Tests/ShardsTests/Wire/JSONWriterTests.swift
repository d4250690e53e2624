import Foundation
import Shards
import TestSupport
import Testing

@Suite struct JSONWriterTests {
    private static func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func `integers of every width are written in full`() {
        #expect(Self.text { $0.integer(0) } == "0")
        #expect(Self.text { $0.integer(-1) } == "-1")
        #expect(Self.text { $0.integer(9) } == "9")
        #expect(Self.text { $0.integer(10) } == "10")
        #expect(Self.text { $0.integer(Int8.min) } == "-128")
        #expect(Self.text { $0.integer(UInt8.max) } == "255")
        #expect(Self.text { $0.integer(UInt32.max) } == "4294967295")
        #expect(Self.text { $0.integer(Int64.min) } == "-9223372036854775808")
        #expect(Self.text { $0.integer(Int64.max) } == "9223372036854775807")
        #expect(Self.text { $0.integer(UInt64.max) } == "18446744073709551615")
    }

    @Test func `random integers are written as the standard library writes them`() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<1000 {
            let value = Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random)
            #expect(Self.text { $0.integer(value) } == String(value))
        }
    }

    @Test func `strings escape what RFC 8259 demands and nothing else`() {
        #expect(Self.text { $0.string("") } == "\"\"")
        #expect(Self.text { $0.string("a/b") } == "\"a/b\"")
        #expect(Self.text { $0.string("\"\\") } == "\"\\\"\\\\\"")
        #expect(Self.text { $0.string("\u{8}\t\n\u{c}\r") } == "\"\\b\\t\\n\\f\\r\"")
        #expect(Self.text { $0.string("\u{0}\u{1f}") } == "\"\\u0000\\u001f\"")
        #expect(Self.text { $0.string("\u{7f}é€👋\u{2028}") } == "\"\u{7f}é€👋\u{2028}\"")
        #expect(Self.text { $0.string("\r\n") } == "\"\\r\\n\"")
    }

    @Test func `strings of random scalars are read back by Foundation`() throws {
        var random = SeededRandom(seed: 2)
        for _ in 0..<500 {
            let string = RandomText.string(using: &random)
            var json = JSONWriter()
            json.raw("[")
            json.string(string)
            json.raw("]")
            let read = try JSONDecoder().decode([String].self, from: Data(json.bytes))
            #expect(read.map { Array($0.utf8) } == [Array(string.utf8)])
        }
    }

    @Test func `a string that is not contiguous is written like any other`() {
        let part = "xx\"привет\"yy".dropFirst(2).dropLast(2)
        #expect(Self.text { $0.string(String(part)) } == "\"\\\"привет\\\"\"")
    }

    @Test func `what is absent is null`() {
        #expect(Self.text { $0.string(String?.none) } == "null")
        #expect(Self.text { $0.time(Timestamp?.none) } == "null")
        #expect(Self.text { $0.null() } == "null")
        #expect(Self.text { $0.bool(true) } == "true")
        #expect(Self.text { $0.bool(false) } == "false")
    }

    @Test func `a writer goes on after bytes that it was given`() {
        var bytes = Array("{\"a\":".utf8)
        var json = JSONWriter(taking: &bytes)
        #expect(bytes == [])
        json.integer(1)
        json.raw(Array("}".utf8))
        #expect(String(decoding: json.bytes, as: UTF8.self) == "{\"a\":1}")
    }
}

enum RandomText {
    /// Up to 40 scalars, half of them of the kind that is escaped.
    static func string(using random: inout SeededRandom) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            let nasty: [Unicode.Scalar] = ["\"", "\\", "/", "u", "\u{8}", "\r", "\n", "\u{2028}"]
            let value =
                random.one(in: 2)
                ? UInt32.random(in: 0..<0x80, using: &random)
                : UInt32.random(in: 0..<0x11_0000, using: &random)
            let scalar = Unicode.Scalar(value) ?? "\u{fffd}"
            text.append(random.one(in: 3) ? nasty.randomElement(using: &random) ?? "a" : scalar)
        }
        return String(text)
    }
}
