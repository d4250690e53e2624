import NIOCore
import NIOHTTP1

/// A connection that came in before there was a server.
///
/// It answers one request, that the server is starting, and closes; documents and health are shown
/// as ever. Where the server is there when the request comes, it makes way for an `HTTPConnection`.
final class StartingConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    static let detail = "The server is starting, try again"
    private static let documents = Router(API.documents)

    private let door: Entrance.Door
    private var hasAnswered = false
    private var closing: Scheduled<Void>?

    init(_ door: Entrance.Door) {
        self.door = door
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.close(context.channel, in: HTTPConnection.requestTimeout)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.closing?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.hasAnswered, case .head(let head) = self.unwrapInboundIn(data) else { return }
        if let (server, loop) = self.door.room {
            return self.makeWay(server, loop, in: context, first: data)
        }
        self.hasAnswered = true
        context.writeAndFlush(self.wrapOutboundOut(self.answer(head).bytes), promise: nil)
        // Our side only: with the peer's still open, what it sends does not reset the connection
        // before it has read the answer.
        context.close(mode: .output, promise: nil)
        self.close(context.channel, in: HTTPConnection.lingerTimeout)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func makeWay(
        _ server: Server,
        _ loop: Loop,
        in context: ChannelHandlerContext,
        first: NIOAny
    ) {
        let address = context.channel.remoteAddress?.ipAddress ?? ""
        let connection = HTTPConnection(server: server, loop: loop, address: address)
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(connection, position: .after(self))
            context.fireChannelRead(first)
            pipeline.removeHandler(context: context, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    private func answer(_ head: HTTPRequestHead) -> Response {
        let fields = RequestFields(head.headers)
        let httpHead = HTTPHead(
            allowedOrigin: fields.origin.flatMap { self.door.cors.allows($0) ? $0 : nil },
            closesConnection: true,
            omitsBody: head.method == .HEAD,
            date: Clocks.dateHeader(at: Clocks.now)
        )
        if head.method == .OPTIONS, fields.requestedMethod != nil {
            return CORSPolicy.preflight(httpHead)
        }
        if let target = try? RequestTarget(head.uri), !target.isInAPI,
            case .found(let match) = Self.documents.match(head.method, target.segments),
            case .document(let document) = match.route.action
        {
            return document(.http(httpHead), self.door.readiness)
        }
        return Response(
            .http(httpHead),
            status: 503,
            detail: Self.detail,
            headers: [.retryAfter(1)]
        )
    }

    private func close(_ channel: any Channel, in delay: Duration) {
        self.closing?.cancel()
        self.closing = channel.eventLoop.scheduleTask(in: TimeAmount(delay)) {
            channel.close(promise: nil)
        }
    }
}
