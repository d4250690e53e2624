import Glibc
import NIOCore

/// Accepts no more connections than there are descriptors for, beside those that the journal and
/// the database need: whoever comes later waits in the kernel's queue until somebody leaves.
///
/// Where accepting fails all the same, it rests for a while: the waiting connection would wake the
/// loop at once, again and again (NIO 2.101 has `AcceptBackoffHandler`, which is not called again
/// after an `accept` that got nothing).
final class AcceptLimit: ChannelInboundHandler {
    typealias InboundIn = any Channel

    /// For segments, the database's files and connections, loops, standard streams.
    private static let reservedCount = 96
    private static let connectionsMin = 16
    private static let rest = TimeAmount.milliseconds(200)

    private let connectionsMax: Int
    private var connectionCount = 0
    private var isAccepting = true
    private var isResting = false

    init(connectionsMax: Int) {
        self.connectionsMax = connectionsMax
    }

    /// What the limit of descriptors leaves, as it is now.
    static var connectionsOfProcessMax: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return Self.connectionsMin
        }
        return max(Self.connectionsMin, Int(clamping: limit.rlim_cur) - Self.reservedCount)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.connectionCount += 1
        if self.connectionCount >= self.connectionsMax { self.accepts(false, context) }
        let connection = self.unwrapInboundIn(data)
        let (me, bound) = (
            NIOLoopBound(self, eventLoop: context.eventLoop),
            NIOLoopBound(context, eventLoop: context.eventLoop)
        )
        connection.closeFuture.hop(to: context.eventLoop).whenComplete { _ in
            me.value.connectionLeft(bound.value)
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError else { return context.fireErrorCaught(error) }
        guard !self.isResting else { return }
        self.isResting = true
        self.accepts(false, context)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.rest) {
            self.isResting = false
            self.resume(context)
        }
    }

    private func connectionLeft(_ context: ChannelHandlerContext) {
        self.connectionCount -= 1
        if !self.isResting { self.resume(context) }
    }

    private func resume(_ context: ChannelHandlerContext) {
        if self.connectionCount < self.connectionsMax { self.accepts(true, context) }
    }

    /// The channel forgets its interest in what comes, which not to ask for more alone does not do.
    private func accepts(_ isAccepting: Bool, _ context: ChannelHandlerContext) {
        guard isAccepting != self.isAccepting, context.channel.isActive else { return }
        self.isAccepting = isAccepting
        context.channel.setOption(.autoRead, value: isAccepting).whenFailure { _ in }
    }
}
