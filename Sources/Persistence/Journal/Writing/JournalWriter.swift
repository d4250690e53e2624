import Logging
import Shards

/// Writes batch after batch, on a thread of its own: one write and one sync each, then the
/// delivery. Never two batches on their way, so that a crash can tear only the last.
struct JournalWriter {
    private static let compressedBodyBytesMin = 4 << 10

    let queue: JournalQueue
    let room: JournalRoom
    let reserve: SegmentReserve
    let disk: any Disk
    let settings: JournalSettings
    let logger: Logger
    let deliver: @Sendable (DurableBatch) -> Void
    var segment: ActiveSegment
    /// The position after the last that is durable.
    var next: Position
    private var compressed: [UInt8] = []

    init(
        queue: JournalQueue,
        room: JournalRoom,
        reserve: SegmentReserve,
        disk: any Disk,
        settings: JournalSettings,
        logger: Logger,
        segment: ActiveSegment,
        deliver: @escaping @Sendable (DurableBatch) -> Void
    ) {
        self.queue = queue
        self.room = room
        self.reserve = reserve
        self.disk = disk
        self.settings = settings
        self.logger = logger
        self.segment = segment
        self.next = segment.header.first
        self.deliver = deliver
    }

    /// Returns when the queue is closed and all is written and sealed, or after a failure.
    mutating func run() {
        do throws(DiskError) {
            while var batch = self.queue.take() {
                let bodyBytes = batch.bodyBytes
                let byteCount = try self.write(&batch)
                self.next = batch.next
                self.queue.madeDurable(before: self.next, byteCount: byteCount)
                self.room.wrote(bodyBytes, leaving: self.segment.freeBytes)
                self.deliver(DurableBatch(first: batch.first, notices: batch.notices))
                self.queue.recycle(batch)
            }
            try self.segment.seal(next: self.next, disk: self.disk)
        } catch {
            self.fail(error)
        }
    }

    /// What reached the disk is unknown from here on, so nothing may be written or acknowledged
    /// any more: only a new process, which reads what is there, can go on.
    private func fail(_ error: DiskError) {
        self.room.close()
        self.logger.critical(
            "the journal cannot be written, the process ends",
            metadata: ["error": "\(error)"]
        )
        self.settings.exit(JournalSettings.exitCode)
        self.segment.abandon(self.disk)
    }

    // MARK: - One batch

    /// - Returns: how many bytes of the file it took.
    private mutating func write(_ batch: inout PendingBatch) throws(DiskError) -> Int {
        var header = BatchHeader(
            epoch: self.segment.header.epoch,
            first: batch.first,
            count: UInt32(batch.notices.count),
            bodyBytes: UInt32(batch.bodyBytes),
            storedBytes: UInt32(batch.bodyBytes),
            bodyChecksum: batch.bytes.withUnsafeBytes { bytes in
                CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[BatchHeader.byteCount...]))
            }
        )
        if self.compress(batch) {
            header.isCompressed = true
            header.storedBytes = UInt32(self.compressed.count - BatchHeader.byteCount)
            var compressed: [UInt8] = []
            swap(&compressed, &self.compressed)
            defer { swap(&compressed, &self.compressed) }
            try self.append(&compressed, under: header)
        } else {
            try self.append(&batch.bytes, under: header)
        }
        return BatchHeader.byteCount + header.paddedBytes
    }

    /// Whether it was worth it and `compressed` holds the body.
    private mutating func compress(_ batch: PendingBatch) -> Bool {
        guard self.settings.compresses, batch.bodyBytes >= Self.compressedBodyBytesMin else {
            return false
        }
        self.compressed.removeAll(keepingCapacity: true)
        self.compressed.append(contentsOf: repeatElement(0, count: BatchHeader.byteCount))
        return batch.bytes.withUnsafeBytes { bytes in
            LZ4Block.append(
                UnsafeRawBufferPointer(rebasing: bytes[BatchHeader.byteCount...]),
                saving: batch.bodyBytes / 8,
                to: &self.compressed
            )
        }
    }

    /// `bytes` are a header's room and the stored body; they are padded.
    private mutating func append(
        _ bytes: inout [UInt8],
        under header: BatchHeader
    ) throws(DiskError) {
        let padding = header.paddedBytes - Int(header.storedBytes)
        bytes.append(contentsOf: repeatElement(0, count: padding))
        if bytes.count > self.segment.freeBytes, !self.segment.isEmpty {
            try self.roll(to: header.first)
        }
        bytes.withUnsafeMutableBytes { memory in
            header.write(to: memory, salt: self.segment.header.salt)
        }
        try self.segment.append(bytes, to: self.disk)
    }

    /// Goes on in the next segment, or beyond the end of this one while there is no next.
    private mutating func roll(to first: Position) throws(DiskError) {
        guard let ready = self.reserve.take() else { return }
        let header = self.segment.header.successor(first: first, random: self.settings.random)
        try self.segment.seal(next: first, disk: self.disk)
        self.segment = try ActiveSegment.begin(
            in: ready,
            header: header,
            folder: JournalFolder(path: self.settings.folder),
            disk: self.disk
        )
        self.room.rolled(onto: ready.byteCount, leaving: self.segment.freeBytes)
    }
}
