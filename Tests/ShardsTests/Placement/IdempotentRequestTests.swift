import Shards
import TestSupport
import Testing

/// The same request again, under the same `Idempotency-Key`.
@Suite struct IdempotentRequestTests {
    private let sink = RecordingSink()
    private let shard: ChatShard
    private let start = Timestamp(microseconds: 1_730_800_800_000_000)

    init() async {
        self.shard = ChatShard(
            state: ShardState(index: 0, of: 1),
            executor: QueueExecutor(),
            sink: self.sink
        )
        let chat = Chat(id: .first, title: "Tea", isGroup: true, createdAt: self.start)
        _ = await self.handle(.create(chat, members: [.anna, .boris]), key: 0)
    }

    private func handle(
        _ command: ChatCommand,
        by user: UserID = .anna,
        key: UInt64,
        body: UInt64 = 0,
        after: Duration = .zero
    ) async -> Result<ChatEffect, Refusal> {
        let request = IdempotencyMark.Request(
            scope: .init(high: 0, low: key),
            body: .init(high: 0, low: body)
        )
        let now = self.start.advanced(by: after)
        return await self.shard.handle(
            command,
            in: .first,
            by: user,
            request: request,
            now: now
        ).value
    }

    private static let draft = Message.Draft(
        kind: "text",
        content: "hello",
        payload: nil,
        replyTo: nil
    )
    private static let message = MessageID(counter: 1, slot: ChatID.first.slot)

    @Test func `a message is sent once`() async {
        let first = await self.handle(.send(Self.draft), key: 1)
        let second = await self.handle(.send(Self.draft), key: 1)
        #expect(first == .success(.message(Self.message)))
        #expect(second == .success(.replayed(.message(Self.message))))
        #expect(self.sink.entries.count == 2)
    }

    @Test func `the same key with another body is refused`() async {
        _ = await self.handle(.send(Self.draft), key: 1, body: 1)
        #expect(await self.handle(.send(Self.draft), key: 1, body: 2) == .failure(.keyReused))
        #expect(self.sink.entries.count == 2)
    }

    @Test func `a request that was refused is tried again`() async {
        #expect(await self.handle(.leave, by: .clara, key: 1) == .failure(.accessDenied))
        #expect(await self.handle(.addMember(.clara), key: 2) == .success(.done))
        #expect(await self.handle(.leave, by: .clara, key: 1) == .success(.done))
        #expect(await self.handle(.leave, by: .clara, key: 1) == .success(.replayed(.done)))
    }

    @Test func `what was refused for want of room is done when there is some`() async {
        self.sink.hasRoom = false
        #expect(await self.handle(.send(Self.draft), key: 1) == .failure(.noRoom))
        self.sink.hasRoom = true
        #expect(await self.handle(.send(Self.draft), key: 1) == .success(.message(Self.message)))
    }

    @Test func `a replay is answered while there is no room`() async {
        _ = await self.handle(.send(Self.draft), key: 1)
        self.sink.hasRoom = false
        let replay = await self.handle(.send(Self.draft), key: 1)
        #expect(replay == .success(.replayed(.message(Self.message))))
    }

    @Test func `creating, deleting and renaming are done once`() async {
        let chat = Chat(id: .first, title: "Tea", isGroup: true, createdAt: self.start)
        let create = ChatCommand.create(chat, members: [.anna, .boris])
        #expect(await self.handle(create, key: 0) == .success(.replayed(.done)))
        #expect(await self.handle(.rename("A"), key: 1) == .success(.done))
        #expect(await self.handle(.rename("B"), key: 2) == .success(.done))
        #expect(await self.handle(.rename("A"), key: 1) == .success(.replayed(.done)))
        #expect(await self.shard.state.withChat(.first, \.chat.title) == "B")
        #expect(await self.handle(.delete, key: 3) == .success(.done))
        #expect(await self.handle(.delete, key: 3) == .success(.replayed(.done)))
        #expect(await self.handle(create, key: 0) == .success(.replayed(.done)))
    }

    @Test func `a key is known after its chat is gone, and shows nothing of it`() async {
        _ = await self.handle(.send(Self.draft), key: 1)
        _ = await self.handle(.delete, key: 2)
        #expect(await self.handle(.send(Self.draft), key: 1) == .failure(.accessDenied))
        #expect(await self.handle(.send(Self.draft), key: 1, body: 5) == .failure(.keyReused))
        #expect(await self.handle(.send(Self.draft), key: 9) == .failure(.chatNotFound))
        #expect(self.sink.entries.count == 3)
    }

    @Test func `one who left is told that they left, and shown no message`() async {
        _ = await self.handle(.send(Self.draft), by: .boris, key: 1)
        _ = await self.handle(.leave, by: .boris, key: 2)
        let replay = await self.handle(.send(Self.draft), by: .boris, key: 1)
        #expect(replay == .failure(.accessDenied))
        #expect(await self.handle(.leave, by: .boris, key: 2) == .success(.replayed(.done)))
    }

    @Test func `a reaction is given once, and told as it is now`() async throws {
        _ = await self.handle(.send(Self.draft), key: 1)
        let react = ChatCommand.react(Self.message, emoji: "👍")
        guard case .success(.reaction(let made)) = await self.handle(react, key: 2) else {
            Issue.record("no reaction")
            return
        }
        #expect(await self.handle(react, key: 2) == .success(.replayed(.reaction(made))))
        _ = await self.handle(.unreact(Self.message, emoji: "👍"), key: 3)
        #expect(await self.handle(react, key: 2) == .success(.replayed(.reaction(made))))
        #expect(await self.handle(react, key: 4) != .success(.replayed(.reaction(made))))
        let unreact = await self.handle(.unreact(Self.message, emoji: "👍"), key: 3)
        #expect(unreact == .success(.replayed(.done)))
        let reactions = await self.shard.state.withChat(.first) { $0.message(Self.message) }
        #expect(reactions??.reactions.count == 1)
    }

    @Test func `what was so already is remembered too, and a late repeat undoes nothing`() async {
        _ = await self.handle(.send(Self.draft), key: 1)
        let unreact = ChatCommand.unreact(Self.message, emoji: "👍")
        #expect(await self.handle(unreact, key: 2) == .success(.done))
        _ = await self.handle(.react(Self.message, emoji: "👍"), key: 3)
        #expect(await self.handle(unreact, key: 2) == .success(.replayed(.done)))
        let message = await self.shard.state.withChat(.first) { $0.message(Self.message) }
        #expect(message??.reactions.count == 1)
        #expect(self.sink.entries.count == 4)
    }

    @Test func `without a key what was so already makes no event`() async {
        _ = await self.handle(.send(Self.draft), key: 1)
        let unreact = ChatCommand.unreact(Self.message, emoji: "👍")
        let shown = await self.shard.handle(
            unreact,
            in: .first,
            by: .anna,
            now: Timestamp(microseconds: 1)
        )
        #expect(shown.value == .success(.done))
        #expect(self.sink.entries.count == 2)
    }

    @Test func `reading again under the same key reads nothing more`() async {
        _ = await self.handle(.send(Self.draft), key: 1)
        let first = await self.handle(.markRead, by: .boris, key: 2)
        #expect(first == .success(.read([Self.message], through: Self.message)))
        _ = await self.handle(.send(Self.draft), key: 3)
        // As far as was read the first time, which the second message does not change.
        let second = await self.handle(.markRead, by: .boris, key: 2)
        #expect(second == .success(.replayed(.read([], through: Self.message))))
        #expect(await self.shard.state.withChat(.first) { $0.unreadCount(of: .boris) } == 1)
    }

    @Test func `a key is forgotten after 24 hours, also where nothing happened since`() async {
        _ = await self.handle(.send(Self.draft), key: 1)
        let day = Duration.seconds(24 * 3600)
        let last = await self.handle(.send(Self.draft), key: 1, after: day)
        #expect(last == .success(.replayed(.message(Self.message))))
        let later = day + .microseconds(1)
        let new = await self.handle(.send(Self.draft), key: 1, body: 7, after: later)
        let second = MessageID(counter: 2, slot: ChatID.first.slot)
        #expect(new == .success(.message(second)))
        let replay = await self.handle(.send(Self.draft), key: 1, body: 7, after: later)
        #expect(replay == .success(.replayed(.message(second))))
    }

    @Test func `the mark is journaled with its effect`() async {
        _ = await self.handle(.send(Self.draft), key: 1, body: 5)
        let mark = self.sink.entries.last?.mark
        #expect(mark?.request.scope.low == 1)
        #expect(mark?.request.body.low == 5)
        #expect(mark?.user == .anna)
        #expect(mark?.resource == Self.message.rawValue)
        #expect(mark?.at == self.start)
    }
}
