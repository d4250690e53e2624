import NIOCore
import NIOHTTP1
package import NIOPosix

/// Accepts connections and gives each its pipeline on one of the loops.
package struct Listener: Sendable {
    /// What may wait unread for a slow socket or client before it is given up or no longer served.
    static let pendingBytesMax = 1024 * 1024
    private static let backlog: Int32 = 4096

    private let channel: any Channel

    /// Accepts `connectionsMax` at once, or as many as the process has descriptors for.
    ///
    /// - Throws: `IOError`, as where the port is taken.
    package static func bind(
        _ entrance: Entrance,
        group: MultiThreadedEventLoopGroup,
        host: String,
        port: Int,
        connectionsMax: Int? = nil
    ) async throws -> Listener {
        let watermark = ChannelOptions.Types.WriteBufferWaterMark(
            low: Self.pendingBytesMax / 4,
            high: Self.pendingBytesMax
        )
        let connectionsMax = connectionsMax ?? AcceptLimit.connectionsOfProcessMax
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let limit = AcceptLimit(connectionsMax: connectionsMax)
                    try channel.pipeline.syncOperations.addHandler(limit)
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: watermark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.addHandlers(to: channel, entrance.door(on: channel.eventLoop))
                }
            }
            .bind(host: host, port: port).get()
        return Listener(channel: channel)
    }

    package var port: Int? { self.channel.localAddress?.port }

    package func close() async {
        try? await self.channel.close()
    }

    private static func addHandlers(
        to channel: any Channel,
        _ door: Entrance.Door
    ) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = HTTPConnection.headerFieldBytesMax
        limits.maxHeaderListSize = HTTPConnection.headerBytesMax
        limits.maxHeaderFieldCount = HTTPConnection.headerCountMax
        let decoder = HTTPRequestDecoder(
            leftOverBytesStrategy: .forwardBytes,
            limitConfiguration: limits
        )
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(ByteToMessageHandler(decoder))
        if let (server, loop) = door.room {
            let address = channel.remoteAddress?.ipAddress ?? ""
            try pipeline.addHandler(HTTPConnection(server: server, loop: loop, address: address))
        } else {
            try pipeline.addHandler(StartingConnection(door))
        }
    }
}
