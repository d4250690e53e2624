import Glibc

package struct JournalSettings: Sendable {
    /// Made where it is missing; its parent has to be there.
    package var folder: String
    /// What a segment is preallocated to: 64 KiB to 1 GiB, others are moved inside.
    package var segmentBytes = 64 << 20
    /// Segments preallocated beside the one that is written.
    package var reserveCount = 2
    /// How long to wait before preallocation is tried again.
    package var reserveRetry = Duration.seconds(1)
    /// Events that are encoded and not yet on disk. Above it `hasRoom` is false.
    package var pendingBytesMax = 64 << 20
    /// Whether batches of 4 KiB and more are kept in LZ4.
    package var compresses = true
    /// For epochs and salts.
    package var random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }
    /// Ends the process. Where it returns, as in tests, the journal writes no more.
    package var exit: @Sendable (Int32) -> Void = { _exit($0) }

    /// EX_IOERR of sysexits.h: the journal could not be written.
    package static let exitCode: Int32 = 74

    package init(folder: String) {
        self.folder = folder
    }
}

/// Sizes that follow from the size of a segment.
struct JournalLimits: Sendable {
    private static let segmentBytesRange = (64 << 10)...(1 << 30)

    let segmentBytes: Int
    /// A batch is closed when it has reached this: it is over by less than one event.
    let batchBytes: Int

    init(segmentBytes: Int) {
        self.segmentBytes = min(
            max(segmentBytes, Self.segmentBytesRange.lowerBound),
            Self.segmentBytesRange.upperBound
        )
        self.batchBytes = min(2 << 20, self.segmentBytes / 32)
    }

    /// Stays free when `hasRoom` turns false: for what others decided at the same moment.
    var marginBytes: Int { 4 * self.batchBytes }

    /// What is sure to fit into so much free space of a segment, whose end no batch crosses.
    func usable(_ freeBytes: Int) -> Int { max(0, freeBytes - 2 * self.batchBytes) }
}
