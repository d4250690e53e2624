import CEpoll
import Glibc

/// Says which connections have something to read, or have room again.
///
/// With `ppoll`, for its clock, which is finer than that of `epoll_wait`; some hundred connections
/// cost it a few microseconds a call, and one call serves all that are ready.
struct Poller {
    private var sockets: [pollfd]

    init(count: Int) {
        self.sockets = Array(repeating: pollfd(fd: -1, events: 0, revents: 0), count: count)
    }

    /// After the connection's socket, or what it waits for, has changed.
    mutating func watch(_ connection: Connection, as index: Int) {
        let events = POLLIN | (connection.isClogged ? POLLOUT : 0)
        self.sockets[index].fd = connection.socket?.descriptor ?? -1
        self.sockets[index].events = Int16(events)
    }

    /// The indexes of the connections that are ready.
    mutating func ready(within time: Duration) -> [Int] {
        let (seconds, attoseconds) = time.components
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        let count = nodus_poll(&self.sockets, UInt(self.sockets.count), nanoseconds)
        guard count > 0 else { return [] }
        return self.sockets.indices.filter { self.sockets[$0].revents != 0 }
    }
}
