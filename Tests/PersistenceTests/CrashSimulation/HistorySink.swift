import Persistence
import Shards

/// An event at its position, which is its place in the history, counted from 1.
struct HistoryEntry: Sendable {
    let event: Event
    let mark: IdempotencyMark?
}

/// The journal, with a memory of what it was offered.
final class HistorySink: EventSink {
    private let journal: Journal
    private let state: Lock<[HistoryEntry]>

    /// Goes on after `entries`.
    init(_ journal: Journal, after entries: [HistoryEntry]) {
        self.journal = journal
        self.state = Lock(entries)
    }

    var entries: [HistoryEntry] { self.state.withLock { $0 } }

    var hasRoom: Bool { self.journal.hasRoom }

    func offer(_ event: Event, mark: IdempotencyMark?, notice: Notice) -> Position {
        let position = self.journal.offer(event, mark: mark, notice: notice)
        self.state.withLock { entries in
            precondition(position.rawValue == UInt64(entries.count) + 1)
            entries.append(HistoryEntry(event: event, mark: mark))
        }
        return position
    }
}
