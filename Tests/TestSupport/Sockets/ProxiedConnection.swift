import Glibc

/// The two ends of one connection through a `TCPProxy`, and what is between them.
struct ProxiedConnection {
    private struct Part {
        let due: ContinuousClock.Instant
        let bytes: [UInt8]
    }

    private let client: Int32
    private let server: Int32
    private var requests: [Part] = []
    private var answers: [Part] = []
    private var clientHasEnded = false
    private var serverHasEnded = false
    /// The server was told that the client has ended.
    private var hasFinished = false
    /// The client was cut off, and the server is not to notice yet.
    private var isStranded = false
    private var isSilent = false
    private(set) var isOver = false

    init(client: Int32, server: Int32) {
        self.client = client
        self.server = server
    }

    /// A socket that has ended would always be ready.
    var clientToRead: Int32 { self.clientHasEnded ? -1 : self.client }
    var serverToRead: Int32 { self.serverHasEnded ? -1 : self.server }

    /// When there is something to pass on that waits for nothing but its time.
    var nextDue: ContinuousClock.Instant? {
        let due = [self.requests.first?.due, self.answers.first?.due].compactMap { $0 }.min()
        return due.flatMap { $0 > .now ? $0 : nil }
    }

    mutating func receive(request: Bool, answer: Bool, _ plan: TCPProxy.Plan) {
        let due = ContinuousClock.now + plan.delay
        if request, !self.clientHasEnded {
            let bytes = Self.read(self.client)
            if bytes.isEmpty { self.clientHasEnded = true }
            if !bytes.isEmpty { self.requests.append(Part(due: due, bytes: bytes)) }
        }
        if answer, !self.serverHasEnded {
            let bytes = Self.read(self.server)
            if bytes.isEmpty { self.serverHasEnded = true }
            if !bytes.isEmpty, plan.fault != .losesAnswers {
                self.answers.append(Part(due: due, bytes: bytes))
            }
        }
    }

    /// Passes on what may be.
    ///
    /// - Returns: whether the connection was cut, as the plan had it, which forgets that then.
    mutating func pass(_ plan: inout TCPProxy.Plan) -> Bool {
        guard plan.fault != .passesNothing, !self.isSilent else { return false }
        var isCut = false
        if plan.fault != .holdsRequests, !(self.isStranded && plan.holdsStranded) {
            isCut = self.passRequests(&plan)
        }
        if !isCut { isCut = self.passAnswers(&plan) }
        if self.serverHasEnded, self.answers.isEmpty { self.isOver = true }
        return isCut
    }

    private mutating func passRequests(_ plan: inout TCPProxy.Plan) -> Bool {
        while let part = self.requests.first, part.due <= .now {
            if !self.isStranded, let fate = plan.fate(ofRequest: part.bytes) {
                self.meet(fate, &plan)
                return true
            }
            self.requests.removeFirst()
            let count = self.isStranded ? part.bytes.count : plan.take(request: part.bytes.count)
            Self.write(part.bytes.prefix(count), to: self.server)
            guard count == part.bytes.count else {
                self.isOver = true
                return true
            }
        }
        // The server still answers what it has got.
        if self.clientHasEnded, self.requests.isEmpty, !self.hasFinished {
            self.hasFinished = true
            shutdown(self.server, Int32(SHUT_WR))
        }
        return false
    }

    private mutating func passAnswers(_ plan: inout TCPProxy.Plan) -> Bool {
        if self.clientHasEnded { self.answers = [] }
        while let part = self.answers.first, part.due <= .now {
            self.answers.removeFirst()
            let count = plan.take(answer: part.bytes.count)
            Self.write(part.bytes.prefix(count), to: self.client)
            guard count == part.bytes.count else {
                self.isOver = true
                return true
            }
        }
        return false
    }

    private mutating func meet(_ fate: TCPProxy.Fate, _ plan: inout TCPProxy.Plan) {
        switch fate {
        case .lost: self.isOver = true
        case .silence: self.isSilent = true
        case .delivered, .held:
            // Ends the client's side alone.
            self.isStranded = true
            self.clientHasEnded = true
            shutdown(self.client, Int32(SHUT_RDWR))
            if fate == .delivered { _ = self.passRequests(&plan) }
        }
    }

    func close(resetting: Bool = false) {
        for socket in [self.client, self.server] {
            var now = linger(l_onoff: 1, l_linger: 0)
            if resetting {
                let size = socklen_t(MemoryLayout<linger>.size)
                setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, size)
            } else {
                // Ends it also where a program that was started just now holds it too.
                shutdown(socket, Int32(SHUT_RDWR))
            }
            Glibc.close(socket)
        }
    }

    /// - Returns: nothing at the end.
    static func read(_ file: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        let count = Glibc.read(file, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    /// What cannot be sent any more is lost.
    private static func write(_ bytes: ArraySlice<UInt8>, to socket: Int32) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

extension TCPProxy.Plan {
    fileprivate mutating func fate(ofRequest bytes: [UInt8]) -> TCPProxy.Fate? {
        guard case .request(let wanted, let fate) = self.cut, bytes.contains(wanted) else {
            return nil
        }
        self.cut = nil
        return fate
    }

    /// - Returns: how many of these bytes may still pass; where not all, it is a cut.
    fileprivate mutating func take(request count: Int) -> Int {
        guard case .requestBytes(let left) = self.cut else { return count }
        self.cut = left < count ? nil : .requestBytes(left - count)
        return min(left, count)
    }

    fileprivate mutating func take(answer count: Int) -> Int {
        guard case .answerBytes(let left) = self.cut else { return count }
        self.cut = left < count ? nil : .answerBytes(left - count)
        return min(left, count)
    }
}
