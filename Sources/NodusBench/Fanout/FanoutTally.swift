/// Which messages each socket has got, and when.
struct FanoutTally {
    private struct Reader {
        /// The number that has to come next.
        var next = 0
        var position: UInt64 = 0
    }

    private var readers: [Reader]
    private var sentAt: [Int64] = []
    private(set) var deliveryCount = 0
    private(set) var latencies = Latencies()

    init(readers count: Int) {
        self.readers = Array(repeating: Reader(), count: count)
    }

    /// Of messages.
    var sentCount: Int { self.sentAt.count }

    /// By each reader.
    var isComplete: Bool { self.deliveryCount == self.sentCount * self.readers.count }

    var missing: String {
        let late = self.readers.count { $0.next < self.sentCount }
        return "\(late) sockets have not got all of \(self.sentCount) messages"
    }

    mutating func sent(at time: Int64) { self.sentAt.append(time) }

    /// Each one once, and in order.
    mutating func received(
        _ number: Int,
        position: UInt64?,
        by reader: Int,
        at time: Int64
    ) throws {
        let expected = self.readers[reader].next
        guard number == expected, number < self.sentAt.count else {
            throw Failure("socket \(reader) got message \(number) and not \(expected)")
        }
        self.readers[reader].next = expected + 1
        if let position {
            guard position > self.readers[reader].position else {
                throw Failure("socket \(reader) got \(position) behind a later position")
            }
            self.readers[reader].position = position
        }
        self.deliveryCount += 1
        self.latencies.add(nanoseconds: time - self.sentAt[number])
    }

    mutating func forgetLatencies() { self.latencies.removeAll() }
}
