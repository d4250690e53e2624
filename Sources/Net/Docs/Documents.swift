import NIOCore
import NIOHTTP1
import Shards

extension API {
    /// Outside `/api/v1`.
    package static let documents: [Route] = [
        .document("/health") { head, _ in
            Response(head, status: 200, body: Array("{\"status\":\"ok\"}".utf8))
        },
        .document("/health/ready") { head, readiness in
            let report = readiness.report
            var json = JSONWriter(reserving: 128)
            report.write(to: &json)
            return Response(
                head,
                status: report.status,
                body: json.bytes,
                headers: report.status == 503 ? [.retryAfter(1)] : []
            )
        },
        .document("/openapi.json") { head, _ in
            Response(head, status: 200, body: OpenAPIDocument.bytes)
        },
        .document("/asyncapi.json") { head, _ in
            Response(head, status: 200, body: AsyncAPIDocument.bytes)
        },
        .document("/docs") { head, _ in
            Response(
                head,
                status: 200,
                contentType: "text/html; charset=utf-8",
                body: Array(Self.page.utf8),
                headers: [.field("Content-Security-Policy", "default-src 'none'")]
            )
        },
    ]

    private static let page = """
        <!doctype html>
        <html lang="en">
        <title>Nodus: the interface</title>
        <h1>Nodus</h1>
        <p>The interface is described by <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).
        Open it in any viewer of OpenAPI documents. The WebSocket is described by
        <a href="/asyncapi.json">/asyncapi.json</a> (AsyncAPI 3).</p>
        </html>

        """
}
