import Foundation
import Synchronization

/// Threads of their own for what blocks, and what went wrong in them.
final class CrashThreads: Sendable {
    private let writers = DispatchGroup()
    private let readers = DispatchGroup()
    private let errors = Mutex<[any Error]>([])

    func startWriter(_ work: @escaping @Sendable () throws -> Void) {
        self.start(in: self.writers, work)
    }

    func startReader(_ work: @escaping @Sendable () throws -> Void) {
        self.start(in: self.readers, work)
    }

    func waitForWriters() { self.writers.wait() }

    func wait() {
        self.writers.wait()
        self.readers.wait()
    }

    /// Throws the first error that ended a thread.
    func check() throws {
        if let error = self.errors.withLock(\.first) { throw error }
    }

    private func start(in group: DispatchGroup, _ work: @escaping @Sendable () throws -> Void) {
        group.enter()
        Thread.detachNewThread {
            do { try work() } catch { self.errors.withLock { $0.append(error) } }
            group.leave()
        }
    }
}
