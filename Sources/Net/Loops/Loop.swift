import NIOConcurrencyHelpers
package import NIOCore
package import Shards

/// One event loop and everything that lives on it: a shard, the connections and sockets that it
/// accepted, and how far the journal's durable events have been walked.
// @unchecked Sendable because every stored `var` is touched on `eventLoop` only.
package final class Loop: @unchecked Sendable {
    package let eventLoop: any EventLoop
    package let shard: ChatShard
    let fanOut = FanOut()
    /// Durable events that have come while the loop was busy.
    private let inbox = NIOLockedValueBox<[DurableBatch]>([])
    /// Every event up to here is durable and its frames have been handed to this loop's sockets.
    var durable: Position { self.recent.last }
    /// What sessions that come back are told from.
    private(set) var recent: RecentEvents
    var verifiedTokens: VerifiedTokens
    /// Sessions that ended while access tokens of theirs are still in date, with the time in
    /// seconds at which these run out.
    private var endedSessions: [SessionID: Int64] = [:]
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    /// Connections with an answer that is not durable yet.
    private var waiting: [HTTPConnection] = []
    private var waitingSpare: [HTTPConnection] = []
    /// Sockets with a reply that is not durable yet.
    private var waitingSockets: [Socket] = []
    private var waitingSocketsSpare: [Socket] = []
    private var isFlushDue = false
    private var isFlushScheduled = false
    private(set) var dateHeader: [UInt8]
    /// The time, to a tenth of a second: good enough for deadlines, and free.
    private(set) var instant: MonotonicInstant
    /// Since the latest tick, and from the one before it to it.
    private var requestCount = 0
    private var requestCountOfLastTick = 0
    private(set) var isFinishing = false
    private var nextSecond = MonotonicInstant(milliseconds: 0)
    private let accessLifetime: Duration

    package init(
        eventLoop: any EventLoop,
        shard: ChatShard,
        signer: TokenSigner,
        recent: RecentEvents,
        accessLifetime: Duration,
        endedSessions: [SessionID: Int64]
    ) {
        self.eventLoop = eventLoop
        self.shard = shard
        self.recent = recent
        self.verifiedTokens = VerifiedTokens(signer: signer)
        self.endedSessions = endedSessions
        self.accessLifetime = accessLifetime
        self.dateHeader = Clocks.dateHeader(at: Clocks.now)
        self.instant = Clocks.monotonic
    }

    /// Reads something of the loop from elsewhere.
    func read<Value: Sendable>(_ read: @escaping @Sendable (Loop) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            self.eventLoop.execute { continuation.resume(returning: read(self)) }
        }
    }

    // MARK: Durable events

    /// Takes events that became durable, in order, from one thread. `willWalk` is called on the
    /// loop before they are walked.
    ///
    /// What comes while the loop is busy is walked together, so the busier it is, the more events
    /// share a write.
    func received(_ batch: DurableBatch, _ willWalk: @escaping @Sendable (DurableBatch) -> Void) {
        let wasEmpty = self.inbox.withLockedValue { batches in
            batches.append(batch)
            return batches.count == 1
        }
        guard wasEmpty else { return }
        self.eventLoop.execute {
            let batches = self.inbox.withLockedValue { batches in
                defer { batches = [] }
                return batches
            }
            let batch = batches.count == 1 ? batches[0] : DurableBatch(joining: batches)
            willWalk(batch)
            self.walk(batch)
        }
    }

    /// Their frames leave, then the answers that waited for them.
    private func walk(_ batch: DurableBatch) {
        for notice in batch.notices {
            self.recent.append(notice)
            guard case .revoke(_, let session) = notice.subscription else { continue }
            let end = Clocks.now.advanced(by: self.accessLifetime)
            self.endedSessions[session] = end.seconds
        }
        self.fanOut.deliver(batch)
        self.sendReplies()
        self.flush()
        swap(&self.waiting, &self.waitingSpare)
        for connection in self.waitingSpare { connection.becameDurable() }
        self.waitingSpare.removeAll(keepingCapacity: true)
    }

    /// Writes the replies that waited for what has become durable; the frames are not flushed yet,
    /// and leave with them.
    private func sendReplies() {
        guard !self.waitingSockets.isEmpty else { return }
        swap(&self.waitingSockets, &self.waitingSocketsSpare)
        let wasFlushDue = self.isFlushDue
        self.isFlushDue = true
        defer { self.isFlushDue = wasFlushDue }
        for socket in self.waitingSocketsSpare { socket.becameDurable() }
        self.waitingSocketsSpare.removeAll(keepingCapacity: true)
    }

    /// Has `socket` told when more is durable, once.
    func waitForDurable(_ socket: Socket) { self.waitingSockets.append(socket) }

    /// Flushes a socket, with all that is written until this turn of the loop has ended.
    func flushSoon(_ socket: Socket) {
        self.fanOut.flushNext(socket)
        guard !self.isFlushDue else { return }
        self.isFlushDue = true
        self.eventLoop.execute {
            self.isFlushDue = false
            self.flush()
        }
    }

    /// Takes note that somebody waits for an answer.
    func noteRequest() { self.requestCount += 1 }

    /// Sockets are flushed in turns, between which the loop looks at what has come in: a chat of
    /// thousands must not hold others up. A flush takes about 8 µs and a look 12, so turns are short
    /// only where more than about fifty requests a second would wait for them to end.
    private var flushesPerTurn: Int {
        max(self.requestCount, self.requestCountOfLastTick) < 6 ? 64 : 4
    }

    /// As long as tasks are due the loop does not look, so the next turn is due a little later.
    private static let flushPause = TimeAmount.microseconds(20)

    private func flush() {
        let hasMore = self.fanOut.flush(atMost: self.flushesPerTurn)
        guard hasMore, !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        // Fails only where the loop has ended.
        _ = try? self.eventLoop.scheduleCallback(in: Self.flushPause, handler: self)
    }

    /// Has `connection` told when more is durable, once.
    func waitForDurable(_ connection: HTTPConnection) { self.waiting.append(connection) }

    /// Delivers a frame that no event stands behind, at once.
    func deliver(_ frame: [UInt8], to chat: ChatID, except user: UserID) {
        self.eventLoop.preconditionInEventLoop()
        self.fanOut.deliver(frame, to: chat, except: user)
        self.flush()
    }

    /// Delivers changes of presence, as many as this tick has room for; the rest follows.
    func deliver(_ news: [PresenceNews]) {
        self.eventLoop.preconditionInEventLoop()
        self.fanOut.presence.add(news)
        self.fanOut.presence.deliver(through: self.fanOut)
        self.flush()
    }

    // MARK: Connections

    func add(_ connection: HTTPConnection) {
        self.connections[ObjectIdentifier(connection)] = connection
        if self.isFinishing { connection.finish() }
    }

    func remove(_ connection: HTTPConnection) {
        self.connections[ObjectIdentifier(connection)] = nil
    }

    func hasEnded(_ session: SessionID) -> Bool { self.endedSessions[session] != nil }

    /// Reads the clock; called about ten times a second.
    ///
    /// - Returns: whether a second has passed, and with it what a second brings.
    func tick() -> Bool {
        self.instant = Clocks.monotonic
        (self.requestCountOfLastTick, self.requestCount) = (self.requestCount, 0)
        self.fanOut.presence.tick()
        self.deliver([])
        guard self.instant >= self.nextSecond else { return false }
        self.nextSecond = self.instant.advanced(by: .seconds(1))
        self.secondPassed()
        return true
    }

    /// Late requests, silent sockets, a new date.
    private func secondPassed() {
        let now = Clocks.now
        self.dateHeader = Clocks.dateHeader(at: now)
        for connection in self.connections.values { connection.timePassed(self.instant) }
        self.fanOut.timePassed(self.instant)
        if !self.endedSessions.isEmpty {
            self.endedSessions = self.endedSessions.filter { $0.value > now.seconds }
        }
    }

    /// Ends sockets with 1001 and connections when what they have asked has been answered.
    func finish() {
        self.isFinishing = true
        self.fanOut.closeAll(code: .goingAway)
        for connection in self.connections.values { connection.finish() }
    }

    var isFinished: Bool { self.connections.isEmpty }
}

extension Loop: NIOScheduledCallbackHandler {
    /// Goes on flushing.
    package func handleScheduledCallback(eventLoop: some EventLoop) {
        self.isFlushScheduled = false
        self.flush()
    }
}
