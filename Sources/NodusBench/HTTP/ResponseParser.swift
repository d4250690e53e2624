/// Finds one HTTP/1.1 response at the front of the bytes that have come so far.
///
/// Bodies must have a `Content-Length`: what the server answers is never chunked, and a generator
/// that guessed would hide a framing mistake.
enum ResponseParser {
    struct Response: Equatable {
        var status: Int
        var body: Range<Int>
        var closes: Bool
        /// Seconds.
        var retryAfter: Int?
    }

    enum Result: Equatable {
        case incomplete
        case complete(Response)
        case malformed
    }

    static let headBytesMax = 64 * 1024
    static let bodyBytesMax = 256 * 1024 * 1024

    static func parse(_ bytes: Span<UInt8>) -> Result {
        guard let first = Self.lineEnd(in: bytes, from: 0) else { return Self.unfinished(bytes) }
        guard let status = Self.status(in: bytes, end: first) else { return .malformed }
        var response = Response(status: status, body: 0..<0, closes: false)
        var bodyCount: Int?
        var lineStart = first + 2
        while true {
            guard let lineEnd = Self.lineEnd(in: bytes, from: lineStart) else {
                return Self.unfinished(bytes)
            }
            if lineEnd == lineStart { break }
            let field = Field(in: bytes, range: lineStart..<lineEnd)
            if field.isNamed("content-length", in: bytes) {
                guard let count = field.number(in: bytes) else { return .malformed }
                bodyCount = count
            } else if field.isNamed("retry-after", in: bytes) {
                response.retryAfter = field.number(in: bytes)
            } else if field.isNamed("connection", in: bytes) {
                response.closes = field.isValued("close", in: bytes)
            } else if field.isNamed("transfer-encoding", in: bytes) {
                return .malformed
            }
            lineStart = lineEnd + 2
        }
        return Self.finished(response, bodyStart: lineStart + 2, bodyCount: bodyCount, bytes.count)
    }

    private static func finished(
        _ head: Response,
        bodyStart: Int,
        bodyCount: Int?,
        _ available: Int
    ) -> Result {
        var response = head
        let hasNoBody = head.status == 204 || head.status == 304
        guard let count = hasNoBody ? 0 : bodyCount, count <= Self.bodyBytesMax else {
            return .malformed
        }
        guard bodyStart + count <= available else { return .incomplete }
        response.body = bodyStart..<bodyStart + count
        return .complete(response)
    }

    private static func unfinished(_ bytes: Span<UInt8>) -> Result {
        bytes.count > Self.headBytesMax ? .malformed : .incomplete
    }

    private static func lineEnd(in bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index + 1 < bytes.count {
            if bytes[index] == 13 && bytes[index + 1] == 10 { return index }
            index += 1
        }
        return nil
    }

    /// `HTTP/1.1 200 …`
    private static func status(in bytes: Span<UInt8>, end: Int) -> Int? {
        let version: StaticString = "HTTP/1."
        guard end >= 12, Field.matches(version, in: bytes, at: 0), bytes[8] == 32 else {
            return nil
        }
        return Field.number(in: bytes, range: 9..<12)
    }
}

/// One header line, as places in the bytes.
private struct Field {
    let name: Range<Int>
    let value: Range<Int>

    init(in bytes: Span<UInt8>, range: Range<Int>) {
        var colon = range.lowerBound
        while colon < range.upperBound, bytes[colon] != 58 { colon += 1 }
        self.name = range.lowerBound..<colon
        var start = min(colon + 1, range.upperBound)
        while start < range.upperBound, bytes[start] == 32 { start += 1 }
        var end = range.upperBound
        while end > start, bytes[end - 1] == 32 { end -= 1 }
        self.value = start..<end
    }

    /// `text` in lower case.
    func isNamed(_ text: StaticString, in bytes: Span<UInt8>) -> Bool {
        self.name.count == text.utf8CodeUnitCount
            && Self.matches(text, in: bytes, at: self.name.lowerBound)
    }

    /// `text` in lower case.
    func isValued(_ text: StaticString, in bytes: Span<UInt8>) -> Bool {
        self.value.count == text.utf8CodeUnitCount
            && Self.matches(text, in: bytes, at: self.value.lowerBound)
    }

    func number(in bytes: Span<UInt8>) -> Int? { Self.number(in: bytes, range: self.value) }

    /// Letters match in both cases.
    static func matches(_ text: StaticString, in bytes: Span<UInt8>, at start: Int) -> Bool {
        text.withUTF8Buffer { wanted in
            for (offset, byte) in wanted.enumerated() {
                let found = bytes[start + offset]
                let isUpper = found >= 65 && found <= 90
                guard found == byte || (isUpper && found | 32 == byte) else { return false }
            }
            return true
        }
    }

    /// At most fifteen digits, so that it cannot overflow.
    static func number(in bytes: Span<UInt8>, range: Range<Int>) -> Int? {
        guard !range.isEmpty, range.count <= 15 else { return nil }
        var number = 0
        for index in range {
            guard bytes[index] >= 48, bytes[index] <= 57 else { return nil }
            number = number * 10 + Int(bytes[index] - 48)
        }
        return number
    }
}
