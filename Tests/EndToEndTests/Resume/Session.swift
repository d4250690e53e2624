import TestSupport

/// A client that keeps its place in the stream over as many sockets as it takes.
final class Session {
    let person: Person
    private(set) var socket: WebSocketClient?
    private(set) var seq: Int64
    private(set) var epoch: String
    /// As of the latest hello.
    private(set) var chats: Set<Int64> = []
    private(set) var hello: SocketEvent?

    /// Begins at where the server is now.
    init(_ person: Person) throws {
        self.person = person
        (self.seq, self.epoch) = (0, "")
        try self.open(query: "")
    }

    /// Goes away without a word, in the middle of whatever is on its way.
    func drop() {
        self.socket?.drop()
        self.socket = nil
    }

    func resume() throws {
        try self.open(query: "since=\(self.seq)&epoch=\(self.epoch)")
    }

    private func open(query: String) throws {
        let socket = try WebSocketClient(
            self.person.server,
            token: self.person.accessToken,
            query: query
        )
        let hello = try socket.next()
        guard
            hello.name == "hello",
            let seq = hello.data["seq"].int,
            let epoch = hello.data["epoch"].string
        else { throw WaitError.malformed("hello: \(hello)") }
        self.seq = seq
        self.epoch = epoch
        self.chats = Set(hello.data["chats"].items.compactMap(\.int))
        self.hello = hello
        self.socket = socket
    }

    func next() throws -> SocketEvent {
        guard let socket = self.socket else { throw WaitError.closed(waitingFor: "an event") }
        let event = try socket.next()
        if let seq = event.seq { self.seq = seq }
        return event
    }

    /// All up to and with the first for which `isLast` holds, but typing and presence.
    func events(through isLast: (SocketEvent) -> Bool) throws -> [SocketEvent] {
        var events: [SocketEvent] = []
        while true {
            let event = try self.next()
            if event.name == "user.presence" || event.name == "user.typing" { continue }
            events.append(event)
            if isLast(event) { return events }
        }
    }

    /// All up to and with the message that says `text`.
    func events(throughMessage text: String) throws -> [SocketEvent] {
        try self.events { $0.name == "message.created" && $0.data["content"].string == text }
    }
}
