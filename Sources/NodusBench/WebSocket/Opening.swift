/// How a stream is begun.
struct Opening {
    enum Kind {
        /// Frames, after a handshake.
        case webSocket
        /// Bytes as they come: the stream of an HTTP client.
        case plain
    }

    var kind = Kind.webSocket
    var target = "/"
    var subprotocol: String?
    /// Access token of the one whose socket it is.
    var token: [UInt8] = []

    /// The key of RFC 6455 §1.3, and what answers it.
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    private static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    private static let headBytesMax = 16 * 1024

    func request(to server: ServerURL) -> [UInt8] {
        var text = """
            GET \(self.target) HTTP/1.1\r
            Host: \(server.host):\(server.port)\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: \(Self.key)\r
            Sec-WebSocket-Version: 13\r\n
            """
        if let name = self.subprotocol { text += "Sec-WebSocket-Protocol: \(name)\r\n" }
        if !self.token.isEmpty {
            text += "Authorization: Bearer \(String(decoding: self.token, as: UTF8.self))\r\n"
        }
        return Array((text + "\r\n").utf8)
    }

    /// How many bytes the answer's head has; nil where its end has not come yet.
    static func answer(_ bytes: UnsafeRawBufferPointer) throws -> Int? {
        let end: [UInt8] = [13, 10, 13, 10]
        for start in 0..<max(0, bytes.count - 3) where bytes[start] == 13 {
            guard bytes[start..<start + 4].elementsEqual(end) else { continue }
            let head = String(decoding: bytes[..<start], as: UTF8.self)
            guard head.hasPrefix("HTTP/1.1 101 "), head.contains(Self.accept) else {
                throw Failure("the handshake was answered with: \(head.prefix(200))")
            }
            return start + 4
        }
        if bytes.count > Self.headBytesMax { throw Failure("the handshake has no end") }
        return nil
    }
}
