/// The head of a frame that a server sent (RFC 6455 §5.2).
struct FrameHeader {
    enum Parsed {
        case incomplete
        case header(FrameHeader)
        /// Masked, or with reserved bits: no extension was asked for.
        case malformed
    }

    let isFinal: Bool
    let opcode: UInt8
    /// Of the header itself.
    let byteCount: Int
    let payloadByteCount: Int

    static let continuation: UInt8 = 0x0
    static let text: UInt8 = 0x1
    static let binary: UInt8 = 0x2
    static let close: UInt8 = 0x8
    static let ping: UInt8 = 0x9
    static let pong: UInt8 = 0xa

    var isControl: Bool { self.opcode & 0x8 != 0 }

    static func parse(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Parsed {
        guard bytes.count >= start + 2 else { return .incomplete }
        let (first, second) = (bytes[start], bytes[start + 1])
        guard first & 0x70 == 0, second & 0x80 == 0 else { return .malformed }
        let lengthBytes = second == 126 ? 2 : second == 127 ? 8 : 0
        guard bytes.count >= start + 2 + lengthBytes else { return .incomplete }
        var length = lengthBytes == 0 ? Int(second) : 0
        for place in 0..<lengthBytes { length = length << 8 | Int(bytes[start + 2 + place]) }
        guard length >= 0 else { return .malformed }
        return .header(
            FrameHeader(
                isFinal: first & 0x80 != 0,
                opcode: first & 0x0f,
                byteCount: 2 + lengthBytes,
                payloadByteCount: length
            )
        )
    }
}
