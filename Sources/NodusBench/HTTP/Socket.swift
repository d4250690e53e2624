import Foundation
import Glibc

/// A connected TCP socket that never blocks. Closed when dropped.
final class Socket {
    enum Received {
        case bytes(Int)
        case nothingYet
        case closed
    }

    let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(self.descriptor)
    }

    /// Waits two seconds at most for the other side; nil if it is not there.
    static func connected(to server: ServerURL) -> Socket? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(server.host, String(server.port), &hints, &found) == 0 else { return nil }
        defer { freeaddrinfo(found) }
        var candidate = found
        while let address = candidate?.pointee {
            if let socket = Self.connected(to: address) { return socket }
            candidate = address.ai_next
        }
        return nil
    }

    private static func connected(to address: addrinfo) -> Socket? {
        let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard descriptor >= 0 else { return nil }
        let socket = Socket(descriptor: descriptor)
        // On Linux the send timeout bounds connect() too.
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        let patienceBytes = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, patienceBytes)
        guard connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 else { return nil }
        var on: Int32 = 1
        let onBytes = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, onBytes)
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else { return nil }
        return socket
    }

    /// Returns how many bytes the kernel took, which may be none; nil if the connection is gone.
    func send(_ bytes: ArraySlice<UInt8>) -> Int? {
        let count = bytes.withUnsafeBytes {
            Glibc.send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count >= 0 { return count }
        return Self.isPassing(errno) ? 0 : nil
    }

    /// Reads into the room that lies after `end`, and leaves what is before it as it is.
    func receive(into buffer: inout [UInt8], after end: Int) -> Received {
        let count = buffer.withUnsafeMutableBytes { room in
            recv(self.descriptor, room.baseAddress?.advanced(by: end), room.count - end, 0)
        }
        if count > 0 { return .bytes(count) }
        return count < 0 && Self.isPassing(errno) ? .nothingYet : .closed
    }

    private static func isPassing(_ code: Int32) -> Bool {
        code == EAGAIN || code == EWOULDBLOCK || code == EINTR
    }
}
