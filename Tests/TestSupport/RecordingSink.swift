import Persistence
package import Shards

/// A journal in memory that remembers what it was offered.
package final class RecordingSink: EventSink {
    package struct Entry: Sendable {
        package let position: Position
        package let event: Event
        package let mark: IdempotencyMark?
        package let notice: Notice
    }

    private struct State {
        var entries: [Entry] = []
        var hasRoom = true
    }

    private let state: Lock<State>

    /// Goes on after `entries`, as a journal does after a restart.
    package init(after entries: [Entry] = []) {
        self.state = Lock(State(entries: entries))
    }

    package var hasRoom: Bool {
        get { self.state.withLock(\.hasRoom) }
        set { self.state.withLock { $0.hasRoom = newValue } }
    }

    package var entries: [Entry] { self.state.withLock(\.entries) }

    package func offer(_ event: Event, mark: IdempotencyMark?, notice: Notice) -> Position {
        self.state.withLock { state in
            let position = Position(rawValue: UInt64(state.entries.count) + 1)
            state.entries.append(
                Entry(position: position, event: event, mark: mark, notice: notice)
            )
            return position
        }
    }
}
