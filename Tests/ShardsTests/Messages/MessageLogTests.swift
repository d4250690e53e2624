import Shards
import Testing

@Suite struct MessageLogTests {
    private static let ids: [UInt64] = [10, 20, 30, 40, 50]

    private static var log: MessageLog {
        var log = MessageLog()
        for id in Self.ids { log.append(StoredMessage.sample(id)) }
        return log
    }

    private static func delete(_ index: Int, in log: inout MessageLog) {
        let message = log[index].message
        let deleted = message.deleted(at: Timestamp(microseconds: 1))
        _ = log.update(message.id, at: Position(rawValue: 1), .message(deleted))
    }

    @Test func `an empty log has no messages, no newest and no preview`() {
        let log = MessageLog()
        #expect(log.count == 0)
        #expect(log.newestID == .none)
        #expect(log.preview == .none)
        #expect(log.index(of: .none) == nil)
        #expect(log.count(through: MessageID(rawValue: .max)) == 0)
        #expect(log.deletedCount(above: .none) == 0)
    }

    @Test func `places are found for ids that are there and for ids between`() {
        let log = Self.log
        for id in 0...60 as ClosedRange<UInt64> {
            let asked = MessageID(rawValue: id)
            #expect(log.count(below: asked) == Self.ids.count { $0 < id })
            #expect(log.count(through: asked) == Self.ids.count { $0 <= id })
            #expect(log.index(of: asked) == Self.ids.firstIndex(of: id))
        }
    }

    /// All 120 orders of deleting five messages.
    @Test func `deleted messages are counted after any place, in whatever order they went`() {
        for order in Self.orders(of: Array(0..<5)) {
            var log = Self.log
            var deleted: Set<Int> = []
            for index in order {
                Self.delete(index, in: &log)
                deleted.insert(index)
                for id in 0...60 as ClosedRange<UInt64> {
                    let count = deleted.count { Self.ids[$0] > id }
                    #expect(log.deletedCount(above: MessageID(rawValue: id)) == count)
                }
                let newest = (0..<5).last { !deleted.contains($0) }
                #expect(log.preview.id == newest.map { Self.ids[$0] })
            }
        }
    }

    @Test func `deleting twice counts once`() {
        var log = Self.log
        Self.delete(2, in: &log)
        Self.delete(2, in: &log)
        #expect(log.deletedCount(above: .none) == 1)
    }

    @Test func `the preview follows a new message after all were deleted`() {
        var log = Self.log
        for index in 0..<5 { Self.delete(index, in: &log) }
        #expect(log.preview == .none)
        log.append(StoredMessage.sample(60))
        #expect(log.preview.id == 60)
    }

    @Test func `an edited message stays in its place`() {
        var log = Self.log
        let edit = Message.Edit(content: .set("new"), payload: .keep)
        let edited = log[4].message.edited(edit, at: Timestamp(microseconds: 1))
        let isDeletion = log.update(edited.id, at: Position(rawValue: 1), .message(edited))
        #expect(!isDeletion)
        #expect(log.preview.text == "new")
        #expect(log.count == 5)
        #expect(log.deletedCount(above: .none) == 0)
    }

    private static func orders(of items: [Int]) -> [[Int]] {
        guard !items.isEmpty else { return [[]] }
        return items.flatMap { item in
            Self.orders(of: items.filter { $0 != item }).map { [item] + $0 }
        }
    }
}
