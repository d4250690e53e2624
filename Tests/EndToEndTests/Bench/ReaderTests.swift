import Testing

@testable import NodusBench

/// The checks that stand behind "once and in order" do refuse.
struct ReaderTests {
    private func tally() throws -> FanoutTally {
        var tally = FanoutTally(readers: 2)
        for _ in 0..<3 { tally.sent(at: 0) }
        try tally.received(0, position: 10, by: 0, at: 5)
        return tally
    }

    @Test func `all readers need all messages`() throws {
        var tally = try self.tally()
        for number in 1..<3 {
            try tally.received(number, position: UInt64(10 + number), by: 0, at: 5)
        }
        #expect(!tally.isComplete)
        for number in 0..<3 { try tally.received(number, position: nil, by: 1, at: 5) }
        #expect(tally.isComplete)
    }

    @Test(arguments: [(0, 11), (2, 11), (1, 10), (1, 9)])
    func `a message that comes twice, too early, or behind a later one ends the run`(
        number: Int,
        position: UInt64
    ) throws {
        var tally = try self.tally()
        #expect(throws: Failure.self) {
            try tally.received(number, position: position, by: 0, at: 5)
        }
    }

    private func reader() throws -> ResumeReader {
        var reader = ResumeReader(person: 0, chats: [0, 2])
        try reader.greeted(position: 5, epoch: "e")
        try reader.received(0, of: 3)
        try reader.moved(to: 6)
        return reader
    }

    @Test func `a reader comes back with its cursor`() throws {
        #expect(ResumeReader(person: 0, chats: []).target == "/ws")
        #expect(try self.reader().target == "/ws?since=6&epoch=e")
    }

    @Test func `a hello behind the cursor ends the run, of the same epoch`() throws {
        var reader = try self.reader()
        reader.reopened()
        #expect(throws: Failure.self) { try reader.greeted(position: 5, epoch: "e") }
        try reader.greeted(position: 1, epoch: "f")
    }

    @Test(arguments: [0, 6, 1])
    func `a message that comes twice, too early, or of a strange chat ends the run`(
        number: Int
    ) throws {
        var reader = try self.reader()
        #expect(throws: Failure.self) { try reader.received(number, of: 3) }
    }

    @Test func `a position that does not grow ends the run`() throws {
        var reader = try self.reader()
        #expect(throws: Failure.self) { try reader.moved(to: 6) }
    }

    @Test func `a resync lets one chat jump, once and forwards`() throws {
        var reader = try self.reader()
        reader.resync(0)
        #expect(throws: Failure.self) { try reader.received(5, of: 3) }
        try reader.received(9, of: 3)
        #expect(reader.passedOverCount == 2)
        #expect(throws: Failure.self) { try reader.received(15, of: 3) }
    }

    @Test func `a reader has all that was sent to its chats`() throws {
        var reader = try self.reader()
        #expect(reader.has(2, of: 3))
        #expect(!reader.has(3, of: 3))
        try reader.received(2, of: 3)
        #expect(reader.has(3, of: 3))
        reader.reopened()
        #expect(!reader.has(3, of: 3))
    }
}
