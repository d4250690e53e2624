package import Shards

/// What a repair is going to do, told before anything is changed.
package struct RepairPlan: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        /// The file leaves its place.
        case setAside
        /// The file leaves its place, and what is before the damage takes it.
        case cut(keeping: Int)
    }

    /// What lies behind the damage and could be read there.
    package struct Loss: Hashable, Sendable {
        package var batchCount = 0
        package var eventCount = 0
    }

    package struct Step: Hashable, Sendable {
        package let file: String
        let first: Position
        package let action: Action
        /// In bytes; where the damage begins.
        package let offset: Int
        /// The first that is dropped.
        package let position: Position
        /// In words, for people.
        package let reason: String
        /// Nil where it cannot be told.
        package let loss: Loss?
    }

    /// In the order of positions.
    package internal(set) var steps: [Step] = []
    /// What the journal has afterwards: nil where nothing is left.
    package internal(set) var kept: JournalExtent?

    /// Whether there is nothing to do.
    package var isEmpty: Bool { self.steps.isEmpty }
}
