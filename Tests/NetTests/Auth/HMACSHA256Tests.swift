import Net
import Testing

struct HMACSHA256Tests {
    @Test(arguments: [
        // RFC 4231, test cases 1, 2, 3 and 6: a short key, a word, long data, a key above a block.
        (
            [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func `the codes are those of RFC 4231`(key: [UInt8], message: [UInt8], code: String) {
        let authenticator = HMACSHA256(key: key)
        #expect(hexadecimal(authenticator.code(of: message[...])) == code)
        let again = authenticator.code(of: message[...])
        #expect(hexadecimal(again) == code, "a code leaves no trace")
    }

    @Test func `the code of RFC 7515 A1 is reproduced from its header and payload`() throws {
        let key = try #require(Base64.decodeURL(Array(RFC7515.key.utf8)[...]))
        let code = HMACSHA256(key: key).code(of: Array(RFC7515.signed.utf8)[...])
        #expect(Base64.encodeURL(code) == RFC7515.signature)
    }

    @Test func `a code that differs in any bit, or in length, is not the code`() {
        let authenticator = HMACSHA256(key: [1, 2, 3])
        let message = Array("message".utf8)[...]
        let code = authenticator.code(of: message)
        #expect(authenticator.isCode(code, of: message))
        for bit in 0..<256 {
            var other = code
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!authenticator.isCode(other, of: message))
        }
        #expect(!authenticator.isCode([], of: message))
        #expect(!authenticator.isCode(code.dropLast(), of: message))
        #expect(!authenticator.isCode(code + [0], of: message))
    }

    @Test func `a slice is read from its own start to its own end`() {
        let authenticator = HMACSHA256(key: [1])
        let slice = Array("xxmessagexx".utf8)[2..<9]
        #expect(
            authenticator.code(of: slice) == authenticator.code(of: Array("message".utf8)[...])
        )
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
