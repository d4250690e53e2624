import Net
import Shards
import TestSupport
import Testing

/// What RFC 8725 and the lists of known attacks say a forger tries.
struct TokenAttackTests {
    private let signer = TokenSigner(secret: testSecret)
    private let now: Int64 = 1_000

    private static let claims =
        #"{"sub":"17","sid":"00000000000000ff","typ":"access","iat":1000,"exp":1900}"#

    private func answer(_ text: String) -> Result<AccessToken, TokenError> {
        Result { () throws(TokenError) in try self.signer.verifyAccess(text, now: self.now) }
    }

    private func expect(
        _ error: TokenError,
        for text: String,
        at location: SourceLocation = #_sourceLocation
    ) {
        #expect(self.answer(text) == .failure(error), sourceLocation: location)
    }

    @Test func `the matrix starts from a token that is accepted`() throws {
        let expected = AccessToken(
            user: UserID(rawValue: 17),
            session: SessionID(rawValue: 255),
            issuedAt: 1_000,
            expiresAt: 1_900
        )
        #expect(self.answer(forge(claims: Self.claims)) == .success(expected))
        #expect(self.signer.sign(expected) == forge(claims: Self.claims))
        // What another library of the same key holder might write.
        for header in [#"{"alg":"HS256"}"#, "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}"] {
            #expect(
                self.answer(forge(header: header, claims: Self.claims)) == .success(expected)
            )
        }
    }

    @Test(arguments: [
        "none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", " HS256", "HS384", "HS512", "HS1",
        "RS256", "ES256", "PS256", "EdDSA", "dir", "A128KW",
    ])
    func `another algorithm is refused, signed or not`(algorithm: String) {
        let header = #"{"alg":"\#(algorithm)","typ":"JWT"}"#
        let text = forge(header: header, claims: Self.claims)
        self.expect(.wrongAlgorithm, for: text)
        self.expect(.wrongAlgorithm, for: self.unsigned(text))
    }

    @Test(arguments: [
        #"{}"#, #"{"typ":"JWT"}"#, #"{"alg":1}"#, #"{"ALG":"HS256"}"#,
        #"{"alg":"HS256","typ":"at+jwt"}"#, #"{"alg":"HS256","typ":"jwt"}"#,
        #"{"alg":"HS256","typ":1}"#, #"{"alg":"HS256","crit":"exp"}"#,
        #"{"alg":"HS256","jku":"https://evil.example/keys"}"#, #"{"alg":"HS256","jwk":"{}"}"#,
        #"{"alg":"HS256","x5u":"https://evil.example/c"}"#, #"{"alg":"HS256","x5c":"a"}"#,
        #"{"alg":"HS256","kid":"../../../../dev/null"}"#, #"{"alg":"HS256","zip":"DEF"}"#,
        #"{"alg":"HS256","kid":"x' UNION SELECT 'key"}"#, #"{"alg":"HS256","cty":"JWT"}"#,
        #"{"alg":"HS256","b64":0}"#, #"{"alg":"HS256","Alg":"none"}"#,
    ])
    func `a header with anything but the algorithm and the type is refused`(header: String) {
        self.expect(.wrongAlgorithm, for: forge(header: header, claims: Self.claims))
    }

    @Test(arguments: [
        "", "null", "[]", "\"HS256\"", "{", #"{"alg":"HS256","alg":"none"}"#,
        #"{"alg":"none","alg":"HS256"}"#, #"{"alg":"HS256","crit":["exp"]}"#,
        #"{"alg":"HS256","jwk":{"kty":"oct","k":"AA"}}"#, #"{"\u0061lg":"HS256"}"#,
        #"{"alg":"HS256"}{"alg":"none"}"#, #"{"alg":"HS256"}x"#, #"{"alg":"HS256","b64":false}"#,
    ])
    func `a header that is not one flat object is refused`(header: String) {
        self.expect(.malformed, for: forge(header: header, claims: Self.claims))
    }

    @Test func `the examples of the RFCs are refused for the right reason`() throws {
        let key = try #require(Base64.decodeURL(Array(RFC7515.key.utf8)[...]))
        let signer = TokenSigner(secret: key)
        // RFC 7515, A.1: the signature holds, and only then the claims are found not to be ours.
        #expect(throws: TokenError.malformed) {
            try signer.verifyAccess("\(RFC7515.signed).\(RFC7515.signature)", now: 0)
        }
        let other = RFC7515.signature.replacing(/^d/, with: "e")
        #expect(throws: TokenError.wrongSignature) {
            try signer.verifyAccess("\(RFC7515.signed).\(other)", now: 0)
        }
        // RFC 7519, 6.1: an unsecured token.
        let claims = RFC7515.signed.split(separator: ".")[1]
        #expect(throws: TokenError.wrongAlgorithm) {
            try signer.verifyAccess("eyJhbGciOiJub25lIn0.\(claims).", now: 0)
        }
    }

    @Test func `a signature that is missing, short, long or borrowed is refused`() {
        let good = forge(claims: Self.claims)
        let signed = good.dropLast(44)
        self.expect(.wrongSignature, for: self.unsigned(good))
        self.expect(.wrongSignature, for: "\(signed).AA")
        for code in [[], [0], [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 33)] {
            self.expect(.wrongSignature, for: "\(signed).\(Base64.encodeURL(code))")
        }
        let other = forge(claims: Self.claims.replacing("17", with: "18"))
        self.expect(.wrongSignature, for: "\(signed).\(other.suffix(43))")
        let empty = forge(claims: Self.claims, secret: [])
        self.expect(.wrongSignature, for: empty)
    }

    @Test func `the signature is judged before the claims are read`() {
        for claims in ["", "{", "null", #"{"exp":0}"#, String(repeating: "[", count: 900)] {
            let text = forge(claims: claims)
            self.expect(.malformed, for: text)
            let stranger = forge(claims: claims, secret: [UInt8](repeating: 7, count: 32))
            self.expect(.wrongSignature, for: stranger)
        }
    }

    @Test func `a text that is not three parts of canonical base64url is refused`() {
        let good = forge(claims: Self.claims)
        let parts = good.split(separator: ".")
        for text in [
            "", ".", "..", "...", "a.b", "a.b.c.d", "\(good).", ".\(good)", "\(good).x",
            "\(parts[0])..\(parts[1]).\(parts[2])", "\(good)=", "\(good)==", "\(good)\n",
            "\(good) ", " \(good)", "\(good)\u{0}", "Bearer \(good)", "\(parts[0])=.\(parts[1])",
            "\(parts[0]).\(parts[1])=.\(parts[2])", "\(parts[0]). \(parts[1]).\(parts[2])",
            good.replacing(".", with: "\u{3002}"), "\u{feff}\(good)", "{}", "null",
        ] {
            if case .success = self.answer(text) { Issue.record("accepted: \(text)") }
        }
    }

    /// The last character of a signature carries four bits and two that must be zero.
    @Test func `one signature has one spelling`() {
        let good = forge(claims: Self.claims)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        let accepted = alphabet.filter { last in
            if case .success = self.answer("\(good.dropLast())\(last)") { return true }
            return false
        }
        #expect(accepted == String(good.suffix(1)))
    }

    /// A decoder that reads bytes from 0x80 on as `_` would take the lookalike for the good text.
    @Test func `a signature cannot be spelled with characters outside ASCII`() throws {
        let texts = (0..<5_000).lazy.map {
            forge(claims: Self.claims.replacing("17", with: "\($0)"))
        }
        let good = try #require(texts.first { $0.suffix(43).contains("__") })
        #expect(throws: Never.self) { try self.answer(good).get() }
        let lookalike = good.dropLast(43) + good.suffix(43).replacing("__", with: "\u{e9}")
        self.expect(.malformed, for: String(lookalike))
    }

    @Test func `a token has a longest length`() {
        func text(padding: Int) -> String {
            let filler = #","x":"\#(String(repeating: "x", count: padding))"}"#
            return forge(claims: String(Self.claims.dropLast()) + filler)
        }
        let fits = (1_300..<1_500).map(text).last { $0.utf8.count <= TokenSigner.textBytesMax }
        let exceeds = (1_300..<1_500).map(text).first { $0.utf8.count > TokenSigner.textBytesMax }
        guard let fits, let exceeds else {
            Issue.record("the lengths do not reach the limit")
            return
        }
        #expect(throws: Never.self) { try self.answer(fits).get() }
        self.expect(.malformed, for: exceeds)
        self.expect(.malformed, for: text(padding: 8_192))
        self.expect(.malformed, for: String(repeating: ".", count: 2_048))
    }
}

// MARK: - Claims that the right key has signed

extension TokenAttackTests {
    @Test(arguments: [
        ("17", "017"), ("17", "+17"), ("17", "-1"), ("17", ""), ("17", " 17"), ("17", "1.7"),
        ("17", "4294967296"), ("17", "99999999999999999999"), ("17", "0x11"), ("17", "admin"),
        ("00000000000000ff", "ff"), ("00000000000000ff", "00000000000000FF"),
        ("00000000000000ff", "000000000000000ff"), ("00000000000000ff", "+0000000000000ff"),
        ("00000000000000ff", "00000000000000fg"), ("00000000000000ff", ""),
        (#""sub":"17","#, ""), (#""sub":"17""#, #""sub":17"#), (#""sub":"17""#, #""sub":["17"]"#),
        (#""sid":"00000000000000ff","#, ""), (#""sid":"00000000000000ff""#, #""sid":255"#),
        (#""typ":"access","#, ""), (#""typ":"access""#, #""typ":1"#),
        (#","exp":1900"#, ""), (#""exp":1900"#, #""exp":"1900""#), ("1900", "1900.5"),
        ("1900", "1e9"), ("1900", "9223372036854775808"), ("1900", "null"), ("1900", "-0"),
        (#""iat":1000,"#, ""), (#""iat":1000"#, #""iat":"1000""#),
        (#""sub":"17""#, #""sub":"17","sub":"18""#), (#""exp":1900"#, #""exp":1900,"exp":1"#),
        (#""exp":1900"#, #""exp":1,"exp":1900"#), (#""exp":1900"#, #""exp":1900,"nbf":"1000""#),
        (#""exp":1900"#, #""exp":1900,"a":true"#), (#""exp":1900"#, #""exp":1900,"x":1,"x":2"#),
        ("}", "},{}"), ("{", "[{"), (#""sub""#, #""\u0073ub""#),
    ])
    func `claims of another form are malformed`(part: String, replacement: String) {
        let claims = Self.claims.replacing(part, with: replacement)
        #expect(claims != Self.claims)
        self.expect(.malformed, for: forge(claims: claims))
    }

    @Test func `a purpose has one spelling, and an audience is never ours`() {
        for purpose in ["refresh", "Access", "access ", "", "reset"] {
            let claims = Self.claims.replacing("access", with: purpose)
            self.expect(.wrongPurpose, for: forge(claims: claims))
        }
        let claims = Self.claims.replacing("}", with: #","aud":"someone"}"#)
        self.expect(.wrongPurpose, for: forge(claims: claims))
    }

    @Test func `times in the future are refused from a minute on`() {
        func text(_ part: String, _ replacement: String) -> String {
            forge(claims: Self.claims.replacing(part, with: replacement))
        }
        self.expect(.notYetValid, for: text(#""iat":1000"#, #""iat":1061"#))
        self.expect(.notYetValid, for: text(#""iat":1000"#, #""iat":1000,"nbf":1061"#))
        self.expect(.notYetValid, for: text(#""iat":1000"#, #""iat":9223372036854775807"#))
        self.expect(.expired, for: text(#""exp":1900"#, #""exp":1000"#))
        self.expect(.expired, for: text(#""exp":1900"#, #""exp":-9223372036854775808"#))
        for good in [
            text(#""iat":1000"#, #""iat":1060"#), text(#""iat":1000"#, #""iat":1000,"nbf":1060"#),
            text(#""exp":1900"#, #""exp":1001"#),
        ] {
            #expect(throws: Never.self) { try self.answer(good).get() }
        }
    }

    @Test(arguments: ["-1", "4294967296", "\"3\"", "9223372036854775807", "3.0"])
    func `a generation outside its type is malformed`(generation: String) {
        let claims = Self.claims.replacing("access", with: "refresh")
        let text = forge(claims: claims.replacing("}", with: #","gen":\#(generation)}"#))
        #expect(throws: TokenError.malformed) {
            try self.signer.verifyRefresh(text, now: self.now)
        }
        #expect(throws: TokenError.malformed) {
            try self.signer.verifyRefresh(forge(claims: claims), now: self.now)
        }
    }

    @Test func `claims that are not known are ignored`() {
        let claims = Self.claims.replacing("}", with: #","jti":"x","n":-5}"#)
        #expect(throws: Never.self) { try self.answer(forge(claims: claims)).get() }
    }
}

// MARK: - Mutations

extension TokenAttackTests {
    private func unsigned(_ text: String) -> String { "\(text.dropLast(43))" }

    private func expectRefused(_ bytes: [UInt8], at index: Int, _ change: String) {
        if case .success = self.answer(String(decoding: bytes, as: UTF8.self)) {
            Issue.record("accepted after \(change) at \(index)")
        }
    }

    @Test func `every other value of every byte is refused`() {
        let good = Array(forge(claims: Self.claims).utf8)
        for index in good.indices {
            for value in UInt8.min...UInt8.max where value != good[index] {
                var bad = good
                bad[index] = value
                self.expectRefused(bad, at: index, "the value \(value)")
            }
        }
    }

    @Test func `every byte taken out, doubled, swapped or cut off is refused`() {
        let good = Array(forge(claims: Self.claims).utf8)
        for index in good.indices {
            var removed = good
            removed.remove(at: index)
            self.expectRefused(removed, at: index, "a removal")
            var doubled = good
            doubled.insert(good[index], at: index)
            self.expectRefused(doubled, at: index, "an insertion")
            if index > 0, good[index] != good[index - 1] {
                var swapped = good
                swapped.swapAt(index, index - 1)
                self.expectRefused(swapped, at: index, "a swap")
            }
            self.expectRefused(Array(good[..<index]), at: index, "a cut")
        }
    }

    /// The right key, so that the changes reach the reader of the claims.
    @Test func `signed claims with random changes never trap, and are one text where accepted`() {
        var generator = SeededRandom(seed: 0x70_6b_65_6e)
        var acceptedCount = 0
        for _ in 0..<20_000 {
            var claims = Array(Self.claims.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: claims.indices, using: &generator)
                claims[index] = UInt8.random(in: 0x20...0x7f, using: &generator)
            }
            let header = Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8)
            let text = forge(header: header, claims: claims, secret: testSecret)
            guard case .success(let token) = self.answer(text) else { continue }
            acceptedCount += 1
            #expect(token.expiresAt > self.now && token.issuedAt <= self.now + 60)
            #expect(
                self.answer(self.signer.sign(token)) == .success(token),
                "\(String(decoding: claims, as: UTF8.self))"
            )
        }
        #expect(acceptedCount > 0, "the changes must reach past the signature")
    }

    @Test func `random texts are refused`() {
        var generator = SeededRandom(seed: 0x7265)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...64, using: &generator)
            let bytes = (0..<count).map { _ in
                Bool.random(using: &generator)
                    ? UInt8(ascii: ".") : UInt8.random(in: 0...255, using: &generator)
            }
            self.expectRefused(bytes, at: 0, "random bytes")
        }
    }
}
