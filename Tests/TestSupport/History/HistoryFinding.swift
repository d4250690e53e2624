/// Something in a history that a correct server cannot have done.
package struct HistoryFinding: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        /// Acknowledged, and not there in the end, or there with another content.
        case lost = "LOST"
        /// One key with two effects, or one text twice.
        case duplicate = "DUP"
        /// Orders that contradict each other: of acknowledgements, frames and pages.
        case reorder = "REORDER"
        /// There, or seen live, and nobody asked for it, or it was refused.
        case phantom = "PHANTOM"
        /// Seen live, and not there in the end.
        case broadcastLost = "BROADCAST-LOST"
        /// A position went back, or a position or an id was used a second time.
        case regress = "REGRESS"
        /// A reader missed an event and was not told.
        case gap = "GAP"
        /// A reader heard of a chat that they are not in.
        case leak = "LEAK"
    }

    package let kind: Kind
    package let text: String

    init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    package var description: String { "\(self.kind.rawValue) \(self.text)" }
}
