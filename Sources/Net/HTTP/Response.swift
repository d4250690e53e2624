import NIOCore
import Shards

/// A finished answer: head and body in one buffer, and what must be durable before it leaves.
package struct Response: Sendable {
    let bytes: ByteBuffer
    let after: Position

    /// Writes head and body into one buffer; `body` appends exactly `bodyCount` bytes.
    init(
        _ head: ResponseHead,
        status: Int,
        contentType: StaticString? = "application/json",
        bodyCount: Int,
        headers: [(name: String, value: String)] = [],
        after: Position = .zero,
        body: (inout ByteBuffer) -> Void
    ) {
        precondition(status != 204 || bodyCount == 0, "an answer without content has no body")
        var buffer = ByteBufferAllocator().buffer(capacity: 320 + bodyCount)
        // RFC 9110 §8.6: no length where there can be no content.
        head.write(
            status,
            contentType: status == 204 ? nil : contentType,
            bodyCount: status == 204 ? nil : bodyCount,
            headers: headers,
            to: &buffer
        )
        if !head.omitsBody {
            let start = buffer.writerIndex
            body(&buffer)
            precondition(buffer.writerIndex == start + bodyCount, "the body was counted wrong")
        }
        self.bytes = buffer
        self.after = after
    }

    init(
        _ head: ResponseHead,
        status: Int,
        contentType: StaticString? = "application/json",
        body: [UInt8] = [],
        headers: [(name: String, value: String)] = [],
        after: Position = .zero
    ) {
        self.init(
            head,
            status: status,
            contentType: contentType,
            bodyCount: body.count,
            headers: headers,
            after: after
        ) { $0.writeBytes(body) }
    }

    /// The contract's `{"detail": "<sentence>"}`.
    init(
        _ head: ResponseHead,
        status: Int,
        detail: String,
        headers: [(name: String, value: String)] = [],
        after: Position = .zero
    ) {
        var json = JSONWriter(reserving: detail.utf8.count + 16)
        json.raw("{\"detail\":")
        json.string(detail)
        json.raw("}")
        self.init(head, status: status, body: json.bytes, headers: headers, after: after)
    }
}
