package import Dispatch

/// Runs an actor on a queue, as the server runs one on an event loop.
package final class QueueExecutor: SerialExecutor {
    package let queue: DispatchQueue

    package init(label: String = "test") {
        self.queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// `assumeIsolated` asks this where the caller does not run as a job of the executor.
    package func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(self.queue))
    }
}
