import DequeModule
import NIOCore
import Shards

/// The commands of one socket that have not been answered.
///
/// A message waits until it may be run; then its command is in flight, until its reply is handed to
/// the channel. A reply waits for what it shows to be durable, and behind those that were handed in
/// and wait for less.
struct CommandQueue {
    /// In flight at once; then nothing more is read.
    static let inFlightMax = 256
    /// Replies that a client has not yet taken from us; the next one waits behind them.
    static let unsentBytesMax = 256 * 1024
    /// Commands that are told to come later, one after the other, before the socket is closed.
    static let limitedMax = 32

    /// Counts commands that have no limit of their own, and pings.
    var bucket: TokenBucket
    private var limitedCount = 0
    private var messages: Deque<[UInt8]> = []
    private var inFlightCount = 0
    /// In the order of what they wait for.
    private var replies: Deque<Response> = []
    private var unsentBytes = 0
    /// While commands are run their replies gather.
    var isRunning = false
    var waitsForDurable = false
    var isReading = true

    init(_ limit: RateLimit) {
        self.bucket = TokenBucket(limit)
    }

    // MARK: Messages

    mutating func append(_ message: [UInt8]) { self.messages.append(message) }

    /// The next message that may be run.
    mutating func nextMessage() -> [UInt8]? {
        guard self.hasRoom, let message = self.messages.popFirst() else { return nil }
        self.inFlightCount += 1
        return message
    }

    private var hasRoom: Bool {
        self.inFlightCount < Self.inFlightMax && self.unsentBytes < Self.unsentBytesMax
    }

    mutating func dropAll() {
        self.messages = []
        self.replies = []
        (self.inFlightCount, self.unsentBytes) = (0, 0)
    }

    var wantsMore: Bool { self.messages.isEmpty && self.hasRoom }

    /// Takes one command from the limit of all.
    ///
    /// - Returns: nil where it is not over it.
    mutating func takeFromLimit(at now: MonotonicInstant) -> Limited? {
        guard case .limited(let seconds) = self.bucket.take(at: now) else {
            self.limitedCount = 0
            return nil
        }
        self.limitedCount += 1
        return self.limitedCount > Self.limitedMax ? .tooOften : .retryAfter(seconds)
    }

    enum Limited: Equatable {
        case retryAfter(Int)
        case tooOften
    }

    // MARK: Replies

    mutating func add(_ reply: Response) {
        var place = self.replies.endIndex
        while place > 0, self.replies[place - 1].after > reply.after { place -= 1 }
        self.replies.insert(reply, at: place)
    }

    /// The next reply that may leave, and whether `sent` is to be called when it has.
    mutating func nextReply(through durable: Position) -> (bytes: ByteBuffer, isLast: Bool)? {
        guard self.unsentBytes < Self.unsentBytesMax, let first = self.replies.first,
            first.after <= durable
        else { return nil }
        self.replies.removeFirst()
        self.inFlightCount -= 1
        self.unsentBytes += first.bytes.readableBytes
        return (first.bytes, self.unsentBytes >= Self.unsentBytesMax)
    }

    /// All replies that were handed to the channel have left.
    mutating func sent() { self.unsentBytes = 0 }

    /// Whether a reply has to wait for more to be durable.
    func isWaiting(for durable: Position) -> Bool {
        self.replies.first.map { $0.after > durable } ?? false
    }
}
