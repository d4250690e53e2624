import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

@testable import Net

/// Says what it hears. Frames are read by the server's own decoder and written by its own writer;
/// only that it echoes is the tests'.
struct EchoServer {
    let port: Int
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let listener: any Channel

    init() async throws {
        self.listener = try await ServerBootstrap(group: self.group)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandlers([ByteToMessageHandler(decoder), EchoHandshake()])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.port = self.listener.localAddress?.port ?? 0
    }

    func stop() async throws {
        try await self.listener.close()
        try await self.group.shutdownGracefully()
    }
}

private final class EchoHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private var head: HTTPRequestHead?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end: self.answer(in: context)
        }
    }

    private func answer(in context: ChannelHandlerContext) {
        guard let head = self.head else { return context.close(promise: nil) }
        NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
        )
        .buildUpgradeResponse(
            channel: context.channel,
            upgradeRequest: head,
            initialResponseHeaders: [:]
        )
        .assumeIsolated()
        .whenComplete { result in
            guard case .success(let headers) = result else { return context.close(promise: nil) }
            self.open(headers, in: context)
        }
    }

    private func open(_ headers: HTTPHeaders, in context: ChannelHandlerContext) {
        let lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        let bytes = ByteBuffer(string: "HTTP/1.1 101 Switching Protocols\r\n\(lines)\r\n")
        context.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(EchoSocket())
            let http = try pipeline.context(
                handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self
            )
            pipeline.removeHandler(self, promise: nil)
            pipeline.removeHandler(context: http, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }
}

private final class EchoSocket: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var decoder = WebSocketDecoder()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        while let action = bytes.readWithUnsafeReadableBytes({ self.decoder.next(in: $0) }) {
            self.perform(action, in: context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

    private func perform(_ action: WebSocketDecoder.Action, in context: ChannelHandlerContext) {
        switch action {
        case .text(let bytes): self.write(0x1, bytes, in: context)
        case .binary(let bytes): self.write(0x2, bytes, in: context)
        case .ping(let bytes): self.write(0xA, bytes, in: context)
        case .close(_, let echo): self.end(echo, in: context)
        case .fail(let violation):
            let code = violation.kind.rawValue
            let reason = [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(violation.reason.utf8)
            self.end(reason, in: context)
        }
    }

    private func end(_ payload: [UInt8], in context: ChannelHandlerContext) {
        self.write(0x8, payload, in: context)
        context.flush()
        context.close(mode: .output, promise: nil)
    }

    private func write(_ opcode: UInt8, _ payload: [UInt8], in context: ChannelHandlerContext) {
        var frame = context.channel.allocator.buffer(capacity: payload.count + 10)
        TextFrame.writeHeader(opcode: opcode, count: payload.count, to: &frame)
        frame.writeBytes(payload)
        context.write(self.wrapOutboundOut(frame), promise: nil)
    }
}
