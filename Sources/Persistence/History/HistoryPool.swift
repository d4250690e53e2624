import Dispatch
package import Logging
package import Shards

/// Reads old messages on a few threads of its own, each with its connection.
///
/// While the store is away, requests fail at once but for one attempt now and then, so that nobody
/// waits in line for a connection that does not come.
package final class HistoryPool: HistoryReading {
    package struct Settings: Sendable {
        package var threadCount = 2
        /// Requests that may wait for a thread; more are refused.
        package var waitingMax = 256
        /// How long one may have waited to be worth the work still.
        package var waitingTimeMax = Duration.seconds(5)
        /// Between attempts to connect while the store is away.
        package var retry = Duration.milliseconds(500)

        package init() {}
    }

    private static let closingSeconds = 1

    private typealias Answer = Result<[[StoredMessage]], HistoryUnavailable>

    private struct Request: Sendable {
        let queries: [HistoryQuery]
        let since: ContinuousClock.Instant
        let continuation: CheckedContinuation<Answer, Never>
    }

    private struct State {
        var waiting: [Request] = []
        var threads: [BlockingThread] = []
        var isClosing = false
        /// Nil while the store answers.
        var retryAt: ContinuousClock.Instant?
    }

    private let open: @Sendable () throws(StoreError) -> any HistoryReader
    private let settings: Settings
    private let logger: Logger
    private let state = Lock(State())
    private let work = DispatchSemaphore(value: 0)

    package init(store: some HistoryStore, settings: Settings = Settings(), logger: Logger) {
        self.open = { () throws(StoreError) in try store.reader() }
        self.settings = settings
        self.logger = logger
    }

    package func start() {
        self.state.withLock { state in
            state.threads = (0..<self.settings.threadCount).map { _ in
                BlockingThread { self.run() }
            }
        }
    }

    /// Fails what waits and ends the threads.
    package func close() {
        let (waiting, threads) = self.state.withLock { state in
            state.isClosing = true
            defer { (state.waiting, state.threads) = ([], []) }
            return (state.waiting, state.threads)
        }
        for request in waiting { request.continuation.resume(returning: .failure(.init())) }
        for _ in threads { self.work.signal() }
        // One that waits for an answer which nobody waits for any more is left to itself.
        for thread in threads { _ = thread.join(withinSeconds: Self.closingSeconds) }
    }

    package func messages(
        _ queries: [HistoryQuery]
    ) async throws(HistoryUnavailable) -> [[StoredMessage]] {
        let answer: Answer = await withCheckedContinuation { continuation in
            let request = Request(queries: queries, since: .now, continuation: continuation)
            let isTaken = self.state.withLock { state in
                guard !state.isClosing, state.waiting.count < self.settings.waitingMax else {
                    return false
                }
                state.waiting.append(request)
                return true
            }
            if isTaken {
                self.work.signal()
            } else {
                continuation.resume(returning: .failure(HistoryUnavailable()))
            }
        }
        return try answer.get()
    }

    // MARK: - The threads

    private func run() {
        var reader: (any HistoryReader)?
        while true {
            self.work.wait()
            let (request, isClosing) = self.state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isClosing)
            }
            if let request {
                request.continuation.resume(returning: self.answer(request, with: &reader))
            }
            if isClosing { return }
        }
    }

    private func answer(_ request: Request, with reader: inout (any HistoryReader)?) -> Answer {
        guard ContinuousClock.now - request.since < self.settings.waitingTimeMax else {
            return .failure(HistoryUnavailable())
        }
        // A connection that was idle may have been cut since: only a new one tells.
        if let old = reader, let rows = try? old.messages(request.queries) { return .success(rows) }
        reader = nil
        guard self.mayConnect() else { return .failure(HistoryUnavailable()) }
        do throws(StoreError) {
            let new = try self.open()
            let rows = try new.messages(request.queries)
            reader = new
            self.succeeded()
            return .success(rows)
        } catch {
            self.failed(error)
            return .failure(HistoryUnavailable())
        }
    }

    private func mayConnect() -> Bool {
        self.state.withLock { state in
            guard let time = state.retryAt else { return true }
            guard ContinuousClock.now >= time else { return false }
            state.retryAt = ContinuousClock.now + self.settings.retry
            return true
        }
    }

    private func succeeded() {
        let wasAway = self.state.withLock { $0.retryAt.take() != nil }
        if wasAway { self.logger.notice("older messages can be read again") }
    }

    private func failed(_ error: StoreError) {
        let isNew = self.state.withLock { state in
            defer { state.retryAt = ContinuousClock.now + self.settings.retry }
            return state.retryAt == nil
        }
        guard isNew else { return }
        self.logger.warning(
            "older messages cannot be read now",
            metadata: ["error": "\(error)"]
        )
    }
}
