package import Shards
import Synchronization

/// One rate limit for many, by key. Shared by all loops; locked in stripes, so that they seldom
/// meet.
package final class Limiter<Key: Hashable & Sendable>: Sendable {
    private struct Stripe {
        var buckets: [Key: TokenBucket] = [:]
        /// When it is this full, buckets that are as good as new are thrown out.
        var sweepAt = 1024
    }

    private final class LockedStripe: Sendable {
        let stripe = Mutex(Stripe())
    }

    private let limit: RateLimit
    private let stripes: [LockedStripe]

    package init(_ limit: RateLimit, stripeCount: Int = 16) {
        self.limit = limit
        self.stripes = (0..<stripeCount).map { _ in LockedStripe() }
    }

    package func take(_ key: Key, at now: MonotonicInstant) -> TokenBucket.Outcome {
        if self.limit.isOff { return .taken }
        let place = Int(UInt(bitPattern: key.hashValue) % UInt(self.stripes.count))
        return self.stripes[place].stripe.withLock { stripe in
            if stripe.buckets.count >= stripe.sweepAt { Self.sweep(&stripe, at: now) }
            return stripe.buckets[key, default: TokenBucket(self.limit)].take(at: now)
        }
    }

    private static func sweep(_ stripe: inout Stripe, at now: MonotonicInstant) {
        stripe.buckets = stripe.buckets.filter { entry in
            var bucket = entry.value
            return !bucket.isFull(at: now)
        }
        stripe.sweepAt = max(1024, stripe.buckets.count * 2)
    }
}
