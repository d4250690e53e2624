/// One frame of RFC 6455 §5.2, as it is on the wire, for the good ones and the bad ones.
package struct WebSocketFrame: Hashable, Sendable, CustomStringConvertible {
    package enum Opcode: UInt8, Sendable {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10
    }

    package var opcode: UInt8
    package var payload: [UInt8]
    package var isFinal = true
    /// The three reserved bits, which must be 0.
    package var reserved: UInt8 = 0
    package var isMasked = true

    package init(
        _ opcode: Opcode,
        _ payload: [UInt8] = [],
        isFinal: Bool = true,
        reserved: UInt8 = 0,
        isMasked: Bool = true
    ) {
        self.opcode = opcode.rawValue
        self.payload = payload
        self.isFinal = isFinal
        self.reserved = reserved
        self.isMasked = isMasked
    }

    package init(_ opcode: Opcode, _ text: String) {
        self.init(opcode, Array(text.utf8))
    }

    /// A close frame's code, or nil where it has none.
    package var closeCode: UInt16? {
        guard self.opcode == Opcode.close.rawValue, self.payload.count >= 2 else { return nil }
        return UInt16(self.payload[0]) << 8 | UInt16(self.payload[1])
    }

    package static func close(_ code: UInt16, _ reason: String = "") -> WebSocketFrame {
        WebSocketFrame(.close, [UInt8(code >> 8), UInt8(code & 0xff)] + Array(reason.utf8))
    }

    package var description: String {
        let mask = self.isMasked ? "" : " unmasked"
        return "opcode \(self.opcode) of \(self.payload.count) bytes\(mask)"
    }

    package var bytes: [UInt8] {
        var bytes = [(self.isFinal ? 0x80 : 0) | self.reserved << 4 | self.opcode]
        let mask: UInt8 = self.isMasked ? 0x80 : 0
        let count = self.payload.count
        if count < 126 {
            bytes.append(mask | UInt8(count))
        } else if count <= 0xffff {
            bytes += [mask | 126, UInt8(count >> 8), UInt8(count & 0xff)]
        } else {
            bytes.append(mask | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: count >> shift))
            }
        }
        guard self.isMasked else { return bytes + self.payload }
        let key: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]
        return bytes + key + self.payload.enumerated().map { $1 ^ key[$0 & 3] }
    }
}
