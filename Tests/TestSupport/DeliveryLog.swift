import Dispatch
import Persistence
package import Shards

/// Keeps what a journal delivers, and lets a test wait for it.
package final class DeliveryLog: Sendable {
    private struct State {
        var batches: [DurableBatch] = []
        var awaited: Position?
    }

    private let state = Lock(State())
    private let arrival = DispatchSemaphore(value: 0)

    package init() {}

    package var batches: [DurableBatch] { self.state.withLock { $0.batches } }

    /// The last position delivered.
    package var last: Position { self.batches.last?.last ?? .zero }

    package func deliver(_ batch: DurableBatch) {
        let isAwaited = self.state.withLock { state in
            state.batches.append(batch)
            guard let awaited = state.awaited, batch.last >= awaited else { return false }
            state.awaited = nil
            return true
        }
        if isAwaited { self.arrival.signal() }
    }

    /// Blocks until the position has been delivered. For one waiter.
    package func wait(for position: Position) {
        let isThere = self.state.withLock { state in
            if let last = state.batches.last?.last, last >= position { return true }
            state.awaited = position
            return false
        }
        if !isThere { self.arrival.wait() }
    }
}
