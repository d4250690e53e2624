import Net
import Shards
import Testing

struct TokenSignerTests {
    private let signer = TokenSigner(secret: testSecret)

    private let access = AccessToken(
        user: UserID(rawValue: 17),
        session: SessionID(rawValue: 255),
        issuedAt: 1_700_000_000,
        expiresAt: 1_700_000_900
    )

    private let refresh = RefreshToken(
        user: UserID(rawValue: 17),
        session: SessionID(rawValue: 255),
        generation: 3,
        issuedAt: 1_700_000_000,
        expiresAt: 1_700_604_800
    )

    /// Made with another implementation of HS256. A change signs everyone out.
    @Test func `the texts never change`() {
        #expect(
            self.signer.sign(self.access)
                == "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                + "eyJzdWIiOiIxNyIsInNpZCI6IjAwMDAwMDAwMDAwMDAwZmYiLCJ0eXAiOiJhY2Nlc3MiLCJpYXQi"
                + "OjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMDkwMH0."
                + "3ImS4rhnePg5Ib10cPZ6GlM7Lq82YyRn3CxdXkzClZ4"
        )
        #expect(
            self.signer.sign(self.refresh)
                == "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                + "eyJzdWIiOiIxNyIsInNpZCI6IjAwMDAwMDAwMDAwMDAwZmYiLCJ0eXAiOiJyZWZyZXNoIiwiZ2Vu"
                + "IjozLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDYwNDgwMH0."
                + "-GdAtRJm8usoAb8PMSZ4hh0-WL6JzBfiuRkHfHoe8VY"
        )
    }

    @Test func `equal tokens sign to equal text, other generations to another`() {
        let again = TokenSigner(secret: testSecret)
        #expect(self.signer.sign(self.refresh) == again.sign(self.refresh))
        let next = RefreshToken(
            user: self.refresh.user,
            session: self.refresh.session,
            generation: 4,
            issuedAt: self.refresh.issuedAt,
            expiresAt: self.refresh.expiresAt
        )
        #expect(self.signer.sign(self.refresh) != self.signer.sign(next))
    }

    @Test(arguments: [UInt32.min, 1, 17, .max], [UInt64.min, 1, 1 << 60, .max])
    func `what is signed comes back, also at the ends of its types`(
        user: UInt32,
        session: UInt64
    ) throws {
        for (issuedAt, expiresAt) in [(0, 1), (.min, .max), (-5, 10)] as [(Int64, Int64)] {
            let access = AccessToken(
                user: UserID(rawValue: user),
                session: SessionID(rawValue: session),
                issuedAt: issuedAt,
                expiresAt: expiresAt
            )
            #expect(try self.signer.verifyAccess(self.signer.sign(access), now: 0) == access)
            let refresh = RefreshToken(
                user: access.user,
                session: access.session,
                generation: user,
                issuedAt: issuedAt,
                expiresAt: expiresAt
            )
            #expect(try self.signer.verifyRefresh(self.signer.sign(refresh), now: 0) == refresh)
        }
    }

    @Test func `a part of a longer text is verified in place`() throws {
        let header = "Bearer \(self.signer.sign(self.access))"
        #expect(
            try self.signer.verifyAccess(header.dropFirst(7), now: 1_700_000_000) == self.access
        )
    }

    @Test func `a token is good from a minute before it was issued to its last second`() throws {
        let text = self.signer.sign(self.access)
        #expect(throws: TokenError.notYetValid) {
            try self.signer.verifyAccess(text, now: 1_699_999_939)
        }
        for now: Int64 in [1_699_999_940, 1_700_000_000, 1_700_000_899] {
            #expect(try self.signer.verifyAccess(text, now: now) == self.access)
        }
        for now: Int64 in [1_700_000_900, 1_700_000_901, .max] {
            #expect(throws: TokenError.expired) {
                try self.signer.verifyAccess(text, now: now)
            }
        }
        #expect(throws: TokenError.notYetValid) {
            try self.signer.verifyAccess(text, now: .min)
        }
    }

    @Test func `a clock at the end of time does not trap`() throws {
        let text = forge(
            claims: #"{"sub":"1","sid":"0000000000000001","typ":"access","#
                + #""iat":9223372036854775807,"exp":9223372036854775807}"#
        )
        #expect(try self.signer.verifyAccess(text, now: .max - 1).issuedAt == .max)
        #expect(throws: TokenError.expired) { try self.signer.verifyAccess(text, now: .max) }
        #expect(throws: TokenError.notYetValid) { try self.signer.verifyAccess(text, now: 0) }
    }

    @Test func `neither token stands for the other`() {
        let now = self.access.issuedAt
        #expect(throws: TokenError.wrongPurpose) {
            try self.signer.verifyAccess(self.signer.sign(self.refresh), now: now)
        }
        #expect(throws: TokenError.wrongPurpose) {
            try self.signer.verifyRefresh(self.signer.sign(self.access), now: now)
        }
    }

    @Test func `a token of another secret is refused`() {
        for index in testSecret.indices {
            var secret = testSecret
            secret[index] ^= 1
            #expect(throws: TokenError.wrongSignature) {
                try TokenSigner(secret: secret)
                    .verifyAccess(self.signer.sign(self.access), now: 1_700_000_000)
            }
        }
    }

    @Test func `a secret shorter than the hash is a mistake of the caller`() async {
        await #expect(processExitsWith: .failure) {
            _ = TokenSigner(secret: [UInt8](repeating: 1, count: 31))
        }
    }
}
