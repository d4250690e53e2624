import TestSupport
import Testing

/// What does not follow RFC 9112 to the letter is refused and its connection closed: whatever
/// stands in front of the server may have read it differently.
@Suite(.blocking) struct MalformedRequestTests {
    let client: HTTPClient

    init() throws {
        self.client = HTTPClient(try SharedServer.get())
    }

    /// Bytes that would be a request of their own if the first one ended early.
    private static let smuggled = "GET /api/v1/users/me HTTP/1.1\r\nHost: x\r\n\r\n"

    private func expectRefusal(
        _ request: String,
        _ statuses: Set<Int> = [400],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try self.client.write(request)
        let answer = try self.client.readAnswer()
        #expect(statuses.contains(answer.status), "\(answer)", sourceLocation: sourceLocation)
        expectRefusalShape(answer, sourceLocation: sourceLocation)
        #expect(answer.header("Connection") == "close", sourceLocation: sourceLocation)
        // One answer, and the end.
        let rest = try self.client.waitForClose()
        #expect(rest.isEmpty, sourceLocation: sourceLocation)
        expect(try self.client.send("GET", "/health"), 200, sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5, 6",
        "Content-Length: -5",
        "Content-Length: +5",
        "Content-Length: 0x5",
        "Content-Length: 5 5",
        "Content-Length:",
        "Content-Length: 99999999999999999999999",
        "Transfer-Encoding: identity, chunked, identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\t: chunked",
        " Transfer-Encoding: chunked",
    ])
    func `a body with two ends smuggles nothing`(headers: String) throws {
        let body = "0\r\n\r\n" + Self.smuggled
        try self.expectRefusal(
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\n\(headers)\r\n\r\n\(body)",
            [400, 413, 501]
        )
    }

    @Test(arguments: [
        "5\r\nhello\r\nX\r\n\r\n", "-1\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nhello\r\n", "5\r\nhelloworld\r\n0\r\n\r\n", "\r\n\r\n",
        "5 \u{1}\r\nhello\r\n0\r\n\r\n",
    ])
    func `chunks that do not add up are refused`(body: String) throws {
        try self.expectRefusal(
            """
            POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\
            \(body)\(Self.smuggled)
            """,
            [400, 413]
        )
    }

    @Test(arguments: [
        "GET /health HTTP/1.1\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\n: no name\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nA\u{0}: y\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nA: y\u{0}z\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nA: y\rz\r\n\r\n",
        "GET /hea\u{1}lth HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET  HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /health HTTX/1.1\r\nHost: x\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}",
        "hello there\r\n\r\n",
    ])
    func `what is no request is refused`(request: String) throws {
        try self.expectRefusal(request)
    }

    @Test func `another version of HTTP is not spoken`() throws {
        try self.expectRefusal("GET /health HTTP/3.0\r\nHost: x\r\n\r\n", [400, 505])
        try self.expectRefusal("GET /health\r\nHost: x\r\n\r\n", [400, 505])
        try self.expectRefusal("GET /health HTTP/1.1 x\r\nHost: x\r\n\r\n", [400, 505])
        try self.expectRefusal("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400, 505])
    }

    @Test func `headers of more than 32 KiB are refused`() throws {
        let headers = (0..<40).map { "X-\($0): \(String(repeating: "y", count: 1000))\r\n" }
        try self.expectRefusal(
            "GET /health HTTP/1.1\r\nHost: x\r\n\(headers.joined())\r\n",
            [431]
        )
        let line = String(repeating: "y", count: 40_000)
        try self.expectRefusal("GET /health HTTP/1.1\r\nHost: x\r\nX: \(line)\r\n\r\n", [431])
        let many = (0..<2000).map { "X-\($0): y\r\n" }
        try self.expectRefusal("GET /health HTTP/1.1\r\nHost: x\r\n\(many.joined())\r\n", [431])
    }

    @Test func `what follows a refused request is not read`() throws {
        try self.client.write(
            "GET /health HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n\(Self.smuggled)"
        )
        expect(try self.client.readAnswer(), 200)
        expect(try self.client.readAnswer(), 400)
        #expect(try self.client.waitForClose().isEmpty)
    }

    @Test func `an answer's headers cannot be added to`() throws {
        let path = "/api/v1/users/tag/x%0d%0aSet-Cookie:%20a=b/available"
        let answer = try self.client.send("GET", path)
        expect(answer, 422)
        #expect(answer.header("Set-Cookie") == nil)
        let origin = ("Origin", "http://localhost:3000\u{b}x")
        let other = try HTTPClient(SharedServer.get()).send("GET", "/health", headers: [origin])
        #expect(other.header("Access-Control-Allow-Origin") == nil)
    }
}
