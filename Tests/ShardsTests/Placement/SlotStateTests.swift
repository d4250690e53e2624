import Shards
import Testing

@Suite struct SlotStateTests {
    fileprivate static let slot = Slot(rawValue: 7)

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
        let owners = (0...5).map { state.owner(of: MessageID(counter: $0, slot: Self.slot)) }
        let chats = [4, 9, 4, 2].map { SlotState.Owner.chat(ChatID(rawValue: $0)) }
        #expect(owners == [.nobody] + chats + [.nobody])
        #expect(state.owner(of: MessageID(rawValue: .max)) == .nobody)
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
        let owners = (1...4).map { state.owner(of: MessageID(counter: $0, slot: Self.slot)) }
        #expect(owners == [.nobody, .nobody, .chat(ChatID(rawValue: 8)), .nobody])
        #expect(state.messageCounter == 3)
    }
}

// MARK: - Long ago

extension SlotStateTests {
    private static let recent = UInt64(SlotState.recentCount)

    private static func owner(_ counter: UInt64, in state: SlotState) -> SlotState.Owner {
        state.owner(of: MessageID(counter: counter, slot: Self.slot))
    }

    @Test func `of the oldest only the store knows whose they were`() {
        var state = SlotState(slot: Self.slot)
        let one = ChatID(rawValue: 1)
        for _ in 1..<(2 * Self.recent) { state.used(state.nextMessage, in: one) }
        #expect(Self.owner(1, in: state) == .chat(one))
        state.used(state.nextMessage, in: ChatID(rawValue: 2))
        #expect(Self.owner(1, in: state) == .stored)
        #expect(Self.owner(Self.recent, in: state) == .stored)
        #expect(Self.owner(Self.recent + 1, in: state) == .chat(one))
        #expect(Self.owner(2 * Self.recent, in: state) == .chat(ChatID(rawValue: 2)))
        #expect(Self.owner(2 * Self.recent + 1, in: state) == .nobody)
        #expect(Self.owner(0, in: state) == .nobody)
    }

    @Test func `ids that are spent are not handed out, and the store knows them`() {
        var state = SlotState(slot: Self.slot)
        state.used(state.nextMessage, in: .first)
        state.spent(messages: 10, reactions: 4)
        #expect(state.nextMessage.counter == 11)
        #expect(state.nextReaction.counter == 5)
        #expect(Self.owner(1, in: state) == .stored)
        #expect(Self.owner(10, in: state) == .stored)
        #expect(Self.owner(11, in: state) == .nobody)
        state.used(state.nextMessage, in: .first)
        #expect(Self.owner(11, in: state) == .chat(.first))
        let before = state
        state.spent(messages: 11, reactions: 3)
        #expect(state == before)
    }

    @Test func `a leap leaves what was skipped to the store`() {
        var state = SlotState(slot: Self.slot)
        let far = 3 * Self.recent
        state.used(MessageID(counter: far, slot: Self.slot), in: .first)
        #expect(Self.owner(far, in: state) == .chat(.first))
        #expect(Self.owner(far - 1, in: state) == .stored)
        #expect(state.messageCounter == far)
    }
}
