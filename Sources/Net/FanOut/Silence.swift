import Shards

/// How long nothing has been heard of a client, and what is to be done about it.
struct Silence {
    enum Step {
        case wait
        case ping
        case giveUp
    }

    /// After so much silence a sign of life is asked for, once.
    static let pingAfter = Duration.seconds(25)
    /// After so much the client is taken for gone.
    private static let deadAfter = Duration.seconds(60)

    private let start: MonotonicInstant
    private var hasPinged = false

    init(since start: MonotonicInstant) {
        self.start = start
    }

    mutating func look(at now: MonotonicInstant) -> Step {
        if now > self.start.advanced(by: Self.deadAfter) { return .giveUp }
        guard !self.hasPinged, now > self.start.advanced(by: Self.pingAfter) else { return .wait }
        self.hasPinged = true
        return .ping
    }
}
