import Glibc

/// One connection: where it is between the handshake and its end, and what could not be sent yet.
final class Stream {
    enum State {
        case connecting
        case shaking
        case open
        case closed
    }

    let opening: Opening
    let descriptor: Int32
    var state = State.connecting
    var output: [UInt8] = []
    /// Whether the kernel took less than there was to send.
    var isClogged = false
    /// Came without the rest of its frame.
    var kept: [UInt8] = []
    /// Of a data frame that is handed over in parts: what is still to come.
    var partsToCome = 0
    /// Of the close frame that came.
    var closeCode: Int?

    /// Begins to connect.
    init(_ opening: Opening, to address: StreamAddress) throws {
        self.opening = opening
        self.descriptor = try address.beginConnecting()
    }

    deinit {
        if self.state != .closed { close(self.descriptor) }
    }

    /// False if the connection is gone.
    func flush() -> Bool {
        guard !self.output.isEmpty else { return true }
        let count = self.output.withUnsafeBytes {
            send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count >= 0 else { return errno == EAGAIN || errno == EINTR }
        if count == self.output.count {
            self.output.removeAll(keepingCapacity: true)
        } else {
            self.output.removeFirst(count)
        }
        return true
    }

    /// With `isAbrupt` the other side gets a reset, and what was on its way is lost.
    func end(isAbrupt: Bool) {
        guard self.state != .closed else { return }
        self.state = .closed
        if isAbrupt {
            var lingering = linger(l_onoff: 1, l_linger: 0)
            let byteCount = socklen_t(MemoryLayout<linger>.size)
            setsockopt(self.descriptor, SOL_SOCKET, SO_LINGER, &lingering, byteCount)
        }
        close(self.descriptor)
    }
}
