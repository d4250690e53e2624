import Dispatch

/// How many events the next sync waits for, and until when: as many as the last one had, and no
/// longer than `spacing` from where that one began.
///
/// A sync takes as much processor time for one event as for hundreds. A fast disk is done with three
/// while three more come, ten thousand times a second, and that is half a core which answers nobody.
/// As many as last time is what those send who have just been answered, where they go on. Who sends
/// alone waits for nobody, and where the disk itself takes as long as `spacing` nothing waits at all.
struct SyncPace {
    static let spacing = DispatchTimeInterval.microseconds(400)

    private var lastCount = 1
    /// When the next sync has one event at least and is not put off any more.
    private(set) var end = DispatchTime(uptimeNanoseconds: 0)

    /// At least 1.
    func wanted(at now: DispatchTime) -> Int {
        now < self.end ? self.lastCount : 1
    }

    /// A sync of so many begins.
    mutating func took(_ count: Int, at now: DispatchTime) {
        self.lastCount = count
        self.end = now + Self.spacing
    }
}
