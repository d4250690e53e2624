import Shards

/// The segment that is written. After an error it is not to be used again.
struct ActiveSegment: Sendable {
    let header: SegmentHeader
    private let file: DiskFile
    private let capacity: Int
    /// Where the next batch goes.
    private var offset = SegmentHeader.byteCount

    /// Turns zeros into a segment. The name appears only when the header is on the disk, so a
    /// segment without a whole header is damaged, not young.
    ///
    /// An empty segment of the same name is replaced.
    static func begin(
        in reserve: SegmentReserve.Ready,
        header: SegmentHeader,
        folder: JournalFolder,
        disk: any Disk
    ) throws(DiskError) -> ActiveSegment {
        let path = folder.segment(header.first)
        let segment = ActiveSegment(
            header: header,
            file: DiskFile(descriptor: reserve.file.descriptor, path: path),
            capacity: reserve.byteCount
        )
        do throws(DiskError) {
            try disk.write(header.bytes, to: reserve.file, at: 0)
            try disk.sync(reserve.file)
            try disk.rename(reserve.file.path, to: path)
            try disk.syncFolder(folder.path)
        } catch {
            disk.close(reserve.file)
            throw error
        }
        return segment
    }

    private init(header: SegmentHeader, file: DiskFile, capacity: Int) {
        self.header = header
        self.file = file
        self.capacity = capacity
    }

    /// Of the preallocated space, with the seal's place taken off.
    var freeBytes: Int { max(0, self.capacity - self.offset - BatchHeader.byteCount) }

    var isEmpty: Bool { self.offset == SegmentHeader.byteCount }

    /// Brings one batch to the disk, past the preallocated end where there is no other way. Its
    /// length is a multiple of eight.
    mutating func append(_ bytes: [UInt8], to disk: any Disk) throws(DiskError) {
        try disk.write(bytes, to: self.file, at: self.offset)
        try disk.sync(self.file)
        self.offset += bytes.count
    }

    /// Ends the segment before the position `next`: only when the seal is on the disk are the zeros
    /// behind it cut off, so a file that ends with its seal is whole.
    mutating func seal(next: Position, disk: any Disk) throws(DiskError) {
        let seal = BatchHeader.seal(epoch: self.header.epoch, next: next)
        try self.append(seal.bytes(salt: self.header.salt), to: disk)
        try disk.truncate(self.file, to: self.offset)
        try disk.syncAll(self.file)
        disk.close(self.file)
    }

    func abandon(_ disk: any Disk) {
        disk.close(self.file)
    }
}
