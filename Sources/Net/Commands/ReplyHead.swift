import NIOCore
import Shards

/// Writes answers as replies: `{"reply": <id>, "status": 201, "body": {…}}`, one text frame.
package struct ReplyHead: Sendable {
    let id: CommandID

    /// All around the body but for the id, and an id where nothing in it is escaped.
    private static let bytesExpected = 96 + CommandID.bytesMax

    func frame(
        _ status: Int,
        bodyCount: Int,
        headers: [ResponseHeader],
        body: (inout ByteBuffer) -> Void
    ) -> ByteBuffer {
        TextFrame.written(reserving: Self.bytesExpected + bodyCount) { buffer in
            buffer.writeStaticString("{\"reply\":")
            self.writeID(to: &buffer)
            buffer.writeStaticString(",\"status\":")
            buffer.writeDecimal(status)
            for header in headers {
                switch header {
                case .replayed:
                    buffer.writeStaticString(",\"replayed\":true")
                case .retryAfter(let seconds):
                    buffer.writeStaticString(",\"retry_after\":")
                    buffer.writeDecimal(seconds)
                case .field:
                    break
                }
            }
            if bodyCount > 0 {
                buffer.writeStaticString(",\"body\":")
                buffer.writeBody(bodyCount, body)
            }
            buffer.writeStaticString("}")
        }
    }

    private func writeID(to buffer: inout ByteBuffer) {
        if case .integer(let value) = self.id, let count = Int(exactly: value), count >= 0 {
            return buffer.writeDecimal(count)
        }
        var json = JSONWriter(reserving: CommandID.bytesMax + 2)
        self.id.write(to: &json)
        buffer.writeBytes(json.bytes)
    }
}
