package import Shards

/// Which events a journal has: nothing is missing between the first and the last.
package struct JournalExtent: Hashable, Sendable {
    package let epoch: Epoch
    /// The first that is kept, or the first to come where there is no event.
    package let first: Position
    /// Before `first` where there is no event.
    package let last: Position

    package init(epoch: Epoch, first: Position, last: Position) {
        self.epoch = epoch
        self.first = first
        self.last = last
    }
}
