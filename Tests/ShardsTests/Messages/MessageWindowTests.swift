import Shards
import Testing

/// Five messages, 10 to 50, sent at the positions 1 to 5.
@Suite struct MessageWindowTests {
    private static let rows = (1...5 as ClosedRange<UInt64>).map {
        StoredMessage.sample($0 * 10, "text \($0)", at: $0)
    }

    private static func log(keeping count: Int, confirmed: Position = 5) -> MessageLog {
        var log = MessageLog()
        for row in Self.rows { log.append(row) }
        log.shrink(keeping: count, confirmed: confirmed)
        return log
    }

    private static func ids(_ messages: some Sequence<StoredMessage>) -> [UInt64] {
        messages.map(\.message.id.rawValue)
    }

    private static let everything: [Range<MessageID>] = [0..<1000]

    // MARK: - The window

    @Test func `the oldest go and what is counted stays`() {
        let log = Self.log(keeping: 2)
        #expect(Self.ids(log.loaded) == [40, 50])
        #expect(log.olderCount == 3)
        #expect(log.count == 5)
        #expect(log.indices == 3..<5)
        #expect(log.firstID == 40)
        #expect(log.newestID == 50)
        #expect(log.preview.id == 50)
        #expect([10, 39, 40, 45, 50, 51].map { log.count(below: $0) } == [3, 3, 3, 4, 4, 5])
        #expect([40, 49, 50, 60].map { log.count(through: $0) } == [4, 4, 5, 5])
        #expect([30, 40, 41, 50].map { log.index(of: $0) } == [nil, 3, nil, 4])
        #expect(log.message(30) == nil)
        #expect([30, 35, 40, 60].map { log.isOnlyStored($0) } == [true, true, false, false])
    }

    @Test func `a window may be empty and messages follow`() {
        var log = Self.log(keeping: 0)
        #expect(log.loaded.isEmpty)
        #expect(log.firstID == 51)
        #expect(log.byteCount == 0)
        #expect(log.count(through: 50) == 5)
        log.append(.sample(60, at: 6))
        #expect(log.indices == 5..<6)
        #expect(log.index(of: 60) == 5)
        #expect(log.firstID == 60)
    }

    @Test func `what the store may not have stays, and all after it`() {
        #expect(Self.ids(Self.log(keeping: 0, confirmed: 2).loaded) == [30, 40, 50])
        var log = Self.log(keeping: 5)
        _ = log.update(20, at: 9, Self.rows[1].message.saying("new"))
        log.shrink(keeping: 0, confirmed: 8)
        #expect(Self.ids(log.loaded) == [20, 30, 40, 50])
        log.shrink(keeping: 0, confirmed: 9)
        #expect(log.loaded.isEmpty)
        #expect(log.byteCount == 0)
    }

    @Test func `messages of the store go before the window and are the same again`() {
        let whole = Self.log(keeping: 5)
        var log = Self.log(keeping: 2)
        log.extendWindow(with: [Self.rows[2]])
        #expect(Self.ids(log.loaded) == [30, 40, 50])
        log.extendWindow(with: Array(Self.rows[..<2]))
        #expect(log.olderCount == 0)
        #expect(log.loaded == whole.loaded)
        #expect(log.byteCount == whole.byteCount)
    }

    // MARK: - Older messages

    @Test func `a change of an older message is kept until the store has it`() throws {
        var log = Self.log(keeping: 1)
        let byteCount = log.byteCount
        let isDeletion = log.update(20, at: 6, Self.rows[1].message.saying("new"))
        #expect(!isDeletion)
        #expect(log.message(20) == nil)
        #expect(log.isOnlyStored(20))
        let rows = log.laid(over: Array(Self.rows[..<3]), completeIn: Self.everything)
        #expect(rows.map(\.text) == ["text 1", "new", "text 3"])
        log.adopt(Self.rows[1])
        #expect(log.message(20)?.text == "new")
        log.shrink(keeping: 1, confirmed: 5)
        #expect(log.message(20)?.text == "new")
        log.shrink(keeping: 1, confirmed: 6)
        #expect(log.message(20) == nil)
        #expect(log.byteCount == byteCount)
    }

    @Test func `a deletion of an older message counts once, wherever the message is`() {
        var log = Self.log(keeping: 1)
        let isDeletion = log.update(20, at: 6, Self.rows[1].message.gone)
        #expect(isDeletion)
        let isAnother = log.update(20, at: 6, Self.rows[1].message.gone)
        #expect(!isAnother)
        #expect(log.isDeleted(20))
        #expect([10, 20].map { log.deletedCount(above: $0) } == [1, 0])
        #expect(log.touchedDeletedCount(in: 0..<21) == 1)
        #expect(log.touchedDeletedCount(in: 0..<20) == 0)
        log.shrink(keeping: 0, confirmed: 6)
        #expect(log.deletedCount(above: 0) == 1)
        #expect(log.touchedDeletedCount(in: 0..<21) == 0)
        #expect(log.byteCount == 0)
    }

    @Test func `a change that was laid over goes into the window with its message`() {
        var log = Self.log(keeping: 2)
        _ = log.update(30, at: 6, Self.rows[2].message.saying("new"))
        log.extendWindow(with: log.laid(over: [Self.rows[2]], completeIn: []))
        #expect(log.message(30)?.text == "new")
        #expect(log.index(of: 30) == 2)
        #expect(log.byteCount == log.loaded.reduce(0) { $0 + $1.memoryBytes })
    }

    @Test func `changes of messages that nobody sent leave nothing`() {
        var log = Self.log(keeping: 5)
        let before = log
        _ = log.update(35, at: 9, StoredMessage.sample(35).message.gone)
        _ = log.update(60, at: 9, StoredMessage.sample(60).message.gone)
        #expect(log == before)
        log.adopt(.sample(35))
        #expect(log == before)
    }

    // MARK: - Refused

    @Test func `what the store refused stays, and shows where the rows would have it`() {
        var log = Self.log(keeping: 5)
        log.refused(20)
        log.refused(50)
        log.shrink(keeping: 0, confirmed: 5)
        #expect(log.message(20) == Self.rows[1])
        #expect(log.message(50) == Self.rows[4])
        log.shrink(keeping: 0, confirmed: 5)
        #expect(log.message(50) == Self.rows[4])
        let rows = [Self.rows[0], Self.rows[2], Self.rows[3]]
        #expect(
            Self.ids(log.laid(over: rows, completeIn: Self.everything)) == [10, 20, 30, 40, 50]
        )
        #expect(Self.ids(log.laid(over: [rows[1]], completeIn: [25..<50])) == [30])
        #expect(Self.ids(log.laid(over: [], completeIn: [0..<15, 20..<21])) == [20])
        #expect(log.holds(20))
        #expect(!log.holds(10))
    }

    @Test func `refused messages go into the window and out again`() {
        var log = Self.log(keeping: 5)
        log.refused(40)
        log.shrink(keeping: 1, confirmed: 5)
        let byteCount = log.byteCount
        log.extendWindow(with: log.laid(over: [Self.rows[2]], completeIn: [30..<50]))
        #expect(Self.ids(log.loaded) == [30, 40, 50])
        _ = log.update(40, at: 7, Self.rows[3].message.saying("new"))
        log.shrink(keeping: 1, confirmed: 7)
        #expect(log.message(40)?.text == "new")
        #expect(log.byteCount < byteCount + 100)
    }

    @Test func `a refused message comes from elsewhere after a restart`() {
        let keys = Self.rows.map { row in
            MessageKey(
                id: row.message.id,
                chat: .first,
                author: .anna,
                ts: row.message.ts,
                isDeleted: row.message.id == 50,
                position: row.changedAt
            )
        }
        var log = MessageLog(restoring: keys)
        #expect(log.count == 5)
        #expect(log.isDeleted(50))
        #expect(log.preview == .unknown)
        log.refused(Self.rows[3])
        #expect(log.message(40) == Self.rows[3])
        log.foundPreview(Self.rows[2].message)
        #expect(log.preview.id == 40)
    }
}
