/// Bytes that say no event, though their checksum is right.
package struct MalformedEntry: Error, Hashable {}

/// Walks over foreign bytes and never past their end.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    /// - Parameter bytes: valid for as long as the reader lives.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var remainingCount: Int { self.bytes.count - self.offset }

    mutating func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
        _: Integer.Type = Integer.self
    ) throws(MalformedEntry) -> Integer {
        let size = MemoryLayout<Integer>.size
        guard self.remainingCount >= size else { throw MalformedEntry() }
        let value = self.bytes.loadUnaligned(fromByteOffset: self.offset, as: Integer.self)
        self.offset += size
        return Integer(littleEndian: value)
    }

    mutating func bool() throws(MalformedEntry) -> Bool {
        switch try self.integer(UInt8.self) {
        case 0: false
        case 1: true
        default: throw MalformedEntry()
        }
    }

    /// A length and as many bytes, still in their place.
    mutating func slice() throws(MalformedEntry) -> UnsafeRawBufferPointer {
        let count = Int(try self.integer(UInt32.self))
        guard count <= self.remainingCount else { throw MalformedEntry() }
        defer { self.offset += count }
        return UnsafeRawBufferPointer(rebasing: self.bytes[self.offset..<self.offset + count])
    }

    mutating func array() throws(MalformedEntry) -> [UInt8] {
        let source = try self.slice()
        return [UInt8](unsafeUninitializedCapacity: source.count) { memory, count in
            UnsafeMutableRawBufferPointer(memory).copyMemory(from: source)
            count = source.count
        }
    }

    mutating func text() throws(MalformedEntry) -> String {
        let source = try self.slice()
        guard let text = String(validating: source, as: UTF8.self) else { throw MalformedEntry() }
        return text
    }

    /// How many elements follow, believed only where that many can follow.
    mutating func count(ofAtLeast bytesEach: Int) throws(MalformedEntry) -> Int {
        let count = Int(try self.integer(UInt32.self))
        guard count <= self.remainingCount / bytesEach else { throw MalformedEntry() }
        return count
    }
}
