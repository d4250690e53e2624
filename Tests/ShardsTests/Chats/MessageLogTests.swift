import Shards
import Testing

@Suite struct MessageLogTests {
    private static let ids: [UInt64] = [10, 20, 30, 40, 50]

    private static func message(_ id: UInt64, content: String? = "text") -> StoredMessage {
        let draft = Message.Draft(kind: "text", content: content, payload: nil, replyTo: nil)
        return StoredMessage(
            Message(
                draft,
                id: MessageID(rawValue: id),
                chat: .first,
                author: .anna,
                ts: Timestamp(microseconds: 0)
            ),
            at: .zero
        )
    }

    private static var log: MessageLog {
        var log = MessageLog()
        for id in Self.ids { log.append(Self.message(id)) }
        return log
    }

    private static func delete(_ index: Int, in log: inout MessageLog) {
        log.update(at: index) {
            $0.change(to: $0.message.deleted(at: Timestamp(microseconds: 1)), at: .zero)
        }
    }

    @Test func `an empty log has no messages, no newest and no preview`() {
        let log = MessageLog()
        #expect(log.count == 0)
        #expect(log.newestID == .none)
        #expect(log.preview == nil)
        #expect(log.index(of: .none) == nil)
        #expect(log.count(through: MessageID(rawValue: .max)) == 0)
        #expect(log.deletedCount(after: 0) == 0)
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
                for count in 0...5 {
                    #expect(log.deletedCount(after: count) == deleted.count { $0 >= count })
                }
                let newest = (0..<5).last { !deleted.contains($0) }
                #expect(log.preview?.message.id.rawValue == newest.map { Self.ids[$0] })
            }
        }
    }

    @Test func `deleting twice counts once`() {
        var log = Self.log
        Self.delete(2, in: &log)
        Self.delete(2, in: &log)
        #expect(log.deletedCount(after: 0) == 1)
    }

    @Test func `the preview follows a new message after all were deleted`() {
        var log = Self.log
        for index in 0..<5 { Self.delete(index, in: &log) }
        #expect(log.preview == nil)
        log.append(Self.message(60))
        #expect(log.preview?.message.id.rawValue == 60)
    }

    @Test func `an edited message stays in its place`() {
        var log = Self.log
        let edit = Message.Edit(content: .set("new"), payload: .keep)
        log.update(at: 4) {
            $0.change(to: $0.message.edited(edit, at: Timestamp(microseconds: 1)), at: .zero)
        }
        #expect(log.preview.map { JSONText.string(in: $0.message.content) } == "new")
        #expect(log.count == 5)
        #expect(log.deletedCount(after: 0) == 0)
    }

    private static func orders(of items: [Int]) -> [[Int]] {
        guard !items.isEmpty else { return [[]] }
        return items.flatMap { item in
            Self.orders(of: items.filter { $0 != item }).map { [item] + $0 }
        }
    }
}
