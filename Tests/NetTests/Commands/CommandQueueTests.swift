import NIOCore
import Shards
import Testing

@testable import Net

struct CommandQueueTests {
    private var queue = CommandQueue(.off)

    private static func reply(
        _ number: Int,
        after position: UInt64 = 0,
        bytes count: Int = 1
    ) -> Response {
        Response(
            .reply(ReplyHead(id: .integer(Int64(number)))),
            status: 200,
            body: Array(repeating: UInt8(ascii: "0"), count: count),
            after: Position(rawValue: position)
        )
    }

    /// The ids of the replies that leave, with `!` where a promise is wanted.
    private mutating func leaving(through position: UInt64) -> [String] {
        var ids: [String] = []
        while let next = self.queue.nextReply(through: Position(rawValue: position)) {
            let text = String(buffer: next.bytes).split(separator: "\":", maxSplits: 1)[1]
            ids.append(text.prefix { $0 != "," } + (next.isLast ? "!" : ""))
        }
        return ids
    }

    private mutating func run(_ count: Int) -> Int {
        for _ in 0..<count { self.queue.append([]) }
        var runCount = 0
        while self.queue.nextMessage() != nil { runCount += 1 }
        return runCount
    }

    @Test mutating func `replies leave in the order of what they wait for`() {
        #expect(self.run(6) == 6)
        for (number, position) in [(1, 5), (2, 3), (3, 0), (4, 5), (5, 7), (6, 4)] {
            self.queue.add(Self.reply(number, after: UInt64(position)))
        }
        #expect(self.queue.isWaiting(for: .zero) == false)
        #expect(self.leaving(through: 0) == ["3"])
        #expect(self.queue.isWaiting(for: .zero))
        #expect(self.leaving(through: 4) == ["2", "6"])
        #expect(self.leaving(through: 6) == ["1", "4"])
        #expect(self.leaving(through: 7) == ["5"])
        #expect(!self.queue.isWaiting(for: .zero))
    }

    @Test mutating func `only so many are in flight`() {
        #expect(self.queue.wantsMore)
        #expect(self.run(300) == CommandQueue.inFlightMax)
        #expect(!self.queue.wantsMore)
        for number in 0..<10 { self.queue.add(Self.reply(number)) }
        #expect(self.leaving(through: 0).count == 10)
        #expect(!self.queue.wantsMore, "there are messages that wait")
        #expect(self.run(0) == 10)
        #expect(self.run(0) == 0)
    }

    @Test mutating func `a client that does not take its replies gets no more of them`() {
        #expect(self.run(9) == 9)
        for number in 0..<9 { self.queue.add(Self.reply(number, bytes: 100_000)) }
        #expect(self.leaving(through: 0) == ["0", "1", "2!"])
        #expect(self.run(1) == 0)
        #expect(!self.queue.wantsMore)
        self.queue.sent()
        #expect(self.leaving(through: 0) == ["3", "4", "5!"])
        self.queue.sent()
        #expect(self.leaving(through: 0) == ["6", "7", "8!"])
        self.queue.sent()
        #expect(self.run(0) == 1)
    }

    @Test mutating func `whoever goes on over the limit is told so many times`() {
        self.queue = CommandQueue(RateLimit(perSecond: 1, burst: 2))
        func take(_ seconds: UInt64) -> CommandQueue.Limited? {
            self.queue.takeFromLimit(at: MonotonicInstant(milliseconds: 1000 * seconds))
        }
        #expect(take(1) == nil)
        #expect(take(1) == nil)
        for _ in 0..<CommandQueue.limitedMax { #expect(take(1) == .retryAfter(1)) }
        #expect(take(2) == nil)
        for _ in 0..<CommandQueue.limitedMax { #expect(take(2) == .retryAfter(1)) }
        #expect(take(2) == .tooOften)
    }
}
