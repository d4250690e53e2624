import NIOConcurrencyHelpers
package import Shards
import Synchronization

/// How far the server is: told by those who know, at any time and on any thread, and shown by
/// `/health/ready`.
package final class Readiness: Sendable {
    /// How far the database is behind the journal.
    package struct Backlog: Sendable, Equatable {
        package enum Database: String, Sendable {
            case up
            case down
            /// It answers, and does not take what it is given as a whole.
            case refused
        }

        package var eventCount = 0
        /// The age of the oldest event that is not in the database.
        package var lag = Duration.zero
        /// Nil until it has been asked.
        package var database: Database?
        /// A sentence for whoever can reach the server: no row, no password, no address.
        package var lastError: String?

        package init() {}
    }

    package enum Report: Sendable, Equatable {
        /// First the snapshot is restored, then come the journal's events after it.
        case starting(snapshotPercent: Int, eventsReplayed: Int)
        /// The journal takes no writes.
        case readOnly(Backlog)
        case ready(Backlog)
    }

    private struct State {
        /// Nil while the server is starting.
        var hasRoom: (@Sendable () -> Bool)?
        var backlog: @Sendable () -> Backlog = { Backlog() }
    }

    private let state = NIOLockedValueBox(State())
    private let snapshotPercent = Atomic<Int>(0)
    private let eventsReplayed = Atomic<Int>(0)

    package init() {}

    package var report: Report {
        let state = self.state.withLockedValue { $0 }
        guard let hasRoom = state.hasRoom else {
            return .starting(
                snapshotPercent: self.snapshotPercent.load(ordering: .relaxed),
                eventsReplayed: self.eventsReplayed.load(ordering: .relaxed)
            )
        }
        return hasRoom() ? .ready(state.backlog()) : .readOnly(state.backlog())
    }

    /// Takes how much of the snapshot has been restored.
    package func restored(percent: Int) {
        self.snapshotPercent.store(percent, ordering: .relaxed)
    }

    /// Takes the number of events that have been read back so far; cheap enough for every event.
    package func replayed(_ eventCount: Int) {
        self.eventsReplayed.store(eventCount, ordering: .relaxed)
    }

    /// Ends the start. `hasRoom` is whether the journal takes writes just now.
    package func becameReady(
        hasRoom: @escaping @Sendable () -> Bool,
        backlog: @escaping @Sendable () -> Backlog
    ) {
        self.state.withLockedValue { state in
            state.hasRoom = hasRoom
            state.backlog = backlog
        }
    }
}

extension Readiness.Report {
    package var status: Int {
        switch self {
        case .starting, .readOnly: 503
        case .ready: 200
        }
    }

    package func write(to json: inout JSONWriter) {
        json.raw("{\"status\":")
        switch self {
        case .starting(let snapshotPercent, let eventsReplayed):
            json.raw("\"starting\",\"snapshot_percent\":")
            json.integer(snapshotPercent)
            json.raw(",\"events_replayed\":")
            json.integer(eventsReplayed)
        case .readOnly(let backlog):
            json.raw("\"read-only\",")
            backlog.writeFields(to: &json)
        case .ready(let backlog):
            json.raw("\"ready\",")
            backlog.writeFields(to: &json)
        }
        json.raw("}")
    }
}

extension Readiness.Backlog {
    fileprivate func writeFields(to json: inout JSONWriter) {
        json.raw("\"backlog_events\":")
        json.integer(self.eventCount)
        let milliseconds = (max(.zero, self.lag) / .milliseconds(1)).rounded()
        json.raw(",\"lag_seconds\":")
        json.raw("\(milliseconds / 1000)".utf8)
        json.raw(",\"database\":")
        json.string(self.database?.rawValue)
        json.raw(",\"last_error\":")
        json.string(self.lastError)
    }
}
