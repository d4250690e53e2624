package import Shards

/// What buys the next pair of tokens, once.
///
/// `generation` counts the refreshes of a session. Together with the other fields it determines the
/// signed text, so a lost reply is answered again with the very same token.
/// Times are whole seconds since 1970 (RFC 7519, section 2, NumericDate).
package struct RefreshToken: Hashable, Sendable {
    package let user: UserID
    package let session: SessionID
    package let generation: UInt32
    package let issuedAt: Int64
    package let expiresAt: Int64

    package init(
        user: UserID,
        session: SessionID,
        generation: UInt32,
        issuedAt: Int64,
        expiresAt: Int64
    ) {
        self.user = user
        self.session = session
        self.generation = generation
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}
