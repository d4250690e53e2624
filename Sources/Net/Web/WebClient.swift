import NIOHTTP1

/// The web client as it is served: every file under a name that changes with its contents, and a
/// page that knows these names.
///
/// Scripts name each other as they do in the folder; a page's import map leads from there to the
/// hashed names. So a browser keeps all of it for ever and asks only for the page. What a page
/// marks as `data-joined` is served to it as one file with all that it imports.
///
/// Pages about the interface are served without the ends of their names: `/docs/index.html` as
/// `/docs`, and `/docs/events.html` as `/docs/events`.
package struct WebClient: Sendable {
    private struct Entry: Sendable {
        let file: WebFile
        let isImmutable: Bool
        /// Of a page.
        var policy: String? = nil
    }

    /// Where a program of others lies, which is fetched and is not part of the client.
    static let foreignFolder = "/docs/swagger-ui/"

    private let entries: [String: Entry]

    /// `configuration` is what the page is told at its start, as JSON.
    package init(_ folder: WebFolder, configuration: String = "{}") {
        var entries: [String: Entry] = [:]
        var names: [String: String] = [:]
        for (path, bytes) in folder.files {
            guard let type = WebFile.ContentType(path: path), type != .html else { continue }
            let file = WebFile(bytes, contentType: type)
            let name = Self.hashedName(of: path, file.digest)
            names[path] = name
            entries[path] = Entry(file: file, isImmutable: false)
            entries[name] = Entry(file: file, isImmutable: true)
        }
        for (path, bytes) in folder.files where path.hasSuffix(".html") {
            let template = String(decoding: bytes, as: UTF8.self)
            var names = names
            if let root = WebPage.joinedModule(of: template),
                let joined = JoinedModules(root: root, files: folder.files)
            {
                let file = WebFile(Array(joined.script.utf8), contentType: .script)
                let name = Self.hashedName(of: root, file.digest)
                for path in joined.paths { names[path] = name }
                entries[name] = Entry(file: file, isImmutable: true)
            }
            let page = WebPage(template: template, names: names, configuration: configuration)
            let file = WebFile(Array(page.html.utf8), contentType: .html)
            entries[Self.address(ofPage: path)] = Entry(
                file: file,
                isImmutable: false,
                policy: page.policy
            )
        }
        self.entries = entries
    }

    /// What all files of our own take up on the wire.
    package var compressedByteCount: Int {
        self.entries.filter { !$1.isImmutable && !$0.hasPrefix(Self.foreignFolder) }.values
            .reduce(0) { $0 + ($1.file.gzip ?? $1.file.bytes).count }
    }

    private static func address(ofPage path: String) -> String {
        switch path {
        case "/index.html": "/"
        case "/docs/index.html": "/docs"
        case let path where path.hasPrefix("/docs/"): String(path.dropLast(".html".count))
        default: path
        }
    }

    private static func hashedName(of path: String, _ digest: String) -> String {
        guard let dot = path.lastIndex(of: ".") else { return "\(path).\(digest)" }
        return "\(path[..<dot]).\(digest)\(path[dot...])"
    }

    /// - Returns: nil where there is no such file.
    func response(to request: Request, _ head: HTTPHead) -> Response? {
        let path = "/" + request.target.segments.joined(separator: "/")
        guard let entry = self.entries[path] else { return nil }
        guard request.method == .GET || request.method == .HEAD else {
            let allow = [ResponseHeader.field("Allow", "GET, HEAD")]
            let detail = "Method Not Allowed"
            return Response(.http(head), status: 405, detail: detail, headers: allow)
        }
        let file = entry.file
        let gzip = request.fields.acceptsGzip ? file.gzip : nil
        let tag = gzip == nil ? "\"\(file.digest)\"" : "\"\(file.digest)-gz\""
        var head = head
        head.caching = entry.isImmutable ? "public, max-age=31536000, immutable" : "no-cache"
        // By origin too: one that may not read it is answered without a word of CORS.
        let varies = ResponseHeader.field("Vary", "Accept-Encoding, Origin")
        var headers: [ResponseHeader] = [.field("ETag", tag), varies]
        if let policy = entry.policy { headers += Self.pageHeaders(policy) }
        // Compared weakly (RFC 9110 §13.1.2), `W/` or not; the other encoding has another tag. The
        // policy is sent along, for a browser that has an older one.
        if let known = request.fields.ifNoneMatch, known == "*" || known.contains(tag) {
            return Response(.http(head), status: 304, contentType: nil, headers: headers)
        }
        if gzip != nil { headers.append(.field("Content-Encoding", "gzip")) }
        return Response(
            .http(head),
            status: 200,
            contentType: file.contentType.text,
            body: gzip ?? file.bytes,
            headers: headers
        )
    }

    private static func pageHeaders(_ policy: String) -> [ResponseHeader] {
        [
            .field("Content-Security-Policy", policy),
            .field("Referrer-Policy", "no-referrer"),
            .field("Cross-Origin-Opener-Policy", "same-origin"),
            .field("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
        ]
    }
}
