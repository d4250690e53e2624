import Shards

/// Keeps an eye on whether what is written to a socket leaves.
///
/// How much may wait is the channel's high watermark; how long, is told from how much waits: where
/// the bytes that were written before an earlier look are still there, nothing older than that has
/// left.
struct Outbox {
    /// Bytes older than this end the socket, at the latest after twice as long.
    static let ageMax = Duration.seconds(10)

    private(set) var writtenBytes = 0
    /// What had been written at the last look, and when that was; nil where nothing waits.
    private var mark: (writtenBytes: Int, at: MonotonicInstant)?

    mutating func wrote(_ byteCount: Int) { self.writtenBytes += byteCount }

    /// Looks at `bufferedBytes`, which have not left.
    ///
    /// - Returns: whether some of them have waited for too long.
    mutating func isTooOld(bufferedBytes: Int, at now: MonotonicInstant) -> Bool {
        guard bufferedBytes > 0 else {
            self.mark = nil
            return false
        }
        guard let mark, self.writtenBytes - bufferedBytes < mark.writtenBytes else {
            self.mark = (self.writtenBytes, now)
            return false
        }
        return now > mark.at.advanced(by: Self.ageMax)
    }
}
