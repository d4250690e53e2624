import Net

/// Shows on a terminal how far a start is.
struct StartBar {
    /// An event takes a microsecond, a line of text some hundred.
    private static let eventsInStep = 10_000

    private let line = ProgressLine()

    func show(_ progress: Recovery.Progress) {
        switch progress {
        case .restored(let percent):
            self.line.show("restoring the snapshot", percent, of: 100, "%")
        case .replayed(let count):
            guard count % Self.eventsInStep == 0 else { return }
            self.line.show("reading the journal:", count, "events")
        }
    }

    func end() { self.line.end() }
}

extension Readiness {
    func progressed(_ progress: Recovery.Progress) {
        switch progress {
        case .restored(let percent): self.restored(percent: percent)
        case .replayed(let count): self.replayed(count)
        }
    }
}
