/// Sockets that are opened, and then only answer pings.
final class IdleSockets: StreamOwner {
    private let openings: [Opening]
    private let streams: Streams
    private var readyCount = 0
    /// What came beside the first frame of each, which is the presence of others.
    private(set) var eventCount = 0

    let takesParts = false

    private static let openingMax = 500
    private static let quiet = Duration.milliseconds(500)
    private static let patience = Duration.seconds(60)

    init(_ openings: [Opening], on streams: Streams) {
        self.openings = openings
        self.streams = streams
    }

    /// So many more, until nothing comes any more.
    ///
    /// - Returns: seconds until the last one had its first frame.
    func open(_ count: Int) throws -> Double {
        let start = ContinuousClock.now
        let wanted = self.readyCount + count
        while self.readyCount < wanted {
            while self.streams.count < wanted,
                self.streams.count - self.readyCount < Self.openingMax
            {
                _ = try self.streams.open(self.openings[self.streams.count])
            }
            try self.streams.turn(within: 10, telling: self)
            guard .now - start < Self.patience else {
                throw Failure("\(wanted - self.readyCount) sockets do not open")
            }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        var (readCount, since) = (self.streams.readCount, ContinuousClock.now)
        while .now - since < Self.quiet {
            try self.streams.turn(within: 50, telling: self)
            if self.streams.readCount != readCount {
                (readCount, since) = (self.streams.readCount, .now)
            }
        }
        return seconds
    }

    func listen(for time: Duration) throws {
        let end = ContinuousClock.now + time
        while .now < end { try self.streams.turn(within: 50, telling: self) }
    }

    func opened(_ index: Int) {}

    func received(_ bytes: UnsafeRawBufferPointer, on index: Int) {
        if case .hello = ServerFrame.kind(of: bytes) {
            self.readyCount += 1
        } else {
            self.eventCount += 1
        }
    }

    func closed(_ index: Int, code: Int?) throws {
        throw Failure(
            "the server closed socket \(index) with \(code.map(String.init) ?? "nothing")"
        )
    }
}
