/// One keep-alive connection, its unread and unsent bytes, and the conversations that sit on it.
///
/// HTTP/1.1 answers come in the order of the requests, so a queue of seats says whose each is.
final class Connection {
    struct Seat {
        enum State {
            case idle
            case asking
            case waiting(until: ContinuousClock.Instant)
        }

        var conversation: (any Conversation)?
        var state = State.idle
        /// Since when this conversation has got no decisive answer.
        var troubledSince: ContinuousClock.Instant?
    }

    /// Among the driver's.
    let index: Int
    var seats: [Seat]
    var socket: Socket?
    var output: [UInt8] = []
    /// Whose answers are to come, oldest first.
    var asking: [Int] = []
    var askedAt: ContinuousClock.Instant = .now
    var reconnectAt: ContinuousClock.Instant?
    var downSince: ContinuousClock.Instant?
    var backOff = Connection.backOffMin
    /// Whether the kernel took less than there was to send.
    var isClogged = false
    /// Set by a `Connection: close`.
    var isClosing = false

    private var input = [UInt8](repeating: 0, count: 64 * 1024)
    private var inputStart = 0
    private var inputEnd = 0

    static let backOffMin = Duration.milliseconds(50)
    static let backOffMax = Duration.milliseconds(500)

    init(_ index: Int, depth: Int) {
        self.index = index
        self.seats = Array(repeating: Seat(), count: depth)
    }

    var isUsed: Bool { self.seats.contains { $0.conversation != nil } }

    /// False if the connection is gone.
    func flush() -> Bool {
        guard let socket = self.socket, !self.output.isEmpty else { return self.socket != nil }
        guard let count = socket.send(self.output[...]) else { return false }
        self.isClogged = count < self.output.count
        self.output.removeFirst(count)
        return true
    }

    /// False if the connection is gone.
    func fill() -> Bool {
        guard let socket = self.socket else { return false }
        self.makeRoom()
        switch socket.receive(into: &self.input, after: self.inputEnd) {
        case .bytes(let count): self.inputEnd += count
        case .nothingYet: break
        case .closed: return false
        }
        return true
    }

    func nextResponse() throws -> (ResponseParser.Response, ArraySlice<UInt8>)? {
        let unread = self.inputStart..<self.inputEnd
        switch ResponseParser.parse(self.input.span.extracting(unread)) {
        case .incomplete: return nil
        case .malformed: throw Failure("the server sent what is no HTTP/1.1 response")
        case .complete(let response):
            let bodyStart = self.inputStart + response.body.lowerBound
            let bodyEnd = self.inputStart + response.body.upperBound
            self.inputStart = bodyEnd
            return (response, self.input[bodyStart..<bodyEnd])
        }
    }

    /// Forgets the socket and all that was on the way.
    func drop() {
        self.socket = nil
        self.output.removeAll(keepingCapacity: true)
        self.asking.removeAll(keepingCapacity: true)
        self.isClogged = false
        self.isClosing = false
        self.inputStart = 0
        self.inputEnd = 0
    }

    private func makeRoom() {
        if self.inputStart == self.inputEnd {
            self.inputStart = 0
            self.inputEnd = 0
        }
        guard self.inputEnd == self.input.count else { return }
        if self.inputStart > 0 {
            self.input.replaceSubrange(0..<self.inputStart, with: EmptyCollection())
            self.inputEnd -= self.inputStart
            self.inputStart = 0
        }
        let room = max(self.input.count, self.inputEnd)
        self.input.append(contentsOf: repeatElement(0, count: room))
    }
}
