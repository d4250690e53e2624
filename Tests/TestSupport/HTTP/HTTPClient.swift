/// An HTTP/1.1 client on one connection that is kept.
///
/// A connection that the server has closed is replaced before a request is written, never after:
/// a request that may have had an effect is not repeated.
package final class HTTPClient {
    /// It changes with a restart of the server.
    private let port: @Sendable () -> UInt16
    /// How long any one answer may take.
    package var timeout: Duration
    private let receiveBytes: Int32?
    private var socket: StreamSocket?

    package init(
        _ server: ServerProcess,
        receiveBytes: Int32? = nil,
        timeout: Duration = .seconds(60)
    ) {
        self.port = { server.port }
        self.receiveBytes = receiveBytes
        self.timeout = timeout
    }

    /// Of a server that runs in this process.
    package init(port: Int, timeout: Duration = .seconds(60)) {
        self.port = { UInt16(port) }
        self.receiveBytes = nil
        self.timeout = timeout
    }

    /// Sends a request and waits for its answer. The path goes over the wire as it is.
    package func send(
        _ method: String,
        _ path: String,
        _ body: JSON? = nil,
        headers: [(String, String)] = []
    ) throws -> HTTPAnswer {
        try self.write(method, path, body, headers: headers)
        return try self.readAnswer(toHEAD: method == "HEAD")
    }

    /// Writes a request without waiting; several may be on their way (pipelining).
    package func write(
        _ method: String,
        _ path: String,
        _ body: JSON? = nil,
        headers: [(String, String)] = []
    ) throws {
        try self.write(Self.request(method, path, body, headers: headers))
    }

    package func write(_ text: String) throws { try self.write(Array(text.utf8)) }

    package func write(_ bytes: [UInt8]) throws {
        try self.connected().write(bytes, until: Deadline(after: self.timeout))
    }

    /// A request's bytes, with `Host`, and where there is a body its type and length.
    package static func request(
        _ method: String,
        _ path: String,
        _ body: JSON? = nil,
        headers: [(String, String)] = []
    ) -> [UInt8] {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        let bytes = body?.bytes
        if let bytes {
            head += "Content-Type: application/json\r\nContent-Length: \(bytes.count)\r\n"
        }
        return Array("\(head)\r\n".utf8) + (bytes ?? [])
    }

    /// Reads the next answer; 1xx answers are answers too. No body follows one to a HEAD.
    package func readAnswer(toHEAD isHEAD: Bool = false) throws -> HTTPAnswer {
        guard let socket = self.socket else { throw WaitError.closed(waitingFor: "an answer") }
        let deadline = Deadline(after: self.timeout)
        let line = try socket.readLine(until: deadline, for: "an answer")
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].hasPrefix("HTTP/1."), let status = Int(parts[1]) else {
            throw WaitError.malformed("status line: \(line)")
        }
        var headers: [(name: String, value: String)] = []
        while true {
            let line = try socket.readLine(until: deadline, for: "headers")
            if line.isEmpty { break }
            guard let colon = line.firstIndex(of: ":") else {
                throw WaitError.malformed("header: \(line)")
            }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers.append((line[..<colon].lowercased(), String(value)))
        }
        let hasBody = !isHEAD && status >= 200 && status != 204 && status != 304
        let body = try hasBody ? Self.readBody(socket, headers, until: deadline) : []
        return HTTPAnswer(
            status: status,
            reason: String(parts[2]),
            version: String(parts[0]),
            headers: headers,
            body: body
        )
    }

    private static func readBody(
        _ socket: StreamSocket,
        _ headers: [(name: String, value: String)],
        until deadline: Deadline
    ) throws -> [UInt8] {
        if let length = headers.first(where: { $0.name == "content-length" }) {
            guard let count = Int(length.value) else {
                throw WaitError.malformed("length: \(length.value)")
            }
            return Array(try socket.read(count, until: deadline, for: "a body"))
        }
        guard headers.contains(where: { $0.name == "transfer-encoding" }) else {
            return try socket.readToEnd(until: deadline)
        }
        var body: [UInt8] = []
        while true {
            let line = try socket.readLine(until: deadline, for: "a chunk")
            guard let count = Int(line, radix: 16) else {
                throw WaitError.malformed("chunk: \(line)")
            }
            body += try socket.read(count, until: deadline, for: "a chunk")
            _ = try socket.readLine(until: deadline, for: "a chunk's end")
            if count == 0 { return body }
        }
    }

    /// Waits until the server closes the connection.
    ///
    /// - Returns: the bytes that still came.
    @discardableResult
    package func waitForClose(timeout: Duration? = nil) throws -> [UInt8] {
        guard let socket = self.socket else { return [] }
        defer { self.socket = nil }
        return try socket.readToEnd(until: Deadline(after: timeout ?? self.timeout))
    }

    /// Reads until these characters have come.
    ///
    /// - Returns: everything up to them, and what came with them.
    package func waitForText(containing text: String) throws -> [UInt8] {
        let deadline = Deadline(after: self.timeout)
        let socket = try self.connected()
        var bytes: [UInt8] = []
        while !String(decoding: bytes, as: UTF8.self).contains(text) {
            bytes += try socket.read(1, until: deadline, for: text)
        }
        return bytes
    }

    /// Whether the server has closed the connection, as far as is known now.
    package var isClosed: Bool { self.socket?.isDead ?? true }

    package func finishWriting() { self.socket?.finishWriting() }

    /// Closes; the next request makes a new connection.
    package func close() { self.socket = nil }

    /// The connection itself, made when there is none or the old one is closed.
    func connected() throws -> StreamSocket {
        if let socket = self.socket, !socket.isDead { return socket }
        let socket = try StreamSocket(port: self.port(), receiveBytes: self.receiveBytes)
        self.socket = socket
        return socket
    }

    /// Hands the connection over to another protocol.
    func takeSocket() throws -> StreamSocket {
        defer { self.socket = nil }
        return try self.connected()
    }
}
