import Net
import Testing

struct Base64Tests {
    // RFC 4648, section 10, without the padding; and the two characters that differ.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"), ("~~>", "fn4-"), ("???", "Pz8_"),
    ])
    func `the texts are those of RFC 4648`(bytes: String, text: String) {
        #expect(Base64.encodeURL(Array(bytes.utf8)) == text)
        #expect(Base64.decodeURL(Array(text.utf8)[...]) == Array(bytes.utf8))
    }

    @Test func `the standard alphabet has plus and slash`() {
        #expect(Base64.encode([0xfb, 0xff]) == "+/8")
        #expect(Base64.encodeURL([0xfb, 0xff]) == "-_8")
    }

    @Test(arguments: [
        "Zg==", "Zg=", "Zm8=", "=", "====",
        "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v\u{0}", "\u{0}",
        "Z", "A", "Zm9vY", "Zm9vA",
        "+/8", "Pz8/", "fn4+", "Zm9v.", "Zm9\u{e9}",
    ])
    func `padding, white space, foreign bytes and impossible lengths are refused`(text: String) {
        #expect(Base64.decodeURL(Array(text.utf8)[...]) == nil)
    }

    /// Every text of two and of three characters: as many are accepted as there are values.
    @Test func `each value has one spelling`() {
        var bytesOfOne: Set<[UInt8]> = []
        var textCount = 0
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                guard let bytes = Base64.decodeURL([first, second][...]) else { continue }
                textCount += 1
                bytesOfOne.insert(bytes)
                #expect(Array(Base64.encodeURL(bytes).utf8) == [first, second])
            }
        }
        #expect(textCount == 256)
        #expect(bytesOfOne.count == 256)
        #expect(Base64.decodeURL(Array("Zm9".utf8)[...]) == nil, "two of the bits are not zero")
    }

    @Test func `all lengths come back`() {
        for count in 0..<200 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            let text = Array("xx\(Base64.encodeURL(bytes))xx".utf8)
            #expect(Base64.decodeURL(text.dropFirst(2).dropLast(2)) == bytes)
        }
    }
}
