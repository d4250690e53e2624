/// Takes the mask of RFC 6455 §5.3 off a payload that may come in pieces.
struct WebSocketMask: Sendable {
    /// The key as it lies on the wire, its first byte lowest; turned so that the lowest byte is due
    /// next.
    private var key: UInt32

    init(littleEndian key: UInt32) {
        self.key = key
    }

    /// Takes it off the next piece, eight bytes a step.
    mutating func remove(from bytes: UnsafeMutableRawBufferPointer) {
        let double = (UInt64(self.key) << 32 | UInt64(self.key)).littleEndian
        var index = 0
        while index + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            bytes.storeBytes(of: word ^ double, toByteOffset: index, as: UInt64.self)
            index += 8
        }
        while index < bytes.count {
            bytes[index] ^= UInt8(truncatingIfNeeded: self.key)
            self.key = self.key >> 8 | self.key << 24
            index += 1
        }
    }
}
