package import Shards

/// The first bytes of a snapshot: which history it is of, and what is in it. `snapshots/README.md`
/// has every byte of the format.
package struct SnapshotHeader: Hashable, Sendable {
    /// How many of what there are: shown to people, and reserved for.
    package struct Counts: Hashable, Sendable {
        package var accounts = 0
        package var sessions = 0
        package var chats = 0
        package var messages = 0
        package var marks = 0

        package init() {}
    }

    static let byteCount = 128
    static let formatVersion: UInt16 = 1
    private static let magic: UInt64 = 0x5041_4e53_5355_444f  // "ODUSSNAP"
    private static let checksumOffset = 12

    package var epoch: Epoch
    /// The replay goes on after it: capture began when all up to here was in the state.
    package var start: Position
    /// Nothing in the snapshot is newer.
    package var newest: Position
    package var takenAt: Timestamp
    package var counts = Counts()
    /// Where the directory of sections begins, which ends the file.
    var directoryOffset = 0
    var sectionCount = 0
    var directoryChecksum: UInt32 = 0
}

extension SnapshotHeader {
    package enum Malformed: Error, Hashable {
        case notASnapshot
        case newerFormat(UInt16)
    }

    var byteCount: Int {
        self.directoryOffset + self.sectionCount * SnapshotSection.byteCount
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        bytes.appendInteger(Self.magic)
        bytes.appendInteger(Self.formatVersion)
        bytes.appendInteger(UInt16(Self.byteCount))
        bytes.appendInteger(UInt32(0))
        bytes.appendInteger(self.epoch.high)
        bytes.appendInteger(self.epoch.low)
        bytes.appendInteger(self.start.rawValue)
        bytes.appendInteger(self.newest.rawValue)
        bytes.appendInteger(self.takenAt.microseconds)
        bytes.appendInteger(UInt64(self.directoryOffset))
        bytes.appendInteger(UInt32(self.sectionCount))
        bytes.appendInteger(self.directoryChecksum)
        bytes.appendInteger(UInt64(self.counts.accounts))
        bytes.appendInteger(UInt64(self.counts.sessions))
        bytes.appendInteger(UInt64(self.counts.chats))
        bytes.appendInteger(UInt64(self.counts.messages))
        bytes.appendInteger(UInt64(self.counts.marks))
        bytes.append(contentsOf: repeatElement(0, count: Self.byteCount - bytes.count))
        bytes.setInteger(Self.checksum(bytes), at: Self.checksumOffset)
        return bytes
    }

    /// - Throws: `notASnapshot` for any bytes that `bytes` did not make.
    init(_ bytes: [UInt8]) throws(Malformed) {
        let result = bytes.withUnsafeBytes { memory -> Result<SnapshotHeader, Malformed> in
            do throws(MalformedEntry) {
                guard memory.count == Self.byteCount else { return .failure(.notASnapshot) }
                var fields = ByteReader(memory)
                guard try fields.integer(UInt64.self) == Self.magic else {
                    return .failure(.notASnapshot)
                }
                let version = try fields.integer(UInt16.self)
                let byteCount = Int(try fields.integer(UInt16.self))
                let checksum = try fields.integer(UInt32.self)
                var copy = bytes
                copy.setInteger(UInt32(0), at: Self.checksumOffset)
                // A header that is longer cannot be told from a damaged one here.
                guard byteCount > Self.byteCount || checksum == Self.checksum(copy) else {
                    return .failure(.notASnapshot)
                }
                guard version <= Self.formatVersion else { return .failure(.newerFormat(version)) }
                guard version > 0, byteCount == Self.byteCount else {
                    return .failure(.notASnapshot)
                }
                return .success(try SnapshotHeader(&fields))
            } catch {
                return .failure(.notASnapshot)
            }
        }
        self = try result.get()
        guard self.start <= self.newest, self.directoryOffset >= Self.byteCount else {
            throw .notASnapshot
        }
    }

    /// What follows the checksum.
    private init(_ fields: inout ByteReader) throws(MalformedEntry) {
        self.epoch = Epoch(high: try fields.integer(), low: try fields.integer())
        self.start = Position(rawValue: try fields.integer())
        self.newest = Position(rawValue: try fields.integer())
        self.takenAt = Timestamp(microseconds: try fields.integer())
        self.directoryOffset = try Self.count(&fields)
        self.sectionCount = Int(try fields.integer(UInt32.self))
        self.directoryChecksum = try fields.integer()
        self.counts.accounts = try Self.count(&fields)
        self.counts.sessions = try Self.count(&fields)
        self.counts.chats = try Self.count(&fields)
        self.counts.messages = try Self.count(&fields)
        self.counts.marks = try Self.count(&fields)
    }

    private static func count(_ fields: inout ByteReader) throws(MalformedEntry) -> Int {
        let count = try fields.integer(UInt64.self)
        guard count < 1 << 48 else { throw MalformedEntry() }
        return Int(count)
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { CRC32C.checksum($0) }
    }
}
