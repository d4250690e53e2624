import HeapModule

/// Runs conversations over keep-alive connections until none is left, on the caller's thread.
///
/// A connection that is cut is made again with back-off, and what was under way on it is asked
/// again; 429, 502, 503 and 504 wait as long as `Retry-After` says. Only when a conversation got no decisive
/// answer for longer than `patience` does the run fail. (429 is decisive: the server is well.)
final class Driver {
    private let server: ServerURL
    private let patience: Duration
    private var poller: Poller
    private let connections: [Connection]
    private var source: () -> (any Conversation)? = { nil }
    private var isSourceEmpty = false
    private var nextTick = ContinuousClock.now
    /// Who waits, and until when.
    private var waiting: Heap<Wait> = []

    private struct Wait: Comparable {
        let until: ContinuousClock.Instant
        let seat: Int
        let connection: Int

        static func < (left: Self, right: Self) -> Bool { left.until < right.until }
    }

    private(set) var reconnectCount = 0
    private(set) var deferredCount = 0
    /// Called about ten times a second.
    var onTick: () -> Void = {}

    /// Too many requests; and no server behind the proxy, busy, or too slow.
    private static let deferring = [429, 502, 503, 504]
    private static let tick = Duration.milliseconds(100)
    private static let answerTimeout = Duration.seconds(30)

    /// `depth` conversations share a connection, their requests pipelined.
    init(server: ServerURL, connections: Int, depth: Int = 1, patience: Duration) {
        self.server = server
        self.patience = patience
        self.poller = Poller(count: connections)
        self.connections = (0..<connections).map { Connection($0, depth: depth) }
    }

    /// Takes the next conversation from `source` whenever a seat is free.
    func run(_ source: @escaping () -> (any Conversation)?) throws {
        self.source = source
        self.isSourceEmpty = false
        defer { self.source = { nil } }
        try self.tick(at: .now)
        while !self.isSourceEmpty || self.connections.contains(where: \.isUsed) {
            for index in self.poller.ready(within: self.sleep()) { try self.serve(index) }
            let now = ContinuousClock.now
            try self.wake(at: now)
            if now >= self.nextTick { try self.tick(at: now) }
        }
        self.onTick()
    }

    func run(_ conversations: [any Conversation]) throws {
        var waiting = conversations[...]
        try self.run { waiting.popFirst() }
    }

    // MARK: One connection

    private func serve(_ index: Int) throws {
        let connection = self.connections[index]
        guard connection.socket != nil else { return }
        let isAlive = connection.fill()
        while !connection.asking.isEmpty, let (response, body) = try connection.nextResponse() {
            connection.isClosing = connection.isClosing || response.closes
            let seat = connection.asking.removeFirst()
            let now = ContinuousClock.now
            connection.askedAt = now
            connection.seats[seat].state = .idle
            try self.take(response, body, at: seat, of: connection, now)
            try self.advance(seat, of: connection, now)
        }
        let isDone = connection.isClosing && connection.asking.isEmpty
        if !isAlive || isDone {
            try self.cut(index, at: .now)
        } else {
            try self.flush(connection, at: .now)
        }
    }

    /// Sends what there is to send, as far as the kernel takes it.
    private func flush(_ connection: Connection, at now: ContinuousClock.Instant) throws {
        let wasClogged = connection.isClogged
        if !connection.flush() {
            try self.cut(connection.index, at: now)
        } else if connection.isClogged != wasClogged {
            self.poller.watch(connection, as: connection.index)
        }
    }

    private func take(
        _ response: ResponseParser.Response,
        _ body: ArraySlice<UInt8>,
        at seat: Int,
        of connection: Connection,
        _ now: ContinuousClock.Instant
    ) throws {
        guard let conversation = connection.seats[seat].conversation else { return }
        guard Self.deferring.contains(response.status) else {
            connection.seats[seat].troubledSince = nil
            return try conversation.answered(
                Answer(status: response.status, body: body),
                at: now
            )
        }
        self.deferredCount += 1
        conversation.undecided(status: response.status, at: now)
        if response.status != 429 { try self.note(troubleAt: now, seat, of: connection) }
        let pause = response.retryAfter.map { Duration.seconds($0) } ?? .milliseconds(100)
        self.wait(until: now + max(pause, .milliseconds(10)), seat, of: connection)
    }

    private func wait(
        until time: ContinuousClock.Instant,
        _ seat: Int,
        of connection: Connection
    ) {
        connection.seats[seat].state = .waiting(until: time)
        self.waiting.insert(Wait(until: time, seat: seat, connection: connection.index))
    }

    /// Lets the seat's conversation ask, and seats the next one when it has finished.
    private func advance(
        _ seat: Int,
        of connection: Connection,
        _ now: ContinuousClock.Instant
    ) throws {
        if connection.isClosing { return }
        if case .waiting(let until) = connection.seats[seat].state, until > now { return }
        while true {
            if connection.seats[seat].conversation == nil {
                guard !self.isSourceEmpty, let conversation = self.source() else {
                    self.isSourceEmpty = true
                    return
                }
                connection.seats[seat] = Connection.Seat(conversation: conversation)
            }
            guard let conversation = connection.seats[seat].conversation else { return }
            switch try conversation.next(at: now, into: &connection.output) {
            case .sent:
                if connection.asking.isEmpty { connection.askedAt = now }
                connection.asking.append(seat)
                connection.seats[seat].state = .asking
                return
            case .wait(let until):
                return self.wait(until: until, seat, of: connection)
            case .finished:
                connection.seats[seat].conversation = nil
            }
        }
    }

    private func cut(_ index: Int, at now: ContinuousClock.Instant) throws {
        let connection = self.connections[index]
        let lost = connection.asking
        connection.drop()
        self.poller.watch(connection, as: index)
        for seat in lost {
            connection.seats[seat].state = .idle
            connection.seats[seat].conversation?.undecided(status: nil, at: now)
            try self.note(troubleAt: now, seat, of: connection)
        }
        connection.reconnectAt = now
        self.nextTick = now
    }

    // MARK: Now and then

    /// Has those ask who have waited long enough.
    private func wake(at now: ContinuousClock.Instant) throws {
        while let next = self.waiting.min, next.until <= now {
            self.waiting.removeMin()
            let connection = self.connections[next.connection]
            guard connection.socket != nil,
                case .waiting(let until) = connection.seats[next.seat].state, until <= now
            else { continue }
            try self.advance(next.seat, of: connection, now)
            try self.flush(connection, at: now)
        }
    }

    private func tick(at now: ContinuousClock.Instant) throws {
        self.nextTick = now + Self.tick
        self.onTick()
        for index in self.connections.indices {
            try self.revive(index, at: now)
        }
        // Seat by seat, so that few conversations spread over all connections.
        for seat in 0..<(self.connections.first?.seats.count ?? 0) {
            for connection in self.connections where connection.socket != nil {
                if case .asking = connection.seats[seat].state { continue }
                try self.advance(seat, of: connection, now)
            }
        }
        for connection in self.connections where connection.socket != nil {
            let isSilent =
                !connection.asking.isEmpty && now - connection.askedAt > Self.answerTimeout
            if isSilent {
                try self.cut(connection.index, at: now)
            } else {
                try self.flush(connection, at: now)
            }
        }
    }

    private func revive(_ index: Int, at now: ContinuousClock.Instant) throws {
        let connection = self.connections[index]
        let isNeeded = connection.isUsed || !self.isSourceEmpty
        let isDue = connection.reconnectAt.map { $0 <= now } ?? true
        guard connection.socket == nil, isNeeded, isDue else { return }
        guard let socket = Socket.connected(to: self.server) else {
            let since = connection.downSince ?? now
            connection.downSince = since
            connection.reconnectAt = now + connection.backOff
            connection.backOff = min(connection.backOff * 2, Connection.backOffMax)
            guard now - since <= self.patience else {
                throw Failure("no connection to \(self.server) for \(self.patience)")
            }
            return
        }
        if connection.reconnectAt != nil { self.reconnectCount += 1 }
        connection.socket = socket
        connection.reconnectAt = nil
        connection.downSince = nil
        connection.backOff = Connection.backOffMin
        self.poller.watch(connection, as: index)
    }

    private func note(
        troubleAt now: ContinuousClock.Instant,
        _ seat: Int,
        of connection: Connection
    ) throws {
        let since = connection.seats[seat].troubledSince ?? now
        connection.seats[seat].troubledSince = since
        guard now - since <= self.patience else {
            throw Failure("no decisive answer from \(self.server) for \(self.patience)")
        }
    }

    /// Until somebody is due.
    private func sleep() -> Duration {
        let next = self.waiting.min.map { min($0.until, self.nextTick) } ?? self.nextTick
        return max(.zero, next - .now)
    }
}
