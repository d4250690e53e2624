package import Shards

/// What a start has of a history without its journal: the events that a snapshot shows and the
/// store has got. A trim may remove them, so damage among them is no loss.
package struct JournalCover: Hashable, Sendable {
    /// No event at or before it is needed.
    package let through: Position
    /// The journal has to go on to here at least: else a start refuses it beside what there is.
    package let newest: Position

    package init(through: Position, newest: Position) {
        self.through = through
        self.newest = newest
    }

    /// Whether nothing is missing between it and a journal that begins there.
    func joins(_ first: Position) -> Bool {
        first <= self.through || first.follows(self.through)
    }
}
