import TestSupport
import Testing

/// Sockets that are cut at any byte of what they are sent, and all at once.
@Suite(.blocking) struct CutStreamTests {
    private let ann: Person
    private let bob: Person
    private let chat: Int64

    init() throws {
        let server = try ServerProcess.small()
        self.ann = try Person("Ann", on: server)
        self.bob = try Person("Bob", on: server)
        self.chat = try self.ann.makeGroup(with: [self.bob])
    }

    /// Where a client is in the stream, and the messages that it has heard.
    private struct Listener {
        var place: String
        var ids: [Int64] = []

        /// Reads until the message with that id has come.
        ///
        /// - Throws: `WaitError.closed` where the socket ends before.
        mutating func listen(_ person: Person, on http: HTTPClient, through last: Int64) throws {
            let path = "/ws?token=\(person.accessToken)&\(self.place)"
            let socket = try WebSocketClient(http, path: path)
            let hello = try socket.next()
            guard let epoch = hello.data["epoch"].string else {
                throw WaitError.malformed("hello: \(hello)")
            }
            while self.ids.last != last {
                let event = try socket.next()
                guard let seq = event.seq else { continue }
                self.place = "since=\(seq)&epoch=\(epoch)"
                if event.name == "message.created" { self.ids += [event.data["id"].int ?? 0] }
            }
        }
    }

    @Test func `a stream that is cut at any byte goes on with the next one`() throws {
        let hello = try WebSocketClient(self.bob.server, token: self.bob.accessToken).next()
        guard let seq = hello.data["seq"].int, let epoch = hello.data["epoch"].string else {
            throw WaitError.malformed("hello: \(hello)")
        }
        var ids: [Int64] = []
        for number in 0..<3 {
            ids.append(try self.ann.say("\(number)", in: self.chat))
            let reaction = "/messages/\(ids[number])/reactions"
            expect(try self.ann.post(reaction, ["emoji": "+"]), 201)
        }
        let proxy = try TCPProxy(to: self.ann.server.port)
        try proxy.run {
            var count = 0
            while true {
                var listener = Listener(place: "since=\(seq)&epoch=\(epoch)")
                proxy.cut(afterAnswerBytes: count)
                do {
                    let cut = HTTPClient(port: Int(proxy.port))
                    try listener.listen(self.bob, on: cut, through: ids[2])
                    break
                } catch WaitError.closed {
                    let whole = HTTPClient(self.bob.server)
                    try listener.listen(self.bob, on: whole, through: ids[2])
                }
                #expect(listener.ids == ids, "cut after \(count) bytes")
                count += 1
            }
            #expect(count > 1000)
            print("stream cut at \(count) places")
        }
    }
}
