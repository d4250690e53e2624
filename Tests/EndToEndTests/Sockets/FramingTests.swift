import TestSupport
import Testing

@Suite(.blocking) struct FramingTests {
    let ann: Person
    let socket: WebSocketClient

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
        self.socket = try self.ann.connect()
    }

    @Test(arguments: [
        ("not masked", WebSocketFrame(.text, Array("{}".utf8), isMasked: false), 1002),
        ("a reserved bit", WebSocketFrame(.text, Array("{}".utf8), reserved: 4), 1002),
        ("another reserved bit", WebSocketFrame(.ping, [], reserved: 1), 1002),
        ("a continuation of nothing", WebSocketFrame(.continuation, [1]), 1002),
        ("a ping in pieces", WebSocketFrame(.ping, [1], isFinal: false), 1002),
        ("a long ping", WebSocketFrame(.ping, Array(repeating: 1, count: 126)), 1002),
        ("no UTF-8", WebSocketFrame(.text, [0x22, 0xc0, 0xaf, 0x22]), 1007),
        ("half a character", WebSocketFrame(.text, [0x22, 0xe2, 0x82]), 1007),
        ("a surrogate", WebSocketFrame(.text, [0xed, 0xa0, 0x80]), 1007),
        ("too much", WebSocketFrame(.text, Array(repeating: 0x20, count: 65_537)), 1009),
        ("half a close code", WebSocketFrame(.close, [3]), 1002),
        ("a close code that is none", WebSocketFrame.close(1005), 1002),
        ("a close code of nobody", WebSocketFrame.close(2999), 1002),
        ("a close reason that is no UTF-8", WebSocketFrame(.close, [3, 232, 0xff]), 1007),
    ])
    func `a frame that breaks a rule ends the socket`(
        rule: String,
        frame: WebSocketFrame,
        code: UInt16
    ) throws {
        try self.socket.send(frame)
        #expect(try self.socket.closeCode() == code)
        try self.socket.send(.close(code))
        #expect(try self.socket.waitForClose().isEmpty)
    }

    @Test func `a reserved opcode ends the socket`() throws {
        for opcode in [3, 7, 11, 15] as [UInt8] {
            let socket = try self.ann.connect()
            var frame = WebSocketFrame(.text, [])
            frame.opcode = opcode
            try socket.send(frame)
            #expect(try socket.closeCode() == 1002)
        }
    }

    @Test func `too much in pieces is too much`() throws {
        let piece = Array(repeating: UInt8(0x20), count: 33_000)
        try self.socket.send(WebSocketFrame(.text, piece, isFinal: false))
        try self.socket.send(WebSocketFrame(.continuation, piece, isFinal: false))
        #expect(try self.socket.closeCode() == 1009)
    }

    @Test func `a message inside another ends the socket`() throws {
        try self.socket.send(WebSocketFrame(.text, [0x7b], isFinal: false))
        try self.socket.send(WebSocketFrame(.text, "{}"))
        #expect(try self.socket.closeCode() == 1002)
    }

    @Test func `a ping is answered with its bytes`() throws {
        for payload in [[], [1, 2, 3], Array(repeating: 7, count: 125)] as [[UInt8]] {
            try self.socket.send(WebSocketFrame(.ping, payload))
            let pong = try self.socket.nextFrame()
            #expect(pong.opcode == WebSocketFrame.Opcode.pong.rawValue)
            #expect(pong.payload == payload)
        }
    }

    @Test func `a ping between the pieces of a message is answered`() throws {
        try self.socket.send(WebSocketFrame(.text, [0x22, 0xe2], isFinal: false))
        try self.socket.send(WebSocketFrame(.ping, "x"))
        try self.socket.send(WebSocketFrame(.continuation, [0x82, 0xac, 0x22]))
        #expect(try self.socket.nextFrame().payload == Array("x".utf8))
        #expect(try self.socket.reply().status == 422)
        try self.socket.send(WebSocketFrame(.ping, "y"))
        #expect(try self.socket.nextFrame().payload == Array("y".utf8))
    }

    @Test func `a close is answered with its code, and the connection ends`() throws {
        for (frame, code) in [
            (WebSocketFrame.close(1000, "bye"), 1000), (.close(4321), 4321),
            (WebSocketFrame(.close, []), 1005),
        ] as [(WebSocketFrame, UInt16)] {
            let socket = try self.ann.connect()
            try socket.send(frame)
            #expect(try socket.closeCode() == code)
            #expect(try socket.waitForClose().isEmpty)
        }
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "nonsense", "{\"event\":\"ping\"}", "{\"event\":5,\"data\":[]}",
        String(repeating: "[", count: 60_000), "{\"event\":\"message.created\",\"data\":{}}",
    ])
    func `whatever is said, the server lives`(text: String) throws {
        try self.socket.send(WebSocketFrame(.text, text))
        try self.socket.send(WebSocketFrame(.binary, text))
        try self.socket.send(WebSocketFrame(.pong, "unasked"))
        let reply = try self.socket.reply()
        #expect(reply.status == 422)
        #expect(reply.id == nil)
        try self.socket.send(WebSocketFrame(.ping, "still there?"))
        #expect(try self.socket.nextFrame().payload == Array("still there?".utf8))
    }

    @Test func `who is silent for 25 seconds is asked for a sign of life`() throws {
        let ping = try self.socket.nextFrame(timeout: .seconds(90))
        #expect(ping.opcode == WebSocketFrame.Opcode.ping.rawValue)
        try self.socket.send(WebSocketFrame(.pong, ping.payload))
    }

    @Test func `a client that goes without a word leaves nothing behind`() throws {
        for _ in 0..<25 { try self.ann.connect().drop() }
        let chat = try self.ann.makeGroup()
        _ = try self.socket.next("chat.created") { $0["id"] == JSON(chat) }
    }
}
