/// The place of an event in the journal: dense from 1, over all shards.
package struct Position: Hashable, Comparable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Before every event: what nothing has changed since.
    package static let zero = Position(rawValue: 0)

    package static func < (left: Position, right: Position) -> Bool {
        left.rawValue < right.rawValue
    }

    package var next: Position { Position(rawValue: self.rawValue + 1) }
}

/// Names the history that positions count. Random, and new whenever history is lost.
package struct Epoch: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// 32 hexadecimal digits: what clients are given and give back.
    package var text: String {
        [self.high, self.low].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        .joined()
    }
}
