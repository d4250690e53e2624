import NIOCore
import Shards

/// Writes responses of HTTP, their heads from prepared bytes.
package struct HTTPHead: Sendable {
    /// The origin that may read the answer, where the request named one that may.
    let allowedOrigin: String?
    let closesConnection: Bool
    /// Answering HEAD: all that GET gives, but for the body.
    let omitsBody: Bool
    /// `Date: …\r\n`.
    let date: [UInt8]

    /// The value of `Cache-Control`.
    var caching: StaticString = "no-store"

    private static let common: StaticString = """
        \r\nX-Content-Type-Options: nosniff\r\nCache-Control: \

        """

    /// What every answer has in front of its own fields.
    private static let ordinaryBytesMax = 320

    /// Head and body in one buffer.
    func response(
        _ status: Int,
        contentType: StaticString?,
        bodyCount: Int,
        headers: [ResponseHeader],
        body: (inout ByteBuffer) -> Void
    ) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: Self.ordinaryBytesMax + bodyCount)
        // RFC 9110 §8.6: no length where there can be no content.
        let hasContent = status != 204 && status != 304
        self.write(
            status,
            contentType: hasContent ? contentType : nil,
            bodyCount: hasContent ? bodyCount : nil,
            headers: headers,
            to: &buffer
        )
        if !self.omitsBody { buffer.writeBody(bodyCount, body) }
        return buffer
    }

    private func write(
        _ status: Int,
        contentType: StaticString?,
        bodyCount: Int?,
        headers: [ResponseHeader],
        to buffer: inout ByteBuffer
    ) {
        // One turn at the buffer: each has its own checks.
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.ordinaryBytesMax) { memory in
            var writer = MemoryWriter(memory)
            writer.write("HTTP/1.1 ")
            writer.write(string: Self.statusLine(status))
            writer.write(Self.common)
            writer.write(self.caching)
            writer.write("\r\n")
            writer.write(self.date)
            if let contentType {
                writer.write("Content-Type: ")
                writer.write(contentType)
                writer.write("\r\n")
            }
            if let bodyCount {
                writer.write("Content-Length: ")
                writer.write(decimal: bodyCount)
                writer.write("\r\n")
            }
            return writer.byteCount
        }
        if let allowedOrigin {
            buffer.writeStaticString("Access-Control-Allow-Origin: ")
            buffer.writeString(allowedOrigin)
            buffer.writeStaticString(
                """
                \r\nVary: Origin\r\nAccess-Control-Expose-Headers: \
                Retry-After, Idempotency-Replayed\r\n
                """
            )
        }
        for header in headers { Self.write(header, to: &buffer) }
        if self.closesConnection { buffer.writeStaticString("Connection: close\r\n") }
        buffer.writeStaticString("\r\n")
    }

    private static func write(_ header: ResponseHeader, to buffer: inout ByteBuffer) {
        switch header {
        case .replayed:
            buffer.writeStaticString("Idempotency-Replayed: true")
        case .retryAfter(let seconds):
            buffer.writeStaticString("Retry-After: ")
            buffer.writeDecimal(seconds)
        case .field(let name, let value):
            buffer.writeString(name)
            buffer.writeStaticString(": ")
            buffer.writeString(value)
        }
        buffer.writeStaticString("\r\n")
    }

    /// Reason phrases are those of RFC 9110 and RFC 6585.
    private static func statusLine(_ status: Int) -> String {
        switch status {
        case 200: "200 OK"
        case 201: "201 Created"
        case 204: "204 No Content"
        case 304: "304 Not Modified"
        case 400: "400 Bad Request"
        case 401: "401 Unauthorized"
        case 403: "403 Forbidden"
        case 404: "404 Not Found"
        case 405: "405 Method Not Allowed"
        case 408: "408 Request Timeout"
        case 409: "409 Conflict"
        case 413: "413 Content Too Large"
        case 414: "414 URI Too Long"
        case 415: "415 Unsupported Media Type"
        case 417: "417 Expectation Failed"
        case 422: "422 Unprocessable Content"
        case 426: "426 Upgrade Required"
        case 429: "429 Too Many Requests"
        case 431: "431 Request Header Fields Too Large"
        case 503: "503 Service Unavailable"
        case 505: "505 HTTP Version Not Supported"
        default: "\(status) Status"
        }
    }
}

extension ByteBuffer {
    /// Writes the digits of a number that is not negative, with no string between.
    mutating func writeDecimal(_ value: Int) {
        let digitsMax = 20
        self.writeWithUnsafeMutableBytes(minimumWritableBytes: digitsMax) { memory in
            var writer = MemoryWriter(memory)
            writer.write(decimal: value)
            return writer.byteCount
        }
    }
}
