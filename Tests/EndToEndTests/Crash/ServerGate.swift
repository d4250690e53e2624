import Foundation

/// Tells the threads of a run when there is a server to talk to.
///
/// Closed before each kill, so that whoever is cut off waits here and does not knock in vain.
// @unchecked Sendable because `condition` guards everything.
final class ServerGate: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOpen = false
    private var hasEnded = false
    private var answerCount = 0
    private var total = 0
    private var readerCount = 0

    /// No new work is begun; what was begun may be finished.
    var isOver: Bool { self.condition.withLock { self.hasEnded } }

    func open() {
        self.condition.withLock {
            self.isOpen = true
            self.answerCount = 0
            self.condition.broadcast()
        }
    }

    func close() {
        self.condition.withLock {
            self.isOpen = false
            self.condition.broadcast()
        }
    }

    func end() {
        self.condition.withLock {
            self.hasEnded = true
            self.condition.broadcast()
        }
    }

    func waitUntilOpen() {
        self.condition.withLock { while !self.isOpen { self.condition.wait() } }
    }

    /// Waits a little, or until the gate is closed: whoever was cut off knows before the run does
    /// that there is no server.
    func pause() {
        let end = Date(timeIntervalSinceNow: 0.01)
        self.condition.withLock {
            while self.isOpen, self.condition.wait(until: end) {}
        }
    }

    /// - Returns: false when there is nothing more to read.
    func enterReader() -> Bool {
        self.condition.withLock {
            while !self.isOpen && !self.hasEnded { self.condition.wait() }
            guard !self.hasEnded else { return false }
            self.readerCount += 1
            return true
        }
    }

    /// A reader has read all that its connection brought.
    func leaveReader() {
        self.condition.withLock {
            self.readerCount -= 1
            self.condition.broadcast()
        }
    }

    func waitUntilReadersLeft() {
        self.condition.withLock { while self.readerCount > 0 { self.condition.wait() } }
    }

    func answered() {
        self.condition.withLock {
            self.answerCount += 1
            self.total += 1
            self.condition.broadcast()
        }
    }

    /// All of them, whenever the gate was opened.
    var answerTotal: Int { self.condition.withLock { self.total } }

    /// Waits for the first answer since the gate was opened.
    ///
    /// - Returns: false where none came in time.
    func waitForTraffic(timeout: Double = 120) -> Bool {
        self.wait(timeout) { self.answerCount > 0 }
    }

    /// Waits for so many more answers.
    ///
    /// - Returns: false where they did not come in time.
    func waitForAnswers(_ count: Int, timeout: Double = 120) -> Bool {
        let wanted = self.answerTotal + count
        return self.wait(timeout) { self.total >= wanted }
    }

    private func wait(_ timeout: Double, until isSo: () -> Bool) -> Bool {
        let deadline = Date(timeIntervalSinceNow: timeout)
        return self.condition.withLock {
            while !isSo() {
                guard self.condition.wait(until: deadline) else { return false }
            }
            return true
        }
    }
}
