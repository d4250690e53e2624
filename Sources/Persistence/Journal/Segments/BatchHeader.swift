import Shards

/// The bytes before a batch's body, which say all about it. `docs/JOURNAL_FORMAT.md` has them.
struct BatchHeader: Hashable {
    static let byteCount = 56
    /// Checked before memory is taken for it.
    static let bodyBytesMax = 64 << 20
    /// `FF N D B C0 CR LF F5`. No UTF-8 text holds FF, C0 or F5, so no text looks like a batch.
    static let magic: UInt64 = 0xf50a_0dc0_4244_4eff

    private static let compressedFlag: UInt16 = 1
    private static let sealFlag: UInt16 = 2
    private static let checksumOffset = 52

    var version = EventCodec.formatVersion
    var flags: UInt16 = 0
    let epoch: Epoch
    let first: Position
    var count: UInt32 = 0
    var bodyBytes: UInt32 = 0
    /// Of the body as it lies in the file, without the padding to a multiple of eight.
    var storedBytes: UInt32 = 0
    /// CRC32C of the body before compression.
    var bodyChecksum: UInt32 = 0

    /// The end of a segment: nothing follows.
    static func seal(epoch: Epoch, next: Position) -> BatchHeader {
        BatchHeader(flags: Self.sealFlag, epoch: epoch, first: next)
    }

    var isSeal: Bool { self.flags & Self.sealFlag != 0 }

    var isCompressed: Bool {
        get { self.flags & Self.compressedFlag != 0 }
        set {
            if newValue {
                self.flags |= Self.compressedFlag
            } else {
                self.flags &= ~Self.compressedFlag
            }
        }
    }

    /// The stored body and its padding.
    var paddedBytes: Int { Self.padded(Int(self.storedBytes)) }

    /// With the header, the body and its padding.
    var byteCount: Int { Self.byteCount + self.paddedBytes }

    static func padded(_ count: Int) -> Int { (count + 7) & ~7 }

    /// Whether the fields of a header of our version agree with each other.
    var isConsistent: Bool {
        guard self.flags & ~(Self.compressedFlag | Self.sealFlag) == 0 else { return false }
        if self.isSeal {
            return !self.isCompressed && self.count == 0 && self.bodyBytes == 0
                && self.storedBytes == 0
        }
        return self.count > 0 && self.bodyBytes <= Self.bodyBytesMax
            && (self.isCompressed
                ? self.storedBytes < self.bodyBytes : self.storedBytes == self.bodyBytes)
    }

    func bytes(salt: UInt32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        bytes.withUnsafeMutableBytes { self.write(to: $0, salt: salt) }
        return bytes
    }

    /// Takes the first `byteCount` bytes, which have to be there, and leaves the others alone.
    func write(to memory: UnsafeMutableRawBufferPointer, salt: UInt32) {
        memory.store(Self.magic, at: 0)
        memory.store(self.version, at: 8)
        memory.store(self.flags, at: 10)
        memory.store(self.count, at: 12)
        memory.store(self.epoch.high, at: 16)
        memory.store(self.epoch.low, at: 24)
        memory.store(self.first.rawValue, at: 32)
        memory.store(self.bodyBytes, at: 40)
        memory.store(self.storedBytes, at: 44)
        memory.store(self.bodyChecksum, at: 48)
        let covered = UnsafeRawBufferPointer(rebasing: memory[..<Self.checksumOffset])
        memory.store(CRC32C.checksum(covered, seed: salt), at: Self.checksumOffset)
    }

    /// - Returns: nil where no header of a segment with this salt begins at `offset`.
    static func read(
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int,
        salt: UInt32
    ) -> BatchHeader? {
        guard bytes.count - offset >= Self.byteCount else { return nil }
        let header = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Self.byteCount])
        let covered = UnsafeRawBufferPointer(rebasing: header[..<Self.checksumOffset])
        guard header.integer(at: 0) == Self.magic,
            header.integer(at: Self.checksumOffset) == CRC32C.checksum(covered, seed: salt)
        else { return nil }
        return BatchHeader(
            version: header.integer(at: 8),
            flags: header.integer(at: 10),
            epoch: Epoch(high: header.integer(at: 16), low: header.integer(at: 24)),
            first: Position(rawValue: header.integer(at: 32)),
            count: header.integer(at: 12),
            bodyBytes: header.integer(at: 40),
            storedBytes: header.integer(at: 44),
            bodyChecksum: header.integer(at: 48)
        )
    }
}

extension UnsafeMutableRawBufferPointer {
    func store(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        self.storeBytes(of: value.littleEndian, toByteOffset: offset, as: type(of: value))
    }
}

extension UnsafeRawBufferPointer {
    /// `offset` has to be inside: for headers whose length was checked.
    func integer<Integer: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Integer {
        Integer(littleEndian: self.loadUnaligned(fromByteOffset: offset, as: Integer.self))
    }
}
