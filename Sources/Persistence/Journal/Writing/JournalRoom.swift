import Synchronization

/// Whether there is room for more, told without a lock.
///
/// Sums up what the queue, the writer and the reserve each know. What moves from one to another is
/// counted twice for a moment: waiting bytes, which is careful, and a reserve that is being taken
/// into use, while the writer is busy with just that.
final class JournalRoom: Sendable {
    private let pending = Atomic<Int>(0)
    private let current = Atomic<Int>(0)
    private let reserved = Atomic<Int>(0)
    private let isClosed = Atomic<Bool>(false)
    private let pendingBytesMax: Int
    private let limits: JournalLimits

    init(pendingBytesMax: Int, limits: JournalLimits) {
        self.pendingBytesMax = pendingBytesMax
        self.limits = limits
    }

    var hasRoom: Bool {
        guard !self.isClosed.load(ordering: .relaxed) else { return false }
        let space =
            self.current.load(ordering: .relaxed) + self.reserved.load(ordering: .relaxed)
            - self.limits.marginBytes
        return self.pending.load(ordering: .relaxed) < min(self.pendingBytesMax, space)
    }

    func offered(_ byteCount: Int) {
        self.pending.add(byteCount, ordering: .relaxed)
    }

    /// `freeBytes` is what the segment that is written has left.
    func wrote(_ byteCount: Int, leaving freeBytes: Int) {
        self.current.store(self.limits.usable(freeBytes), ordering: .relaxed)
        self.pending.subtract(byteCount, ordering: .relaxed)
    }

    func addReserve(of byteCount: Int) {
        self.reserved.add(self.limits.usable(byteCount), ordering: .relaxed)
    }

    /// A reserve has become the segment that is written.
    func rolled(onto reserveBytes: Int, leaving freeBytes: Int) {
        self.current.store(self.limits.usable(freeBytes), ordering: .relaxed)
        self.reserved.subtract(self.limits.usable(reserveBytes), ordering: .relaxed)
    }

    /// For ever.
    func close() {
        self.isClosed.store(true, ordering: .relaxed)
    }
}
