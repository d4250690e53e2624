import TestSupport
import Testing

@testable import Net

struct WebSocketDecoderTests {
    private static let continuation: UInt8 = 0x0
    private static let text: UInt8 = 0x1
    private static let binary: UInt8 = 0x2
    private static let close: UInt8 = 0x8
    private static let ping: UInt8 = 0x9
    private static let pong: UInt8 = 0xA

    private var decoder = WebSocketDecoder()

    /// What the last byte of the frame brings; what comes before it brings nothing.
    private mutating func received(
        _ opcode: UInt8,
        _ payload: [UInt8] = [],
        fin: Bool = true,
        rsv: UInt8 = 0,
        masked: Bool = true
    ) -> WebSocketDecoder.Action? {
        var frame = WebSocketFrame(.text, payload)
        frame.opcode = opcode
        frame.isFinal = fin
        frame.reserved = rsv
        frame.isMasked = masked
        let actions = self.decoder.actions(of: frame.bytes)
        if actions.count > 1 { Issue.record("\(actions)") }
        return actions.first
    }

    private mutating func received(
        _ opcode: UInt8,
        _ payload: String,
        fin: Bool = true
    ) -> WebSocketDecoder.Action? {
        self.received(opcode, Array(payload.utf8), fin: fin)
    }

    @Test mutating func `whole messages pass`() {
        #expect(self.received(Self.text, "hello") == .text(Array("hello".utf8)))
        #expect(self.received(Self.text) == .text([]))
        #expect(self.received(Self.binary, [0xFF, 0x00]) == .binary([0xFF, 0x00]))
        #expect(self.received(Self.text, "ещё") == .text(Array("ещё".utf8)))
    }

    @Test mutating func `fragments make one message, with control frames between them`() {
        #expect(self.received(Self.text, "a", fin: false) == nil)
        #expect(self.received(Self.ping, "?") == .ping(Array("?".utf8)))
        #expect(self.received(Self.continuation, "b", fin: false) == nil)
        #expect(self.received(Self.pong, "!") == nil)
        #expect(self.received(Self.continuation, "", fin: false) == nil)
        #expect(self.received(Self.continuation, "c") == .text(Array("abc".utf8)))
        #expect(self.received(Self.binary, [1], fin: false) == nil)
        #expect(self.received(Self.continuation, [0xFF]) == .binary([1, 0xFF]))
    }

    @Test mutating func `an unmasked frame is refused`() {
        let action = self.received(Self.ping, masked: false)
        #expect(action == .fail(WebSocketViolation("client frames must be masked")))
    }

    @Test func `a reserved bit is refused`() {
        for bits in 1...7 as ClosedRange<UInt8> {
            var fresh = Self()
            let action = fresh.received(Self.text, rsv: bits)
            #expect(action == .fail(WebSocketViolation("reserved bits must be 0")))
        }
    }

    @Test(arguments: [3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF] as [UInt8])
    mutating func `a reserved opcode is refused`(opcode: UInt8) {
        #expect(self.received(opcode) == .fail(WebSocketViolation("reserved opcode")))
    }

    @Test(arguments: [Self.close, Self.ping, Self.pong])
    mutating func `a fragmented control frame is refused`(opcode: UInt8) {
        let action = self.received(opcode, fin: false)
        #expect(action == .fail(WebSocketViolation("control frames must not be fragmented")))
    }

    @Test mutating func `control frames carry 125 bytes and not 126`() {
        let most = [UInt8](repeating: 0xFE, count: 125)
        #expect(self.received(Self.ping, most) == .ping(most))
        #expect(self.received(Self.pong, most) == nil)
        let action = self.received(Self.ping, most + [0])
        #expect(action == .fail(WebSocketViolation("control frames carry at most 125 bytes")))
    }

    @Test(arguments: [true, false])
    mutating func `a continuation needs a message`(fin: Bool) {
        let action = self.received(Self.continuation, "x", fin: fin)
        #expect(action == .fail(WebSocketViolation("continuation without a message")))
    }

    @Test mutating func `a message that is done cannot be continued`() {
        #expect(self.received(Self.text, "a", fin: false) == nil)
        #expect(self.received(Self.continuation, "b") == .text(Array("ab".utf8)))
        let action = self.received(Self.continuation, "c")
        #expect(action == .fail(WebSocketViolation("continuation without a message")))
    }

    @Test(arguments: [Self.text, Self.binary])
    mutating func `a new message inside a fragmented one is refused`(opcode: UInt8) {
        #expect(self.received(Self.text, "a", fin: false) == nil)
        let action = self.received(opcode, "b")
        #expect(action == .fail(WebSocketViolation("new message inside a fragmented one")))
    }

    private static let notUTF8 = WebSocketDecoder.Action.fail(
        WebSocketViolation("text is not UTF-8", as: .invalidText)
    )

    @Test mutating func `a code point may be split over fragments and control frames`() {
        let smile = Array("😀".utf8)
        #expect(self.received(Self.text, [smile[0]], fin: false) == nil)
        #expect(self.received(Self.continuation, [smile[1]], fin: false) == nil)
        #expect(self.received(Self.ping, [0xFF]) == .ping([0xFF]))
        #expect(self.received(Self.continuation, [], fin: false) == nil)
        #expect(self.received(Self.continuation, [smile[2]], fin: false) == nil)
        #expect(self.received(Self.continuation, [smile[3]]) == .text(smile))
    }

    @Test mutating func `a surrogate split over fragments fails before the message ends`() {
        #expect(self.received(Self.text, [0xED], fin: false) == nil)
        #expect(self.received(Self.continuation, [0xA0], fin: false) == Self.notUTF8)
    }

    @Test mutating func `text that ends inside a code point fails`() {
        #expect(self.received(Self.text, [0x61, 0xD0], fin: false) == nil)
        #expect(self.received(Self.continuation, []) == Self.notUTF8)
    }

    @Test mutating func `a code point does not reach into the next message`() {
        #expect(self.received(Self.text, [0xD0]) == Self.notUTF8)
        self.decoder = WebSocketDecoder()
        #expect(self.received(Self.binary, [0xD0]) == .binary([0xD0]))
        #expect(self.received(Self.text, [0xBF]) == Self.notUTF8)
    }

    @Test mutating func `close without a payload is answered without one`() {
        #expect(self.received(Self.close) == .close(code: nil, echo: []))
    }

    @Test mutating func `close inside a fragmented message is taken`() {
        #expect(self.received(Self.text, "a", fin: false) == nil)
        let action = self.received(Self.close, [0x03, 0xE8] + Array("пока".utf8))
        #expect(action == .close(code: 1000, echo: [0x03, 0xE8]))
    }

    @Test mutating func `a close code of one byte is refused`() {
        let action = self.received(Self.close, [0x03])
        #expect(action == .fail(WebSocketViolation("close code is cut off")))
    }

    @Test func `each of the 65,536 close codes is taken or refused by the table`() {
        let valid = Set(1000...1003).union(1007...1014).union(3000...4999)
        for code in 0...0xFFFF {
            var fresh = Self()
            let payload = [UInt8(code >> 8), UInt8(code & 0xFF)]
            let action = fresh.received(Self.close, payload)
            let expected: WebSocketDecoder.Action =
                valid.contains(code)
                ? .close(code: UInt16(code), echo: payload)
                : .fail(WebSocketViolation("invalid close code"))
            if action != expected { Issue.record("\(code)") }
        }
    }

    @Test(arguments: [[0xFF], [0xD0], [0xED, 0xA0, 0x80]] as [[UInt8]])
    mutating func `a close reason that is not UTF-8 is refused`(reason: [UInt8]) {
        let action = self.received(Self.close, [0x03, 0xE8] + reason)
        #expect(action == .fail(WebSocketViolation("close reason is not UTF-8", as: .invalidText)))
    }

    @Test mutating func `a message of 64 KiB passes, whole and in fragments`() {
        let most = [UInt8](repeating: 0x61, count: WebSocketRules.messageBytesMax)
        #expect(self.received(Self.text, most) == .text(most))
        #expect(self.received(Self.binary, Array(most.dropLast()), fin: false) == nil)
        #expect(self.received(Self.continuation, [0x61]) == .binary(most))
    }

    private static let tooBig = WebSocketDecoder.Action.fail(
        WebSocketViolation("message too big", as: .messageTooBig)
    )

    @Test(arguments: [Self.text, Self.binary])
    mutating func `a frame above 64 KiB fails, whatever it holds`(opcode: UInt8) {
        let payload = [UInt8](repeating: 0xFF, count: WebSocketRules.messageBytesMax + 1)
        #expect(self.received(opcode, payload) == Self.tooBig)
    }

    @Test mutating func `fragments that add up to more than 64 KiB fail before the end`() {
        let half = [UInt8](repeating: 0x61, count: WebSocketRules.messageBytesMax / 2)
        #expect(self.received(Self.text, half, fin: false) == nil)
        #expect(self.received(Self.continuation, half, fin: false) == nil)
        #expect(self.received(Self.continuation, [], fin: false) == nil)
        #expect(self.received(Self.continuation, [0x61], fin: false) == Self.tooBig)
    }

    @Test mutating func `256 fragments pass, and the 257th fails also where all are empty`() {
        for _ in 0..<2 {
            #expect(self.received(Self.text, [], fin: false) == nil)
            for _ in 2...255 { #expect(self.received(Self.continuation, [], fin: false) == nil) }
            #expect(self.received(Self.continuation, []) == .text([]))
        }
        #expect(self.received(Self.text, [], fin: false) == nil)
        for _ in 2...256 { #expect(self.received(Self.continuation, [], fin: false) == nil) }
        let action = self.received(Self.continuation, [])
        #expect(action == .fail(WebSocketViolation("too many fragments", as: .messageTooBig)))
    }

    @Test mutating func `nothing counts after a close`() {
        #expect(self.received(Self.close, [0x03, 0xE8]) == .close(code: 1000, echo: [0x03, 0xE8]))
        #expect(self.received(Self.text, "late") == nil)
        #expect(self.received(Self.ping) == nil)
        #expect(self.received(Self.close) == nil)
        #expect(self.received(0xF, [0xFF], rsv: 7, masked: false) == nil)
    }

    @Test mutating func `nothing counts after a failure`() {
        #expect(self.received(Self.text, [0xFF]) == Self.notUTF8)
        #expect(self.received(Self.text, "late") == nil)
        #expect(self.received(Self.close) == nil)
    }
}
