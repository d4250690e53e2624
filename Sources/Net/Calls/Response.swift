import NIOCore
import Shards

/// A finished answer, whole in one buffer, and what must be durable before it leaves.
package struct Response: Sendable {
    let bytes: ByteBuffer
    let after: Position

    /// Writes all of it into one buffer; `body` appends exactly `bodyCount` bytes.
    init(
        _ head: ResponseHead,
        status: Int,
        contentType: StaticString? = "application/json",
        bodyCount: Int,
        headers: [ResponseHeader] = [],
        after: Position = .zero,
        body: (inout ByteBuffer) -> Void
    ) {
        precondition(status != 204 || bodyCount == 0, "an answer without content has no body")
        switch head {
        case .http(let head):
            self.bytes = head.response(
                status,
                contentType: contentType,
                bodyCount: bodyCount,
                headers: headers,
                body: body
            )
        case .reply(let head):
            self.bytes = head.frame(status, bodyCount: bodyCount, headers: headers, body: body)
        }
        self.after = after
    }

    init(
        _ head: ResponseHead,
        status: Int,
        contentType: StaticString? = "application/json",
        body: [UInt8] = [],
        headers: [ResponseHeader] = [],
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
        headers: [ResponseHeader] = [],
        after: Position = .zero
    ) {
        var json = JSONWriter(reserving: detail.utf8.count + 16)
        json.raw("{\"detail\":")
        json.string(detail)
        json.raw("}")
        self.init(head, status: status, body: json.bytes, headers: headers, after: after)
    }
}

extension ByteBuffer {
    /// Writes a body of a length that was told before.
    mutating func writeBody(_ count: Int, _ body: (inout ByteBuffer) -> Void) {
        let start = self.writerIndex
        body(&self)
        precondition(self.writerIndex == start + count, "the body was counted wrong")
    }
}
