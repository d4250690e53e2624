import Glibc

/// A connection that writes a request, waits, and looks at no more of the answer than it must: what
/// it costs is counted with the server.
final class BlockingClient {
    private let socket: Int32
    /// What came and was not taken yet, and room for a zero behind it.
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    private var count = 0

    init(port: Int) throws {
        self.socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard self.socket >= 0 else { throw CostError.system(errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw CostError.system(errno) }
    }

    deinit { close(self.socket) }

    /// Sends a request and takes its answer.
    func exchange(_ request: [UInt8], status: Int) throws {
        guard send(self.socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
        else { throw CostError.system(errno) }
        var head: Int? = nil
        while head == nil {
            try self.receive()
            head = self.end(of: "\r\n\r\n")
        }
        guard self.number(at: 9) == status, let head else {
            throw CostError.answered(String(decoding: self.buffer[..<self.count], as: UTF8.self))
        }
        let total = head + self.bodyLength(in: head)
        while self.count < total { try self.receive() }
        self.drop(total)
    }

    /// Takes frames of the server's up to one with `text` in it.
    func skipFrames(through text: StaticString) throws {
        while true {
            while self.count < 4 { try self.receive() }
            let short = Int(self.buffer[1])
            let (head, body) =
                short < 126 ? (2, short) : (4, Int(self.buffer[2]) << 8 | Int(self.buffer[3]))
            while self.count < head + body { try self.receive() }
            // The head of a frame may have a zero in it.
            let isLast = self.end(of: text, from: head).map { $0 <= head + body } ?? false
            self.drop(head + body)
            if isLast { return }
        }
    }

    private func receive() throws {
        let got = self.buffer.withUnsafeMutableBytes { bytes in
            let free = UnsafeMutableRawBufferPointer(
                rebasing: bytes[self.count..<(bytes.count - 1)]
            )
            return recv(self.socket, free.baseAddress, free.count, 0)
        }
        guard got > 0 else { throw got == 0 ? CostError.closed : CostError.system(errno) }
        self.count += got
    }

    private func drop(_ bytes: Int) {
        self.count -= bytes
        self.buffer.withUnsafeMutableBytes { buffer in
            let rest = buffer[bytes..<(bytes + self.count)]
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest))
        }
    }

    /// Where the first `text` in what came ends.
    private func end(of text: StaticString, from start: Int = 0) -> Int? {
        self.buffer[self.count] = 0
        return self.buffer.withUnsafeBytes { buffer -> Int? in
            guard let base = buffer.baseAddress else { return nil }
            let bytes = base.assumingMemoryBound(to: CChar.self)
            let needle = UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
            guard let found = strstr(bytes + start, needle) else { return nil }
            return UnsafePointer(found) - bytes + text.utf8CodeUnitCount
        }
    }

    /// What `Content-Length` says; 0 where there is none.
    private func bodyLength(in head: Int) -> Int {
        guard let start = self.end(of: "Content-Length: "), start < head else { return 0 }
        return self.number(at: start)
    }

    /// In decimal digits.
    private func number(at start: Int) -> Int {
        var number = 0
        for digit in self.buffer[start...].prefix(while: { (48..<58).contains($0) }) {
            number = number * 10 + Int(digit) - 48
        }
        return number
    }
}
