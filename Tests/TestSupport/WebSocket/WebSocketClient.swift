import Foundation

/// A WebSocket client that shows every frame and can send any bytes, well formed or not.
///
/// Pings are answered while it waits for events; nothing else is done by itself.
package final class WebSocketClient {
    /// The server's answer to the handshake.
    package let handshake: HTTPAnswer
    package var timeout: Duration
    private let socket: StreamSocket

    /// Connects with a token in the query.
    package convenience init(
        _ server: ServerProcess,
        token: String?,
        query: String = "",
        timeout: Duration = .seconds(60)
    ) throws {
        let token = token.map { "token=\($0)" }
        let all = [token, query.isEmpty ? nil : query].compactMap { $0 }.joined(separator: "&")
        try self.init(server, path: all.isEmpty ? "/ws" : "/ws?\(all)", timeout: timeout)
    }

    /// Sends a handshake and reads its answer, which may be a refusal.
    package convenience init(
        _ server: ServerProcess,
        path: String,
        headers: [(String, String)] = [],
        receiveBytes: Int32? = nil,
        timeout: Duration = .seconds(60)
    ) throws {
        let http = HTTPClient(server, receiveBytes: receiveBytes, timeout: timeout)
        try self.init(http, path: path, headers: headers)
    }

    /// The same on a connection of another's making.
    package init(_ http: HTTPClient, path: String, headers: [(String, String)] = []) throws {
        try http.write("GET", path, headers: Self.upgradeHeaders + headers)
        self.handshake = try http.readAnswer()
        self.socket = try http.takeSocket()
        self.timeout = http.timeout
    }

    /// The key and, by RFC 6455 §1.3, its only right answer is `s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`.
    package static let upgradeHeaders: [(String, String)] = [
        ("Connection", "Upgrade"), ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ]

    package func send(_ frame: WebSocketFrame) throws { try self.send(bytes: frame.bytes) }

    package func send(_ json: JSON) throws { try self.send(WebSocketFrame(.text, json.bytes)) }

    package func send(bytes: [UInt8]) throws {
        try self.socket.write(bytes, until: Deadline(after: self.timeout))
    }

    /// The next frame, whatever it is.
    package func nextFrame(timeout: Duration? = nil) throws -> WebSocketFrame {
        try self.nextFrame(until: Deadline(after: timeout ?? self.timeout))
    }

    /// The next event.
    ///
    /// - Throws: `SocketClosed` where a close frame comes instead.
    package func next(timeout: Duration? = nil) throws -> SocketEvent {
        try SocketEvent(self.nextJSON(timeout: timeout))
    }

    /// The next text frame; pings are answered, pongs passed over.
    ///
    /// - Throws: `SocketClosed` where a close frame comes instead.
    package func nextJSON(timeout: Duration? = nil) throws -> JSON {
        let deadline = Deadline(after: timeout ?? self.timeout)
        while true {
            let frame = try self.nextFrame(until: deadline)
            switch WebSocketFrame.Opcode(rawValue: frame.opcode) {
            case .text: return try JSON(parsing: frame.payload)
            case .ping: try self.send(WebSocketFrame(.pong, frame.payload))
            case .pong: continue
            case .close: throw SocketClosed(frame)
            default: throw WaitError.malformed("opcode \(frame.opcode)")
            }
        }
    }

    /// The next event of that name for which `matches` holds; all before it are passed over.
    package func next(
        _ name: String,
        timeout: Duration? = nil,
        where matches: (JSON) -> Bool = { _ in true }
    ) throws -> SocketEvent {
        let deadline = Deadline(after: timeout ?? self.timeout)
        while true {
            let event = try self.next(timeout: .milliseconds(deadline.milliseconds))
            if event.name == name && matches(event.data) { return event }
        }
    }

    /// All events up to and with the first one for which `isLast` holds.
    package func events(
        timeout: Duration? = nil,
        through isLast: (SocketEvent) -> Bool
    ) throws -> [SocketEvent] {
        let deadline = Deadline(after: timeout ?? self.timeout)
        var events: [SocketEvent] = []
        repeat {
            events.append(try self.next(timeout: .milliseconds(deadline.milliseconds)))
        } while !(events.last.map(isLast) ?? false)
        return events
    }

    /// Reads up to the server's close frame, or the connection's end without one.
    ///
    /// - Returns: its code; 1005 for a frame without one, 1006 where no frame came.
    package func closeCode(timeout: Duration? = nil) throws -> UInt16 {
        let deadline = Deadline(after: timeout ?? self.timeout)
        do {
            while true {
                let frame = try self.nextFrame(until: deadline)
                if frame.opcode == WebSocketFrame.Opcode.close.rawValue {
                    return frame.closeCode ?? 1005
                }
            }
        } catch WaitError.closed {
            return 1006
        }
    }

    /// Waits for the end of the TCP connection.
    ///
    /// - Returns: the bytes that still came.
    @discardableResult
    package func waitForClose(timeout: Duration? = nil) throws -> [UInt8] {
        try self.socket.readToEnd(until: Deadline(after: timeout ?? self.timeout))
    }

    /// Says goodbye and waits for the answer.
    package func close() throws {
        try self.send(.close(1000))
        _ = try self.closeCode()
    }

    /// Goes away without a word, as a phone in a tunnel does.
    package func drop() { self.socket.reset() }

    private func nextFrame(until deadline: Deadline) throws -> WebSocketFrame {
        let what = "a frame"
        let head = Array(try self.socket.read(2, until: deadline, for: what))
        var count = Int(head[1] & 0x7f)
        if count >= 126 {
            let length = try self.socket.read(count == 126 ? 2 : 8, until: deadline, for: what)
            count = length.reduce(0) { $0 << 8 | Int($1) }
        }
        guard head[1] & 0x80 == 0 else { throw WaitError.malformed("masked frame of a server") }
        guard count <= 16 << 20 else { throw WaitError.malformed("frame of \(count) bytes") }
        let payload = try self.socket.read(count, until: deadline, for: what)
        var frame = WebSocketFrame(.text, Array(payload))
        frame.opcode = head[0] & 0x0f
        frame.isFinal = head[0] & 0x80 != 0
        frame.reserved = (head[0] & 0x70) >> 4
        frame.isMasked = false
        return frame
    }
}

/// A close frame came where an event was waited for.
package struct SocketClosed: Error, Equatable, CustomStringConvertible {
    package let code: UInt16?
    package let reason: String

    init(_ frame: WebSocketFrame) {
        self.code = frame.closeCode
        self.reason = String(decoding: frame.payload.dropFirst(2), as: UTF8.self)
    }

    package var description: String { "closed with \(self.code ?? 1005) \(self.reason)" }
}
