import Glibc
import Synchronization

/// One line on a terminal that is written again and again; nothing where nobody watches.
final class ProgressLine: Sendable {
    private static let width = 30
    private static let stepsMax = 200

    private let isWatched = isatty(STDERR_FILENO) == 1
    /// What is shown, so that only what differs is written; -1 for nothing.
    private let shown = Atomic<Int>(-1)

    func show(_ stage: String, _ done: Int, of total: Int, _ unit: String) {
        guard self.isWatched else { return }
        let total = max(total, 1)
        let step = Self.stepsMax * min(done, total) / total
        guard self.shown.exchange(step, ordering: .relaxed) != step else { return }
        let filled = Self.width * min(done, total) / total
        let bar =
            String(repeating: "█", count: filled)
            + String(repeating: "░", count: Self.width - filled)
        Self.write("\r\u{1b}[K\(stage) \(bar) \(done) of \(total) \(unit)")
    }

    /// The same where nobody knows how much there is.
    func show(_ stage: String, _ done: Int, _ unit: String) {
        guard self.isWatched else { return }
        self.shown.store(done, ordering: .relaxed)
        Self.write("\r\u{1b}[K\(stage) \(done) \(unit)")
    }

    func end() {
        if self.shown.exchange(-1, ordering: .relaxed) >= 0 { Self.write("\n") }
    }

    private static func write(_ text: String) {
        _ = text.utf8CString.withUnsafeBytes {
            Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count - 1)
        }
    }
}
