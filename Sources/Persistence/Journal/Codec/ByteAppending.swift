/// The counterpart of `ByteReader`: little-endian integers, and text behind its length.
extension [UInt8] {
    mutating func appendInteger(_ value: some FixedWidthInteger & BitwiseCopyable) {
        Swift.withUnsafeBytes(of: value.littleEndian) { self.append(contentsOf: $0) }
    }

    mutating func appendBool(_ value: Bool) {
        self.append(value ? 1 : 0)
    }

    mutating func appendBlock(_ block: [UInt8]) {
        self.appendInteger(UInt32(block.count))
        self.append(contentsOf: block)
    }

    mutating func appendText(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            self.appendInteger(UInt32(utf8.count))
            self.append(contentsOf: utf8)
        }
    }

    /// Overwrites what was left open at `offset`, which has to be inside.
    mutating func setInteger(
        _ value: some FixedWidthInteger & BitwiseCopyable,
        at offset: Int
    ) {
        self.withUnsafeMutableBytes { memory in
            memory.storeBytes(of: value.littleEndian, toByteOffset: offset, as: type(of: value))
        }
    }
}
