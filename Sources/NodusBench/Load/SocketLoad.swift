/// Sends commands over sockets, so many under way on each, until the measured window is over.
///
/// Each socket is of somebody else and sends to a chat of its own, of which he is the only member:
/// so it gets each of its messages as a reply and as a frame, and nobody else's.
final class SocketLoad: StreamOwner {
    private let streams: Streams
    private let openings: [Opening]
    /// A command behind its id, by stream.
    private let commands: [[UInt8]]
    private let depth: Int
    private var tally: LoadTally?
    /// When a command was sent: the one that has this place among those under way on its stream.
    private var askedAt: [Int64]
    /// Streams with something to send.
    private var unflushed: [Int] = []

    let takesParts = false

    init(to server: ServerURL, count: Int, depth: Int) throws {
        let driver = Driver(server: server, connections: 8, patience: .seconds(30))
        let people = try People(count, with: driver)
        var (openings, commands): ([Opening], [[UInt8]]) = ([], [])
        for person in 0..<count {
            let chat = try people.makeChat(of: [person])
            let token = try people.token(of: person)
            openings.append(Opening(target: "/ws", token: token))
            let command = ",\"do\":\"send\",\"chat_id\":\(chat),\(LoadRequests.message)}"
            commands.append(Array(command.utf8))
        }
        self.streams = try Streams(to: server)
        (self.openings, self.commands, self.depth) = (openings, commands, depth)
        self.askedAt = Array(repeating: 0, count: count * depth)
    }

    func run(_ tally: LoadTally) throws {
        self.tally = tally
        for opening in self.openings { _ = try self.streams.open(opening) }
        while !tally.isOver {
            try self.streams.turn(within: 100, telling: self)
            for index in self.unflushed { self.streams.flush(index) }
            self.unflushed.removeAll(keepingCapacity: true)
        }
    }

    func opened(_ index: Int) {}

    func received(_ bytes: UnsafeRawBufferPointer, on index: Int) throws {
        switch ServerFrame.kind(of: bytes) {
        case .hello:
            for place in 0..<self.depth { self.ask(place, on: index) }
        case .reply:
            guard
                ServerFrame.status(of: bytes) == 201,
                let place = ServerFrame.number(after: "\"reply\":", in: bytes),
                place < self.depth
            else { throw Failure("a message was answered with \(ServerFrame.text(bytes))") }
            let latency = self.streams.readAt - self.askedAt[index * self.depth + Int(place)]
            self.tally?.answered(
                at: .now,
                after: .nanoseconds(latency),
                bodyBytes: bytes.count
            )
            self.ask(Int(place), on: index)
        case .messageCreated, .resync, .chatResync, .typing, .other: break
        }
    }

    func closed(_ index: Int, code: Int?) throws {
        throw Failure(
            "the server closed socket \(index) with \(code.map(String.init) ?? "nothing")"
        )
    }

    private func ask(_ place: Int, on index: Int) {
        var command = Array("{\"id\":\(place)".utf8)
        command += self.commands[index]
        self.askedAt[index * self.depth + place] = MonotonicClock.now
        self.streams.write(FrameHeader.text, command, to: index)
        if self.unflushed.last != index { self.unflushed.append(index) }
    }
}
