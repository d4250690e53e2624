import DequeModule
import NIOCore
import NIOHTTP1
import Shards

/// One TCP connection that speaks HTTP/1.1.
///
/// Requests are taken in order; several may be on their way at once, and each answer leaves in its
/// turn, not before what it shows is durable. All answers that are ready leave in one write.
// @unchecked Sendable because it is touched on `loop.eventLoop` only; elsewhere it is just carried.
final class HTTPConnection: ChannelInboundHandler, RemovableChannelHandler, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    /// Requests that may wait for their answers at once; then nothing more is read.
    static let turnsMax = 64
    static let bodyBytesMax = 256 * 1024
    static let headerBytesMax = 32 * 1024
    static let headerFieldBytesMax = 8 * 1024
    static let headerCountMax = 100
    /// From a request's first byte, or the connection's beginning, to the end of its body.
    static let requestTimeout = Duration.seconds(10)
    static let idleTimeout = Duration.seconds(60)
    static let lingerTimeout = Duration.seconds(2)

    let loop: Loop
    let address: String
    private let server: Server
    private var context: ChannelHandlerContext?

    /// What is being read.
    private var head: HTTPRequestHead?
    private var fields = RequestFields([:])
    private var body: [UInt8] = []
    /// Parts that came in while all turns were taken.
    private var backlog: Deque<HTTPServerRequestPart> = []
    private var isReading = true
    private var isWritable = true
    private var deadline: MonotonicInstant
    /// Whether bytes of a head have come in that is not whole yet.
    private var hasPartialHead = false
    private var hasPartInRead = false
    /// While parts are being taken, answers gather and leave together.
    private var isGathering = false
    private var isDraining = false

    /// Answers in the order in which they leave; nil where one is not there yet.
    private var turns: Deque<Response?> = []
    private var firstTurn: UInt64 = 0
    private var waitsForDurable = false
    /// After the answer to this turn the connection ends.
    private var lastTurn: UInt64?
    private var hasEnded = false

    init(server: Server, loop: Loop, address: String) {
        self.server = server
        self.loop = loop
        self.address = address
        self.deadline = loop.instant.advanced(by: Self.requestTimeout)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.hasEnded = true
        self.loop.remove(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = self.unwrapInboundIn(data)
        self.hasPartInRead = true
        self.isGathering = true
        if self.canTakePart { self.take(part) } else { self.backlog.append(part) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !self.hasPartInRead, self.head == nil, !self.hasPartialHead {
            self.hasPartialHead = true
            self.deadline = self.loop.instant.advanced(by: Self.requestTimeout)
        }
        self.hasPartInRead = false
        self.drain()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isWritable = context.channel.isWritable
        self.drain()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !self.hasEnded, self.lastTurn == nil else { return }
        switch error as? HTTPParserError {
        case .some(.headerOverflow):
            self.refuseAndClose(431, "Request header fields too large")
        case .some(.invalidVersion):
            self.refuseAndClose(505, "HTTP version not supported")
        case .some:
            self.refuseAndClose(400, "Malformed request")
        case .none:
            self.close()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.hasEnded = true
        context.fireChannelInactive()
    }

    func close() {
        self.hasEnded = true
        self.context?.close(promise: nil)
    }

    /// Takes no more requests, and closes when those that are on their way have been answered.
    func finish() {
        guard self.lastTurn == nil else { return }
        guard !self.turns.isEmpty else { return self.close() }
        self.lastTurn = self.firstTurn + UInt64(self.turns.count) - 1
    }

    func timePassed(_ now: MonotonicInstant) {
        guard now > self.deadline else { return }
        if self.hasEnded {
            self.context?.close(promise: nil)
        } else if self.turns.isEmpty {
            let isInRequest = self.head != nil || self.hasPartialHead
            if isInRequest { self.refuseAndClose(408, "Request timeout") } else { self.close() }
        }
    }

    // MARK: Requests

    private var canTakePart: Bool {
        self.backlog.isEmpty && self.hasRoom
    }

    /// A client that does not read its answers is not asked for more requests.
    private var hasRoom: Bool {
        self.turns.count < Self.turnsMax && self.isWritable
    }

    private func take(_ part: HTTPServerRequestPart) {
        guard self.lastTurn == nil, !self.hasEnded else { return }
        switch part {
        case .head(let head):
            self.loop.noteRequest()
            self.begin(head)
        case .body(let bytes):
            guard self.head != nil else { return }
            guard self.body.count + bytes.readableBytes <= Self.bodyBytesMax else {
                return self.refuseAndClose(413, "Request body too large")
            }
            self.body.append(contentsOf: bytes.readableBytesView)
        case .end:
            guard let head = self.head else { return }
            self.head = nil
            let body = self.body
            self.body = []
            self.end(head, self.fields, body: body)
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        self.head = head
        self.hasPartialHead = false
        self.deadline = self.loop.instant.advanced(by: Self.requestTimeout)
        let fields = RequestFields(head.headers)
        self.fields = fields
        guard head.version.major == 1, head.version.minor <= 1 else {
            return self.refuseAndClose(505, "HTTP version not supported")
        }
        guard fields.contentLength <= Self.bodyBytesMax else {
            return self.refuseAndClose(413, "Request body too large")
        }
        // RFC 9112 §3.2: exactly one Host.
        guard head.version.minor == 0 || fields.hostCount == 1 else {
            return self.refuseAndClose(400, "Exactly one Host header is needed")
        }
        guard let expectation = fields.expectation else { return }
        guard expectation.lowercased() == "100-continue" else {
            return self.refuseAndClose(417, "Unknown expectation")
        }
        guard self.turns.isEmpty, head.version.minor > 0 else { return }
        self.write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
        self.context?.flush()
    }

    private func end(_ head: HTTPRequestHead, _ fields: RequestFields, body: [UInt8]) {
        self.deadline = self.loop.instant.advanced(by: Self.idleTimeout)
        if WebSocketUpgrade.isAsked(by: head, fields) {
            return self.upgrade(head)
        }
        // The parser stops at a request that asks for another protocol.
        let closes = !head.isKeepAlive || fields.upgrade != nil
        let turn = self.firstTurn + UInt64(self.turns.count)
        self.turns.append(nil)
        if closes { self.lastTurn = turn }
        self.server.serve(head, fields, body: body, on: self, turn: turn, closes: closes)
    }

    private func upgrade(_ head: HTTPRequestHead) {
        guard self.turns.isEmpty, let context = self.context else {
            return self.refuseAndClose(400, "Upgrade on a connection of its own")
        }
        WebSocketUpgrade(server: self.server, loop: self.loop, address: self.address)
            .perform(head, from: self, in: context)
    }

    /// Answers and closes: what follows on the connection cannot be trusted.
    func refuseAndClose(
        _ status: Int,
        _ detail: String,
        headers: [ResponseHeader] = []
    ) {
        guard self.lastTurn == nil else { return }
        let head = HTTPHead(
            allowedOrigin: nil,
            closesConnection: true,
            omitsBody: false,
            date: self.loop.dateHeader
        )
        let turn = self.firstTurn + UInt64(self.turns.count)
        self.turns.append(Response(.http(head), status: status, detail: detail, headers: headers))
        self.lastTurn = turn
        self.head = nil
        self.drain()
    }

    // MARK: Answers

    /// Hands in the answer of one request. It leaves when it is its turn and it is durable.
    func answer(_ response: Response, turn: UInt64) {
        guard !self.hasEnded, turn >= self.firstTurn else { return }
        self.turns[Int(turn - self.firstTurn)] = response
        if turn == self.firstTurn, !self.isGathering { self.drain() }
    }

    func becameDurable() {
        self.waitsForDurable = false
        self.drain()
    }

    /// Writes the answers whose turn it is and takes what had to wait for a turn.
    ///
    /// Writing may call back, as when the channel is full; what that brings is taken up at the end.
    private func drain() {
        guard !self.isDraining else { return }
        self.isDraining = true
        self.isGathering = true
        defer {
            self.isDraining = false
            self.isGathering = false
        }
        repeat {
            self.writeReady()
            guard !self.hasEnded else { return }
            self.takeBacklog()
        } while self.hasReadyAnswer
        if case .some(.some) = self.turns.first { self.waitForDurable() }
        self.readOrPause()
    }

    private var hasReadyAnswer: Bool {
        guard case .some(.some(let response)) = self.turns.first else { return false }
        return response.after <= self.loop.durable
    }

    /// Writes all that is ready, in one go.
    private func writeReady() {
        var hasWritten = false
        while self.hasReadyAnswer, case .some(.some(let response)) = self.turns.popFirst() {
            self.firstTurn += 1
            self.write(response.bytes)
            hasWritten = true
            if self.firstTurn - 1 == self.lastTurn { return self.endOutput() }
        }
        guard hasWritten else { return }
        self.context?.flush()
        if self.head == nil {
            self.deadline = self.loop.instant.advanced(by: Self.idleTimeout)
        }
    }

    /// Closes our side only, so that the peer reads the last answer before it learns of the end;
    /// the rest follows with its own close or soon.
    private func endOutput() {
        self.hasEnded = true
        self.deadline = self.loop.instant.advanced(by: Self.lingerTimeout)
        self.context?.flush()
        self.context?.close(mode: .output, promise: nil)
    }

    private func takeBacklog() {
        while self.hasRoom, let part = self.backlog.popFirst() { self.take(part) }
    }

    private func waitForDurable() {
        guard !self.waitsForDurable else { return }
        self.waitsForDurable = true
        self.loop.waitForDurable(self)
    }

    private func write(_ bytes: ByteBuffer) {
        self.context?.write(self.wrapOutboundOut(bytes), promise: nil)
    }

    private func readOrPause() {
        let shouldRead = self.backlog.isEmpty && self.hasRoom
        guard shouldRead != self.isReading, let channel = self.context?.channel else { return }
        self.isReading = shouldRead
        channel.setOption(.autoRead, value: shouldRead)
            .whenFailure { _ in channel.close(promise: nil) }
    }
}
