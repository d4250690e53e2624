import CSodium
import Glibc

/// The access tokens that one event loop has verified, so that a request after the first costs a
/// look-up and no HMAC.
///
/// Two generations: tokens enter the young one; when it holds half of the limit it becomes the old
/// one, and what was old is dropped. A token that is found in the old one moves over.
/// Only tells that a token was signed here and has not expired. Whether its session still stands is
/// asked of the sessions each time.
package struct VerifiedTokens {
    private let signer: TokenSigner
    private let generationMax: Int
    private var young: [Key: AccessToken] = [:]
    private var old: [Key: AccessToken] = [:]

    package static let countMaxDefault = 4096

    /// Keeps at most `countMax` tokens, at least 2.
    package init(signer: TokenSigner, countMax: Int = Self.countMaxDefault) {
        precondition(countMax >= 2, "each of the two generations holds a token")
        self.signer = signer
        self.generationMax = countMax / 2
    }

    package var count: Int { self.young.count + self.old.count }

    /// The same answer as `TokenSigner.verifyAccess`, which is asked where the text is new.
    ///
    /// What is refused is not kept. `now` is in seconds since 1970.
    package mutating func verify(_ text: String, now: Int64) throws(TokenError) -> AccessToken {
        guard let key = Key(text) else {
            return try self.signer.verifyAccess(text, now: now)
        }
        if let token = self.young[key] {
            return try Self.current(token, now: now)
        }
        if let token = self.old.removeValue(forKey: key) {
            self.keep(token, for: key)
            return try Self.current(token, now: now)
        }
        let token = try self.signer.verifyAccess(text, now: now)
        self.keep(token, for: key)
        return token
    }

    private static func current(
        _ token: AccessToken,
        now: Int64
    ) throws(TokenError) -> AccessToken {
        let (issuedAt, expiresAt) = (token.issuedAt, token.expiresAt)
        try TokenSigner.checkTimes(issuedAt: issuedAt, expiresAt: expiresAt, now: now)
        return token
    }

    private mutating func keep(_ token: AccessToken, for key: Key) {
        if self.young.count == self.generationMax {
            self.old = self.young
            self.young = [:]
        }
        self.young[key] = token
    }
}

/// A token's text, compared as bytes: a `String` would also equal another spelling of itself (the
/// Kelvin sign equals `K`).
private struct Key: Hashable {
    private var text: String

    /// Nil where no token can be so long or so short: the work on what anyone sends is bounded.
    init?(_ text: String) {
        guard TokenSigner.signatureCharacters...TokenSigner.textBytesMax ~= text.utf8.count else {
            return nil
        }
        self.text = text
        // Where the text is not yet stored as UTF-8, now and not at each comparison.
        self.text.makeContiguousUTF8()
    }

    /// The signature alone: only verified tokens are stored, so nobody can choose colliding ones.
    func hash(into hasher: inout Hasher) {
        self.text.utf8.span.extracting(last: TokenSigner.signatureCharacters).withUnsafeBytes {
            hasher.combine(bytes: $0)
        }
    }

    /// The signature, which is all that a forger lacks, in constant time.
    static func == (left: Key, right: Key) -> Bool {
        let count = left.text.utf8.count
        guard count == right.text.utf8.count else { return false }
        let claims = count - TokenSigner.signatureCharacters
        return left.text.utf8.span.withUnsafeBytes { left in
            right.text.utf8.span.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else {
                    return false
                }
                return memcmp(left, right, claims) == 0
                    && sodium_memcmp(left + claims, right + claims, count - claims) == 0
            }
        }
    }
}
