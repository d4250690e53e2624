/// Where a part of a snapshot lies: one LZ4 frame of records, which is read without the others.
struct SnapshotSection: Hashable, Sendable {
    static let byteCount = 32
    /// A section is closed when it has reached this, and so is over by less than one record.
    static let bodyBytes = 4 << 20
    /// No record comes near: the largest is a message with a reaction of each of its 10,000 readers.
    static let bodyBytesMax = 56 << 20
    /// LZ4 makes of a byte no more than 255.
    private static let expansionMax = 255

    let offset: Int
    let storedBytes: Int
    let bodyBytes: Int
    /// Of the body.
    let checksum: UInt32
    let recordCount: Int

    func append(to bytes: inout [UInt8]) {
        bytes.appendInteger(UInt64(self.offset))
        bytes.appendInteger(UInt32(self.storedBytes))
        bytes.appendInteger(UInt32(self.bodyBytes))
        bytes.appendInteger(self.checksum)
        bytes.appendInteger(UInt32(self.recordCount))
        bytes.appendInteger(UInt64(0))
    }
}

extension SnapshotSection {
    /// Those of a directory.
    static func all(
        in bytes: [UInt8],
        checksum: UInt32
    ) throws(MalformedEntry) -> [SnapshotSection] {
        let result = bytes.withUnsafeBytes { bytes -> Result<[SnapshotSection], MalformedEntry> in
            do throws(MalformedEntry) {
                guard CRC32C.checksum(bytes) == checksum else { throw MalformedEntry() }
                var fields = ByteReader(bytes)
                var sections: [SnapshotSection] = []
                while fields.remainingCount > 0 { sections.append(try SnapshotSection(&fields)) }
                return .success(sections)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(_ fields: inout ByteReader) throws(MalformedEntry) {
        let offset = try fields.integer(UInt64.self)
        self.storedBytes = Int(try fields.integer(UInt32.self))
        self.bodyBytes = Int(try fields.integer(UInt32.self))
        self.checksum = try fields.integer()
        self.recordCount = Int(try fields.integer(UInt32.self))
        guard try fields.integer(UInt64.self) == 0, offset < 1 << 48,
            self.bodyBytes <= Self.bodyBytesMax, self.recordCount <= self.bodyBytes,
            self.bodyBytes <= self.storedBytes * Self.expansionMax,
            self.storedBytes <= LZ4Frame.bound(self.bodyBytes)
        else { throw MalformedEntry() }
        self.offset = Int(offset)
    }
}
