/// Readers who are cut off and come back where they were, while messages go on.
final class ResumeRun: StreamOwner {
    private let streams: Streams
    private let people: [[UInt8]]
    private let chats: [UInt64]
    private let sender: HTTPSends
    private let interval: Int64
    private(set) var readers: [ResumeReader]
    private(set) var sentCount = 0
    private(set) var acceptedCount = 0
    private(set) var cutCount = 0
    /// Sockets that the server closed.
    private(set) var closeCodes: [Int: Int] = [:]
    private var isSending = false
    private var nextSendAt = MonotonicClock.now
    private var answers: [UInt8] = []
    private var greetedCount = 0
    /// When a socket is to be opened again.
    private var reopenings: [(index: Int, at: Int64)] = []
    private var random = SplitMix(seed: 1)

    let takesParts = false

    private static let patience = Duration.seconds(60)
    private static let reopenDelay = 50_000_000

    /// `people` are tokens; a reader's person is one of these.
    init(
        on streams: Streams,
        people: [[UInt8]],
        chats: [UInt64],
        readers: [ResumeReader],
        perSecond: Int
    ) {
        self.streams = streams
        self.people = people
        self.chats = chats
        self.readers = readers
        self.sender = HTTPSends(token: people[0], chats: chats, contentByteCount: 120)
        self.interval = 1_000_000_000 / Int64(perSecond)
    }

    func open() throws {
        try self.wait(for: "all sockets are open") {
            while self.streams.count < self.readers.count,
                self.streams.count - self.greetedCount < 200
            {
                _ = try self.streams.open(self.opening(of: self.streams.count))
            }
            return self.greetedCount == self.readers.count
        }
        _ = try self.streams.open(self.sender.opening)
        try self.wait(for: "the sender is there") { self.streams.isOpen(self.readers.count) }
    }

    /// From now on messages go out, whatever else happens.
    func startSending() {
        self.isSending = true
        self.nextSendAt = MonotonicClock.now
    }

    func stopSending() throws {
        self.isSending = false
        try self.wait(for: "all messages are taken") { self.acceptedCount == self.sentCount }
    }

    func turn(for time: Duration) throws {
        let end = ContinuousClock.now + time
        while .now < end { try self.turn() }
    }

    /// All at once, without a word; and all come back as soon as they can.
    ///
    /// - Returns: seconds until the last had its hello, and until everybody had everything that had
    ///   been sent by then.
    func cutAll() throws -> (greeted: Double, steady: Double) {
        for index in self.readers.indices { self.cut(index, for: 0) }
        let start = ContinuousClock.now
        try self.wait(for: "all are greeted") { self.greetedCount == self.readers.count }
        let greeted = (ContinuousClock.now - start) / .seconds(1)
        try self.waitForAll()
        return (greeted, (ContinuousClock.now - start) / .seconds(1))
    }

    /// For a while, some of the sockets at each beat, wherever they are; each comes back after up to
    /// half a second.
    func cutAtRandom(_ share: Double, every beat: Duration, for time: Duration) throws {
        let end = ContinuousClock.now + time
        while .now < end {
            for index in self.readers.indices where self.random.unit() < share {
                self.cut(index, for: Int(self.random.unit() * 500_000_000))
            }
            try self.turn(for: beat)
        }
        try self.wait(for: "all are greeted") { self.greetedCount == self.readers.count }
        try self.waitForAll()
    }

    /// Until everybody has what has been sent so far.
    func waitForAll() throws {
        let (wanted, count) = (self.sentCount, self.chats.count)
        var next = self.readers.startIndex
        do {
            try self.wait(for: "all have got \(wanted) messages") {
                while next < self.readers.endIndex, self.readers[next].has(wanted, of: count) {
                    next += 1
                }
                return next == self.readers.endIndex
            }
        } catch {
            throw Failure("\(error); \(self.lag(behind: wanted))")
        }
    }

    /// For messages to people.
    private func lag(behind wanted: Int) -> String {
        let late = self.readers.filter { !$0.has(wanted, of: self.chats.count) }
        let ungreeted = late.count { !$0.isGreeted }
        let missing = late.reduce(0) {
            $0 + $1.missingCount(of: wanted, chatCount: self.chats.count)
        }
        return "\(late.count) sockets lack \(missing) messages; \(ungreeted) have no hello, "
            + "\(self.readers.count - self.openReaderCount) are not open"
    }

    private var openReaderCount: Int {
        self.readers.indices.count { self.streams.isOpen($0) }
    }

    // MARK: Streams

    func opened(_ index: Int) {}

    func received(_ bytes: UnsafeRawBufferPointer, on index: Int) throws {
        guard index < self.readers.count else { return try self.answered(bytes) }
        if !self.readers[index].isGreeted {
            guard case .hello = ServerFrame.kind(of: bytes) else {
                throw Failure("the first frame is \(ServerFrame.text(bytes))")
            }
            return try self.greeted(index, bytes)
        }
        switch ServerFrame.kind(of: bytes) {
        case .resync: self.readers[index].resync(nil)
        case .chatResync:
            guard
                let chat = ServerFrame.number(after: "\"chat_id\":", in: bytes),
                let place = self.chats.firstIndex(of: chat)
            else { throw Failure("an unknown chat in \(ServerFrame.text(bytes))") }
            self.readers[index].resync(place)
        case .messageCreated:
            guard
                let start = ServerFrame.content(of: bytes),
                let number = MessageNumber.read(bytes, at: start)
            else { throw Failure("a message without its number") }
            try self.readers[index].received(number, of: self.chats.count)
        case .hello: throw Failure("a second hello")
        case .reply, .typing, .other: break
        }
        if let position = ServerFrame.position(of: bytes) {
            try self.readers[index].moved(to: position)
        }
    }

    func closed(_ index: Int, code: Int?) throws {
        guard index < self.readers.count else { throw Failure("the sender's connection was cut") }
        self.closeCodes[code ?? 0, default: 0] += 1
        self.comeBack(index, after: Self.reopenDelay)
    }

    // MARK: Parts

    private func greeted(_ index: Int, _ bytes: UnsafeRawBufferPointer) throws {
        guard
            let position = ServerFrame.number(after: "\"seq\":", in: bytes),
            let epoch = ServerFrame.text(after: "\"epoch\":\"", in: bytes)
        else { throw Failure("a hello without seq or epoch: \(ServerFrame.text(bytes))") }
        try self.readers[index].greeted(position: position, epoch: epoch)
        self.greetedCount += 1
    }

    private func answered(_ bytes: UnsafeRawBufferPointer) throws {
        self.answers.append(contentsOf: bytes)
        let answers = self.answers
        let used = try answers.withUnsafeBytes { bytes in
            try self.sender.read(bytes) { _ in self.acceptedCount += 1 }
        }
        self.answers.removeFirst(used)
    }

    private func opening(of index: Int) -> Opening {
        let reader = self.readers[index]
        return Opening(target: reader.target, token: self.people[reader.person])
    }

    private func cut(_ index: Int, for nanoseconds: Int) {
        guard self.streams.isOpen(index) else { return }
        self.streams.cut(index)
        self.cutCount += 1
        self.comeBack(index, after: nanoseconds)
    }

    private func comeBack(_ index: Int, after nanoseconds: Int) {
        if self.readers[index].isGreeted { self.greetedCount -= 1 }
        self.readers[index].reopened()
        self.reopenings.append((index, MonotonicClock.now + Int64(nanoseconds)))
    }

    private func turn() throws {
        let now = MonotonicClock.now
        let due = self.reopenings.filter { $0.at <= now }
        self.reopenings.removeAll { $0.at <= now }
        for (index, _) in due { try self.streams.reopen(index, self.opening(of: index)) }
        self.send(at: now)
        try self.streams.turn(within: 2, telling: self)
    }

    private func send(at now: Int64) {
        var output: [UInt8] = []
        while self.isSending, self.nextSendAt <= now {
            self.sender.append(self.sentCount, to: &output)
            self.sentCount += 1
            self.nextSendAt += self.interval
        }
        guard !output.isEmpty else { return }
        self.streams.write(FrameHeader.text, output, to: self.readers.count)
        self.streams.flush(self.readers.count)
    }

    private func wait(for what: String, _ isSo: () throws -> Bool) throws {
        let end = ContinuousClock.now + Self.patience
        while try !isSo() {
            guard .now < end else { throw Failure("not within \(Self.patience): \(what)") }
            try self.turn()
        }
    }
}
