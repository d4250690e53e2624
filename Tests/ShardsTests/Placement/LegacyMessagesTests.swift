import Shards
import Testing

@Suite struct LegacyMessagesTests {
    @Test func `ids up to the newest are from before, with a chat or without`() {
        var legacy = LegacyMessages(through: 5)
        legacy.add(2, of: .first)
        legacy.add(5, of: ChatID(rawValue: 9))
        let ids: [MessageID] = [0, 1, 2, 5, 6, MessageID(rawValue: .max)]
        #expect(ids.map { legacy.contains($0) } == [false, true, true, true, false, false])
        #expect(ids.map { legacy.chat(of: $0)?.rawValue } == [nil, nil, 1, 9, nil, nil])
    }

    @Test func `what is not from before is not taken in`() {
        var legacy = LegacyMessages(through: 5)
        for id in [0, 6, MessageID(rawValue: .max)] { legacy.add(id, of: .first) }
        #expect(legacy.chat(of: 0) == nil)
        #expect(legacy.chat(of: 6) == nil)
    }

    @Test func `without a past there are none`() {
        let legacy = LegacyMessages(through: 0)
        #expect(!legacy.contains(0))
        #expect(!legacy.contains(1))
        #expect(legacy.chat(of: 1) == nil)
    }
}
