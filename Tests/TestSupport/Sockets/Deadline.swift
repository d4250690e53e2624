/// The end of a wait, so that no test waits for ever.
struct Deadline {
    private let end: ContinuousClock.Instant

    init(after duration: Duration) {
        self.end = .now.advanced(by: duration)
    }

    /// As `poll` wants it: at least 0.
    var milliseconds: Int32 {
        let left = ContinuousClock.now.duration(to: self.end).components
        let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
        return Int32(clamping: max(0, milliseconds))
    }
}
