/// One sign-in on one device, and the line of refresh tokens that keeps it going: one row.
///
/// Tokens are not stored, not even hashed: each is derived from the session's id, its generation
/// and the times below with the server's secret.
package struct Session: Hashable, Sendable {
    /// A refresh token that was just replaced still gives its successor, so that an answer lost on
    /// the way logs nobody out.
    package static let graceForLostAnswer = Duration.seconds(10)

    /// No access token is good for longer.
    package static let accessLifetimeMax = Duration.seconds(24 * 3600)

    package let id: SessionID
    package let user: UserID
    /// Of the refresh token that is good now.
    package var generation: UInt32
    /// When that token was made.
    package var rotatedAt: Timestamp
    package var expiresAt: Timestamp
    package var isRevoked: Bool

    package init(
        id: SessionID,
        user: UserID,
        generation: UInt32,
        rotatedAt: Timestamp,
        expiresAt: Timestamp,
        isRevoked: Bool
    ) {
        self.id = id
        self.user = user
        self.generation = generation
        self.rotatedAt = rotatedAt
        self.expiresAt = expiresAt
        self.isRevoked = isRevoked
    }
}
