import Shards
import TestSupport
import Testing

@Suite struct JSONTextTests {
    private static func written(_ string: String?) -> [UInt8] {
        var json = JSONWriter()
        json.string(string)
        return json.bytes
    }

    @Test func `what was written is read back, byte for byte`() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<1000 {
            let string = RandomText.string(using: &random)
            let read = JSONText.string(in: Self.written(string))
            #expect(read.map { Array($0.utf8) } == Array(string.utf8))
        }
    }

    @Test func `every control character is read back`() {
        for byte in 0..<0x20 as Range<UInt8> {
            let string = "a" + String(Unicode.Scalar(byte)) + "b"
            #expect(JSONText.string(in: Self.written(string)) == string)
        }
    }

    @Test func `null is no text, and neither is nothing`() {
        #expect(JSONText.string(in: Self.written(nil)) == nil)
        #expect(JSONText.string(in: []) == nil)
    }

    @Test func `bytes that we never write give some text and no trap`() {
        for text in ["", "\"", "\\", "\\\"", "\\u\"", "\\u00\"", "\\uzzzz\"", "\\ud83d\""] {
            _ = JSONText.string(in: Array("\"\(text)".utf8))
        }
        #expect(JSONText.string(in: Array("\"\\ud83d\"".utf8)) == "?")
        #expect(JSONText.string(in: [0x22, 0xff, 0x22]) == "\u{fffd}")
    }
}
