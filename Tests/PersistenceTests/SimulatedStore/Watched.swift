import Dispatch
import Persistence

/// A value that any thread changes and one test waits for.
final class Watched<Value: Sendable>: Sendable {
    private let state: Lock<Value>
    private let changes = DispatchSemaphore(value: 0)

    init(_ value: Value) {
        self.state = Lock(value)
    }

    var value: Value { self.state.withLock { $0 } }

    func change<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { self.changes.signal() }
        return try self.state.withLock(body)
    }

    /// Blocks until it is so.
    ///
    /// - Returns: false where it was not so within two minutes.
    func wait(until isSo: (Value) -> Bool) -> Bool {
        let deadline = DispatchTime.now() + .seconds(120)
        while !isSo(self.value) {
            if self.changes.wait(timeout: deadline) == .timedOut { return isSo(self.value) }
        }
        return true
    }

    /// The same without blocking a thread that tasks need: looks again and again.
    func soon(_ isSo: (Value) -> Bool) async -> Bool {
        let end = ContinuousClock.now + .seconds(120)
        while !isSo(self.value) {
            guard ContinuousClock.now < end else { return false }
            try? await Task.sleep(for: .milliseconds(1))
        }
        return true
    }
}
