import Glibc

/// A TCP connection to this machine that blocks, never longer than it is told.
final class StreamSocket {
    private var descriptor: Int32
    private var received: [UInt8] = []
    private var start = 0
    private var hasEnded = false

    /// Connects; with a small buffer for what comes in, where `receiveBytes` says so.
    init(port: UInt16, receiveBytes: Int32? = nil) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw WaitError.failed("socket", errno: errno) }
        let size = socklen_t(MemoryLayout<Int32>.size)
        if var receiveBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, size)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, length)
            }
        }
        guard result == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw WaitError.failed("connect", errno: code)
        }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, size)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        self.descriptor = descriptor
    }

    deinit { if self.descriptor >= 0 { Glibc.close(self.descriptor) } }

    /// Whether the other side has closed and nothing is left to read; asks without waiting.
    var isDead: Bool {
        _ = try? self.fill(until: Deadline(after: .zero), for: "anything")
        return self.hasEnded && self.available == 0
    }

    private var available: Int { self.received.count - self.start }

    func write(_ bytes: some Collection<UInt8>, until deadline: Deadline) throws {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                let rest = UnsafeRawBufferPointer(rebasing: raw[sent...])
                return send(self.descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                try self.wait(Int16(POLLOUT), until: deadline, for: "room to write")
            } else if errno == EPIPE || errno == ECONNRESET {
                throw WaitError.closed(waitingFor: "room to write")
            } else if errno != EINTR {
                throw WaitError.failed("send", errno: errno)
            }
        }
    }

    /// Says that nothing more will be written; reading goes on.
    func finishWriting() { shutdown(self.descriptor, Int32(SHUT_WR)) }

    /// Closes at once, so that the other side sees a reset. Nothing can be done with it after.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        setsockopt(self.descriptor, SOL_SOCKET, SO_LINGER, &option, size)
        Glibc.close(self.descriptor)
        self.descriptor = -1
    }

    func read(_ count: Int, until deadline: Deadline, for what: String) throws -> ArraySlice<UInt8>
    {
        while self.available < count {
            guard try self.fill(until: deadline, for: what) else {
                throw WaitError.closed(waitingFor: what)
            }
        }
        defer { self.start += count }
        return self.received[self.start..<self.start + count]
    }

    /// - Returns: the line without its CR LF.
    func readLine(until deadline: Deadline, for what: String) throws -> String {
        var searched = self.start
        while true {
            if let end = self.received[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = self.received[self.start..<end]
                self.start = end + 1
                let hasCR = line.last == UInt8(ascii: "\r")
                return String(decoding: hasCR ? line.dropLast() : line, as: UTF8.self)
            }
            let unsearched = self.available
            guard try self.fill(until: deadline, for: what) else {
                throw WaitError.closed(waitingFor: what)
            }
            searched = self.start + unsearched
        }
    }

    /// Everything up to the other side's close.
    func readToEnd(until deadline: Deadline) throws -> [UInt8] {
        while try self.fill(until: deadline, for: "the connection to close") {}
        defer { self.start = self.received.count }
        return Array(self.received[self.start...])
    }

    /// - Returns: false at the end of the connection.
    private func fill(until deadline: Deadline, for what: String) throws -> Bool {
        if self.hasEnded { return false }
        if self.start > 65_536 {
            self.received.removeFirst(self.start)
            self.start = 0
        }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(self.descriptor, &bytes, bytes.count, 0)
            if count > 0 {
                self.received += bytes.prefix(count)
                return true
            }
            if count == 0 || errno == ECONNRESET {
                self.hasEnded = true
                return false
            }
            if errno == EAGAIN {
                try self.wait(Int16(POLLIN), until: deadline, for: what)
            } else if errno != EINTR {
                throw WaitError.failed("recv", errno: errno)
            }
        }
    }

    private func wait(_ events: Int16, until deadline: Deadline, for what: String) throws {
        var entry = pollfd(fd: self.descriptor, events: events, revents: 0)
        let ready = poll(&entry, 1, deadline.milliseconds)
        if ready == 0 { throw WaitError.timedOut(waitingFor: what) }
        if ready < 0 && errno != EINTR { throw WaitError.failed("poll", errno: errno) }
    }
}
