import Shards

/// A snapshot that is being written: sections one after the other, then their directory, then the
/// header, which was left open.
struct SnapshotFile {
    private let file: DiskFile
    private let disk: any Disk
    private var body: [UInt8] = []
    private var recordCount = 0
    private var sections: [SnapshotSection] = []
    private var offset = SnapshotHeader.byteCount
    private let frame = GrowingMemory()
    var counts = SnapshotHeader.Counts()

    init(at path: String, disk: any Disk) throws(DiskError) {
        self.disk = disk
        self.file = try disk.open(path, for: .writingAnew)
    }

    /// `encode` appends one record.
    mutating func add(_ encode: (inout [UInt8]) -> Void) throws(DiskError) {
        encode(&self.body)
        self.recordCount += 1
        if self.body.count >= SnapshotSection.bodyBytes { try self.endSection() }
    }

    private mutating func endSection() throws(DiskError) {
        guard self.recordCount > 0 else { return }
        let memory = self.frame.take(LZ4Frame.bound(self.body.count))
        let (storedBytes, checksum) = self.body.withUnsafeBytes { body in
            (LZ4Frame.compress(body, into: memory), CRC32C.checksum(body))
        }
        let stored = UnsafeRawBufferPointer(rebasing: memory[..<storedBytes])
        try self.disk.write(stored, to: self.file, at: self.offset)
        let section = SnapshotSection(
            offset: self.offset,
            storedBytes: storedBytes,
            bodyBytes: self.body.count,
            checksum: checksum,
            recordCount: self.recordCount
        )
        self.sections.append(section)
        self.offset += storedBytes
        self.recordCount = 0
        self.body.removeAll(keepingCapacity: self.body.capacity <= 2 * SnapshotSection.bodyBytes)
    }

    /// Brings all of it to the disk, still under the name that it was begun with.
    ///
    /// - Returns: how many bytes it has.
    mutating func finish(_ header: SnapshotHeader) throws(DiskError) -> Int {
        try self.endSection()
        var directory: [UInt8] = []
        for section in self.sections { section.append(to: &directory) }
        try self.disk.write(directory, to: self.file, at: self.offset)
        var header = header
        header.counts = self.counts
        header.directoryOffset = self.offset
        header.sectionCount = self.sections.count
        header.directoryChecksum = directory.withUnsafeBytes { CRC32C.checksum($0) }
        try self.disk.write(header.bytes, to: self.file, at: 0)
        try self.disk.sync(self.file)
        return header.byteCount
    }

    func close() { self.disk.close(self.file) }
}
