import Shards

/// When positions became durable, for those that are not in the store yet.
///
/// At most `countMax` marks, however long the store is away: then every second one goes, and marks
/// are set half as often. The age of the oldest event is never told younger than it is, and older
/// by no more than the distance of two marks.
struct DurableMarks {
    private struct Mark {
        let position: Position
        let at: ContinuousClock.Instant
    }

    private static let countMax = 256

    private var marks: [Mark] = []
    private var distance = Duration.milliseconds(10)

    var count: Int { self.marks.count }

    /// When the oldest of them became durable.
    var first: ContinuousClock.Instant? { self.marks.first?.at }

    mutating func add(_ position: Position, at now: ContinuousClock.Instant) {
        if let last = self.marks.last, now - last.at < self.distance { return }
        self.marks.append(Mark(position: position, at: now))
        guard self.marks.count > Self.countMax else { return }
        self.distance *= 2
        self.marks = self.marks.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    }

    mutating func remove(through applied: Position, of durable: Position) {
        var count = self.marks.firstIndex { $0.position > applied } ?? self.marks.count
        // A mark stands for what came after it too, up to the next.
        if applied < durable { count = max(0, count - 1) }
        self.marks.removeFirst(count)
        if self.marks.isEmpty { self.distance = .milliseconds(10) }
    }
}
