import Net
import Shards
import Testing

struct VerifiedTokensTests {
    private let signer = TokenSigner(secret: testSecret)

    private func token(_ user: UInt32, expiresAt: Int64 = 1_900) -> AccessToken {
        AccessToken(
            user: UserID(rawValue: user),
            session: SessionID(rawValue: UInt64(user)),
            issuedAt: 1_000,
            expiresAt: expiresAt
        )
    }

    @Test func `a token is answered the same the first time and later`() throws {
        var tokens = VerifiedTokens(signer: self.signer)
        let text = self.signer.sign(self.token(7))
        for _ in 0..<3 {
            #expect(try tokens.verify(text, now: 1_000) == self.token(7))
        }
        #expect(tokens.count == 1)
    }

    @Test func `a token that is kept still expires to the second`() throws {
        var tokens = VerifiedTokens(signer: self.signer)
        let text = self.signer.sign(self.token(7))
        #expect(try tokens.verify(text, now: 1_899) == self.token(7))
        #expect(throws: TokenError.expired) { try tokens.verify(text, now: 1_900) }
        #expect(throws: TokenError.notYetValid) { try tokens.verify(text, now: 939) }
        #expect(try tokens.verify(text, now: 940) == self.token(7))
    }

    @Test func `what is refused is not kept`() {
        var tokens = VerifiedTokens(signer: self.signer)
        let stranger = TokenSigner(secret: [UInt8](repeating: 9, count: 32))
        for _ in 0..<2 {
            #expect(throws: TokenError.wrongSignature) {
                try tokens.verify(stranger.sign(self.token(7)), now: 1_000)
            }
            #expect(throws: TokenError.expired) {
                try tokens.verify(self.signer.sign(self.token(7)), now: 5_000)
            }
            #expect(throws: TokenError.malformed) { try tokens.verify("", now: 1_000) }
            #expect(throws: TokenError.malformed) {
                try tokens.verify(String(repeating: "a", count: 100_000), now: 1_000)
            }
        }
        #expect(tokens.count == 0)
    }

    @Test func `every changed byte is refused after the good text was kept`() throws {
        var tokens = VerifiedTokens(signer: self.signer)
        let good = Array(self.signer.sign(self.token(7)).utf8)
        _ = try tokens.verify(String(decoding: good, as: UTF8.self), now: 1_000)
        for index in good.indices {
            var bad = good
            bad[index] ^= 1
            #expect(throws: TokenError.self) {
                try tokens.verify(String(decoding: bad, as: UTF8.self), now: 1_000)
            }
        }
        #expect(tokens.count == 1)
    }

    @Test func `a text that is equal only as Unicode is another text`() throws {
        var tokens = VerifiedTokens(signer: self.signer)
        // `K`, of which the Kelvin sign U+212A is another spelling to `String`.
        let texts = (1...500).map { self.signer.sign(self.token($0)) }
        let good = try #require(texts.first { $0.contains("K") })
        _ = try tokens.verify(good, now: 1_000)
        let lookalike = String(good.map { $0 == "K" ? "\u{212a}" : $0 })
        #expect(lookalike == good)
        #expect(throws: TokenError.malformed) { try tokens.verify(lookalike, now: 1_000) }
    }

    @Test func `two tokens of one signature are told apart by their claims`() throws {
        var tokens = VerifiedTokens(signer: self.signer)
        let good = self.signer.sign(self.token(7))
        _ = try tokens.verify(good, now: 1_000)
        let other = self.signer.sign(self.token(8))
        let spliced = "\(other.dropLast(43))\(good.suffix(43))"
        #expect(throws: TokenError.wrongSignature) {
            try tokens.verify(spliced, now: 1_000)
        }
    }

    @Test func `never more than the limit are kept, and all are still answered`() throws {
        for countMax in [2, 3, 4, 10] {
            var tokens = VerifiedTokens(signer: self.signer, countMax: countMax)
            for round in 0..<2 {
                for user in UInt32(1)...30 {
                    let text = self.signer.sign(self.token(user))
                    #expect(try tokens.verify(text, now: 1_000) == self.token(user))
                    #expect(tokens.count <= countMax, "round \(round), user \(user)")
                }
            }
        }
    }

    /// The count tells whether a text was found: one that is not found adds one.
    @Test func `a token in use survives those that come once`() throws {
        var tokens = VerifiedTokens(signer: self.signer, countMax: 4)
        func count(after user: UInt32) throws -> Int {
            _ = try tokens.verify(self.signer.sign(self.token(user)), now: 1_000)
            return tokens.count
        }
        #expect(try count(after: 1) == 1)
        #expect(try count(after: 2) == 2)
        #expect(try count(after: 3) == 3, "1 and 2 are old")
        #expect(try count(after: 1) == 3, "1 was found and is young again")
        #expect(try count(after: 4) == 3, "2 is gone, 3 and 1 are old")
        #expect(try count(after: 1) == 3, "1 was found once more")
        #expect(try count(after: 2) == 3, "2 was not: it entered, and 3 went")
    }
}
