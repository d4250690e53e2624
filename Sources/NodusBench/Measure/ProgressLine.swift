import Foundation
import Glibc

/// A bar on a terminal; elsewhere a plain line every few seconds. On the error output.
final class ProgressLine {
    private let label: String
    private let total: Int
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let start = ContinuousClock.now
    private var shownAt: ContinuousClock.Instant

    private static let plainInterval = Duration.seconds(5)
    private static let barWidth = 30

    init(_ label: String, total: Int) {
        self.label = label
        self.total = total
        self.shownAt = self.start
    }

    func show(_ done: Int) {
        let now = ContinuousClock.now
        guard self.isTerminal || now - self.shownAt >= Self.plainInterval else { return }
        self.shownAt = now
        let line = self.line(done)
        self.write(self.isTerminal ? "\r\(self.bar(done)) \(line)\u{1b}[K" : "\(line)\n")
    }

    func finish(_ done: Int) {
        self.write(self.isTerminal ? "\r\(self.line(done))\u{1b}[K\n" : "\(self.line(done))\n")
    }

    private func line(_ done: Int) -> String {
        let seconds = max((ContinuousClock.now - self.start) / .seconds(1), 0.001)
        let rate = Int(Double(done) / seconds)
        return "\(self.label): \(done) of \(self.total), \(rate)/s, \(Int(seconds)) s"
    }

    private func bar(_ done: Int) -> String {
        let filled = min(Self.barWidth, done * Self.barWidth / max(1, self.total))
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: "-", count: Self.barWidth - filled) + "]"
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
