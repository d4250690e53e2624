package import Shards

/// How far the store is behind.
package struct WriteBehindProgress: Sendable {
    package enum Link: String, Sendable {
        /// Not reached yet.
        case connecting
        case up
        /// Away; it is tried again and again.
        case down
        /// It belongs to another history, or is no store: a person has to look.
        case refused
    }

    package internal(set) var link = Link.connecting
    /// Every event at or below it is in the store.
    package internal(set) var confirmed = Position.zero
    package internal(set) var durable = Position.zero
    /// Why the link is not up.
    package internal(set) var lastError: StoreError?
    /// Rows that were put aside since the start.
    package internal(set) var deadLetterCount = 0
    /// When the oldest event that is not in the store became durable, about.
    var behindSince: ContinuousClock.Instant?

    /// Events that are not in the store yet.
    package var backlog: UInt64 {
        self.durable.rawValue - min(self.durable.rawValue, self.confirmed.rawValue)
    }

    /// The age of the oldest of them.
    package func lag(at now: ContinuousClock.Instant = .now) -> Duration {
        self.backlog == 0 ? .zero : self.behindSince.map { now - $0 } ?? .zero
    }
}

/// Which events are in the store, and which rows it would not take: those stay in memory.
package struct Confirmation: Hashable, Sendable {
    package let through: Position
    package let refused: [MessageID]

    package init(through: Position, refused: [MessageID]) {
        self.through = through
        self.refused = refused
    }
}
