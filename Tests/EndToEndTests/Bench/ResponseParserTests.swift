import Testing

@testable import NodusBench

struct ResponseParserTests {
    private static let ok = "HTTP/1.1 200 OK\r\ncontent-LENGTH: 2\r\nRetry-After: 7\r\n\r\n{}"

    private func parse(_ text: String) -> ResponseParser.Result {
        let bytes = Array(text.utf8)
        return ResponseParser.parse(bytes.span)
    }

    @Test func `a response is incomplete at every place but its end`() {
        let count = Self.ok.utf8.count
        for end in 0..<count {
            #expect(
                self.parse(String(decoding: Self.ok.utf8.prefix(end), as: UTF8.self)) == .incomplete
            )
        }
        let whole = ResponseParser.Response(
            status: 200,
            body: (count - 2)..<count,
            closes: false,
            retryAfter: 7
        )
        #expect(self.parse(Self.ok) == .complete(whole))
        #expect(self.parse(Self.ok + "HTTP/1.1 2") == .complete(whole))
    }

    @Test(arguments: [
        "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "\r\n\r\n",
        "HTTP/1.1\r\n\r\n",
    ])
    func `what is no response is refused`(text: String) {
        #expect(self.parse(text) == .malformed)
    }

    @Test func `a 204 needs no length`() {
        let text = "HTTP/1.1 204 N\r\nConnection: Close\r\n\r\n"
        let count = text.utf8.count
        let response = ResponseParser.Response(
            status: 204,
            body: count..<count,
            closes: true,
            retryAfter: nil
        )
        #expect(self.parse(text) == .complete(response))
    }
}
