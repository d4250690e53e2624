import NIOCore
import Shards

/// One WebSocket of one session.
///
/// States and their exits:
/// - joining (its user's chats are being fetched) → replaying, live, ending
/// - replaying (what was missed is sent, as the client takes it) → live, ending
/// - live (hello was sent, events flow) → replaying (the client does not keep up), ending
/// - ending (a close frame was sent) → gone with the channel, at the latest after `closeTimeout`
// @unchecked Sendable because it is touched on `loop.eventLoop` only; elsewhere it is just carried.
final class Socket: ChannelInboundHandler, RemovableChannelHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        /// What durable events changed meanwhile, in order.
        case joining([Change])
        case replaying(Replay)
        case live
        case ending
    }

    static let closeTimeout = Duration.seconds(5)

    let user: UserID
    let session: SessionID
    /// Kept by `FanOut`.
    var chats: Set<ChatID> = []
    /// Whose presence it is told of in large groups, too. Kept by `PresenceDelivery`, like the
    /// round in which it was last told of anybody.
    var subscriptions: Set<UserID> = []
    var presenceRound: UInt64 = 0
    /// Whether its user said that he is not looking.
    private(set) var isIdle = false

    let server: Server
    let loop: Loop
    let address: String
    /// nil where it was no good.
    let token: AccessToken?
    /// What the client has asked for.
    var commands: CommandQueue
    private let since: ResumePoint?
    private var state = State.joining([])
    private(set) var context: ChannelHandlerContext?
    private var decoder = WebSocketDecoder()
    private var outbox = Outbox()
    private var isFlushed = true
    private var gathered = GatheredFrames()
    /// Whether less waits in the channel than its high watermark.
    private var isWritable = true
    /// Whether a part of what was missed is on its way.
    private var isPulling = false
    private var silence: Silence
    private var endsAt: MonotonicInstant?
    private var isCounted = false
    /// Whether presence knows of it.
    private var wasAnnounced = false

    init(server: Server, loop: Loop, address: String, token: AccessToken?, since: ResumePoint?) {
        self.server = server
        self.loop = loop
        self.address = address
        self.token = token
        self.user = token?.user ?? UserID(rawValue: 0)
        self.session = token?.session ?? SessionID(rawValue: 0)
        self.since = since
        self.silence = Silence(since: loop.instant)
        self.commands = CommandQueue(server.settings.limits.socketMessages)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Begins, after the handshake's answer has been written.
    func start() {
        guard self.token != nil else { return self.end(.policyViolation) }
        guard self.server.census.enter(self.user, from: self.address) else {
            return self.end(.tooManySockets)
        }
        self.isCounted = true
        self.loop.fanOut.add(self)
        let durable = self.loop.durable
        let withPositions = self.since.map { $0.seq < self.loop.recent.start } ?? false
        // Unstructured: where the socket goes meanwhile, `begin` finds it gone.
        Task {
            let membership = await self.server.membership(
                of: self.user,
                asOf: durable,
                withPositions: withPositions
            )
            self.loop.eventLoop.execute { self.begin(with: membership) }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.silence = Silence(since: self.loop.instant)
        var bytes = self.unwrapInboundIn(data)
        while let action = bytes.readWithUnsafeReadableBytes({ self.decoder.next(in: $0) }) {
            self.perform(action)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { self.flush() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Above the channel's high watermark events wait in `RecentEvents`, where they are for all.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isWritable = context.channel.isWritable
        guard self.isWritable, !self.isPulling, case .replaying = self.state else { return }
        // In a turn of its own: this one may be in the middle of a flush.
        self.loop.eventLoop.execute { self.goOn() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.leave()
        context.fireChannelInactive()
    }

    private func leave() {
        self.state = .ending
        guard self.isCounted else { return }
        self.isCounted = false
        self.loop.fanOut.remove(self)
        self.server.census.leave(self.user, from: self.address)
        if self.wasAnnounced { self.server.socketClosed(self.user, wasIdle: self.isIdle) }
    }

    // MARK: Frames in

    private func perform(_ action: WebSocketDecoder.Action) {
        guard self.endsAt == nil else { return self.performAtEnd(action) }
        switch action {
        case .ping(let bytes):
            guard self.mayGoOn() else { return }
            self.control(opcode: 0xa, bytes)
        case .text(let text):
            self.loop.noteRequest()
            self.take(text)
        case .binary:
            // Nothing is asked of the server in binary; a message counts as a sign of life.
            _ = self.mayGoOn()
        case .close(_, let echo):
            // First, so that who reads the answer finds his place free.
            self.startEnding()
            self.control(opcode: 0x8, echo)
            self.context?.close(mode: .output, promise: nil)
        case .fail(let violation):
            let end = SocketEnd(rawValue: violation.kind.rawValue) ?? .protocolError
            self.end(end, reason: violation.reason)
            // Nothing that still comes can be understood, so the client's close frame neither.
            self.context?.close(mode: .output, promise: nil)
        }
    }

    /// Our close frame has been sent and nothing follows it; the client's ends the wait.
    private func performAtEnd(_ action: WebSocketDecoder.Action) {
        switch action {
        case .close, .fail: self.context?.close(promise: nil)
        case .text, .binary, .ping: break
        }
    }

    private func mayGoOn() -> Bool {
        guard !self.commands.bucket.take(at: self.loop.instant).isLimited else {
            self.end(.abuse)
            return false
        }
        return true
    }

    /// Takes in whether somebody is looking.
    func becomes(idle: Bool) {
        guard self.isLive, self.isIdle != idle else { return }
        self.isIdle = idle
        self.server.socketBecame(idle: idle, self.user)
    }

    // MARK: Beginning

    /// Takes note of a change while the chats are being fetched.
    ///
    /// - Returns: false where the socket is live and follows changes itself.
    func noted(_ change: Change) -> Bool {
        guard case .joining(var changes) = self.state else { return false }
        changes.append(change)
        self.state = .joining(changes)
        return true
    }

    /// Says hello, and what was missed, and goes on live.
    private func begin(with membership: Membership) {
        guard case .joining(let changes) = self.state, self.isCounted else { return }
        var current = Set(membership.chats)
        for change in changes where change.position > membership.asOf {
            if change.isJoin { current.insert(change.chat) } else { current.remove(change.chat) }
        }
        for chat in current { self.loop.fanOut.subscribe(self, to: chat) }
        let plan = ResumePlan(
            since: self.since,
            epoch: self.server.settings.epoch,
            user: self.user,
            chats: current,
            lastPositions: membership.lastPositions,
            recent: self.loop.recent
        )
        self.state = .replaying(Replay(plan.missed))
        self.sendHello(plan, chats: current.sorted())
        self.wasAnnounced = true
        self.server.socketOpened(self.user)
        self.goOn()
    }

    private func sendHello(_ plan: ResumePlan, chats: [ChatID]) {
        let hello = Frame.hello(
            epoch: self.server.settings.epoch,
            seq: plan.seq,
            user: self.user,
            chats: chats,
            heartbeatSeconds: Silence.pingAfter.components.seconds,
            at: Clocks.now
        )
        self.put(TextFrame.single(hello))
        if plan.isLost { self.put(TextFrame.single(Frame.resync)) }
        for chat in plan.unknownChats.sorted() {
            self.put(TextFrame.single(Frame.chatResync(chat)))
        }
        self.flush()
    }

    /// Sends some of what was missed, and the next when that has left.
    private func goOn() {
        guard case .replaying(var replay) = self.state, let context = self.context,
            self.isWritable, !self.isPulling
        else { return }
        self.state = .live  // Lets go of the replay, so that changing it copies nothing.
        let bytes = replay.next(from: self.loop.recent)
        guard bytes.readableBytes > 0 else { return self.runCommands() }
        self.state = .replaying(replay)
        self.isPulling = true
        let left = context.eventLoop.makePromise(of: Void.self)
        left.futureResult.assumeIsolated().whenSuccess {
            self.isPulling = false
            // In a later turn of the loop: others are waiting too.
            self.loop.eventLoop.execute { self.goOn() }
        }
        self.put(bytes, promise: left)
        self.flush()
    }

    // MARK: Frames out

    /// Takes the frames of durable events, `count` of them from `first` on.
    ///
    /// - Returns: whether a flush is due now and was not before.
    func deliver(_ frames: ByteBuffer, of chat: ChatID, first: Position, count: Int) -> Bool {
        switch self.state {
        case .live where self.isWritable:
            return self.gather(frames)
        case .live:
            self.state = .ending  // As in `goOn`.
            self.postpone(Replay([]), first, count, of: chat)
        case .replaying(let replay):
            self.state = .ending
            self.postpone(replay, first, count, of: chat)
        case .joining, .ending:
            break
        }
        return false
    }

    private func postpone(
        _ replay: consuming Replay,
        _ first: Position,
        _ count: Int,
        of chat: ChatID
    ) {
        for offset in 0..<UInt64(count) {
            replay.append(Position(rawValue: first.rawValue + offset), of: chat)
        }
        let isTooMuch = replay.count > self.loop.recent.countMax
        self.state = .replaying(replay)
        if isTooMuch { self.end(.tooSlow) }
    }

    /// Whether hello and what was missed have been sent, and no close frame has.
    var isLive: Bool { if case .live = self.state { true } else { false } }

    /// Whether hello has been sent, and no close frame has.
    var isOpen: Bool {
        switch self.state {
        case .live, .replaying: true
        case .joining, .ending: false
        }
    }

    /// Writes what no event stands behind, without flushing.
    ///
    /// - Returns: whether a flush is due now and was not before.
    func write(_ bytes: ByteBuffer, promise: EventLoopPromise<Void>? = nil) -> Bool {
        guard self.isLive else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return false
        }
        return promise == nil ? self.gather(bytes) : self.put(bytes, promise: promise)
    }

    @discardableResult
    private func put(_ bytes: ByteBuffer, promise: EventLoopPromise<Void>? = nil) -> Bool {
        guard let context = self.context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return false
        }
        self.handOver()
        self.outbox.wrote(bytes.readableBytes)
        context.write(self.wrapOutboundOut(bytes), promise: promise)
        defer { self.isFlushed = false }
        return self.isFlushed
    }

    private func gather(_ frames: ByteBuffer) -> Bool {
        guard self.context != nil else { return false }
        self.gathered.append(frames)
        if self.gathered.isFull { self.handOver() }
        defer { self.isFlushed = false }
        return self.isFlushed
    }

    /// Gives the channel what has been gathered, in front of whatever comes next.
    private func handOver() {
        guard let context = self.context else { return }
        while let frame = self.gathered.next() {
            self.outbox.wrote(frame.readableBytes)
            context.write(self.wrapOutboundOut(frame), promise: nil)
        }
    }

    /// - Returns: whether there was something to flush.
    @discardableResult
    func flush() -> Bool {
        guard !self.isFlushed else { return false }
        self.isFlushed = true
        self.handOver()
        self.context?.flush()
        return true
    }

    private func control(opcode: UInt8, _ payload: [UInt8]) {
        var buffer = ByteBufferAllocator().buffer(capacity: payload.count + 2)
        TextFrame.writeHeader(opcode: opcode, count: payload.count, to: &buffer)
        buffer.writeBytes(payload)
        self.put(buffer)
        self.flush()
    }

    /// Sends a close frame; the channel follows when the client has answered, or soon.
    func end(_ end: SocketEnd, reason: String? = nil) {
        guard self.endsAt == nil else { return }
        let text = (reason ?? end.reason).utf8.prefix(WebSocketRules.controlBytesMax - 2)
        let code = [UInt8(end.rawValue >> 8), UInt8(end.rawValue & 255)]
        self.startEnding()
        self.control(opcode: 0x8, code + Array(text))
    }

    private func startEnding() {
        self.leave()
        self.dropCommands()
        guard self.endsAt == nil, let context = self.context else { return }
        self.endsAt = self.loop.instant.advanced(by: Self.closeTimeout)
        let timeout = TimeAmount(Self.closeTimeout)
        context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
            self.context?.close(promise: nil)
        }
    }

    // MARK: Time

    func timePassed(_ now: MonotonicInstant) {
        guard self.endsAt == nil else { return }
        let options = self.context?.channel.syncOptions
        let bufferedBytes = (try? options?.getOption(.bufferedWritableBytes)) ?? 0
        if self.outbox.isTooOld(bufferedBytes: bufferedBytes, at: now) { return self.end(.tooSlow) }
        switch self.silence.look(at: now) {
        case .wait: break
        case .ping: self.control(opcode: 0x9, [])
        case .giveUp: self.context?.close(promise: nil)
        }
    }
}
