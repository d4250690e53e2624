import CEpoll
import Glibc

/// Says which of some thousand sockets are ready, at a cost that does not grow with those that are
/// not (epoll(7), level-triggered).
final class Epoll {
    struct Readiness {
        let index: Int
        let isReadable: Bool
        let isWritable: Bool
    }

    private let descriptor: Int32
    private var events = [epoll_event](repeating: epoll_event(), count: 1024)

    init() throws {
        self.descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard self.descriptor >= 0 else { throw Failure("epoll_create1: errno \(errno)") }
    }

    deinit {
        close(self.descriptor)
    }

    func add(_ socket: Int32, as index: Int, forWriting: Bool) {
        self.control(EPOLL_CTL_ADD, socket, index, forWriting: forWriting)
    }

    func change(_ socket: Int32, as index: Int, forWriting: Bool) {
        self.control(EPOLL_CTL_MOD, socket, index, forWriting: forWriting)
    }

    /// At most 1,024 at a time; the rest comes with the next call. -1 milliseconds: as long as it
    /// takes.
    func wait(milliseconds: Int32) -> [Readiness] {
        let count = epoll_wait(
            self.descriptor,
            &self.events,
            Int32(self.events.count),
            milliseconds
        )
        return self.events.prefix(Int(max(0, count))).map { event in
            let flags = event.events
            let isBroken = flags & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
            return Readiness(
                index: Int(event.data.u64),
                isReadable: flags & EPOLLIN.rawValue != 0 || isBroken,
                isWritable: flags & EPOLLOUT.rawValue != 0
            )
        }
    }

    private func control(_ change: Int32, _ socket: Int32, _ index: Int, forWriting: Bool) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | (forWriting ? EPOLLOUT.rawValue : 0)
        event.data.u64 = UInt64(index)
        epoll_ctl(self.descriptor, change, socket, &event)
    }
}
