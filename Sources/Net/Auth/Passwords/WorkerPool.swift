import Glibc

/// A few threads for work that blocks or computes for long, kept away from the event loops and from
/// Swift's cooperative pool.
///
/// Bounded twice: `threadCount` jobs run at once, and `waitingMax` more wait, first come first
/// served. Whatever comes then is refused at once. A job that has been accepted runs even when the
/// task that asked for it is cancelled.
package final class WorkerPool: Sendable {
    /// The pool is full or shut down; the job has not run and never will.
    package struct Busy: Error, Equatable, Sendable {}

    private let queue: JobQueue
    private let threads: [pthread_t]

    package init(threadCount: Int, waitingMax: Int) {
        precondition(threadCount > 0, "a pool has at least one thread")
        precondition(waitingMax >= 0, "the number of waiting jobs has a bound")
        let queue = JobQueue(unfinishedMax: threadCount + waitingMax)
        self.queue = queue
        self.threads = (0..<threadCount).map { _ in Self.startThread(queue) }
    }

    deinit {
        self.shutdown()
    }

    /// Jobs that wait or run.
    package var unfinishedCount: Int { self.queue.unfinishedCount }

    package func run<Value: Sendable>(
        _ work: @escaping @Sendable () -> Value
    ) async throws(Busy) -> Value {
        let outcome: Result<Value, Busy> = await withCheckedContinuation { continuation in
            let queue = self.queue
            let job = Job(
                run: {
                    let value = work()
                    // Before the caller goes on, so that its next job finds the place free.
                    queue.jobFinished()
                    continuation.resume(returning: .success(value))
                },
                refuse: { continuation.resume(returning: .failure(Busy())) }
            )
            if !queue.offer(job) {
                job.refuse()
            }
        }
        return try outcome.get()
    }

    /// Refuses what waits and what comes from now on, and returns when the running jobs have ended.
    ///
    /// Blocks for as long as those take. A second call does nothing.
    package func shutdown() {
        guard let abandoned = self.queue.close() else { return }
        for job in abandoned {
            job.refuse()
        }
        for thread in self.threads {
            // A job may hold the last reference to the pool, and no thread can wait for itself.
            if pthread_equal(thread, pthread_self()) != 0 {
                pthread_detach(thread)
            } else {
                pthread_join(thread, nil)
            }
        }
    }

    private static func startThread(_ queue: JobQueue) -> pthread_t {
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                let queue = Unmanaged<JobQueue>.fromOpaque(context).takeRetainedValue()
                while let job = queue.next() {
                    job.run()
                }
                return nil
            },
            Unmanaged.passRetained(queue).toOpaque()
        )
        precondition(status == 0, "the system refuses another thread")
        return thread
    }
}

private struct Job: Sendable {
    let run: @Sendable () -> Void
    let refuse: @Sendable () -> Void
}

/// What the threads share. They hold it and not the pool, so that the pool can go away.
///
/// Unchecked, because every `var` is touched only under `mutex`. Not a `Mutex`: it has no condition
/// to wait for, and Thread Sanitizer sees pthread's lock but not that one.
private final class JobQueue: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    /// Signalled for each job, and to all when the queue closes.
    private let hasWork: UnsafeMutablePointer<pthread_cond_t>
    private let unfinishedMax: Int

    private var waiting: [Job] = []
    private var unfinished = 0
    private var isClosed = false

    init(unfinishedMax: Int) {
        self.unfinishedMax = unfinishedMax
        self.mutex = .allocate(capacity: 1)
        self.hasWork = .allocate(capacity: 1)
        let status = pthread_mutex_init(self.mutex, nil) | pthread_cond_init(self.hasWork, nil)
        precondition(status == 0, "the system refuses another lock")
    }

    deinit {
        pthread_cond_destroy(self.hasWork)
        pthread_mutex_destroy(self.mutex)
        self.hasWork.deallocate()
        self.mutex.deallocate()
    }

    var unfinishedCount: Int { self.withLock { self.unfinished } }

    /// False where there is no room; the job is then still the caller's to refuse.
    func offer(_ job: Job) -> Bool {
        self.withLock {
            guard !self.isClosed, self.unfinished < self.unfinishedMax else { return false }
            self.unfinished += 1
            self.waiting.append(job)
            pthread_cond_signal(self.hasWork)
            return true
        }
    }

    /// Waits for a job; nil when the queue is closed.
    func next() -> Job? {
        self.withLock {
            while self.waiting.isEmpty && !self.isClosed {
                pthread_cond_wait(self.hasWork, self.mutex)
            }
            return self.waiting.isEmpty ? nil : self.waiting.removeFirst()
        }
    }

    func jobFinished() {
        self.withLock { self.unfinished -= 1 }
    }

    /// The jobs that no thread will take any more; nil where it was closed before.
    func close() -> [Job]? {
        self.withLock {
            guard !self.isClosed else { return nil }
            self.isClosed = true
            defer { self.waiting = [] }
            self.unfinished -= self.waiting.count
            pthread_cond_broadcast(self.hasWork)
            return self.waiting
        }
    }

    private func withLock<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        return body()
    }
}
