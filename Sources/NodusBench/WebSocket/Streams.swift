import Glibc

/// Some thousand client connections to one server, all read on the caller's thread into one buffer.
///
/// What comes is handed on where it lies; only what is left of a cut frame is copied. So a reader
/// costs little beside the server that it measures, and the same for every server.
final class Streams {
    private let server: ServerURL
    private let address: StreamAddress
    private let epoll: Epoll
    private var streams: [Stream] = []
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Streams.bufferBytes,
        alignment: 16
    )

    /// When the bytes that are being handed on were read.
    private(set) var readAt = MonotonicClock.now
    /// Reads that got something.
    private(set) var readCount = 0
    private(set) var openCount = 0

    private static let bufferBytes = 256 * 1024

    init(to server: ServerURL) throws {
        self.server = server
        self.address = try StreamAddress(of: server)
        self.epoll = try Epoll()
    }

    deinit {
        self.buffer.deallocate()
    }

    var count: Int { self.streams.count }

    func isOpen(_ index: Int) -> Bool { self.streams[index].state == .open }

    /// Returns the index that it goes by from now on.
    func open(_ opening: Opening) throws -> Int {
        self.streams.append(try Stream(opening, to: self.address))
        self.epoll.add(
            self.streams[self.streams.count - 1].descriptor,
            as: self.streams.count - 1,
            forWriting: true
        )
        return self.streams.count - 1
    }

    /// In the place of one that is closed.
    func reopen(_ index: Int, _ opening: Opening) throws {
        let stream = try Stream(opening, to: self.address)
        self.streams[index] = stream
        self.epoll.add(stream.descriptor, as: index, forWriting: true)
    }

    /// Puts a frame behind what waits to be sent; on a plain stream the bytes as they are.
    func write(_ opcode: UInt8, _ payload: some Collection<UInt8>, to index: Int) {
        let stream = self.streams[index]
        switch stream.opening.kind {
        case .webSocket: ClientFrame.append(opcode, payload, to: &stream.output)
        case .plain: stream.output.append(contentsOf: payload)
        }
    }

    func flush(_ index: Int) {
        let stream = self.streams[index]
        // A connection that is gone shows at the next turn.
        guard stream.state == .open, stream.flush() else { return }
        let isClogged = !stream.output.isEmpty
        guard isClogged != stream.isClogged else { return }
        stream.isClogged = isClogged
        self.epoll.change(stream.descriptor, as: index, forWriting: isClogged)
    }

    /// No owner is told.
    func cut(_ index: Int) {
        let stream = self.streams[index]
        if stream.state == .open { self.openCount -= 1 }
        stream.end(isAbrupt: true)
    }

    /// Takes in what there is, waiting so long for something to come.
    func turn(within milliseconds: Int32, telling owner: some StreamOwner) throws {
        for ready in self.epoll.wait(milliseconds: milliseconds) {
            // The event may be of a socket that was cut during this turn.
            let stream = self.streams[ready.index]
            switch stream.state {
            case .closed: continue
            case .connecting: try self.connected(ready.index, owner)
            case .shaking, .open:
                if ready.isWritable { self.flush(ready.index) }
                if ready.isReadable { try self.read(ready.index, owner) }
            }
        }
    }

    // MARK: Beginning and end

    private func connected(_ index: Int, _ owner: some StreamOwner) throws {
        let stream = self.streams[index]
        var code: Int32 = 0
        var byteCount = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(stream.descriptor, SOL_SOCKET, SO_ERROR, &code, &byteCount)
        guard code == 0 else { return try self.lose(index, owner) }
        self.epoll.change(stream.descriptor, as: index, forWriting: false)
        switch stream.opening.kind {
        case .plain:
            try self.nowOpen(index, owner)
        case .webSocket:
            stream.state = .shaking
            stream.output = stream.opening.request(to: self.server)
            guard stream.flush(), stream.output.isEmpty else { return try self.lose(index, owner) }
        }
    }

    private func nowOpen(_ index: Int, _ owner: some StreamOwner) throws {
        self.streams[index].state = .open
        self.openCount += 1
        try owner.opened(index)
    }

    private func lose(_ index: Int, _ owner: some StreamOwner) throws {
        let stream = self.streams[index]
        guard stream.state != .closed else { return }
        if stream.state == .open { self.openCount -= 1 }
        stream.end(isAbrupt: false)
        try owner.closed(index, code: stream.closeCode)
    }

    // MARK: Reading

    private func read(_ index: Int, _ owner: some StreamOwner) throws {
        let stream = self.streams[index]
        // A frame's beginning that was kept goes before what comes.
        let keptCount = stream.kept.count
        guard keptCount < self.buffer.count else { throw Failure("a frame is too large") }
        self.buffer.copyBytes(from: stream.kept)
        let room = UnsafeMutableRawBufferPointer(rebasing: self.buffer[keptCount...])
        let count = recv(stream.descriptor, room.baseAddress, room.count, 0)
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            return try self.lose(index, owner)
        }
        self.readAt = MonotonicClock.now
        self.readCount += 1
        let bytes = UnsafeRawBufferPointer(rebasing: self.buffer[..<(keptCount + count)])
        let used = try self.take(bytes, on: index, owner)
        guard stream.state != .closed else { return }
        if used < bytes.count {
            stream.kept = Array(bytes[used...])
        } else if keptCount > 0 {
            stream.kept = []
        }
    }

    /// Returns how many bytes are done with.
    private func take(
        _ bytes: UnsafeRawBufferPointer,
        on index: Int,
        _ owner: some StreamOwner
    ) throws -> Int {
        let stream = self.streams[index]
        var start = 0
        if stream.state == .shaking {
            guard let count = try Opening.answer(bytes) else { return 0 }
            start = count
            try self.nowOpen(index, owner)
        }
        if case .plain = stream.opening.kind {
            try owner.received(bytes, on: index)
            return bytes.count
        }
        while stream.state == .open, start < bytes.count {
            guard let next = try self.takeFrame(bytes, at: start, on: index, owner) else { break }
            start = next
        }
        return start
    }

    /// Returns where the next one begins; nil where this one has not come whole.
    private func takeFrame(
        _ bytes: UnsafeRawBufferPointer,
        at start: Int,
        on index: Int,
        _ owner: some StreamOwner
    ) throws -> Int? {
        let stream = self.streams[index]
        if stream.partsToCome > 0 {
            let end = min(bytes.count, start + stream.partsToCome)
            stream.partsToCome -= end - start
            try owner.received(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), on: index)
            return end
        }
        let header: FrameHeader
        switch FrameHeader.parse(bytes, at: start) {
        case .incomplete: return nil
        case .malformed: throw Failure("the server sent what is no frame")
        case .header(let parsed): header = parsed
        }
        let payload = start + header.byteCount
        let end = payload + header.payloadByteCount
        if end > bytes.count {
            guard owner.takesParts, !header.isControl else { return nil }
            stream.partsToCome = header.payloadByteCount
            return payload
        }
        try self.handOn(
            header,
            UnsafeRawBufferPointer(rebasing: bytes[payload..<end]),
            on: index,
            owner
        )
        return end
    }

    private func handOn(
        _ header: FrameHeader,
        _ payload: UnsafeRawBufferPointer,
        on index: Int,
        _ owner: some StreamOwner
    ) throws {
        switch header.opcode {
        case FrameHeader.text, FrameHeader.binary, FrameHeader.continuation:
            let isWhole = header.isFinal && header.opcode != FrameHeader.continuation
            guard isWhole || owner.takesParts else {
                throw Failure("a message came in fragments")
            }
            try owner.received(payload, on: index)
        case FrameHeader.ping:
            self.write(FrameHeader.pong, payload, to: index)
            self.flush(index)
        case FrameHeader.close:
            let hasCode = payload.count >= 2
            self.streams[index].closeCode =
                hasCode ? Int(payload[0]) << 8 | Int(payload[1]) : nil
            self.write(FrameHeader.close, payload, to: index)
            self.flush(index)
            try self.lose(index, owner)
        default: break
        }
    }
}
