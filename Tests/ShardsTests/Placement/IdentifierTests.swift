import Shards
import Testing

@Suite struct IdentifierTests {
    @Test func `a message's id names its slot and its turn in it`() {
        for counter in [1, 2, 1023, 1024, MessageID.counterMax] {
            for slot in [0, 1, 512, 1023] as [UInt16] {
                let id = MessageID(counter: counter, slot: Slot(rawValue: slot))
                #expect(id.counter == counter)
                #expect(id.slot.rawValue == slot)
                #expect(id.rawValue == counter * 1024 + UInt64(slot))
                let reaction = ReactionID(counter: counter, slot: Slot(rawValue: slot))
                #expect(reaction.rawValue == id.rawValue)
                #expect(reaction.counter == counter)
            }
        }
    }

    @Test func `the largest id is one that JavaScript can hold`() {
        let largest = MessageID(counter: MessageID.counterMax, slot: Slot(rawValue: 1023))
        #expect(largest.rawValue == 1 << 53 - 1)
    }

    @Test func `ids that nobody handed out are taken apart without a trap`() {
        let id = MessageID(rawValue: .max)
        #expect(id.slot.rawValue == 1023)
        #expect(id.counter == UInt64.max >> 10)
        #expect(ShardState(index: 0, of: 1).owner(of: id) == .nobody)
        #expect(ShardState(index: 0, of: 1).owner(of: .none) == .nobody)
    }

    @Test func `ids and positions are ordered as their numbers are`() {
        #expect(MessageID(rawValue: 1) < MessageID(rawValue: 2))
        #expect(UserID(rawValue: 1) < UserID(rawValue: 2))
        #expect(ChatID(rawValue: 1) < ChatID(rawValue: 2))
        #expect(Position.zero < Position.zero.next)
        #expect(Position.zero.next.rawValue == 1)
    }

    @Test func `an epoch is written as 32 hexadecimal digits`() {
        #expect(Epoch(high: 0, low: 0).text == String(repeating: "0", count: 32))
        #expect(Epoch(high: 1, low: 0xab).text == "000000000000000100000000000000ab")
        #expect(Epoch(high: .max, low: .max).text == String(repeating: "f", count: 32))
    }
}
