import TestSupport
import Testing

/// A network that goes away at any byte of a request, or of its answer. Whoever asks again with the
/// same key gets what was asked for, once.
@Suite(.blocking) struct CutRequestTests {
    private let ann: Person
    private let chat: Int64

    init() throws {
        self.ann = try Person("Ann", on: ServerProcess.small())
        self.chat = try self.ann.makeGroup()
    }

    private func fields(_ text: String) -> [String: JSON] {
        ["chat_id": JSON(self.chat), "type": "text", "content": .string(text)]
    }

    /// Asks for one message after the other through a proxy that ends the connection, each time
    /// one byte later, and again where nothing is cut, until one is through. `ask` is given what
    /// begins to count the bytes.
    private func cutEverywhere(
        _ cut: @escaping (TCPProxy, Int?) -> Void,
        ask: (TCPProxy, String, () -> Void) throws -> Void
    ) throws {
        let proxy = try TCPProxy(to: self.ann.server.port)
        var texts: [String] = []
        try proxy.run {
            var wasCut = true
            while wasCut {
                // Each request is as long as the others.
                texts.append("cut at \(10_000 + texts.count)")
                let (text, count) = (texts[texts.count - 1], texts.count - 1)
                do {
                    try ask(proxy, text) { cut(proxy, count) }
                    wasCut = false
                } catch WaitError.closed {}
                cut(proxy, nil)
                let answer = try self.ann.post("/messages", .object(self.fields(text)), key: text)
                expect(answer, 201)
                #expect(answer.json["content"].string == text)
            }
        }
        #expect(texts.count > 100)
        print("cut at \(texts.count - 1) places")
        #expect(try self.messages() == texts)
    }

    /// All that the chat holds, oldest first.
    private func messages() throws -> [String] {
        var texts: [String] = []
        var before = ""
        while true {
            let path = "/messages?chat_id=\(self.chat)&limit=100\(before)"
            let page = try self.ann.get(path).json["messages"].items
            texts += page.compactMap { $0["content"].string }
            guard page.count == 100, let last = page.last?["id"].int else {
                return texts.reversed()
            }
            before = "&before_id=\(last)"
        }
    }

    @Test func `a request that is cut at any byte is done once when it is sent again`() throws {
        try self.cutEverywhere({ $0.cut(afterRequestBytes: $1) }, ask: self.askOverHTTP)
    }

    @Test func `an answer that is cut at any byte is given again`() throws {
        try self.cutEverywhere({ $0.cut(afterAnswerBytes: $1) }, ask: self.askOverHTTP)
    }

    private func askOverHTTP(_ proxy: TCPProxy, _ text: String, _ count: () -> Void) throws {
        let client = HTTPClient(port: Int(proxy.port))
        let headers = [self.ann.authorization, ("Idempotency-Key", text)]
        count()
        let body = JSON.object(self.fields(text))
        expect(try client.send("POST", "/api/v1/messages", body, headers: headers), 201)
    }

    @Test func `a command that is cut at any byte is done once when it is sent again`() throws {
        try self.cutEverywhere({ $0.cut(afterRequestBytes: $1) }, ask: self.askOverSocket)
    }

    @Test func `a reply that is cut at any byte is given again, over HTTP too`() throws {
        try self.cutEverywhere({ $0.cut(afterAnswerBytes: $1) }, ask: self.askOverSocket)
    }

    private func askOverSocket(_ proxy: TCPProxy, _ text: String, _ count: () -> Void) throws {
        let http = HTTPClient(port: Int(proxy.port))
        let socket = try WebSocketClient(http, path: "/ws?token=\(self.ann.accessToken)")
        guard try socket.next().name == "hello" else { throw WaitError.malformed("no hello") }
        count()
        #expect(try socket.ask("send", self.fields(text), key: text).status == 201)
    }
}
