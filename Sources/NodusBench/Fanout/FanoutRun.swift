/// One sender, and readers who all get what it sends.
final class FanoutRun: StreamOwner {
    let streams: Streams
    private let readers: [any Dialect]
    private let sender: any Dialect
    /// Whether the sender's own stream gets messages too.
    private let doesSenderRead: Bool
    private(set) var tally: FanoutTally
    /// A message's beginning without its end, by stream.
    private var carried: [[UInt8]]
    private var readyCount = 0
    private(set) var acceptedCount = 0

    private static let openingMax = 200
    private static let patience = Duration.seconds(30)
    private static let quiet = Duration.milliseconds(200)

    init(
        _ streams: Streams,
        readers: [any Dialect],
        sender: any Dialect,
        doesSenderRead: Bool
    ) {
        self.streams = streams
        self.readers = readers
        self.sender = sender
        self.doesSenderRead = doesSenderRead
        self.tally = FanoutTally(readers: readers.count + (doesSenderRead ? 1 : 0))
        self.carried = Array(repeating: [], count: readers.count + 1)
    }

    /// A few at a time, until all are ready and nothing comes any more.
    func open() throws {
        let count = self.readers.count
        try self.turn(until: "all sockets are open") {
            while self.streams.count < count,
                self.streams.count - self.readyCount < Self.openingMax
            {
                _ = try self.streams.open(self.readers[self.streams.count].opening)
            }
            return self.readyCount == count
        }
        _ = try self.streams.open(self.sender.opening)
        let isSenderGreeted = self.sender.opening.kind == .webSocket
        try self.turn(until: "the sender is ready") {
            self.streams.isOpen(count) && self.readyCount == count + (isSenderGreeted ? 1 : 0)
        }
        try self.waitForQuiet()
    }

    /// One behind the other, as fast as the kernel takes them.
    func send(_ count: Int, inOneWrite isGathered: Bool) throws {
        for _ in 0..<count {
            self.append(dueAt: MonotonicClock.now)
            if !isGathered { self.streams.flush(self.readers.count) }
        }
        self.streams.flush(self.readers.count)
    }

    /// Until everybody has got everything that was sent.
    func waitForAll() throws {
        var lastCount = -1
        var lastAt = ContinuousClock.now
        while !self.tally.isComplete {
            try self.streams.turn(within: 100, telling: self)
            if self.tally.deliveryCount != lastCount {
                (lastCount, lastAt) = (self.tally.deliveryCount, .now)
            }
            guard .now - lastAt < Self.patience else { throw Failure(self.tally.missing) }
        }
    }

    /// One message at each beat; latencies count from when it was due.
    func send(_ count: Int, every interval: Duration) throws {
        let start = MonotonicClock.now
        let step = Int64(interval / .nanoseconds(1))
        for beat in 0..<count {
            let due = start + Int64(beat) * step
            while case let early = due - MonotonicClock.now, early > 0 {
                let milliseconds = Int32((early + 999_999) / 1_000_000)
                try self.streams.turn(within: milliseconds, telling: self)
            }
            self.append(dueAt: due)
            self.streams.flush(self.readers.count)
        }
    }

    /// Messages are counted on, and their latencies begin anew.
    func forgetLatencies() { self.tally.forgetLatencies() }

    func turn(for time: Duration) throws {
        let end = ContinuousClock.now + time
        while .now < end { try self.streams.turn(within: 10, telling: self) }
    }

    // MARK: Streams

    var takesParts: Bool { self.sender.isByteStream && self.readers[0].isByteStream }

    func opened(_ index: Int) throws {
        let greeting = self.dialect(of: index).greeting()
        guard !greeting.isEmpty else { return }
        self.streams.write(self.frameOpcode, greeting, to: index)
        self.streams.flush(index)
    }

    func received(_ bytes: UnsafeRawBufferPointer, on index: Int) throws {
        let dialect = self.dialect(of: index)
        let hear = { (heard: Heard) throws in try self.heard(heard, on: index) }
        guard dialect.isByteStream else {
            _ = try dialect.read(bytes, hear)
            return
        }
        guard !self.carried[index].isEmpty else {
            let used = try dialect.read(bytes, hear)
            if used < bytes.count { self.carried[index].append(contentsOf: bytes[used...]) }
            return
        }
        self.carried[index].append(contentsOf: bytes)
        let whole = self.carried[index]
        let used = try whole.withUnsafeBytes { try dialect.read($0, hear) }
        self.carried[index] = Array(whole[used...])
    }

    func closed(_ index: Int, code: Int?) throws {
        let reason = code.map { "with \($0)" } ?? "without a close frame"
        throw Failure("the server closed socket \(index) \(reason)")
    }

    // MARK: Parts

    private func dialect(of index: Int) -> any Dialect {
        index < self.readers.count ? self.readers[index] : self.sender
    }

    private var frameOpcode: UInt8 {
        self.readers[0].isByteStream ? FrameHeader.binary : FrameHeader.text
    }

    private func heard(_ heard: Heard, on index: Int) throws {
        switch heard {
        case .ready: self.readyCount += 1
        case .accepted: self.acceptedCount += 1
        case .question(let answer):
            self.streams.write(self.frameOpcode, answer, to: index)
            self.streams.flush(index)
        case .message(let number, let position):
            try self.tally.received(
                number,
                position: position,
                by: index,
                at: self.streams.readAt
            )
        }
    }

    private func append(dueAt due: Int64) {
        var output: [UInt8] = []
        self.sender.append(self.tally.sentCount, to: &output)
        self.tally.sent(at: due)
        self.streams.write(self.frameOpcode, output, to: self.readers.count)
    }

    private func turn(until what: String, _ isSo: () throws -> Bool) throws {
        let end = ContinuousClock.now + Self.patience
        while try !isSo() {
            guard .now < end else { throw Failure("not within \(Self.patience): \(what)") }
            try self.streams.turn(within: 10, telling: self)
        }
    }

    /// Who has come online is told to the others for a while.
    private func waitForQuiet() throws {
        var (count, since) = (self.streams.readCount, ContinuousClock.now)
        while .now - since < Self.quiet {
            try self.streams.turn(within: 50, telling: self)
            if self.streams.readCount != count {
                (count, since) = (self.streams.readCount, .now)
            }
        }
    }
}
