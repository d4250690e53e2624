import Dispatch
import Shards
import Synchronization

/// What one sync will make durable: encoded events, and behind each its notice.
struct PendingBatch: Sendable {
    var first = Position.zero
    /// Room for a `BatchHeader`, then the body.
    var bytes = Self.headerRoom
    var notices: [Notice] = []

    var bodyBytes: Int { self.bytes.count - BatchHeader.byteCount }

    /// The position after the last event.
    var next: Position { Position(rawValue: self.first.rawValue + UInt64(self.notices.count)) }

    /// Forgets all but its memory, and that too where it is more than the bound.
    mutating func reset(keeping byteCountMax: Int) {
        if self.bytes.capacity > byteCountMax {
            self.bytes = Self.headerRoom
        } else {
            self.bytes.removeLast(self.bytes.count - BatchHeader.byteCount)
        }
        let count = self.notices.count
        self.notices = []
        self.notices.reserveCapacity(min(count, 1024))
    }

    private static let headerRoom = [UInt8](repeating: 0, count: BatchHeader.byteCount)
}

/// Hands events from all shards to the one writer, in the order of their positions.
final class JournalQueue: Sendable {
    /// The batch that grows is the last in order; `full` holds those before it that have reached
    /// their size.
    fileprivate struct State {
        var next: Position
        var filling = PendingBatch()
        var full: [PendingBatch] = []
        var spare: PendingBatch?
        var pace = SyncPace()
        /// How many events end the writer's sleep; nil where it does not sleep.
        var wakesAt: Int?
        var isClosing = false
    }

    private let state: Lock<State>
    private let wake = DispatchSemaphore(value: 0)
    private let durable: Atomic<UInt64>
    private let written = Atomic<Int>(0)
    private let room: JournalRoom
    private let batchBytes: Int

    /// `next` is the first position to hand out.
    init(next: Position, room: JournalRoom, limits: JournalLimits) {
        self.state = Lock(State(next: next))
        self.durable = Atomic(next.rawValue - 1)
        self.room = room
        self.batchBytes = limits.batchBytes
    }

    var durablePosition: Position { Position(rawValue: self.durable.load(ordering: .acquiring)) }

    /// The last that was handed out.
    var offeredPosition: Position {
        self.state.withLock { Position(rawValue: $0.next.rawValue - 1) }
    }

    /// Of the files, since the queue was made.
    var writtenBytes: Int { self.written.load(ordering: .relaxed) }

    func offer(_ event: Event, mark: IdempotencyMark?, notice: Notice) -> Position {
        let (position, wakes) = self.state.withLock { state in
            if state.filling.bytes.count >= self.batchBytes { state.closeBatch() }
            if state.filling.notices.isEmpty { state.filling.first = state.next }
            let before = state.filling.bytes.count
            EventCodec.append(event, mark: mark, to: &state.filling.bytes)
            state.filling.notices.append(notice)
            self.room.offered(state.filling.bytes.count - before)
            let position = state.next
            state.next = position.next
            return (position, state.endsSleep())
        }
        if wakes { self.wake.signal() }
        return position
    }

    // MARK: - The writer's side

    /// Waits for events, as many as `SyncPace` has it.
    ///
    /// - Returns: nil when the queue is closed and empty.
    func take() -> PendingBatch? {
        while true {
            switch self.next(at: .now()) {
            case .batch(let batch): return batch
            // Whether it was woken or its time is over, what there is now decides.
            case .sleep(let end): _ = self.wake.wait(timeout: end)
            case .closed: return nil
            }
        }
    }

    /// What the writer is to do at `now`. Where that is to sleep, offering ends it.
    func next(at now: DispatchTime) -> Next {
        self.state.withLock { $0.next(at: now) }
    }

    /// `next` is the first position that is not durable, and `byteCount` what the batch took up.
    func madeDurable(before next: Position, byteCount: Int) {
        self.written.add(byteCount, ordering: .relaxed)
        self.durable.store(next.rawValue - 1, ordering: .releasing)
    }

    /// Gives the memory of a written batch back.
    func recycle(_ batch: consuming PendingBatch) {
        batch.reset(keeping: 2 * self.batchBytes)
        self.state.withLock { [batch] state in state.spare = batch }
    }

    func close() {
        let wakes = self.state.withLock { state in
            state.isClosing = true
            defer { state.wakesAt = nil }
            return state.wakesAt != nil
        }
        if wakes { self.wake.signal() }
    }
}

extension JournalQueue {
    enum Next {
        case batch(PendingBatch)
        /// Until woken, or until then: a wait on the semaphore, never a pause.
        case sleep(until: DispatchTime)
        case closed
    }
}

extension JournalQueue.State {
    fileprivate mutating func closeBatch() {
        self.full.append(self.filling)
        self.filling = self.spare.take() ?? PendingBatch()
    }

    fileprivate mutating func next(at now: DispatchTime) -> JournalQueue.Next {
        self.wakesAt = nil
        if !self.full.isEmpty { return .batch(self.full.removeFirst()) }
        let count = self.filling.notices.count
        let wanted = self.isClosing ? 1 : self.pace.wanted(at: now)
        if count >= wanted {
            self.pace.took(count, at: now)
            let batch = self.filling
            self.filling = self.spare.take() ?? PendingBatch()
            return .batch(batch)
        }
        if self.isClosing { return .closed }
        self.wakesAt = wanted
        return .sleep(until: wanted > 1 ? self.pace.end : .distantFuture)
    }

    /// Whether a sleeping writer has what it sleeps for, and is to be woken.
    fileprivate mutating func endsSleep() -> Bool {
        guard let wakesAt = self.wakesAt else { return false }
        guard self.filling.notices.count >= wakesAt || !self.full.isEmpty else { return false }
        self.wakesAt = nil
        return true
    }
}
