import Shards
import Testing

@Suite struct SlotTests {
    /// Computed by another program. They are part of the disk format: never change them.
    @Test(
        arguments: [
            (0, 431), (1, 193), (2, 718), (3, 1005), (4, 714), (5, 858), (10, 970), (42, 661),
            (100, 324), (1000, 328), (1024, 972), (65_535, 374), (65_536, 435), (1_000_000, 487),
            (2_147_483_648, 876), (4_294_967_295, 448),
        ] as [(UInt32, UInt16)]
    )
    func `a chat's slot is the same for ever`(chat: UInt32, slot: UInt16) {
        #expect(ChatID(rawValue: chat).slot.rawValue == slot)
    }

    @Test func `chats that are made one after the other spread over all slots`() {
        var counts = Array(repeating: 0, count: Slot.count)
        for chat in 1...100_000 as ClosedRange<UInt32> {
            counts[Int(ChatID(rawValue: chat).slot.rawValue)] += 1
        }
        // 98 on average.
        #expect(counts.allSatisfy { (50...150).contains($0) })
    }

    @Test func `slots are dealt to shards evenly and in turn`() {
        for shardCount in [1, 2, 3, 7, 16, 1024] {
            var counts = Array(repeating: 0, count: shardCount)
            for slot in 0..<UInt16(Slot.count) {
                counts[Slot(rawValue: slot).shard(of: shardCount)] += 1
            }
            #expect(counts.allSatisfy { $0 == 1024 / shardCount || $0 == 1024 / shardCount + 1 })
        }
    }

    @Test func `every shard finds the messages of each of its slots`() throws {
        for shardCount in [1, 3, 1024] {
            for chat in 1...50 as ClosedRange<UInt32> {
                let id = ChatID(rawValue: chat)
                let index = id.slot.shard(of: shardCount)
                var state = ShardState(index: index, of: shardCount)
                let time = Timestamp(microseconds: 0)
                let made = Chat(id: id, title: "", isGroup: true, createdAt: time)
                let event = ChatEvent.created(made, members: [])
                state.apply(event, to: id, mark: nil, at: Position(rawValue: 1))
                let message = Message(
                    Message.Draft(kind: "text", content: nil, payload: nil, replyTo: nil),
                    id: MessageID(counter: 1, slot: id.slot),
                    chat: id,
                    author: .anna,
                    ts: time
                )
                state.apply(.messageSent(message), to: id, mark: nil, at: Position(rawValue: 2))
                #expect(state.owner(of: message.id) == .chat(id))
            }
        }
    }
}
