import Foundation
import TestSupport
import Testing

/// Streams of bytes that no client means well with, on real sockets.
@Suite(.blocking) struct HostileStreamTests {
    let ann: Person
    let socket: WebSocketClient

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
        self.socket = try self.ann.connect()
    }

    @Test(
        arguments: [
            ("a reserved bit", [0xC1], 1002),
            ("a reserved opcode", [0x83], 1002),
            ("a ping in pieces", [0x09], 1002),
            ("no mask", [0x81, 0x05], 1002),
            ("a long ping", [0x89, 0xFE], 1002),
            ("a long close", [0x88, 0xFF], 1002),
            ("a length of 2^63", [0x82, 0xFF, 0x80], 1002),
            ("a length in more bytes than it needs", [0x82, 0xFE, 0, 125], 1002),
            ("a length in 8 bytes for 2", [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 1002),
            (
                "2^63 - 1 bytes",
                [0x82, 0xFF, 0x7F] + Array(repeating: 0xFF, count: 7) + [1, 2, 3, 4], 1009
            ),
            ("64 KiB and 1", [0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4], 1009),
            ("a continuation", [0x80, 0x81, 1, 2, 3, 4], 1002),
            (
                "half a message, and a new one", [0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80, 0, 0, 0, 0],
                1002
            ),
            (
                "text that is none, in a frame without an end",
                [0x81, 0xFD, 0, 0, 0, 0, 0x61, 0xFF], 1007
            ),
        ] as [(String, [UInt8], UInt16)]
    )
    func `what cannot become good is refused without the rest of it`(
        what: String,
        bytes: [UInt8],
        code: UInt16
    ) throws {
        try self.socket.send(bytes: bytes)
        #expect(try self.socket.closeCode() == code)
        #expect(try self.socket.waitForClose().isEmpty)
    }

    @Test func `who talks on behind a broken rule still reads why, and the connection ends`() throws
    {
        try self.socket.send(WebSocketFrame(.text, [0xFF]))
        try? self.socket.send(bytes: Array(repeating: 0x81, count: 1 << 20))
        #expect(try self.socket.closeCode() == 1007)
        #expect(try self.socket.waitForClose().isEmpty)
    }

    @Test(arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535] as [UInt16])
    func `a close code that nobody may send is a broken rule`(code: UInt16) throws {
        try self.socket.send(.close(code))
        #expect(try self.socket.closeCode() == 1002)
    }

    @Test func `10,000 empty fragments are too many`() throws {
        let empty = WebSocketFrame(.continuation, [], isFinal: false).bytes
        try self.socket.send(WebSocketFrame(.text, [], isFinal: false))
        try? self.socket.send(bytes: Array(repeatElement(empty, count: 10_000).joined()))
        #expect(try self.socket.closeCode() == 1009)
    }

    @Test func `a code point that goes wrong in the next frame, or the next packet, is no text`()
        throws
    {
        let inFrames = [
            WebSocketFrame(.text, [0xF0, 0x9F], isFinal: false),
            WebSocketFrame(.continuation, [0x98, 0x41], isFinal: false),
        ]
        for frame in inFrames { try self.socket.send(frame) }
        #expect(try self.socket.closeCode() == 1007)
        let other = try self.ann.connect()
        for byte in WebSocketFrame(.text, [0xED, 0xA0, 0x80]).bytes.dropLast() {
            try other.send(bytes: [byte])
        }
        #expect(try other.closeCode() == 1007)
    }

    @Test func `a talk that comes byte by byte is understood`() throws {
        let frames = [
            WebSocketFrame(.text, Array("\"ещё".utf8), isFinal: false),
            WebSocketFrame(.ping, "one"),
            WebSocketFrame(.continuation, " раз\""), WebSocketFrame(.pong, "unasked"),
            WebSocketFrame(.binary, Array(repeating: 0xFF, count: 200)),
            WebSocketFrame(.ping, "two"),
            .close(1000, "пока"),
        ]
        for byte in frames.flatMap(\.bytes) { try self.socket.send(bytes: [byte]) }
        #expect(try self.nextPong() == Array("one".utf8))
        #expect(try self.nextPong() == Array("two".utf8))
        #expect(try self.socket.closeCode() == 1000)
        #expect(try self.socket.waitForClose().isEmpty)
    }

    private func nextPong() throws -> [UInt8] {
        while true {
            let frame = try self.socket.nextFrame()
            if frame.opcode == WebSocketFrame.Opcode.pong.rawValue { return frame.payload }
        }
    }

    @Test func `random bytes end the socket and nothing else`() throws {
        for seed in 0..<40 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            let socket = try self.ann.connect()
            let bytes = (0..<3000).map { _ in UInt8.random(in: 0...255, using: &random) }
            try? socket.send(bytes: bytes)
            #expect([1002, 1007, 1009].contains(try socket.closeCode()), "seed \(seed)")
        }
        try self.socket.send(WebSocketFrame(.ping, "still there?"))
        #expect(try self.nextPong() == Array("still there?".utf8))
    }

    @Test func `frames that only begin cost no more than what has come of them`() throws {
        let server = try ServerProcess.small()
        let people = try (0..<10).map { try Person("Crowd\($0)", on: server) }
        let others = try (0..<4).map { try Person("Other\($0)", on: server) }
        // What it takes to store them is not counted.
        try server.waitForDatabase()
        let before = try Self.memoryBytes(of: server)
        var sockets: [WebSocketClient] = []
        for person in people {
            for _ in 0..<20 { sockets.append(try person.connect()) }
        }
        let header: [UInt8] = [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4]
        for socket in sockets { try socket.send(bytes: header + Array(repeating: 0, count: 1000)) }
        // By then every loop has been round since.
        for other in others { try other.connect().close() }
        let grown = try Self.memoryBytes(of: server) - before
        #expect(grown < sockets.count * 48 * 1024, "\(grown / sockets.count) bytes a socket")
    }

    /// The pages that it has in memory.
    private static func memoryBytes(of server: ServerProcess) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(server.processID)/statm", encoding: .utf8)
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }
}
