/// A request that succeeded under an `Idempotency-Key`, journaled in the same event as its effect,
/// so that there is no moment at which a retry would do it again.
package struct IdempotencyMark: Hashable, Sendable {
    /// 128 bits of a hash. Two that are equal by chance are not a worry.
    package struct Digest: Hashable, Sendable {
        package let high: UInt64
        package let low: UInt64

        package init(high: UInt64, low: UInt64) {
            self.high = high
            self.low = low
        }
    }

    /// The request: its key and the hash of what must be the same when it comes again.
    package struct Request: Hashable, Sendable {
        /// Of user, method, path, chat and key.
        package let scope: Digest
        package let body: Digest

        package init(scope: Digest, body: Digest) {
            self.scope = scope
            self.body = body
        }
    }

    package let request: Request
    package let user: UserID
    /// What the request made or changed: a message, a reaction or a chat.
    package let resource: UInt64
    package let at: Timestamp

    package init(request: Request, user: UserID, resource: UInt64, at: Timestamp) {
        self.request = request
        self.user = user
        self.resource = resource
        self.at = at
    }
}
