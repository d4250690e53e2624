import Shards
import Testing

@Suite struct StoredMessageTests {
    private static let message = MessageID(rawValue: 1024)

    private static var stored: StoredMessage {
        let draft = Message.Draft(kind: "text", content: "hello", payload: nil, replyTo: nil)
        let time = Timestamp(microseconds: 0)
        return StoredMessage(
            Message(draft, id: Self.message, chat: .first, author: .anna, ts: time),
            at: .zero
        )
    }

    private static func reaction(_ id: UInt64, by user: UserID, _ emoji: String) -> Reaction {
        Reaction(
            id: ReactionID(rawValue: id),
            message: Self.message,
            user: user,
            emoji: emoji,
            createdAt: Timestamp(microseconds: Int64(id))
        )
    }

    private static func answer(_ stored: StoredMessage) throws -> MessageAnswer {
        var json = JSONWriter()
        stored.write(isRead: false, to: &json)
        #expect(json.bytes.count == stored.byteCount(isRead: false))
        return try Answer.decode(MessageAnswer.self, from: json.bytes)
    }

    @Test func `reactions are shown in the order in which they came`() throws {
        var stored = Self.stored
        stored.add(Self.reaction(1, by: .anna, "👍"), at: Position(rawValue: 1))
        stored.add(Self.reaction(2, by: .boris, "👍"), at: Position(rawValue: 2))
        stored.add(Self.reaction(3, by: .anna, "\"\\"), at: Position(rawValue: 3))
        let answer = try Self.answer(stored)
        #expect(answer.reactions.map(\.emoji) == ["👍", "👍", "\"\\"])
        #expect(answer.reactions.map(\.userId) == [1, 2, 1])
        #expect(answer.reactionCounts == nil)
        #expect(stored.changedAt == Position(rawValue: 3))
    }

    @Test func `the same person's same emoji is there once`() {
        var stored = Self.stored
        stored.add(Self.reaction(1, by: .anna, "👍"), at: .zero)
        stored.add(Self.reaction(2, by: .anna, "👍"), at: .zero)
        #expect(stored.reactions.map(\.id.rawValue) == [2])
    }

    @Test func `removing takes that person's emoji and no other`() {
        var stored = Self.stored
        stored.add(Self.reaction(1, by: .anna, "👍"), at: .zero)
        stored.add(Self.reaction(2, by: .boris, "👍"), at: .zero)
        stored.add(Self.reaction(3, by: .anna, "👎"), at: .zero)
        stored.removeReaction(of: .anna, emoji: "👍", at: Position(rawValue: 9))
        #expect(stored.reactions.map(\.id.rawValue) == [2, 3])
        #expect(stored.reaction(of: .anna, emoji: "👍") == nil)
        #expect(stored.reaction(of: .anna, emoji: "👎")?.id.rawValue == 3)
        #expect(stored.changedAt == Position(rawValue: 9))
    }

    @Test func `a hundred reactions are shown, and of one more the newest hundred and all sums`()
        throws
    {
        var stored = Self.stored
        for id in 1...100 as ClosedRange<UInt64> {
            let emoji = id.isMultiple(of: 3) ? "🎉" : "👍"
            stored.add(Self.reaction(id, by: UserID(rawValue: UInt32(id)), emoji), at: .zero)
        }
        let full = try Self.answer(stored)
        #expect(full.reactions.map(\.id) == Array(1...100))
        #expect(full.reactionCounts == nil)
        stored.add(Self.reaction(101, by: UserID(rawValue: 101), "👍"), at: .zero)
        let more = try Self.answer(stored)
        #expect(more.reactions.map(\.id) == Array(2...101))
        #expect(more.reactionCounts == ["👍": 68, "🎉": 33])
        stored.removeReaction(of: .anna, emoji: "👍", at: .zero)
        #expect(try Self.answer(stored).reactionCounts == nil)
    }

    @Test func `a deleted message loses its reactions, an edited one keeps them`() throws {
        var stored = Self.stored
        stored.add(Self.reaction(1, by: .anna, "👍"), at: .zero)
        let time = Timestamp(microseconds: 5)
        let edit = Message.Edit(content: .set("new"), payload: .keep)
        stored.change(to: stored.message.edited(edit, at: time), at: .zero)
        #expect(try Self.answer(stored).reactions.count == 1)
        stored.change(to: stored.message.deleted(at: time), at: .zero)
        #expect(try Self.answer(stored).reactions == [])
    }

    @Test func `both ways of writing give the same bytes, of the size that was counted`() throws {
        var stored = Self.stored
        stored.add(Self.reaction(1, by: .anna, "👍"), at: .zero)
        for isRead in [false, true] {
            var json = JSONWriter()
            stored.write(isRead: isRead, to: &json)
            let size = stored.byteCount(isRead: isRead)
            let written = [UInt8](unsafeUninitializedCapacity: size) { memory, count in
                var sink = MemoryWriter(UnsafeMutableRawBufferPointer(memory))
                stored.write(isRead: isRead, to: &sink)
                count = sink.byteCount
            }
            #expect(written == json.bytes)
            #expect(written.count == size)
            let status = try Answer.decode(MessageAnswer.self, from: written).status
            #expect(status == (isRead ? "read" : "delivered"))
        }
    }
}
