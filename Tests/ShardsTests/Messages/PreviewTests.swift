import Shards
import Testing

/// What a chat list shows when the message that it showed goes. Messages 10 to 30.
@Suite struct PreviewTests {
    private static let rows = (1...3 as ClosedRange<UInt64>).map {
        StoredMessage.sample($0 * 10, "text \($0)", at: $0)
    }

    private static func log(keeping count: Int) -> MessageLog {
        var log = MessageLog()
        for row in Self.rows { log.append(row) }
        log.shrink(keeping: count, confirmed: 3)
        return log
    }

    private static func delete(_ id: UInt64, in log: inout MessageLog, at position: Position = 9) {
        let message = StoredMessage.sample(id).message
        _ = log.update(message.id, at: position, message.gone)
    }

    @Test func `the window has the next one, or the store has to be asked`() {
        var log = Self.log(keeping: 2)
        #expect(!log.isLastPreview(30))
        Self.delete(30, in: &log)
        #expect(log.preview.text == "text 2")
        #expect(log.isLastPreview(20))
        #expect(!log.isLastPreview(30))
        log.foundOlderPreview(Self.rows[0].message)
        #expect(!log.isLastPreview(20))
        Self.delete(20, in: &log)
        #expect(log.preview.text == "text 1")
        #expect(log.isLastPreview(10))
        log.foundOlderPreview(nil)
        Self.delete(10, in: &log)
        #expect(log.preview == .none)
    }

    @Test func `with everything in memory nobody is asked`() {
        var log = Self.log(keeping: 3)
        for id in [30, 20] as [UInt64] {
            Self.delete(id, in: &log)
            #expect(!log.isLastPreview(10))
        }
        Self.delete(10, in: &log)
        #expect(log.preview == .none)
    }

    @Test func `an edited preview shows the edit, in the window and outside`() {
        for count in [0, 3] {
            var log = Self.log(keeping: count)
            _ = log.update(30, at: 9, Self.rows[2].message.saying("new"))
            #expect(log.preview.text == "new")
        }
    }

    @Test func `what was found is forgotten when it is edited, deleted or passed`() {
        for change in [Self.rows[1].message.saying("new"), Self.rows[1].message.gone] {
            var log = Self.log(keeping: 1)
            log.foundOlderPreview(Self.rows[1].message)
            _ = log.update(20, at: 9, change)
            #expect(log.isLastPreview(30))
        }
        var log = Self.log(keeping: 1)
        log.foundOlderPreview(Self.rows[1].message)
        log.append(.sample(40, at: 4))
        log.shrink(keeping: 0, confirmed: 4)
        #expect(log.isLastPreview(40))
    }

    @Test func `after a restart the store is asked, and what came since is laid over`() {
        var unknown = Self.log(keeping: 0)
        Self.delete(30, in: &unknown)
        #expect(unknown.preview == .unknown)
        var log = unknown
        _ = log.update(20, at: 9, Self.rows[1].message.saying("new"))
        log.foundPreview(Self.rows[1].message)
        #expect(log.preview.text == "new")
        log.foundPreview(Self.rows[0].message)
        #expect(log.preview.text == "new")
        log = unknown
        Self.delete(20, in: &log)
        log.foundPreview(Self.rows[1].message)
        #expect(log.preview == .unknown)
        log.foundPreview(Self.rows[0].message)
        #expect(log.preview.text == "text 1")
        log = unknown
        log.foundPreview(nil)
        #expect(log.preview == .none)
        log = unknown
        log.append(.sample(40, "fresh", at: 10))
        #expect(log.preview.text == "fresh")
    }
}
