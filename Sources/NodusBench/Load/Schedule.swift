/// When one conversation of many is to ask, evenly, whatever the answers do.
///
/// A closed loop asks nothing while the server stands still, and so hardly sees that it does.
struct Schedule {
    private var due: ContinuousClock.Instant
    private let interval: Duration
    /// Whether the wait for it began before it was due: then it is the generator who is late, by
    /// the clock that wakes it, and that is not the server's.
    private var wasAwaited = false

    /// `perSecond` is of all together.
    init(perSecond: Int, place: Int, of count: Int, from start: ContinuousClock.Instant) {
        self.interval = .seconds(1) * count / perSecond
        self.due = start + self.interval * place / count
    }

    enum Turn {
        case wait(until: ContinuousClock.Instant)
        /// Latencies count from `since`.
        case ask(since: ContinuousClock.Instant)
    }

    mutating func next(at now: ContinuousClock.Instant) -> Turn {
        guard self.due <= now else {
            self.wasAwaited = true
            return .wait(until: self.due)
        }
        defer {
            self.due += self.interval
            self.wasAwaited = false
        }
        return .ask(since: self.wasAwaited ? now : self.due)
    }
}
