/// Has people type and stop, and looks when others hear of it, until the measured window is over.
///
/// People come in pairs, each pair with a chat of its own and a socket for both: one types, the
/// other listens. Every change is heard before the pair's next one is made.
final class TypingLoad: StreamOwner {
    private struct Pair {
        let command: [UInt8]
        var schedule: Schedule?
        var isTyping = false
        /// Since when the change that is under way was due.
        var since: ContinuousClock.Instant?
    }

    private let streams: Streams
    private let openings: [Opening]
    private let perSecond: Int?
    private var pairs: [Pair]
    /// Sockets that have said hello.
    private var readyCount = 0
    private var tally: LoadTally?

    let takesParts = false

    /// Without `perSecond` a pair makes its next change when the one before was heard.
    init(to server: ServerURL, pairs count: Int, perSecond: Int?) throws {
        let driver = Driver(server: server, connections: 8, patience: .seconds(30))
        let people = try People(2 * count, with: driver)
        var (openings, pairs): ([Opening], [Pair]) = ([], [])
        for pair in 0..<count {
            let both = [2 * pair, 2 * pair + 1]
            let chat = try people.makeChat(of: both)
            for person in both {
                openings.append(Opening(target: "/ws", token: try people.token(of: person)))
            }
            let command = "{\"do\":\"typing\",\"chat_id\":\(chat),\"is_typing\":"
            pairs.append(Pair(command: Array(command.utf8)))
        }
        self.streams = try Streams(to: server)
        (self.openings, self.pairs, self.perSecond) = (openings, pairs, perSecond)
    }

    /// Returns when everybody is there.
    func open() throws {
        for opening in self.openings { _ = try self.streams.open(opening) }
        while self.readyCount < self.openings.count {
            try self.streams.turn(within: 100, telling: self)
        }
    }

    func run(_ tally: LoadTally) throws {
        self.tally = tally
        let start = ContinuousClock.now
        let count = self.pairs.count
        for pair in self.pairs.indices {
            self.pairs[pair].schedule = self.perSecond.map {
                Schedule(perSecond: $0, place: pair, of: count, from: start)
            }
        }
        while !tally.isOver {
            let now = ContinuousClock.now
            for pair in self.pairs.indices where self.pairs[pair].since == nil {
                self.askIfDue(pair, at: now)
            }
            try self.streams.turn(within: self.perSecond == nil ? 100 : 1, telling: self)
        }
    }

    private func askIfDue(_ pair: Int, at now: ContinuousClock.Instant) {
        switch self.pairs[pair].schedule?.next(at: now) {
        case .wait: return
        case .ask(let since): self.pairs[pair].since = since
        case nil: self.pairs[pair].since = now
        }
        self.pairs[pair].isTyping.toggle()
        let value = self.pairs[pair].isTyping ? "true}" : "false}"
        self.streams.write(
            FrameHeader.text,
            self.pairs[pair].command + Array(value.utf8),
            to: 2 * pair
        )
        self.streams.flush(2 * pair)
    }

    func opened(_ index: Int) {}

    func received(_ bytes: UnsafeRawBufferPointer, on index: Int) throws {
        switch ServerFrame.kind(of: bytes) {
        case .hello: self.readyCount += 1
        case .reply:
            guard ServerFrame.status(of: bytes) == 204 else {
                throw Failure("typing was answered with \(ServerFrame.text(bytes))")
            }
        case .typing:
            let pair = index / 2
            guard index % 2 == 1, let since = self.pairs[pair].since else {
                throw Failure("nobody was waiting for \(ServerFrame.text(bytes))")
            }
            self.pairs[pair].since = nil
            let now = ContinuousClock.now
            self.tally?.answered(at: now, after: now - since, bodyBytes: bytes.count)
        case .messageCreated, .resync, .chatResync, .other: break
        }
    }

    func closed(_ index: Int, code: Int?) throws {
        throw Failure(
            "the server closed socket \(index) with \(code.map(String.init) ?? "nothing")"
        )
    }
}
