import Net
import Testing

struct WebSocketRulesTests {
    private static let continuation: UInt8 = 0x0
    private static let text: UInt8 = 0x1
    private static let binary: UInt8 = 0x2
    private static let close: UInt8 = 0x8
    private static let ping: UInt8 = 0x9
    private static let pong: UInt8 = 0xA

    private var rules = WebSocketRules()

    private mutating func received(
        _ opcode: UInt8,
        _ payload: [UInt8] = [],
        fin: Bool = true,
        rsv: Bool = false,
        masked: Bool = true
    ) -> WebSocketRules.Action {
        let header = WebSocketRules.FrameHeader(
            isFinal: fin,
            hasReservedBits: rsv,
            opcode: opcode,
            isMasked: masked
        )
        return self.rules.received(header, payload: payload)
    }

    private mutating func received(
        _ opcode: UInt8,
        _ payload: String,
        fin: Bool = true
    ) -> WebSocketRules.Action {
        self.received(opcode, Array(payload.utf8), fin: fin)
    }

    @Test mutating func `whole messages pass`() {
        #expect(self.received(Self.text, "hello") == .text(Array("hello".utf8)))
        #expect(self.received(Self.text) == .text([]))
        #expect(self.received(Self.binary, [0xFF, 0x00]) == .binary([0xFF, 0x00]))
        #expect(self.received(Self.text, "ещё") == .text(Array("ещё".utf8)))
    }

    @Test mutating func `fragments make one message, with control frames between them`() {
        #expect(self.received(Self.text, "a", fin: false) == .none)
        #expect(self.received(Self.ping, "?") == .ping(Array("?".utf8)))
        #expect(self.received(Self.continuation, "b", fin: false) == .none)
        #expect(self.received(Self.pong, "!") == .pong)
        #expect(self.received(Self.continuation, "", fin: false) == .none)
        #expect(self.received(Self.continuation, "c") == .text(Array("abc".utf8)))
        #expect(self.received(Self.binary, [1], fin: false) == .none)
        #expect(self.received(Self.continuation, [0xFF]) == .binary([1, 0xFF]))
    }

    @Test mutating func `an unmasked frame is refused`() {
        let action = self.received(Self.ping, masked: false)
        #expect(action == .fail(.protocolError, reason: "client frames must be masked"))
    }

    @Test mutating func `a reserved bit is refused`() {
        let action = self.received(Self.text, rsv: true)
        #expect(action == .fail(.protocolError, reason: "reserved bits must be 0"))
    }

    @Test(arguments: [3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF, 0x10, 0xFF] as [UInt8])
    mutating func `a reserved opcode is refused`(opcode: UInt8) {
        #expect(self.received(opcode) == .fail(.protocolError, reason: "reserved opcode"))
    }

    @Test(arguments: [Self.close, Self.ping, Self.pong])
    mutating func `a fragmented control frame is refused`(opcode: UInt8) {
        let action = self.received(opcode, fin: false)
        #expect(action == .fail(.protocolError, reason: "control frames must not be fragmented"))
    }

    @Test mutating func `control frames carry 125 bytes and not 126`() {
        let most = [UInt8](repeating: 0xFE, count: 125)
        #expect(self.received(Self.ping, most) == .ping(most))
        #expect(self.received(Self.pong, most) == .pong)
        let action = self.received(Self.ping, most + [0])
        #expect(action == .fail(.protocolError, reason: "control frames carry at most 125 bytes"))
    }

    @Test(arguments: [true, false])
    mutating func `a continuation needs a message`(fin: Bool) {
        let action = self.received(Self.continuation, "x", fin: fin)
        #expect(action == .fail(.protocolError, reason: "continuation without a message"))
    }

    @Test mutating func `a message that is done cannot be continued`() {
        #expect(self.received(Self.text, "a", fin: false) == .none)
        #expect(self.received(Self.continuation, "b") == .text(Array("ab".utf8)))
        let action = self.received(Self.continuation, "c")
        #expect(action == .fail(.protocolError, reason: "continuation without a message"))
    }

    @Test(arguments: [Self.text, Self.binary])
    mutating func `a new message inside a fragmented one is refused`(opcode: UInt8) {
        #expect(self.received(Self.text, "a", fin: false) == .none)
        let action = self.received(opcode, "b")
        #expect(action == .fail(.protocolError, reason: "new message inside a fragmented one"))
    }

    private static let notUTF8 = WebSocketRules.Action.fail(
        .invalidText,
        reason: "text is not UTF-8"
    )

    @Test mutating func `a code point may be split over fragments and control frames`() {
        let smile = Array("😀".utf8)
        #expect(self.received(Self.text, [smile[0]], fin: false) == .none)
        #expect(self.received(Self.continuation, [smile[1]], fin: false) == .none)
        #expect(self.received(Self.ping, [0xFF]) == .ping([0xFF]))
        #expect(self.received(Self.continuation, [], fin: false) == .none)
        #expect(self.received(Self.continuation, [smile[2]], fin: false) == .none)
        #expect(self.received(Self.continuation, [smile[3]]) == .text(smile))
    }

    @Test mutating func `a surrogate split over fragments fails before the message ends`() {
        #expect(self.received(Self.text, [0xED], fin: false) == .none)
        #expect(self.received(Self.continuation, [0xA0], fin: false) == Self.notUTF8)
    }

    @Test mutating func `text that ends inside a code point fails`() {
        #expect(self.received(Self.text, [0x61, 0xD0], fin: false) == .none)
        #expect(self.received(Self.continuation, []) == Self.notUTF8)
    }

    @Test mutating func `a code point does not reach into the next message`() {
        #expect(self.received(Self.text, [0xD0]) == Self.notUTF8)
        self.rules = WebSocketRules()
        #expect(self.received(Self.binary, [0xD0]) == .binary([0xD0]))
        #expect(self.received(Self.text, [0xBF]) == Self.notUTF8)
    }

    @Test mutating func `close without a payload is answered without one`() {
        #expect(self.received(Self.close) == .close(code: nil, echo: []))
    }

    @Test mutating func `close inside a fragmented message is taken`() {
        #expect(self.received(Self.text, "a", fin: false) == .none)
        let action = self.received(Self.close, [0x03, 0xE8] + Array("пока".utf8))
        #expect(action == .close(code: 1000, echo: [0x03, 0xE8]))
    }

    @Test mutating func `a close code of one byte is refused`() {
        let action = self.received(Self.close, [0x03])
        #expect(action == .fail(.protocolError, reason: "close code is cut off"))
    }

    @Test func `each of the 65,536 close codes is taken or refused by the table`() {
        let valid = Set(1000...1003).union(1007...1014).union(3000...4999)
        for code in 0...0xFFFF {
            var fresh = Self()
            let payload = [UInt8(code >> 8), UInt8(code & 0xFF)]
            let action = fresh.received(Self.close, payload)
            let expected: WebSocketRules.Action =
                valid.contains(code)
                ? .close(code: UInt16(code), echo: payload)
                : .fail(.protocolError, reason: "invalid close code")
            if action != expected { Issue.record("\(code)") }
        }
    }

    @Test(arguments: [[0xFF], [0xD0], [0xED, 0xA0, 0x80]] as [[UInt8]])
    mutating func `a close reason that is not UTF-8 is refused`(reason: [UInt8]) {
        let action = self.received(Self.close, [0x03, 0xE8] + reason)
        #expect(action == .fail(.invalidText, reason: "close reason is not UTF-8"))
    }

    @Test mutating func `a message of 64 KiB passes, whole and in fragments`() {
        let most = [UInt8](repeating: 0x61, count: WebSocketRules.messageBytesMax)
        #expect(self.received(Self.text, most) == .text(most))
        #expect(self.received(Self.binary, Array(most.dropLast()), fin: false) == .none)
        #expect(self.received(Self.continuation, [0x61]) == .binary(most))
    }

    private static let tooBig = WebSocketRules.Action.fail(
        .messageTooBig,
        reason: "message too big"
    )

    @Test(arguments: [Self.text, Self.binary])
    mutating func `a frame above 64 KiB fails, whatever it holds`(opcode: UInt8) {
        let payload = [UInt8](repeating: 0xFF, count: WebSocketRules.messageBytesMax + 1)
        #expect(self.received(opcode, payload) == Self.tooBig)
    }

    @Test mutating func `fragments that add up to more than 64 KiB fail before the end`() {
        let half = [UInt8](repeating: 0x61, count: WebSocketRules.messageBytesMax / 2)
        #expect(self.received(Self.text, half, fin: false) == .none)
        #expect(self.received(Self.continuation, half, fin: false) == .none)
        #expect(self.received(Self.continuation, [], fin: false) == .none)
        #expect(self.received(Self.continuation, [0x61], fin: false) == Self.tooBig)
    }

    @Test mutating func `32 fragments pass, and the 33rd fails also where all are empty`() {
        for _ in 0..<2 {
            #expect(self.received(Self.text, [], fin: false) == .none)
            for _ in 2...31 { #expect(self.received(Self.continuation, [], fin: false) == .none) }
            #expect(self.received(Self.continuation, []) == .text([]))
        }
        #expect(self.received(Self.text, [], fin: false) == .none)
        for _ in 2...32 { #expect(self.received(Self.continuation, [], fin: false) == .none) }
        let action = self.received(Self.continuation, [])
        #expect(action == .fail(.messageTooBig, reason: "too many fragments"))
    }

    @Test mutating func `nothing counts after a close`() {
        #expect(self.received(Self.close, [0x03, 0xE8]) == .close(code: 1000, echo: [0x03, 0xE8]))
        #expect(self.received(Self.text, "late") == .none)
        #expect(self.received(Self.ping) == .none)
        #expect(self.received(Self.close) == .none)
        #expect(self.received(0xF, [0xFF], rsv: true, masked: false) == .none)
    }

    @Test mutating func `nothing counts after a failure`() {
        #expect(self.received(Self.text, [0xFF]) == Self.notUTF8)
        #expect(self.received(Self.text, "late") == .none)
        #expect(self.received(Self.close) == .none)
    }

    /// Draws from a fixed seed, so that a failure can be repeated.
    private struct Draw: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return self.state ^ self.state >> 33
        }
    }

    @Test func `random frames never trap, and only valid text comes out`() {
        var draw = Draw(state: 7)
        for _ in 0..<200 {
            var fresh = Self()
            for _ in 0..<20 {
                let any = UInt8.random(in: 0...255, using: &draw)
                let opcodes: [UInt8] = [0, 0, 1, 2, 8, 9, 10, any]
                let opcode = opcodes.randomElement(using: &draw) ?? any
                var payload = (0..<Int.random(in: 0...130, using: &draw)).map { _ in
                    UInt8.random(in: 0...0x7F, using: &draw)
                }
                if Int.random(in: 0..<4, using: &draw) == 0 { payload.append(0xD0) }
                let action = fresh.received(
                    opcode,
                    payload,
                    fin: Bool.random(using: &draw),
                    rsv: Int.random(in: 0..<30, using: &draw) == 0
                )
                if case .text(let bytes) = action {
                    #expect(String(validating: bytes, as: UTF8.self) != nil)
                }
            }
        }
    }
}
