import CSodium

/// A page of the web client, with the names that its files have now.
struct WebPage: Sendable {
    let html: String
    /// The page's Content-Security-Policy: scripts from here only, nothing in line but the import
    /// map and what the template has in a bare `<script>`, which it names by their hashes, and, on
    /// pages of ours, no way to make markup from text.
    let policy: String

    /// Where `template` starts its script, which the import map has to precede.
    private static let scriptStart = "<script type=\"module\""
    private static let noConfiguration = "id=\"nodus-config\">{}<"

    /// - Parameters:
    ///   - template: names its files as they are in the folder.
    ///   - names: from there to the names that are served.
    ///   - configuration: JSON.
    init(template: String, names: [String: String], configuration: String) {
        let scripts = names.filter {
            $0.key.hasSuffix(".js") && !$0.key.hasPrefix(WebClient.foreignFolder)
        }.sorted { $0.key < $1.key }
        var html = template
        for (path, name) in names {
            html = html.replacing("\"\(path)\"", with: "\"\(name)\"")
        }
        let map = "{\"imports\":{\(scripts.map { "\"\($0)\":\"\($1)\"" }.joined(separator: ","))}}"
        let head = "<script type=\"importmap\">\(map)</script>\n"
        html = html.replacing(Self.scriptStart, with: head + Self.scriptStart, maxReplacements: 1)
        // A text inside must not end the element.
        let safe = configuration.replacing("<", with: "\\u003c")
        self.html = html.replacing(Self.noConfiguration, with: "id=\"nodus-config\">\(safe)<")
        let inline = [map] + Self.texts(of: template, between: "<script>", and: "</script>")
        let hashes = inline.map { "'sha256-\(Self.sha256($0))'" }.joined(separator: " ")
        let isForeign = template.contains(WebClient.foreignFolder)
        var policy = """
            default-src 'none'; script-src 'self' \(hashes); style-src 'self'; \
            connect-src 'self'; img-src 'self' \(isForeign ? "" : "https: ")data:; base-uri 'none'; \
            form-action 'none'; frame-ancestors 'none'
            """
        // What others wrote makes markup from text.
        if !isForeign {
            policy += "; require-trusted-types-for 'script'; trusted-types 'none'"
        }
        self.policy = policy
    }

    /// The module that the page wants in one file with all that it imports.
    static func joinedModule(of template: String) -> String? {
        let start = "<link data-joined rel=\"modulepreload\" href=\""
        return Self.texts(of: template, between: start, and: "\"").first
    }

    private static func texts(
        of template: String,
        between start: String,
        and end: String
    ) -> [String] {
        template.split(separator: start, omittingEmptySubsequences: false).dropFirst().compactMap {
            text in text.firstRange(of: end).map { String(text[..<$0.lowerBound]) }
        }
    }

    /// As CSP Level 3 §2.3.1 writes a hash.
    private static func sha256(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var hash = [UInt8](repeating: 0, count: 32)
        crypto_hash_sha256(&hash, bytes, UInt64(bytes.count))
        // 32 bytes are 43 digits; RFC 4648 §4 fills them up to a multiple of four.
        return Base64.encode(hash) + "="
    }
}
