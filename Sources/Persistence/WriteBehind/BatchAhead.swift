import Dispatch
import Shards

/// Reads the next batch from the journal and makes its rows while the store takes the one before,
/// on a thread of its own: there is one batch ahead, so memory stays bounded.
final class BatchAhead: Sendable {
    private struct Order {
        let start: Position
        let durable: Position
    }

    private struct State {
        var order: Order?
        var result: Result<EventBatch, JournalError>?
        var isClosing = false
        var thread: BlockingThread?
    }

    private let state = Lock(State())
    private let ordered = DispatchSemaphore(value: 0)
    private let read = DispatchSemaphore(value: 0)
    private let journal: Journal
    private let bytesMax: Int

    /// Starts the thread, which ends with `close`.
    init(of journal: Journal, bytesMax: Int) {
        self.journal = journal
        self.bytesMax = bytesMax
        self.state.withLock { state in
            state.thread = BlockingThread(.behindRequests) { self.run() }
        }
    }

    /// Begins to read from `start` on, and not past `durable`. Once, before each `take`.
    func begin(from start: Position, through durable: Position) {
        self.state.withLock { $0.order = Order(start: start, durable: durable) }
        self.ordered.signal()
    }

    /// Waits for what was begun.
    func take() throws(JournalError) -> EventBatch {
        self.read.wait()
        guard let result = self.state.withLock({ $0.result.take() }) else {
            preconditionFailure("what is taken was begun before")
        }
        return try result.get()
    }

    /// Ends the thread, also where something was begun and not taken.
    func close() {
        let thread = self.state.withLock { state in
            state.isClosing = true
            return state.thread.take()
        }
        self.ordered.signal()
        thread?.join()
    }

    private func run() {
        let reader = self.journal.makeReader()
        while true {
            self.ordered.wait()
            let (order, isClosing) = self.state.withLock { ($0.order.take(), $0.isClosing) }
            if isClosing { return }
            guard let order else { continue }
            let result = self.read(order, with: reader)
            self.state.withLock { $0.result = result }
            self.read.signal()
        }
    }

    private func read(
        _ order: Order,
        with reader: JournalReader
    ) -> Result<EventBatch, JournalError> {
        var events: [(position: Position, event: Event)] = []
        do throws(JournalError) {
            let next = try reader.read(
                from: order.start,
                through: order.durable,
                bytesMax: self.bytesMax
            ) { events.append(($0, $1)) }
            let through = Position(rawValue: next.rawValue - 1)
            return .success(EventBatch(events, through: through))
        } catch {
            return .failure(error)
        }
    }
}
