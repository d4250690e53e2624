/// The target of a request line, taken apart in one pass over its bytes.
struct RequestTarget: Sendable {
    enum Failure: Error {
        case malformed
        case tooLong
    }

    static let bytesMax = 8 * 1024

    /// Percent-decoded, without `/api/v1`.
    private(set) var segments: [String] = []
    /// Whether the path began with `/api/v1/`.
    private(set) var isInAPI = false
    private(set) var query: [(String, String)] = []

    private static let base: StaticString = "/api/v1/"

    init(_ uri: String) throws(Failure) {
        guard uri.utf8.count <= Self.bytesMax else { throw .tooLong }
        var uri = uri
        let isWhole = uri.withUTF8 { self.take($0[Self.pathStart(in: $0)...]) }
        guard isWhole else { throw .malformed }
    }

    /// Where the path begins: after scheme and authority, which a request through a proxy has
    /// (RFC 9112 §3.2.2).
    private static func pathStart(in uri: UnsafeBufferPointer<UInt8>) -> Int {
        guard uri.first != UInt8(ascii: "/") else { return 0 }
        let head = String(decoding: uri.prefix(8), as: UTF8.self).lowercased()
        guard head.hasPrefix("http://") || head == "https://" else { return 0 }
        let authority = head == "https://" ? 8 : 7
        let ends = [UInt8(ascii: "/"), UInt8(ascii: "?")]
        return uri[authority...].firstIndex { ends.contains($0) } ?? uri.count
    }

    private mutating func take(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard bytes.first == UInt8(ascii: "/") else { return false }
        let pathEnd = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        let base = UnsafeBufferPointer(
            start: Self.base.utf8Start,
            count: Self.base.utf8CodeUnitCount
        )
        var path = bytes[..<pathEnd].dropFirst()
        if bytes[..<pathEnd].starts(with: base) {
            self.isInAPI = true
            path = path.dropFirst(base.count - 1)
        }
        return self.takeSegments(path)
            && (pathEnd == bytes.endIndex || self.takeQuery(bytes[(pathEnd + 1)...]))
    }

    private mutating func takeSegments(_ path: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        self.segments.reserveCapacity(4)
        var rest = path
        while true {
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            guard let segment = Self.decoded(rest[..<end], plusIsSpace: false) else {
                return false
            }
            self.segments.append(segment)
            guard end < rest.endIndex else { return true }
            rest = rest[(end + 1)...]
        }
    }

    private mutating func takeQuery(_ query: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        self.query.reserveCapacity(4)
        for pair in query.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let name = Self.decoded(pair[..<equals], plusIsSpace: true),
                let value = Self.decoded(pair[equals...].dropFirst(), plusIsSpace: true)
            else { return false }
            self.query.append((name, value))
        }
        return true
    }

    /// Percent-decoding (RFC 3986 §2.1); nil where it is malformed or gives no UTF-8, or a NUL.
    private static func decoded(
        _ bytes: Slice<UnsafeBufferPointer<UInt8>>,
        plusIsSpace: Bool
    ) -> String? {
        let isPlain = !bytes.contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }
        if isPlain { return String(decoding: bytes, as: UTF8.self) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.next().flatMap(Self.hexDigit),
                    let low = rest.next().flatMap(Self.hexDigit), high | low != 0
                else { return nil }
                decoded.append(high << 4 | low)
            } else {
                let isSpace = plusIsSpace && byte == UInt8(ascii: "+")
                decoded.append(isSpace ? UInt8(ascii: " ") : byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
