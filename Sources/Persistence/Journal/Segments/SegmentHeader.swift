import Shards

/// The first bytes of a segment.
///
/// The magic, the version and the place of the checksum are the same in all formats, so that an
/// older program can tell a newer file from a damaged one.
struct SegmentHeader: Hashable {
    static let byteCount = 64
    /// `FF N D J C1 CR LF F5`.
    static let magic: UInt64 = 0xf50a_0dc1_4a44_4eff

    /// So far that no journal gets there, and counting on from it does not overflow.
    static let firstMax: UInt64 = 1 << 62

    private static let checksumOffset = 60

    var version = EventCodec.formatVersion
    let epoch: Epoch
    let first: Position
    /// Random. Batches of other segments, of earlier lives of the disk's blocks, and whatever a
    /// user may write, do not pass for batches of this one.
    let salt: UInt32

    /// The header of the segment that follows this one.
    func successor(first: Position, random: () -> UInt64) -> SegmentHeader {
        SegmentHeader(
            epoch: self.epoch,
            first: first,
            salt: UInt32(truncatingIfNeeded: random())
        )
    }

    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        bytes.withUnsafeMutableBytes { memory in
            memory.store(Self.magic, at: 0)
            memory.store(self.version, at: 8)
            memory.store(self.salt, at: 12)
            memory.store(self.epoch.high, at: 16)
            memory.store(self.epoch.low, at: 24)
            memory.store(self.first.rawValue, at: 32)
            let covered = UnsafeRawBufferPointer(rebasing: memory[..<Self.checksumOffset])
            memory.store(CRC32C.checksum(covered), at: Self.checksumOffset)
        }
        return bytes
    }

    /// - Returns: nil where the bytes do not begin with a whole header.
    static func read(_ bytes: UnsafeRawBufferPointer) -> SegmentHeader? {
        guard bytes.count >= Self.byteCount else { return nil }
        let covered = UnsafeRawBufferPointer(rebasing: bytes[..<Self.checksumOffset])
        guard bytes.integer(at: 0) == Self.magic,
            bytes.integer(at: Self.checksumOffset) == CRC32C.checksum(covered)
        else { return nil }
        return SegmentHeader(
            version: bytes.integer(at: 8),
            epoch: Epoch(high: bytes.integer(at: 16), low: bytes.integer(at: 24)),
            first: Position(rawValue: bytes.integer(at: 32)),
            salt: bytes.integer(at: 12)
        )
    }
}
