/// The header of one frame from a client (RFC 6455 §5.2), read byte by byte, and refused with the
/// first byte that breaks a rule which the frame breaks by itself.
struct WebSocketFrameHeader: Sendable {
    enum Opcode: UInt8, Sendable {
        case continuation = 0x0
        case text = 0x1
        case binary = 0x2
        case close = 0x8
        case ping = 0x9
        case pong = 0xA

        var isControl: Bool { self.rawValue >= Self.close.rawValue }
    }

    private enum Part: Sendable {
        case opcode
        case length
        /// `countMin` is the smallest that needs so many bytes.
        case longLength(bytesLeft: UInt8, countMin: UInt64)
        case key(bytesLeft: UInt8)
        case nothing
    }

    private(set) var opcode = Opcode.continuation
    private(set) var isFinal = false
    /// Below 2^63.
    private(set) var payloadCount: UInt64 = 0
    private var key: UInt32 = 0
    private var due = Part.opcode

    var mask: WebSocketMask { WebSocketMask(littleEndian: self.key) }

    var isWhole: Bool {
        if case .nothing = self.due { true } else { false }
    }

    mutating func take(_ byte: UInt8) throws(WebSocketViolation) {
        switch self.due {
        case .opcode: try self.takeOpcode(byte)
        case .length: try self.takeLength(byte)
        case .longLength(let bytesLeft, let countMin):
            try self.takeLongLength(byte, bytesLeft: bytesLeft - 1, countMin: countMin)
        case .key(let bytesLeft):
            self.key = self.key >> 8 | UInt32(byte) << 24
            self.due = bytesLeft == 1 ? .nothing : .key(bytesLeft: bytesLeft - 1)
        case .nothing: break
        }
    }

    private mutating func takeOpcode(_ byte: UInt8) throws(WebSocketViolation) {
        // No extension is ever agreed on that would give them a meaning.
        guard byte & 0x70 == 0 else { throw WebSocketViolation("reserved bits must be 0") }
        guard let opcode = Opcode(rawValue: byte & 0x0F) else {
            throw WebSocketViolation("reserved opcode")
        }
        self.opcode = opcode
        self.isFinal = byte & 0x80 != 0
        guard self.isFinal || !opcode.isControl else {
            throw WebSocketViolation("control frames must not be fragmented")
        }
        self.due = .length
    }

    private mutating func takeLength(_ byte: UInt8) throws(WebSocketViolation) {
        guard byte & 0x80 != 0 else { throw WebSocketViolation("client frames must be masked") }
        let length = byte & 0x7F
        guard length <= WebSocketRules.controlBytesMax || !self.opcode.isControl else {
            throw WebSocketViolation("control frames carry at most 125 bytes")
        }
        switch length {
        case 126: self.due = .longLength(bytesLeft: 2, countMin: 126)
        case 127: self.due = .longLength(bytesLeft: 8, countMin: 1 << 16)
        default:
            self.payloadCount = UInt64(length)
            self.due = .key(bytesLeft: 4)
        }
    }

    private mutating func takeLongLength(
        _ byte: UInt8,
        bytesLeft: UInt8,
        countMin: UInt64
    ) throws(WebSocketViolation) {
        guard bytesLeft < 7 || byte & 0x80 == 0 else {
            throw WebSocketViolation("a length has 63 bits")
        }
        self.payloadCount = self.payloadCount << 8 | UInt64(byte)
        guard bytesLeft == 0 else {
            self.due = .longLength(bytesLeft: bytesLeft, countMin: countMin)
            return
        }
        guard self.payloadCount >= countMin else {
            throw WebSocketViolation("a length is as short as it can be")
        }
        self.due = .key(bytesLeft: 4)
    }
}
