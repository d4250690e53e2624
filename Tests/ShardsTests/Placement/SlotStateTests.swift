import Shards
import Testing

@Suite struct SlotStateTests {
    private static let slot = Slot(rawValue: 7)

    @Test func `ids are handed out one after the other, from 1`() {
        var state = SlotState(slot: Self.slot)
        #expect(state.nextMessage == MessageID(counter: 1, slot: Self.slot))
        #expect(state.nextReaction == ReactionID(counter: 1, slot: Self.slot))
        state.used(state.nextMessage, in: .first)
        #expect(state.nextMessage == MessageID(counter: 2, slot: Self.slot))
        #expect(state.nextReaction == ReactionID(counter: 1, slot: Self.slot))
        state.used(state.nextReaction)
        #expect(state.nextReaction == ReactionID(counter: 2, slot: Self.slot))
    }

    @Test func `every message's chat is known, and no other's`() {
        var state = SlotState(slot: Self.slot)
        for chat in [4, 9, 4, 2] as [UInt32] {
            state.used(state.nextMessage, in: ChatID(rawValue: chat))
        }
        let chats = (0...5).map { state.chat(of: MessageID(counter: $0, slot: Self.slot)) }
        #expect(chats.map { $0?.rawValue } == [nil, 4, 9, 4, 2, nil])
        #expect(state.chat(of: MessageID(rawValue: .max)) == nil)
    }

    @Test func `an id that was used is not used again by hearing of it twice`() {
        var state = SlotState(slot: Self.slot)
        state.used(MessageID(counter: 1, slot: Self.slot), in: ChatID(rawValue: 1))
        state.used(MessageID(counter: 2, slot: Self.slot), in: ChatID(rawValue: 2))
        state.used(ReactionID(counter: 5, slot: Self.slot))
        let before = state
        state.used(MessageID(counter: 1, slot: Self.slot), in: ChatID(rawValue: 1))
        state.used(ReactionID(counter: 3, slot: Self.slot))
        #expect(state == before)
    }

    @Test func `counters may skip ahead, and nobody owns what was skipped`() {
        var state = SlotState(slot: Self.slot)
        state.used(MessageID(counter: 3, slot: Self.slot), in: ChatID(rawValue: 8))
        let chats = (1...4).map { state.chat(of: MessageID(counter: $0, slot: Self.slot)) }
        #expect(chats.map { $0?.rawValue } == [nil, nil, 8, nil])
        #expect(state.messageCounter == 3)
    }
}
