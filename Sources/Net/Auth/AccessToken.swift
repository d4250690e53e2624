package import Shards

/// What lets a request in: short-lived, sent with each one, never stored.
///
/// Times are whole seconds since 1970 (RFC 7519, section 2, NumericDate).
package struct AccessToken: Hashable, Sendable {
    package let user: UserID
    package let session: SessionID
    package let issuedAt: Int64
    package let expiresAt: Int64

    package init(user: UserID, session: SessionID, issuedAt: Int64, expiresAt: Int64) {
        self.user = user
        self.session = session
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}
