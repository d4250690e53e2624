import NIOCore
import NIOHTTP1

/// What an ordinary NIO server does to answer a request, and nothing else: three response parts,
/// flushed with the last. The head is made once, so that the floor is as low as it can be.
final class FixedAnswer: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let head: HTTPResponseHead
    private let body: ByteBuffer

    init(_ body: ByteBuffer) {
        self.body = body
        // The fields that the server sends with a page.
        self.head = HTTPResponseHead(
            version: .http1_1,
            status: .ok,
            headers: [
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "Date": "Tue, 05 Nov 2024 10:00:00 GMT",
                "Content-Type": "application/json",
                "Content-Length": "\(body.readableBytes)",
            ]
        )
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = self.unwrapInboundIn(data) else { return }
        context.write(self.wrapOutboundOut(.head(self.head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(self.body))), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }
}
