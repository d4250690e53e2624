import Dispatch
import Persistence
import Shards

/// Lets a journal's writer go on only when the test says so: which events share a batch, and with it
/// the order of the disk's operations, is the test's, so that a seed tells all.
final class SteppedWriter: Sendable {
    private struct State {
        var batches: [DurableBatch] = []
        var durable = Position.zero
        var isStarted = false
        var hasFailed = false
        var isFree = false
    }

    private let state = Lock(State())
    private let turn = DispatchSemaphore(value: 0)
    private let news = DispatchSemaphore(value: 0)

    var hasFailed: Bool { self.state.withLock(\.hasFailed) }

    /// Brings all that was offered to the disk.
    ///
    /// - Returns: the batches; nil where the journal can write no more.
    func write(_ journal: Journal) -> [DurableBatch]? {
        let target = journal.offeredPosition
        guard !self.hasFailed else { return nil }
        guard journal.durablePosition < target else { return [] }
        let isStarted = self.state.withLock { state in
            defer { state.isStarted = true }
            return state.isStarted
        }
        if isStarted { self.turn.signal() } else { journal.start { self.deliver($0) } }
        while true {
            self.news.wait()
            let (durable, hasFailed) = self.state.withLock { ($0.durable, $0.hasFailed) }
            if hasFailed { return nil }
            guard durable < target else { break }
            self.turn.signal()
        }
        return self.state.withLock { state in
            defer { state.batches = [] }
            return state.batches
        }
    }

    /// What the journal calls instead of ending the process.
    func fail() {
        self.state.withLock { $0.hasFailed = true }
        self.news.signal()
    }

    func close(_ journal: Journal) {
        self.state.withLock { $0.isFree = true }
        self.turn.signal()
        journal.close()
    }

    private func deliver(_ batch: DurableBatch) {
        let waits = self.state.withLock { state in
            state.batches.append(batch)
            state.durable = batch.last
            return !state.isFree
        }
        self.news.signal()
        if waits { self.turn.wait() }
    }
}
