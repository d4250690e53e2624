package import Shards

/// A rate limit: so many at once, and so many a second in the long run.
package struct RateLimit: Sendable {
    /// 0 turns the limit off.
    package let perSecond: Double
    package let burst: Double

    package init(perSecond: Double, burst: Double) {
        self.perSecond = perSecond
        self.burst = burst
    }

    package static let off = RateLimit(perSecond: 0, burst: 0)

    package var isOff: Bool { self.perSecond <= 0 }
}

/// What is left of a rate limit for one who is limited.
package struct TokenBucket: Sendable {
    package enum Outcome: Equatable, Sendable {
        case taken
        /// Whole seconds until one more may be taken, at least 1.
        case limited(retryAfter: Int)

        package var isLimited: Bool { self != .taken }
    }

    private let limit: RateLimit
    private var tokens: Double
    private var filledAt = MonotonicInstant(milliseconds: 0)

    package init(_ limit: RateLimit) {
        self.limit = limit
        self.tokens = limit.burst
    }

    package mutating func take(at now: MonotonicInstant) -> Outcome {
        if self.limit.isOff { return .taken }
        self.fill(at: now)
        guard self.tokens < 1 else {
            self.tokens -= 1
            return .taken
        }
        let wait = (1 - self.tokens) / self.limit.perSecond
        return .limited(retryAfter: max(1, Int(wait.rounded(.up))))
    }

    /// Whether it is as good as new, so that it need not be kept.
    package mutating func isFull(at now: MonotonicInstant) -> Bool {
        self.fill(at: now)
        return self.tokens >= self.limit.burst
    }

    private mutating func fill(at now: MonotonicInstant) {
        if self.filledAt.milliseconds > 0, now > self.filledAt {
            let passed = Double(now.milliseconds - self.filledAt.milliseconds) / 1000
            self.tokens = min(self.limit.burst, self.tokens + passed * self.limit.perSecond)
        }
        self.filledAt = max(now, self.filledAt)
    }
}
