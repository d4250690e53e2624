import Glibc

/// Where streams go, looked up once.
struct StreamAddress {
    private let address: sockaddr_in

    init(of server: ServerURL) throws {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(server.host, String(server.port), &hints, &found) == 0 else {
            throw Failure("\(server.host) is not known")
        }
        defer { freeaddrinfo(found) }
        guard let place = found?.pointee.ai_addr else {
            throw Failure("\(server.host) has no address")
        }
        self.address = place.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee }
    }

    /// A socket that never blocks; whether it is connected shows when it becomes writable.
    func beginConnecting() throws -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { throw Failure("no socket: errno \(errno)") }
        var on: Int32 = 1
        let onBytes = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, onBytes)
        var address = self.address
        let result = withUnsafePointer(to: &address) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // A refusal shows as an error of the socket, as a late one does.
        guard result == 0 || errno == EINPROGRESS || errno == ECONNREFUSED else {
            let reason = errno
            close(descriptor)
            throw Failure("no connection: errno \(reason)")
        }
        return descriptor
    }
}
