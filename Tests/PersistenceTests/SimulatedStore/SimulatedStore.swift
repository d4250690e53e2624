import Glibc
import Persistence
import Shards

/// A store in memory that goes away, refuses rows, loses the outcome of a commit, is slow and is
/// moved by others, as a test tells it.
///
/// `Watched`, so that a test can wait for what happens in it.
final class SimulatedStore: HistoryStore {
    /// What becomes of a commit.
    enum Fate: Sendable {
        case done
        /// Nothing is written, and the connection ends.
        case lostBefore
        /// All is written, and the connection ends before the answer.
        case lostAfter
    }

    /// A transaction that was committed.
    struct Batch: Sendable {
        let before: Position
        let after: Position
        /// Each `apply` that was not refused.
        var applied: [RowBatch] = []
        var applyCount = 0
        var letters: [DeadLetter] = []
    }

    struct Condition: Sendable {
        var rows = SimulatedRows()
        /// Nil while it is there.
        var absence: StoreError?
        /// Connections of an earlier number are cut.
        var generation = 0
        var refused: Set<RowKey> = []
        /// Of the next commits; those after them are done.
        var fates: [Fate] = []
        /// Before each commit and answer.
        var delay = Duration.zero
        /// Whether answers are held back until it is false.
        var isHeld = false

        /// When it was tried to connect, to write or to read.
        var attempts: [ContinuousClock.Instant] = []
        var batches: [Batch] = []
        var heldCount = 0
        var answerCount = 0
        /// Calls that the contract of `HistoryWriter` forbids.
        var misuses: [String] = []

        mutating func goAway(_ error: StoreError = .unavailable("away")) {
            self.absence = error
            self.generation += 1
        }
    }

    let condition = Watched(Condition())

    func prepare() throws(StoreError) {
        try self.condition.change { (condition) throws(StoreError) in
            condition.attempts.append(.now)
            if let error = condition.absence { throw error }
        }
    }

    func writer() throws(StoreError) -> SimulatedWriter {
        SimulatedWriter(self, generation: try self.generation())
    }

    func reader() throws(StoreError) -> SimulatedReader {
        self.condition.change { $0.attempts.append(.now) }
        return SimulatedReader(self, generation: try self.generation())
    }

    private func generation() throws(StoreError) -> Int {
        let condition = self.condition.value
        if let error = condition.absence { throw error }
        return condition.generation
    }

    var contents: StoreContents { get throws { try StoreContents(of: try self.reader()) } }
}

/// Has its rows for itself until it commits.
final class SimulatedWriter: HistoryWriter {
    private struct Transaction {
        var rows: SimulatedRows
        var batch: SimulatedStore.Batch
    }

    private let store: SimulatedStore
    private let generation: Int
    private var transaction: Transaction?
    private var isOver = false

    fileprivate init(_ store: SimulatedStore, generation: Int) {
        self.store = store
        self.generation = generation
    }

    func state() throws(StoreError) -> StoreState {
        try self.perform { (condition) throws(StoreError) in condition.rows.state }
    }

    func adopt(_ state: StoreState, insteadOf found: StoreState) throws(StoreError) {
        try self.perform { (condition) throws(StoreError) in
            guard condition.rows.state == found else { throw .moved(condition.rows.state) }
            condition.rows.move(to: state)
        }
    }

    func begin(_ expected: StoreState) throws(StoreError) {
        self.expect(self.transaction == nil, "begin within a transaction")
        try self.perform { (condition) throws(StoreError) in
            let found = condition.rows.state
            guard found.epoch == expected.epoch, found.applied == expected.applied else {
                throw .moved(found)
            }
            self.transaction = Transaction(
                rows: condition.rows,
                batch: SimulatedStore.Batch(before: found.applied, after: found.applied)
            )
        }
    }

    func apply(_ rows: RowBatch) throws(StoreError) {
        self.expect(self.transaction != nil, "apply without a transaction")
        self.transaction?.batch.applyCount += 1
        try self.perform { (condition) throws(StoreError) in
            if let key = rows.keys.first(where: { condition.refused.contains($0) }) {
                throw .refused(code: "22000", "\(key.table) \(key.key)")
            }
        }
        self.transaction?.rows.apply(rows)
        self.transaction?.batch.applied.append(rows)
    }

    func bury(_ letter: DeadLetter) throws(StoreError) {
        self.expect(self.transaction != nil, "bury without a transaction")
        try self.perform { (_) throws(StoreError) in }
        self.transaction?.rows.add(letter)
        self.transaction?.batch.letters.append(letter)
    }

    func commit(_ state: StoreState) throws(StoreError) {
        self.expect(self.transaction != nil, "commit without a transaction")
        let delay = self.store.condition.value.delay
        if delay > .zero { usleep(UInt32(delay / .microseconds(1))) }
        try self.perform { (condition) throws(StoreError) in
            guard var transaction = self.transaction.take() else { return }
            transaction.rows.move(to: state)
            let fate = condition.fates.isEmpty ? .done : condition.fates.removeFirst()
            if fate != .lostBefore {
                condition.rows = transaction.rows
                let batch = transaction.batch
                condition.batches.append(
                    SimulatedStore.Batch(
                        before: batch.before,
                        after: state.applied,
                        applied: batch.applied,
                        applyCount: batch.applyCount,
                        letters: batch.letters
                    )
                )
            }
            if fate != .done { throw .unavailable("the connection was lost in a commit") }
        }
    }

    func deadLetters() throws(StoreError) -> [DeadLetter] {
        try self.perform { (condition) throws(StoreError) in condition.rows.letters }
    }

    func remove(_ letter: DeadLetter) throws(StoreError) {
        self.expect(self.transaction != nil, "remove without a transaction")
        self.transaction?.rows.remove(letter)
    }

    private func perform<Result>(
        _ body: (inout SimulatedStore.Condition) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        self.expect(!self.isOver, "a writer is used after an error")
        do throws(StoreError) {
            return try self.store.condition.change { (condition) throws(StoreError) in
                if let error = condition.absence { throw error }
                guard condition.generation == self.generation else {
                    throw .unavailable("the connection was cut")
                }
                return try body(&condition)
            }
        } catch {
            if case .refused = error { throw error }
            self.isOver = true
            throw error
        }
    }

    private func expect(_ isSo: Bool, _ misuse: String) {
        if !isSo { self.store.condition.change { $0.misuses.append(misuse) } }
    }
}

/// Sees what is committed.
final class SimulatedReader: HistoryReader {
    private let store: SimulatedStore
    private let generation: Int

    fileprivate init(_ store: SimulatedStore, generation: Int) {
        self.store = store
        self.generation = generation
    }

    func state() throws(StoreError) -> StoreState { try self.rows().state }

    func messages(_ queries: [HistoryQuery]) throws(StoreError) -> [[StoredMessage]] {
        self.waitWhileHeld()
        let rows = try self.rows()
        self.store.condition.change { $0.answerCount += 1 }
        return queries.map { rows.messages($0) }
    }

    func load(_ visit: (HistoryRow) throws(StoreError) -> Void) throws(StoreError) -> StoreState {
        let rows = try self.rows()
        try rows.load(visit)
        return rows.state
    }

    private func rows() throws(StoreError) -> SimulatedRows {
        let condition = self.store.condition.value
        if let error = condition.absence { throw error }
        guard condition.generation == self.generation else {
            throw .unavailable("the connection was cut")
        }
        return condition.rows
    }

    /// Looks again and again, so that a test that forgets it cannot hang.
    private func waitWhileHeld() {
        guard self.store.condition.value.isHeld else { return }
        self.store.condition.change { $0.heldCount += 1 }
        for _ in 0..<120_000 where self.store.condition.value.isHeld { usleep(1_000) }
    }
}
