/// What RFC 6455 lets a client send to a server, as a machine: one frame in, one action out.
///
/// Stands behind a decoder that has cut the stream into frames and taken the mask off. It holds at
/// most `messageBytesMax` bytes of a message. States and their exits:
///
/// - between messages → inside a message (data frame without FIN), ended
/// - inside a message → between messages (FIN), ended
/// - ended (close frame, or a rule was broken): everything that still comes is ignored
package struct WebSocketRules: Sendable {
    /// The header of one frame, as it was on the wire.
    package struct FrameHeader: Sendable, Equatable {
        package var isFinal: Bool
        /// RSV1, RSV2 or RSV3 is set; no extension is ever agreed on, so none may be.
        package var hasReservedBits: Bool
        package var opcode: UInt8
        package var isMasked: Bool

        package init(isFinal: Bool, hasReservedBits: Bool, opcode: UInt8, isMasked: Bool) {
            self.isFinal = isFinal
            self.hasReservedBits = hasReservedBits
            self.opcode = opcode
            self.isMasked = isMasked
        }
    }

    package enum Action: Sendable, Equatable {
        /// Nothing to do yet.
        case none
        /// A whole text message; it is valid UTF-8.
        case text([UInt8])
        case binary([UInt8])
        /// To be answered by a pong with the same bytes.
        case ping([UInt8])
        case pong
        /// The client closes. `code` is nil where it gave none; `echo` is the payload of the close
        /// frame to answer with.
        case close(code: UInt16?, echo: [UInt8])
        /// The client broke a rule: send a close frame with this code, then close.
        case fail(Failure, reason: String)
    }

    /// The raw value is the close code.
    package enum Failure: UInt16, Sendable, Equatable {
        case protocolError = 1002
        case invalidText = 1007
        case messageTooBig = 1009
    }

    package static let messageBytesMax = 64 * 1024
    /// Frames a message; empty ones count, because they cost work too.
    package static let fragmentsMax = 32
    /// RFC 6455 section 5.5.
    package static let controlBytesMax = 125

    private enum State {
        case betweenMessages
        case insideMessage(Message)
        case ended
    }

    private struct Message {
        let isText: Bool
        var bytes: [UInt8] = []
        var fragmentCount = 0
        var validator = UTF8Validator()
    }

    private var state = State.betweenMessages

    package init() {}

    /// Takes the next frame, its payload without the mask.
    package mutating func received(
        _ header: FrameHeader,
        payload: UnsafeRawBufferPointer
    ) -> Action {
        if case .ended = self.state { return .none }
        guard header.isMasked else { return self.fail("client frames must be masked") }
        guard !header.hasReservedBits else { return self.fail("reserved bits must be 0") }
        switch header.opcode {
        case 0x0: return self.receivedContinuation(payload, isFinal: header.isFinal)
        case 0x1, 0x2:
            guard case .betweenMessages = self.state else {
                return self.fail("new message inside a fragmented one")
            }
            let message = Message(isText: header.opcode == 0x1)
            return self.add(payload, to: message, isFinal: header.isFinal)
        case 0x8, 0x9, 0xA:
            guard header.isFinal else { return self.fail("control frames must not be fragmented") }
            guard payload.count <= Self.controlBytesMax else {
                return self.fail("control frames carry at most 125 bytes")
            }
            return self.receivedControl(header.opcode, payload)
        default: return self.fail("reserved opcode")
        }
    }

    /// Takes the next frame, its payload without the mask.
    package mutating func received(_ header: FrameHeader, payload: [UInt8]) -> Action {
        payload.withUnsafeBytes { self.received(header, payload: $0) }
    }

    private mutating func receivedContinuation(
        _ payload: UnsafeRawBufferPointer,
        isFinal: Bool
    ) -> Action {
        guard case .insideMessage(let message) = self.state else {
            return self.fail("continuation without a message")
        }
        // The state lets go of the bytes, so that adding to them does not copy them all.
        self.state = .betweenMessages
        return self.add(payload, to: message, isFinal: isFinal)
    }

    private mutating func add(
        _ payload: UnsafeRawBufferPointer,
        to message: consuming Message,
        isFinal: Bool
    ) -> Action {
        message.fragmentCount += 1
        guard message.fragmentCount <= Self.fragmentsMax else {
            return self.fail("too many fragments", as: .messageTooBig)
        }
        guard payload.count <= Self.messageBytesMax - message.bytes.count else {
            return self.fail("message too big", as: .messageTooBig)
        }
        if message.isText {
            let isValid =
                message.validator.firstInvalid(in: payload) == nil
                && (!isFinal || message.validator.isComplete)
            guard isValid else { return self.fail("text is not UTF-8", as: .invalidText) }
        }
        message.bytes.append(contentsOf: payload)
        guard isFinal else {
            self.state = .insideMessage(message)
            return .none
        }
        self.state = .betweenMessages
        return message.isText ? .text(message.bytes) : .binary(message.bytes)
    }

    private mutating func receivedControl(
        _ opcode: UInt8,
        _ payload: UnsafeRawBufferPointer
    ) -> Action {
        switch opcode {
        case 0x9: return .ping(Array(payload))
        case 0xA: return .pong
        default: return self.receivedClose(payload)
        }
    }

    private mutating func receivedClose(_ payload: UnsafeRawBufferPointer) -> Action {
        guard !payload.isEmpty else {
            self.state = .ended
            return .close(code: nil, echo: [])
        }
        guard payload.count >= 2 else { return self.fail("close code is cut off") }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard WebSocketCloseCode.mayBeSent(code) else { return self.fail("invalid close code") }

        var validator = UTF8Validator()
        let reason = UnsafeRawBufferPointer(rebasing: payload[2...])
        guard validator.firstInvalid(in: reason) == nil, validator.isComplete else {
            return self.fail("close reason is not UTF-8", as: .invalidText)
        }
        self.state = .ended
        return .close(code: code, echo: Array(payload[..<2]))
    }

    private mutating func fail(_ reason: String, as failure: Failure = .protocolError) -> Action {
        self.state = .ended
        return .fail(failure, reason: reason)
    }
}
