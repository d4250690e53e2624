import Foundation
import Glibc
import Persistence

/// Stands between clients and a server on 127.0.0.1, and does to them what networks do.
package final class TCPProxy: Sendable {
    package enum Fault: Hashable, Sendable {
        /// What the client sends waits here, also beyond the client's end.
        case holdsRequests
        /// What the server sends is lost.
        case losesAnswers
        /// Nothing passes, not even an end, and nobody is told: a cable that is pulled. What was
        /// sent waits here.
        case passesNothing
        /// Connections are reset, new ones too.
        case refuses
    }

    package let port: UInt16
    private let target: UInt16
    private let listener: Int32
    /// A byte here ends a wait.
    private let wake: (reading: Int32, writing: Int32)
    private let plan = Lock(Plan())
    private let hasCut = DispatchSemaphore(value: 0)

    package init(to target: UInt16) throws {
        self.target = target
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = Self.address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        var ends: [Int32] = [0, 0]
        guard isBound, pipe(&ends) == 0 else { throw WaitError.failed("bind", errno: errno) }
        for file in ends + [listener] { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
        self.port = UInt16(bigEndian: address.sin_port)
        self.wake = (ends[0], ends[1])
    }

    /// Goes on until the body ends.
    package func run<Result>(_ body: () throws -> Result) rethrows -> Result {
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            self.forward()
            ended.signal()
        }
        defer {
            self.change { $0.hasEnded = true }
            ended.wait()
        }
        return try body()
    }

    deinit {
        for end in [self.listener, self.wake.reading, self.wake.writing] { Glibc.close(end) }
    }
}

// MARK: - What is to go wrong

extension TCPProxy {
    /// What becomes of a request at which its connection is cut.
    package enum Fate: Hashable, Sendable {
        case lost
        /// The server gets it; its answer comes to nobody.
        case delivered
        /// The server gets it when `release` is called, however long the client has gone by then.
        case held
        /// Nothing passes any more, not even an end, and nobody is told.
        case silence
    }

    struct Plan {
        enum Cut {
            case requestBytes(Int)
            case answerBytes(Int)
            case request([UInt8], Fate)
        }

        var fault: Fault?
        var delay = Duration.zero
        var cut: Cut?
        var holdsStranded = false
        var hasEnded = false
    }

    /// From now on, for all connections; nil lets go what was held.
    package func set(_ fault: Fault?) {
        self.change { $0.fault = fault }
    }

    /// How much later everything arrives, in both directions.
    package func delay(by duration: Duration) {
        self.change { $0.delay = duration }
    }

    /// Ends a connection, once, after as many more bytes from clients; nil for never.
    package func cut(afterRequestBytes count: Int?) {
        self.change { $0.cut = count.map { .requestBytes($0) } }
    }

    /// Ends a connection, once, after as many more bytes from the server; nil for never.
    package func cut(afterAnswerBytes count: Int?) {
        self.change { $0.cut = count.map { .answerBytes($0) } }
    }

    /// Ends, once, the next connection whose client sends these bytes in one piece; others go on.
    package func cut(atRequest bytes: [UInt8], _ fate: Fate) {
        self.change { plan in
            plan.cut = .request(bytes, fate)
            if fate == .held { plan.holdsStranded = true }
        }
    }

    /// Lets go what was held when its connection was cut.
    package func release() {
        self.change { $0.holdsStranded = false }
    }

    /// Waits for the next connection to be cut; each call for one more.
    package func waitForCut(timeout: Duration = .seconds(120)) throws {
        let milliseconds = Int(Deadline(after: timeout).milliseconds)
        guard self.hasCut.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else {
            throw WaitError.timedOut(waitingFor: "a connection to be cut")
        }
    }

    private func change(_ change: (inout Plan) -> Void) {
        self.plan.withLock { change(&$0) }
        var byte: UInt8 = 0
        _ = Glibc.write(self.wake.writing, &byte, 1)
    }
}

// MARK: - The thread

extension TCPProxy {
    private func forward() {
        var connections: [ProxiedConnection] = []
        defer { for connection in connections { connection.close() } }
        while true {
            var entries = [self.wake.reading, self.listener].map { Self.reading($0) }
            for connection in connections {
                entries.append(Self.reading(connection.clientToRead))
                entries.append(Self.reading(connection.serverToRead))
            }
            let due = connections.lazy.compactMap(\.nextDue).min()
            poll(&entries, nfds_t(entries.count), due.map { Self.milliseconds(until: $0) } ?? -1)
            if entries[0].revents != 0 { _ = ProxiedConnection.read(self.wake.reading) }
            let isOver = self.plan.withLock { plan in
                for index in connections.indices {
                    connections[index].receive(
                        request: entries[2 + 2 * index].revents != 0,
                        answer: entries[3 + 2 * index].revents != 0,
                        plan
                    )
                    if connections[index].pass(&plan) { self.hasCut.signal() }
                }
                return plan.hasEnded
            }
            if isOver { return }
            if entries[1].revents != 0 { self.accept().map { connections.append($0) } }
            let refuses = self.plan.withLock { $0.fault == .refuses }
            for connection in connections where refuses || connection.isOver {
                connection.close(resetting: refuses)
            }
            connections.removeAll { refuses || $0.isOver }
        }
    }

    private func accept() -> ProxiedConnection? {
        let client = Glibc.accept(self.listener, nil, nil)
        guard client >= 0 else { return nil }
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // A program that is started meanwhile would keep them open.
        var now: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        for file in [client, server] {
            _ = fcntl(file, F_SETFD, FD_CLOEXEC)
            setsockopt(file, Int32(IPPROTO_TCP), TCP_NODELAY, &now, size)
        }
        var address = Self.address(port: self.target)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let connection = ProxiedConnection(client: client, server: server)
        guard status == 0 else {
            connection.close()
            return nil
        }
        return connection
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        return address
    }

    /// Of a negative file `poll` takes no notice.
    private static func reading(_ file: Int32) -> pollfd {
        pollfd(fd: file, events: Int16(POLLIN), revents: 0)
    }

    /// Rounded up.
    private static func milliseconds(until instant: ContinuousClock.Instant) -> Int32 {
        Int32(clamping: Int(max(.zero, instant - .now) / .milliseconds(1)) + 1)
    }
}
