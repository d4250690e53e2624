import CSodium

/// One file of the web client, as it is sent.
struct WebFile: Sendable {
    enum ContentType: Sendable {
        case html
        case script
        case style
        case svg
        case png
        case icon

        /// By the end of a name; nil for what browsers do not ask for.
        init?(path: String) {
            let known: [(String, ContentType)] = [
                (".html", .html), (".js", .script), (".css", .style), (".svg", .svg),
                (".png", .png), (".ico", .icon),
            ]
            guard let found = known.first(where: { path.hasSuffix($0.0) }) else { return nil }
            self = found.1
        }

        var text: StaticString {
            switch self {
            case .html: "text/html; charset=utf-8"
            case .script: "text/javascript; charset=utf-8"
            case .style: "text/css; charset=utf-8"
            case .svg: "image/svg+xml"
            case .png: "image/png"
            case .icon: "image/x-icon"
            }
        }

        var isText: Bool {
            switch self {
            case .html, .script, .style, .svg: true
            case .png, .icon: false
            }
        }
    }

    let contentType: ContentType
    let bytes: [UInt8]
    /// Nil where it would be no smaller.
    let gzip: [UInt8]?
    /// Twelve digits that change with the contents.
    let digest: String

    init(_ bytes: [UInt8], contentType: ContentType) {
        self.contentType = contentType
        self.bytes = bytes
        let gzip = contentType.isText ? Gzip.compressed(bytes) : nil
        self.gzip = gzip.flatMap { $0.count < bytes.count ? $0 : nil }
        self.digest = Self.digest(of: bytes)
    }

    /// The start of its BLAKE2b hash (RFC 7693), in hexadecimal digits.
    private static func digest(of bytes: [UInt8]) -> String {
        var hash = [UInt8](repeating: 0, count: 16)
        crypto_generichash(&hash, hash.count, bytes, UInt64(bytes.count), nil, 0)
        let digits = Array("0123456789abcdef")
        return String(hash.prefix(6).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
