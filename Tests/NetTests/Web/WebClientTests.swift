import Foundation
import Net
import TestSupport
import Testing

/// The files of a web client over a real connection.
@Suite struct WebClientTests {
    private static let page = """
        <!doctype html>
        <link rel="stylesheet" href="/style/base.css">
        <script type="application/json" id="nodus-config">{}</script>
        <script type="module" src="/app/main.js"></script>
        <script>window.first = true;</script>

        """
    private static let script =
        "import './dom.js';\n" + String(repeating: "// filler\n", count: 200)

    private static func folder(_ script: String = Self.script) -> WebFolder {
        WebFolder(files: [
            "/index.html": Array(Self.page.utf8),
            "/app/main.js": Array(script.utf8),
            "/app/dom.js": Array("export {};\n".utf8),
            "/style/base.css": Array("body { color: red }\n".utf8),
            "/app/icon.png": [0x89, 0x50, 0x4e, 0x47],
        ])
    }

    private static func withServer(
        _ web: WebClient = WebClient(Self.folder()),
        _ work: (HTTPClient) throws -> Void
    ) async throws {
        let server = try await InProcessServer()
        await server.open(web: web)
        do {
            try work(HTTPClient(port: server.port))
        } catch {
            try await server.stop()
            throw error
        }
        try await server.stop()
    }

    /// The names that the page gives to `path`.
    private static func hashedName(of path: String, in page: String) throws -> String {
        let map = try #require(page.firstMatch(of: /type="importmap">(.*?)<\/script>/)).output.1
        return try #require(try JSON(parsing: map.utf8)["imports"][path].string)
    }

    @Test func `the page names its files by their contents, and is asked for anew`() async throws {
        try await Self.withServer { client in
            let page = try client.send("GET", "/")
            #expect(page.status == 200)
            #expect(page.header("Content-Type") == "text/html; charset=utf-8")
            #expect(page.header("Cache-Control") == "no-cache")
            let main = try Self.hashedName(of: "/app/main.js", in: page.text)
            #expect(main.wholeMatch(of: /\/app\/main\.[0-9a-f]{12}\.js/) != nil)
            #expect(page.text.contains("<script type=\"module\" src=\"\(main)\">"))
            #expect(!page.text.contains("\"/style/base.css\""))
            let script = try client.send("GET", main)
            #expect(script.status == 200)
            #expect(script.text == Self.script)
            #expect(script.header("Cache-Control") == "public, max-age=31536000, immutable")
            #expect(script.header("X-Content-Type-Options") == "nosniff")
            #expect(try client.send("GET", "/app/main.js").header("Cache-Control") == "no-cache")
        }
    }

    @Test func `another content is another name`() async throws {
        var names: [String] = []
        for script in ["a", "b", "a"] {
            try await Self.withServer(WebClient(Self.folder(script))) { client in
                let page = try client.send("GET", "/").text
                names.append(try Self.hashedName(of: "/app/main.js", in: page))
            }
        }
        #expect(names[0] == names[2])
        #expect(names[0] != names[1])
    }

    @Test func `what a browser has is not sent again`() async throws {
        try await Self.withServer { client in
            for path in ["/", "/app/main.js"] {
                let first = try client.send("GET", path)
                let tag = try #require(first.header("ETag"))
                for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                    let again = try client.send("GET", path, headers: [("If-None-Match", known)])
                    #expect(again.status == 304)
                    #expect(again.text.isEmpty)
                    #expect(again.header("ETag") == tag)
                    #expect(again.header("Content-Length") == nil)
                }
                let other = try client.send("GET", path, headers: [("If-None-Match", "\"0\"")])
                #expect(other.status == 200)
                let headers = [("If-None-Match", tag), ("Accept-Encoding", "gzip")]
                #expect(try client.send("GET", path, headers: headers).status == 200)
            }
        }
    }

    @Test(arguments: [
        ("gzip, deflate, br", true), ("br;q=1.0, gzip;q=0.8", true), ("*", true),
        ("identity", false), ("gzip;q=0", false), ("x-gzipped", false), ("", false),
        ("gzip;q=0, *", false), ("*;q=0, gzip", true),
    ])
    func `text is compressed for who takes it`(accepted: String, isCompressed: Bool) async throws {
        try await Self.withServer { client in
            let headers = [("Accept-Encoding", accepted)]
            let script = try client.send("GET", "/app/main.js", headers: headers)
            #expect(script.header("Content-Encoding") == (isCompressed ? "gzip" : nil))
            #expect(script.header("Vary")?.contains("Accept-Encoding") == true)
            #expect((script.body.count < Self.script.utf8.count / 4) == isCompressed)
            let picture = try client.send("GET", "/app/icon.png", headers: headers)
            #expect(picture.header("Content-Encoding") == nil)
            #expect(picture.header("Content-Type") == "image/png")
        }
    }

    @Test func `HEAD tells the same without the body, and nothing can be written`() async throws {
        try await Self.withServer { client in
            let get = try client.send("GET", "/")
            let head = try client.send("HEAD", "/")
            #expect(head.status == 200)
            #expect(head.text.isEmpty)
            #expect(head.header("Content-Length") == get.header("Content-Length"))
            #expect(head.header("ETag") == get.header("ETag"))
            let post = try client.send("POST", "/", .object([:]))
            #expect(post.status == 405)
            #expect(post.header("Allow") == "GET, HEAD")
        }
    }

    @Test(arguments: [
        "/nowhere", "/app", "/app/", "/app/../index.html", "/index.html", "/app/%2e%2e/index.html",
        "/app%2Fmain.js/x", "//app/main.js", "/app/main.000000000000.js", "/api/v1/app/main.js",
    ])
    func `other paths are not found, as ever`(path: String) async throws {
        try await Self.withServer { client in
            let answer = try client.send("GET", path)
            #expect(answer.status == 404)
            #expect(answer.text == "{\"detail\":\"Not Found\"}")
        }
    }

    @Test func `a browser that has the page is told the policy of now`() async throws {
        try await Self.withServer { client in
            let page = try client.send("GET", "/")
            let tag = try #require(page.header("ETag"))
            let again = try client.send("GET", "/", headers: [("If-None-Match", tag)])
            #expect(again.status == 304)
            let policy = "Content-Security-Policy"
            #expect(again.header(policy) != nil && again.header(policy) == page.header(policy))
        }
    }

    @Test func `the policy lets in the import map and no other script in line`() async throws {
        try await Self.withServer { client in
            let page = try client.send("GET", "/")
            let policy = try #require(page.header("Content-Security-Policy"))
            #expect(policy.contains("default-src 'none'"))
            #expect(policy.contains("require-trusted-types-for 'script'"))
            #expect(!policy.contains("unsafe"))
            #expect(policy.contains("connect-src 'self';"))
            let map = try #require(page.text.firstMatch(of: /type="importmap">(.*?)<\/script>/))
            let inline = [String(map.output.1), "window.first = true;"]
            let hashes = try inline.map { "'sha256-\(try Self.sha256($0))'" }
            #expect(policy.contains("script-src 'self' \(hashes.joined(separator: " "));"))
            #expect(page.header("Referrer-Policy") == "no-referrer")
        }
    }

    @Test func `what the page is told cannot end its element`() async throws {
        let told = "{\"name\":\"</script><script>\"}"
        try await Self.withServer(WebClient(Self.folder(), configuration: told)) { client in
            let page = try client.send("GET", "/").text
            let escaped = #"{"name":"\u003c/script>\u003cscript>"}"#
            #expect(page.contains("id=\"nodus-config\">\(escaped)</script>"))
        }
    }

    /// The project's own client.
    private static func ownFolder() throws -> WebFolder {
        let root = (0..<4).reduce(URL(filePath: #filePath)) { place, _ in
            place.deletingLastPathComponent()
        }
        return try WebFolder(root.path + "/Web")
    }

    @Test func `the first page is one file beside the one that starts it`() async throws {
        let folder = try Self.ownFolder()
        try await Self.withServer(WebClient(folder)) { client in
            let page = try client.send("GET", "/").text
            let joined = try Self.hashedName(of: "/app/app.js", in: page)
            for path in ["/app/chat-view.js", "/app/texts/ru.js", "/client/store.js"] {
                #expect(try Self.hashedName(of: path, in: page) == joined)
            }
            #expect(page.contains("<link data-joined rel=\"modulepreload\" href=\"\(joined)\""))
            #expect(try client.send("GET", joined).text.contains("\nclass ChatView {"))
            let later = try Self.hashedName(of: "/app/emoji.js", in: page)
            #expect(later.wholeMatch(of: /\/app\/emoji\.[0-9a-f]{12}\.js/) != nil)
            #expect(try client.send("GET", "/app/chat-view.js").text.contains("\nexport class"))
        }
    }

    @Test func `the project's own client is whole, and small`() throws {
        let folder = try Self.ownFolder()
        #expect(folder.files["/client/nodus.js"] != nil)
        #expect(!folder.files.keys.contains { $0.contains("/test/") || $0.hasSuffix(".ts") })
        #expect(WebClient(folder).compressedByteCount < 120 * 1024)
        // What others wrote lies in a folder of its own, and may not be there.
        let ours = folder.files.filter { !$0.key.hasPrefix("/docs/swagger-ui/") }
        let text = ours.values.map { String(decoding: $0, as: UTF8.self) }.joined()
        for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
            #expect(!text.contains(sink))
        }
    }

    @Test func `each page has its address, and only one that shows others' work is trusted less`()
        async throws
    {
        let module = "<script type=\"module\" src=\"/docs/api.js\"></script>"
        let foreign = "<script defer src=\"/docs/swagger-ui/bundle.js\"></script>"
        let folder = WebFolder(files: [
            "/index.html": Array(Self.page.utf8),
            "/docs/index.html": Array((foreign + module).utf8),
            "/docs/events.html": Array(module.utf8),
            "/docs/api.js": Array("export {};\n".utf8),
            "/docs/swagger-ui/bundle.js": Array("window.other = 1;\n".utf8),
        ])
        try await Self.withServer(WebClient(folder)) { client in
            let policy = "Content-Security-Policy"
            let docs = try client.send("GET", "/docs")
            #expect(docs.text.contains(/src="\/docs\/swagger-ui\/bundle\.[0-9a-f]{12}\.js"/))
            #expect(docs.text.contains(/src="\/docs\/api\.[0-9a-f]{12}\.js"/))
            #expect(!docs.text.contains("\"/docs/swagger-ui/bundle.js\":"))
            #expect(docs.header(policy)?.contains("trusted-types") == false)
            #expect(docs.header(policy)?.contains("script-src 'self' 'sha256-") == true)
            let events = try client.send("GET", "/docs/events")
            #expect(events.header(policy)?.contains("trusted-types 'none'") == true)
            let page = try client.send("GET", "/")
            #expect(page.header(policy)?.contains("trusted-types 'none'") == true)
            for path in ["/docs/index.html", "/docs/events.html", "/docs/", "/docs/index"] {
                #expect(try client.send("GET", path).status == 404)
            }
        }
    }

    @Test func `a folder that is none is refused with its reason`() throws {
        let folder = TemporaryFolder()
        #expect(throws: WebFolder.Failure.hasNoIndex(path: folder.path)) {
            try WebFolder(folder.path)
        }
        #expect(throws: WebFolder.Failure.self) { try WebFolder(folder.path + "/none") }
    }

    @Test func `what is neither folder nor file is left out`() throws {
        let folder = TemporaryFolder()
        try Data("<p>".utf8).write(to: URL(filePath: "\(folder.path)/index.html"))
        #expect(mkfifo("\(folder.path)/pipe.js", 0o600) == 0)
        #expect(symlink("nowhere", "\(folder.path)/gone.js") == 0)
        #expect(try WebFolder(folder.path).files.keys.sorted() == ["/index.html"])
    }

    /// By the system's own program.
    private static func sha256(_ text: String) throws -> String {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try Data(text.utf8).write(to: URL(filePath: "\(folder.path)/text"))
        let process = try ChildProcess(
            "/usr/bin/sha256sum",
            ["text"],
            environment: ["PATH=/usr/bin:/bin"],
            folder: folder.path,
            errorFile: "\(folder.path)/errors"
        )
        #expect(try process.waitForExit(timeout: .seconds(120)) == 0)
        let digits = Array(process.printed.prefix(64))
        let hash = stride(from: 0, to: 64, by: 2).compactMap { index in
            UInt8(String(digits[index...index + 1]), radix: 16)
        }
        return Data(hash).base64EncodedString()
    }
}
