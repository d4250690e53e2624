/// What RFC 6455 lets a client send to a server, as a machine: frames in, messages out.
///
/// A frame comes as its header, then its payload in any number of pieces, then its end; a piece that
/// cannot become valid any more is refused when it comes. Nothing is held but the bytes of a
/// message, and of a ping or a close frame, that are not whole yet. States and their exits:
///
/// - between messages → inside a message (data frame without FIN)
/// - inside a message → between messages (FIN)
/// - both → over (a rule was broken, or a close frame came): the decoder asks nothing more
struct WebSocketRules: Sendable {
    static let messageBytesMax = 64 * 1024
    /// Frames a message; empty ones count, because they cost work too.
    static let fragmentsMax = 256
    /// RFC 6455 section 5.5.
    static let controlBytesMax = 125

    private enum Content: Sendable {
        case text
        case binary
    }

    /// Of the message that has begun and not ended.
    private var content: Content?
    private var message: [UInt8] = []
    private var fragmentCount = 0
    private var validator = UTF8Validator()
    private var control: [UInt8] = []

    /// - Throws: before any of the payload is there, also where that would be too long.
    mutating func begin(_ header: WebSocketFrameHeader) throws(WebSocketViolation) {
        switch header.opcode {
        case .close, .ping, .pong: return
        case .continuation:
            guard self.content != nil else {
                throw WebSocketViolation("continuation without a message")
            }
        case .text, .binary:
            guard self.content == nil else {
                throw WebSocketViolation("new message inside a fragmented one")
            }
            self.content = header.opcode == .text ? .text : .binary
        }
        self.fragmentCount += 1
        guard self.fragmentCount <= Self.fragmentsMax else {
            throw WebSocketViolation("too many fragments", as: .messageTooBig)
        }
        guard header.payloadCount <= UInt64(Self.messageBytesMax - self.message.count) else {
            throw WebSocketViolation("message too big", as: .messageTooBig)
        }
    }

    /// Takes the next piece of the frame's payload, and the mask off it.
    mutating func take(
        _ piece: UnsafeRawBufferPointer,
        of header: WebSocketFrameHeader,
        under mask: inout WebSocketMask
    ) throws(WebSocketViolation) {
        guard !header.opcode.isControl else {
            // Nobody asks what is in a pong.
            if header.opcode != .pong { Self.append(piece, under: &mask, to: &self.control) }
            return
        }
        let start = self.message.count
        Self.append(piece, under: &mask, to: &self.message)
        guard self.content == .text else { return }
        let invalid = self.message.withUnsafeBytes { bytes in
            self.validator.firstInvalid(in: UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
        guard invalid == nil else { throw WebSocketViolation.notUTF8 }
    }

    /// - Returns: nil where nothing has to be done about the frame, which is whole now.
    mutating func end(
        _ header: WebSocketFrameHeader
    ) throws(WebSocketViolation) -> WebSocketDecoder.Action? {
        switch header.opcode {
        case .continuation, .text, .binary:
            return header.isFinal ? try self.endMessage() : nil
        case .ping: return .ping(Self.taken(&self.control))
        case .pong: return nil
        case .close: return try Self.close(Self.taken(&self.control))
        }
    }

    private mutating func endMessage() throws(WebSocketViolation) -> WebSocketDecoder.Action {
        let isText = self.content == .text
        guard !isText || self.validator.isComplete else { throw WebSocketViolation.notUTF8 }
        self.content = nil
        self.fragmentCount = 0
        let bytes = Self.taken(&self.message)
        return isText ? .text(bytes) : .binary(bytes)
    }

    private static func close(
        _ payload: [UInt8]
    ) throws(WebSocketViolation) -> WebSocketDecoder.Action {
        guard !payload.isEmpty else { return .close(code: nil, echo: []) }
        guard payload.count >= 2 else { throw WebSocketViolation("close code is cut off") }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard WebSocketCloseCode.mayBeSent(code) else {
            throw WebSocketViolation("invalid close code")
        }
        var validator = UTF8Validator()
        let invalid = payload.dropFirst(2).withUnsafeBytes { validator.firstInvalid(in: $0) }
        guard invalid == nil, validator.isComplete else {
            throw WebSocketViolation("close reason is not UTF-8", as: .invalidText)
        }
        return .close(code: code, echo: Array(payload[..<2]))
    }

    private static func append(
        _ piece: UnsafeRawBufferPointer,
        under mask: inout WebSocketMask,
        to bytes: inout [UInt8]
    ) {
        let start = bytes.count
        bytes.append(contentsOf: piece)
        bytes.withUnsafeMutableBytes { all in
            mask.remove(from: UnsafeMutableRawBufferPointer(rebasing: all[start...]))
        }
    }

    /// Lets go of the bytes and their memory.
    private static func taken(_ bytes: inout [UInt8]) -> [UInt8] {
        var none: [UInt8] = []
        swap(&bytes, &none)
        return none
    }
}

extension WebSocketViolation {
    fileprivate static let notUTF8 = WebSocketViolation("text is not UTF-8", as: .invalidText)
}
