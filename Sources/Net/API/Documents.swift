import NIOCore
import NIOHTTP1
import Shards

extension API {
    /// Outside `/api/v1`.
    package static let documents: [Route] = [
        .open(.GET, "/health") { call throws(ValidationFailure) in
            call.answer(call.json(200, Array("{\"status\":\"ok\"}".utf8)))
        },
        .open(.GET, "/openapi.json") { call throws(ValidationFailure) in
            call.answer(call.json(200, OpenAPIDocument.bytes))
        },
        .open(.GET, "/docs") { call throws(ValidationFailure) in
            let page = Response(
                call.head,
                status: 200,
                contentType: "text/html; charset=utf-8",
                body: Array(Self.page.utf8),
                headers: [("Content-Security-Policy", "default-src 'none'")]
            )
            call.answer(page)
        },
    ]

    private static let page = """
        <!doctype html>
        <html lang="en">
        <title>Nodus: the interface</title>
        <h1>Nodus</h1>
        <p>The interface is described by <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).
        Open it in any viewer of OpenAPI documents.</p>
        </html>

        """
}
