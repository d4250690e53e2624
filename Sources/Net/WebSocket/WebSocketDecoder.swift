/// Cuts what a client sends on a socket into frames, and says what is to be done about them.
///
/// The stream may come in pieces of any size. Headers are read a byte at a time and payloads go
/// straight to where the message grows, so there is no buffer of its own, and between two messages
/// nothing is held. After a close frame or a broken rule everything that still comes is ignored.
package struct WebSocketDecoder: Sendable {
    package enum Action: Sendable, Equatable {
        /// A whole text message; it is valid UTF-8.
        case text([UInt8])
        case binary([UInt8])
        /// To be answered by a pong with the same bytes.
        case ping([UInt8])
        /// The client closes. `code` is nil where it gave none; `echo` is the payload of the close
        /// frame to answer with.
        case close(code: UInt16?, echo: [UInt8])
        /// To be answered by a close frame with the violation's code.
        case fail(WebSocketViolation)
    }

    private var header = WebSocketFrameHeader()
    private var mask = WebSocketMask(littleEndian: 0)
    private var payloadLeft = 0
    private var rules = WebSocketRules()
    private var hasEnded = false

    package init() {}

    /// Reads up to the next thing that asks for an action.
    ///
    /// - Returns: the bytes that were read, all of them where there is no action.
    package mutating func next(
        in bytes: UnsafeRawBufferPointer
    ) -> (readCount: Int, action: Action?) {
        guard !self.hasEnded else { return (bytes.count, nil) }
        var index = 0
        do throws(WebSocketViolation) {
            while index < bytes.count {
                if let action = try self.step(in: bytes, from: &index) {
                    if case .close = action { self.end() }
                    return (index, action)
                }
            }
            return (index, nil)
        } catch {
            self.end()
            return (bytes.count, .fail(error))
        }
    }

    /// Lets go of what is half there, too.
    private mutating func end() {
        self.hasEnded = true
        self.rules = WebSocketRules()
    }

    /// Reads a byte of a header, or what there is of a payload.
    private mutating func step(
        in bytes: UnsafeRawBufferPointer,
        from index: inout Int
    ) throws(WebSocketViolation) -> Action? {
        if !self.header.isWhole {
            try self.header.take(bytes[index])
            index += 1
            guard self.header.isWhole else { return nil }
            try self.rules.begin(self.header)
            self.mask = self.header.mask
            self.payloadLeft = Int(self.header.payloadCount)
        } else {
            let end = min(bytes.count, index + self.payloadLeft)
            let piece = UnsafeRawBufferPointer(rebasing: bytes[index..<end])
            try self.rules.take(piece, of: self.header, under: &self.mask)
            self.payloadLeft -= piece.count
            index = end
        }
        guard self.payloadLeft == 0 else { return nil }
        let frame = self.header
        self.header = WebSocketFrameHeader()
        return try self.rules.end(frame)
    }
}
