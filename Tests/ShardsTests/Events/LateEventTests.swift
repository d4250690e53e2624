import Shards
import Testing

/// Events that come to a state which has them already, or lacks what they are about.
@Suite struct LateEventTests {
    private static func message(_ counter: UInt64, _ text: String = "late") -> Message {
        Message(
            Message.Draft(kind: "text", content: text, payload: nil, replyTo: nil),
            id: MessageID(counter: counter, slot: ChatID.first.slot),
            chat: .first,
            author: .anna,
            ts: Timestamp(microseconds: 0)
        )
    }

    private static func apply(
        _ event: ChatEvent,
        to state: ShardState,
        at position: UInt64
    ) -> ShardState {
        var state = state
        state.apply(event, to: .first, mark: nil, at: Position(rawValue: position))
        return state
    }

    /// Three messages, a reaction on the first, everything read by Boris. Positions 1 to 6.
    private static func history() throws -> ShardRun {
        var run = ShardRun.group(.anna, .boris)
        let first = try run.send(by: .anna)
        try run.send(by: .boris)
        try run.send(by: .anna)
        try run.handle(.react(first, emoji: "👍"), by: .boris)
        try run.handle(.markRead, by: .boris)
        return run
    }

    @Test func `each event a second time changes nothing`() throws {
        let run = try Self.history()
        for entry in run.history {
            var state = run.state
            state.apply(entry)
            #expect(state == run.state, "\(entry.event)")
        }
    }

    @Test func `an older edit does not undo a newer one`() throws {
        var run = try Self.history()
        let first = run.chat.log[0].message
        let old = first.edited(
            .init(content: .set("old"), payload: .keep),
            at: Timestamp(microseconds: 1)
        )
        let edit = Message.Edit(content: .set("new"), payload: .keep)
        try run.handle(.edit(first.id, edit), by: .anna)
        let state = Self.apply(.messageChanged(old), to: run.state, at: 6)
        #expect(state == run.state)
    }

    @Test func `an older reaction does not come back`() throws {
        var run = try Self.history()
        let first = run.chat.log[0]
        try run.handle(.unreact(first.message.id, emoji: "👍"), by: .boris)
        let state = Self.apply(.reactionAdded(first.reactions[0]), to: run.state, at: 5)
        #expect(state == run.state)
    }

    @Test func `a message that is there is replaced by a newer one and not by an older one`() throws
    {
        let run = try Self.history()
        let newer = Self.apply(.messageSent(Self.message(2)), to: run.state, at: 9)
        let content = newer.withChat(.first) { JSONText.string(in: $0.log[1].message.content) }
        #expect(content == "late")
        let older = Self.apply(.messageSent(Self.message(2)), to: run.state, at: 3)
        #expect(older == run.state)
    }

    @Test func `a message below the newest that is not there is ignored`() throws {
        let run = try Self.history()
        var state = Self.apply(.messageSent(Self.message(7)), to: run.state, at: 7)
        state = Self.apply(.messageSent(Self.message(5)), to: state, at: 8)
        let ids = state.withChat(.first) { chat in
            (0..<chat.log.count).map { chat.log[$0].message.id.counter }
        }
        #expect(ids == [1, 2, 3, 7])
        #expect(state.withChat(.first) { $0.unreadCount(of: .boris) } == 1)
    }

    @Test func `events about messages that are not there are ignored`() throws {
        let run = try Self.history()
        let unknown = Self.message(9)
        let reaction = Reaction(
            id: ReactionID(counter: 1, slot: ChatID.first.slot),
            message: unknown.id,
            user: .anna,
            emoji: "👍",
            createdAt: Timestamp(microseconds: 0)
        )
        let events: [ChatEvent] = [
            .messageChanged(unknown), .reactionAdded(reaction),
            .reactionRemoved(unknown.id, user: .anna, emoji: "👍"),
        ]
        for event in events {
            let state = Self.apply(event, to: run.state, at: 20)
            #expect(state.withChat(.first, \.log) == run.chat.log, "\(event)")
            #expect(state.lastPosition(of: .first) == Position(rawValue: 20))
        }
    }

    @Test func `events of a chat that is not there are ignored`() throws {
        let run = try Self.history()
        let empty = ShardState(index: 0, of: 1)
        for entry in run.history.dropFirst() {
            var state = empty
            state.apply(entry)
            #expect(state.withChat(.first) { _ in true } == nil)
        }
    }

    @Test func `a chat whose deletion alone is heard of is not made again`() {
        let state = Self.apply(.deleted(by: .anna), to: ShardState(index: 0, of: 1), at: 5)
        #expect(state.lastPosition(of: .first) == Position(rawValue: 5))
        let time = Timestamp(microseconds: 0)
        let chat = Chat(id: .first, title: "Tea", isGroup: true, createdAt: time)
        #expect(throws: Refusal.chatNotFound) {
            try state.decide(.create(chat, members: [.anna]), in: .first, by: .anna, now: time)
        }
        let made = Self.apply(.created(chat, members: []), to: state, at: 6)
        #expect(made.withChat(.first) { _ in true } == nil)
    }

    @Test func `ids that an ignored event names are not handed out again`() throws {
        let run = try Self.history()
        var state = Self.apply(.deleted(by: .anna), to: run.state, at: 7)
        state = Self.apply(.messageSent(Self.message(50)), to: state, at: 8)
        #expect(state.owner(of: Self.message(50).id) == .chat(.first))
    }
}
