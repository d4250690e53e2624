package import Shards

/// What a repair is going to do, told before anything is changed.
package struct RepairPlan: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        /// The file leaves its place.
        case setAside
        /// The file leaves its place, and what is before the damage takes it.
        case cut(keeping: Int)
        /// The file leaves its place, and these bytes of it, which hold those positions, become a segment.
        case part(Range<Int>, holding: Range<Position>)
    }

    /// What lies behind the damage and could be read there.
    package struct Loss: Hashable, Sendable {
        package var batchCount = 0
        package var eventCount = 0
    }

    package struct Step: Hashable, Sendable {
        package let file: String
        let first: Position
        package internal(set) var action: Action
        /// In bytes; where the damage begins.
        package let offset: Int
        /// The first that is dropped.
        package let position: Position
        /// In words, for people.
        package let reason: String
        /// Nil where it cannot be told, or nothing is lost.
        package internal(set) var loss: Loss?
        /// Whether `cover` has all that leaves before what is kept.
        package internal(set) var isCovered = false
    }

    /// In the order of positions.
    package internal(set) var steps: [Step] = []
    /// What the journal has afterwards: nil where nothing is left.
    package internal(set) var kept: JournalExtent?
    /// What makes up for what comes before `kept`; nil where the plan does without.
    package internal(set) var cover: JournalCover?

    package init() {}

    /// Whether there is nothing to do.
    package var isEmpty: Bool { self.steps.isEmpty }
}
