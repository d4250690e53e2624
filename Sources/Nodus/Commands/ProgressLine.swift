import Glibc

/// One line on a terminal that is written again and again; nothing where nobody watches.
struct ProgressLine {
    private let isWatched = isatty(STDERR_FILENO) == 1
    private var isShown = false
    private static let width = 30

    mutating func show(_ stage: String, _ count: Int, of total: Int, _ unit: String) {
        guard self.isWatched else { return }
        self.isShown = true
        let filled = total > 0 ? Self.width * min(count, total) / total : Self.width
        let bar =
            String(repeating: "█", count: filled)
            + String(repeating: "░", count: Self.width - filled)
        let text = "\r\(stage) \(bar) \(count) of \(total) \(unit)"
        _ = text.utf8CString.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count - 1) }
    }

    /// What is written next begins a line.
    mutating func end() {
        if self.isShown { _ = write(STDERR_FILENO, "\n", 1) }
        self.isShown = false
    }
}
