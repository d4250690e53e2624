import Shards

/// A stretch of the journal, and the rows that it leaves.
struct EventBatch: Sendable {
    let events: [(position: Position, event: Event)]
    let rows: RowBatch
    /// The highest ids that the events handed out.
    let newest: NewestIDs
    /// The position of the last event.
    let through: Position

    /// `events` are in order of position.
    init(_ events: [(position: Position, event: Event)], through: Position) {
        var coalescer = RowCoalescer()
        for (position, event) in events { coalescer.take(event, at: position) }
        self.events = events
        (self.rows, self.newest) = coalescer.finish()
        self.through = through
    }
}
