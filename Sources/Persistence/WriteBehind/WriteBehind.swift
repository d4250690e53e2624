import Dispatch
package import Logging
package import Shards

/// Brings every durable event into the store, on a thread of its own.
///
/// It holds nothing back for the store: what is not there yet is read from the journal's segments
/// when its turn has come, so an outage of hours costs disk and no memory. While the store is
/// away everything else goes on.
package final class WriteBehind: Sendable {
    fileprivate struct State {
        var progress = WriteBehindProgress()
        /// When which position became durable, thinned out: what the lag is told from.
        var marks = DurableMarks()
        var isAsleep = false
        var isClosing = false
        var closesAt: ContinuousClock.Instant?
        var thread: BlockingThread?
    }

    private let openWriter: @Sendable () throws(StoreError) -> any HistoryWriter
    private let prepare: @Sendable () throws(StoreError) -> Void
    private let journal: Journal
    private let settings: WriteBehindSettings
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let confirm: @Sendable (Confirmation) -> Void
    private let state: Lock<State>
    private let wake = DispatchSemaphore(value: 0)

    /// - Parameter confirm: called on the thread of the queue, in the order of positions.
    package init(
        store: some HistoryStore,
        journal: Journal,
        settings: WriteBehindSettings = WriteBehindSettings(),
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp,
        confirm: @escaping @Sendable (Confirmation) -> Void
    ) {
        self.openWriter = { () throws(StoreError) in try store.writer() }
        self.prepare = { () throws(StoreError) in try store.prepare() }
        self.journal = journal
        self.settings = settings
        self.logger = logger
        self.now = now
        self.confirm = confirm
        var state = State()
        state.progress.durable = journal.durablePosition
        self.state = Lock(state)
    }

    package var progress: WriteBehindProgress { self.state.withLock { $0.progress } }

    package func start() {
        self.state.withLock { state in
            state.thread = BlockingThread { self.run() }
        }
    }

    /// Tells that more is durable. Called once a batch of the journal, from any thread.
    package func becameDurable(through position: Position) {
        let wakes = self.state.withLock { state in
            state.progress.durable = position
            state.marks.add(position, at: .now)
            state.progress.behindSince = state.marks.first
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if wakes { self.wake.signal() }
    }

    /// Brings what is durable into the store, if it is there and fast enough, and ends the thread.
    package func close() {
        let thread = self.state.withLock { state in
            state.isClosing = true
            state.closesAt = ContinuousClock.now + self.settings.closingMax
            return state.thread.take()
        }
        self.wake.signal()
        thread?.join()
    }

    // MARK: - The thread

    private func run() {
        var pause = self.settings.retryMin
        var isAnnounced = false
        while !self.isOver {
            let before = self.progress.confirmed
            do throws(StoreError) {
                try self.fill()
            } catch {
                if self.progress.confirmed > before { pause = self.settings.retryMin }
                self.report(error, isNew: !isAnnounced || self.progress.confirmed > before)
                isAnnounced = true
                // The journal has it; the next start brings it into the store.
                if self.state.withLock({ $0.isClosing }) { return }
                self.sleep(for: pause)
                pause = min(pause * 2, self.settings.retryMax)
            }
        }
    }

    /// Connects and brings batch after batch into the store, until the end or an error.
    private func fill() throws(StoreError) {
        try self.prepare()
        let writer = try self.openWriter()
        var state = try self.takeOver(writer)
        let reader = self.journal.makeReader()
        self.connected(at: state.applied)
        while let durable = self.waitForEvents(after: state.applied) {
            let outcome = try self.bring(state, reader, through: durable, to: writer)
            state = outcome.state
            self.confirmed(outcome)
        }
    }

    /// Makes sure that the store is this journal's, and where it stands.
    private func takeOver(_ writer: any HistoryWriter) throws(StoreError) -> StoreState {
        let found = try writer.state()
        let first = try self.unusable { () throws(JournalError) in
            try self.journal.makeReader().first()
        }
        let origin = Position(rawValue: (first ?? Position.zero.next).rawValue - 1)
        if found.epoch == nil, found.newest == NewestIDs(), origin == .zero {
            var state = found
            state.epoch = self.journal.epoch
            try writer.adopt(state, insteadOf: found)
            return state
        }
        guard found.epoch == self.journal.epoch, found.applied <= self.journal.durablePosition,
            found.applied >= origin
        else { throw .moved(found) }
        return found
    }

    private func bring(
        _ state: StoreState,
        _ reader: JournalReader,
        through durable: Position,
        to writer: any HistoryWriter
    ) throws(StoreError) -> BatchWriter.Outcome {
        var events: [(position: Position, event: Event)] = []
        let next = try self.unusable { () throws(JournalError) in
            try reader.read(
                from: state.applied.next,
                through: durable,
                bytesMax: self.settings.batchBytes
            ) { events.append(($0, $1)) }
        }
        return try BatchWriter(writer: writer, now: self.now())
            .write(events, after: state, through: Position(rawValue: next.rawValue - 1))
    }

    /// What the journal cannot give back, the store does not get: nothing is skipped.
    private func unusable<Value>(
        _ body: () throws(JournalError) -> Value
    ) throws(StoreError) -> Value {
        do throws(JournalError) {
            return try body()
        } catch {
            throw .unusable("\(error)")
        }
    }

    // MARK: - Waiting

    private var isOver: Bool { self.state.withLock { $0.isOver } }

    /// - Returns: the newest durable position above `applied`, once there is one and others have
    ///   had a moment to come; nil at the end.
    private func waitForEvents(after applied: Position) -> Position? {
        var hasGathered = false
        while true {
            let (durable, isClosing, isOver) = self.state.withLock { state in
                state.isAsleep = state.progress.durable <= applied && !state.isClosing
                return (state.progress.durable, state.isClosing, state.isOver)
            }
            if isOver { return nil }
            if durable <= applied {
                if isClosing { return nil }
                self.wake.wait()
            } else if hasGathered || isClosing
                || durable.rawValue - applied.rawValue >= Self.fullBatchCount
            {
                return durable
            } else {
                self.sleep(for: self.settings.gathering)
                hasGathered = true
            }
        }
    }

    /// So many events are not made to wait for more.
    private static let fullBatchCount: UInt64 = 2_000

    /// Ends early where the queue is closed.
    private func sleep(for duration: Duration) {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end, !self.state.withLock({ $0.isClosing }) {
            let (seconds, attoseconds) = (end - ContinuousClock.now).components
            let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
            _ = self.wake.wait(timeout: .now() + .nanoseconds(max(0, nanoseconds)))
        }
    }

    // MARK: - Telling

    private func connected(at applied: Position) {
        let (isBack, backlog) = self.state.withLock { state in
            let isBack = state.progress.link != .connecting
            state.progress.link = .up
            state.progress.lastError = nil
            state.moved(to: applied)
            return (isBack, state.progress.backlog)
        }
        self.logger.log(
            level: isBack ? .notice : .info,
            isBack ? "the database is back" : "the database is connected",
            metadata: ["position": "\(applied.rawValue)", "backlog": "\(backlog)"]
        )
        self.confirm(Confirmation(through: applied, refused: []))
    }

    private func confirmed(_ outcome: BatchWriter.Outcome) {
        for letter in outcome.letters {
            self.logger.error(
                "the database refused a row, which was put aside: see `nodus dead-letters list`",
                metadata: [
                    "table": "\(letter.table)", "key": "\(letter.key)",
                    "position": "\(letter.position.rawValue)", "code": "\(letter.code)",
                    "reason": "\(letter.reason)",
                ]
            )
        }
        // Before the position is, so that none of them leaves the memory.
        self.confirm(
            Confirmation(
                through: outcome.state.applied,
                refused: outcome.letters.compactMap(\.message)
            )
        )
        self.state.withLock { state in
            state.progress.deadLetterCount += outcome.letters.count
            state.moved(to: outcome.state.applied)
        }
    }

    private func report(_ error: StoreError, isNew: Bool) {
        let link: WriteBehindProgress.Link =
            if case .unavailable = error { .down } else { .refused }
        let (isChange, backlog) = self.state.withLock { state in
            let isChange = state.progress.link != link || state.progress.lastError != "\(error)"
            state.progress.link = link
            state.progress.lastError = "\(error)"
            return (isChange, state.progress.backlog)
        }
        guard isNew || isChange else { return }
        self.logger.log(
            level: link == .down ? .warning : .critical,
            "history is kept in the journal and not in the database",
            metadata: ["error": "\(error)", "backlog": "\(backlog)"]
        )
    }
}

extension WriteBehind.State {
    fileprivate var isOver: Bool { self.closesAt.map { ContinuousClock.now >= $0 } ?? false }

    fileprivate mutating func moved(to applied: Position) {
        self.progress.confirmed = applied
        self.marks.remove(through: applied, of: self.progress.durable)
        self.progress.behindSince = self.marks.first
    }
}
