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

    /// `confirm` is called on the thread of the queue, in the order of positions.
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
        if state.progress.durable > .zero {
            // Of an earlier run, whenever that was.
            state.marks.add(state.progress.durable, at: .now)
            state.progress.behindSince = state.marks.first
        }
        self.state = Lock(state)
    }

    package var progress: WriteBehindProgress { self.state.withLock { $0.progress } }

    package func start() {
        self.state.withLock { state in
            state.thread = BlockingThread(.behindRequests) { self.run() }
        }
    }

    /// Tells that more is durable. Called once a batch of the journal, from any thread.
    package func becameDurable(through position: Position) {
        let wakes = self.state.withLock { state in
            state.progress.durable = max(state.progress.durable, position)
            state.marks.add(position, at: .now)
            state.progress.behindSince = state.marks.first
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if wakes { self.wake.signal() }
    }

    /// Brings what is durable into the store, if it is there and fast enough, and ends the thread;
    /// one that waits for a store that does not answer is left to itself.
    package func close() {
        let thread = self.state.withLock { state in
            state.isClosing = true
            state.closesAt = ContinuousClock.now + self.settings.closingMax
            return state.thread.take()
        }
        self.wake.signal()
        let seconds = Int(self.settings.closingMax.components.seconds) + 1
        guard thread?.join(withinSeconds: seconds) == false else { return }
        self.logger.warning(
            "the database does not answer: the next start brings it what it has not got yet",
            metadata: ["backlog": "\(self.progress.backlog)"]
        )
    }

    // MARK: - The thread

    private func run() {
        var pause = self.settings.retryMin
        var isAnnounced = false
        while !self.isOver {
            // As it is before the attempt: where the end comes while that fails, one more is made.
            let (before, isClosing) = self.state.withLock { state in
                (state.progress.confirmed, state.isClosing)
            }
            do throws(StoreError) {
                try self.fill()
                return
            } catch {
                if self.progress.confirmed > before { pause = self.settings.retryMin }
                self.report(error, isNew: !isAnnounced || self.progress.confirmed > before)
                isAnnounced = true
                // The journal has it; the next start brings it into the store.
                if isClosing { return }
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
        // Also those of a batch whose outcome was lost: nobody has told of them yet.
        self.connected(at: state.applied, but: try writer.deadLetters())
        let ahead = BatchAhead(of: self.journal, bytesMax: self.settings.batchBytes)
        defer { ahead.close() }
        var isBusy = false
        while let durable = self.waitForEvents(after: state.applied, isBusy: isBusy) {
            isBusy = durable.rawValue - state.applied.rawValue >= Self.busyCount
            try self.bring(through: durable, ahead, to: writer, &state)
        }
    }

    /// Brings what is durable into the store, and what becomes so meanwhile as long as it is much.
    private func bring(
        through durable: Position,
        _ ahead: BatchAhead,
        to writer: any HistoryWriter,
        _ state: inout StoreState
    ) throws(StoreError) {
        ahead.begin(from: state.applied.next, through: durable)
        var hasMore = true
        while hasMore {
            let batch = try self.unusable { () throws(JournalError) in try ahead.take() }
            let next = self.progress.durable
            hasMore = next.rawValue - batch.through.rawValue >= Self.busyCount && !self.isOver
            if hasMore { ahead.begin(from: batch.through.next, through: next) }
            let outcome = try BatchWriter(writer: writer, now: self.now())
                .write(batch, after: state)
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
    private func waitForEvents(after applied: Position, isBusy: Bool) -> Position? {
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
                self.sleep(for: isBusy ? self.settings.gatheringBusy : self.settings.gathering)
                hasGathered = true
            }
        }
    }

    /// So many events are not made to wait for more: a batch of them costs the database as little a
    /// row as one can (ADR 9).
    private static let fullBatchCount: UInt64 = 8_192
    /// So many in a batch are a sign of more.
    private static let busyCount: UInt64 = 256

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

    private func connected(at applied: Position, but letters: [DeadLetter]) {
        let backlog = self.state.withLock { state in
            state.moved(to: applied)
            return state.progress.backlog
        }
        // One that lets in and then takes nothing, such as on a full disk, is not up.
        if backlog == 0 { self.cameUp(at: applied) }
        let refused = letters.compactMap(\.message)
        self.confirm(Confirmation(through: applied, refused: refused))
    }

    private func cameUp(at applied: Position) {
        let (before, backlog) = self.state.withLock { state in
            let before = state.progress.link
            state.progress.link = .up
            state.progress.lastError = nil
            return (before, state.progress.backlog)
        }
        guard before != .up else { return }
        self.logger.log(
            level: before == .connecting ? .info : .notice,
            before == .connecting ? "the database is connected" : "the database is back",
            metadata: ["position": "\(applied.rawValue)", "backlog": "\(backlog)"]
        )
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
        self.cameUp(at: outcome.state.applied)
    }

    private func report(_ error: StoreError, isNew: Bool) {
        let link: WriteBehindProgress.Link =
            if case .unavailable = error { .down } else { .refused }
        let (isChange, backlog) = self.state.withLock { state in
            let isChange = state.progress.link != link || state.progress.lastError != error
            state.progress.link = link
            state.progress.lastError = error
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
