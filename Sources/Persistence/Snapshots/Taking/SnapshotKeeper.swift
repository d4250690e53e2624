import Dispatch
import Glibc
package import Logging
package import Shards

/// Takes snapshots when it is time to, on a thread of its own, and lets go of the journal's segments
/// that are not needed any more.
package final class SnapshotKeeper: Sendable {
    fileprivate struct State {
        var durable: Position
        /// What the thread waits for before a snapshot gets its name.
        var awaited: Position?
        /// Where the last one began, and when by time and by size of the journal the next is due.
        var start: Position
        var dueAt: ContinuousClock.Instant?
        var dueBytes: Int
        var isDue = false
        var isClosing = false
        var thread: BlockingThread?
    }

    private let settings: SnapshotSettings
    private let folder: SnapshotFolder
    private let journal: Journal
    private let source: any SnapshotSource
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let confirmed: @Sendable () -> Position
    private let state: Lock<State>
    private let wake = DispatchSemaphore(value: 0)

    /// `start` is that of the snapshot that the state was restored from, zero where it was not;
    /// `confirmed` is how far the store has the journal's events. The folder's lock is the caller's.
    package init(
        _ settings: SnapshotSettings,
        folder: SnapshotFolder,
        journal: Journal,
        source: any SnapshotSource,
        start: Position,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp,
        confirmed: @escaping @Sendable () -> Position
    ) {
        self.settings = settings
        self.folder = folder
        self.journal = journal
        self.source = source
        self.logger = logger
        self.now = now
        self.confirmed = confirmed
        var state = State(
            durable: journal.durablePosition,
            start: start,
            dueBytes: settings.journalBytes
        )
        state.dueAt = settings.interval.map { .now + $0 }
        self.state = Lock(state)
    }

    package func start() {
        self.state.withLock { state in
            state.thread = BlockingThread(.behindRequests) { self.run() }
        }
    }

    /// Tells that more is durable. Called once a batch of the journal, from any thread.
    package func becameDurable(through position: Position) {
        let writtenBytes = self.journal.writtenBytes
        let wakes = self.state.withLock { state in
            state.durable = max(state.durable, position)
            if writtenBytes >= state.dueBytes, !state.isDue {
                state.isDue = true
                return true
            }
            return state.awaited.map { $0 <= position } ?? false
        }
        if wakes { self.wake.signal() }
    }

    /// Has one taken as soon as can be, even where nothing has happened since the last.
    package func request() {
        self.state.withLock { $0.isDue = true }
        self.wake.signal()
    }

    /// Takes a last one where anything has happened, and ends the thread. The journal has to be
    /// open still.
    package func close() {
        let thread = self.state.withLock { state in
            state.isClosing = true
            return state.thread.take()
        }
        self.wake.signal()
        thread?.join()
    }

    // MARK: - The thread

    private func run() {
        while self.waitUntilDue() { self.take() }
        if self.state.withLock({ $0.start < $0.durable }) { self.take() }
    }

    /// - Returns: false at the end.
    private func waitUntilDue() -> Bool {
        while true {
            let (isClosing, isDue, dueAt) = self.state.withLock { state in
                if state.dueAt.map({ $0 <= .now }) ?? false {
                    state.isDue = state.isDue || state.start < state.durable
                    state.dueAt = self.settings.interval.map { .now + $0 }
                }
                // From here on the next one is asked for.
                defer { state.isDue = false }
                return (state.isClosing, state.isDue, state.dueAt)
            }
            if isClosing || isDue { return !isClosing }
            self.wait(until: dueAt)
        }
    }

    private func wait(until time: ContinuousClock.Instant?) {
        guard let time else { return self.wake.wait() }
        let (seconds, attoseconds) = max(.zero, time - .now).components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        _ = self.wake.wait(timeout: .now() + .nanoseconds(nanoseconds))
    }

    private func take() {
        let begin = ContinuousClock.now
        let start = self.journal.durablePosition
        let dueBytes = self.journal.writtenBytes + self.settings.journalBytes
        self.state.withLock { state in
            state.dueBytes = dueBytes
            state.dueAt = self.settings.interval.map { begin + $0 }
        }
        let taking = SnapshotTaking(
            folder: self.folder,
            journal: self.journal,
            source: self.source,
            waitUntilDurable: self.waitUntilDurable
        )
        do throws(SnapshotError) {
            let taken = try taking.take(now: self.now())
            self.state.withLock { $0.start = start }
            self.logTaken(taken, in: ContinuousClock.now - begin)
            self.trim(behind: taken)
        } catch {
            self.logger.error(
                "no snapshot could be taken, will try again",
                metadata: ["error": "\(error)"]
            )
            self.state.withLock { $0.dueAt = .now + self.settings.retry }
        }
    }

    /// What is needed still: all since the older snapshot began, should the newer be damaged one
    /// day, and all that the store has not got.
    private func trim(behind taken: SnapshotTaking.Outcome) {
        guard let oldest = taken.oldestStart else { return }
        do throws(JournalError) {
            let count = try self.journal.trim(through: min(oldest, self.confirmed()))
            guard count > 0 else { return }
            self.logger.info("the journal was trimmed", metadata: ["segments": "\(count)"])
        } catch {
            self.logger.error("the journal cannot be trimmed", metadata: ["error": "\(error)"])
        }
    }

    private func waitUntilDurable(_ position: Position) -> Bool {
        while true {
            let isDurable = self.state.withLock { state in
                let isDurable = state.durable >= position
                state.awaited = isDurable ? nil : position
                return isDurable
            }
            if isDurable { return true }
            self.wake.wait()
        }
    }

    private func logTaken(_ taken: SnapshotTaking.Outcome, in duration: Duration) {
        self.logger.info(
            "a snapshot was taken",
            metadata: [
                "file": "\(taken.path)",
                "position": "\(taken.header.start.rawValue)",
                "chats": "\(taken.header.counts.chats)",
                "messages": "\(taken.header.counts.messages)",
                "bytes": "\(taken.byteCount)",
                "seconds": "\(duration)",
            ]
        )
    }
}
