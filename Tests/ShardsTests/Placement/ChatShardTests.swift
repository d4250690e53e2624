import Shards
import TestSupport
import Testing

@Suite struct ChatShardTests {
    private let sink = RecordingSink()
    private let shard: ChatShard
    private let now = Timestamp(microseconds: 1_730_800_800_000_000)

    init() async {
        self.shard = ChatShard(
            state: ShardState(index: 0, of: 1),
            executor: QueueExecutor(),
            sink: self.sink
        )
        let chat = Chat(id: .first, title: "Tea", isGroup: true, createdAt: self.now)
        _ = await self.handle(.create(chat, members: [.anna, .boris]), by: .anna)
    }

    private func handle(
        _ command: ChatCommand,
        in chat: ChatID = .first,
        by user: UserID
    ) async -> Shown<Result<ChatEffect, Refusal>> {
        await self.shard.handle(command, in: chat, by: user, now: self.now)
    }

    private func send(_ text: String = "hello", by user: UserID) async -> MessageID? {
        let draft = Message.Draft(kind: "text", content: text, payload: nil, replyTo: nil)
        guard case .success(.message(let id)) = await self.handle(.send(draft), by: user).value
        else { return nil }
        return id
    }

    @Test func `an answer waits for its own event`() async {
        let draft = Message.Draft(kind: "text", content: "hello", payload: nil, replyTo: nil)
        let shown = await self.handle(.send(draft), by: .anna)
        let id = MessageID(counter: 1, slot: ChatID.first.slot)
        #expect(shown.value == .success(.message(id)))
        #expect(shown.after == Position(rawValue: 2))
        #expect(await self.shard.owner(of: id) == .chat(.first))
    }

    @Test func `a refusal waits for what it shows`() async throws {
        let id = try #require(await self.send(by: .anna))
        _ = await self.handle(.deleteMessage(id), by: .anna)
        let refused = await self.handle(.deleteMessage(id), by: .anna)
        #expect(refused.value == .failure(.alreadyDeleted))
        #expect(refused.after == Position(rawValue: 3))
        _ = await self.handle(.delete, by: .anna)
        let gone = await self.handle(.markRead, by: .anna)
        #expect(gone.value == .failure(.chatNotFound))
        #expect(gone.after == Position(rawValue: 4))
    }

    @Test func `a full sink refuses the command and nothing has changed`() async {
        let before = await self.shard.state
        self.sink.hasRoom = false
        let shown = await self.handle(.rename("Coffee"), by: .anna)
        #expect(shown.value == .failure(.noRoom))
        #expect(self.sink.entries.count == 1)
        #expect(await self.shard.state == before)
        self.sink.hasRoom = true
        #expect(await self.handle(.rename("Coffee"), by: .anna).value == .success(.done))
        #expect(self.sink.entries.count == 2)
    }

    @Test func `the events in the sink rebuild the shard`() async throws {
        let id = try #require(await self.send(by: .anna))
        _ = await self.handle(.react(id, emoji: "👍"), by: .boris)
        _ = await self.handle(.markRead, by: .boris)
        _ = await self.handle(.leave, by: .anna)
        var rebuilt = ShardState(index: 0, of: 1)
        for entry in self.sink.entries {
            guard case .chat(let chat, let event) = entry.event else { continue }
            rebuilt.apply(event, to: chat, mark: entry.mark, at: entry.position)
        }
        #expect(await self.shard.state == rebuilt)
    }

    @Test func `reading tells which messages became read`() async throws {
        let first = try #require(await self.send(by: .anna))
        let second = try #require(await self.send(by: .anna))
        let shown = await self.handle(.markRead, by: .boris)
        #expect(shown.value == .success(.read([second, first], through: second)))
        let again = await self.handle(.markRead, by: .boris)
        #expect(again.value == .success(.read([], through: second)))
    }

    @Test func `what is so already is done, and nothing is journaled`() async throws {
        let id = try #require(await self.send(by: .anna))
        #expect(await self.handle(.unreact(id, emoji: "👍"), by: .anna).value == .success(.done))
        #expect(await self.handle(.rename("Tea"), by: .anna).value == .success(.done))
        #expect(self.sink.entries.count == 2)
    }

    @Test func `summaries are for members`() async throws {
        let unknown = ChatID(rawValue: 9)
        #expect(await self.shard.summary(of: unknown, for: .anna) == nil)
        let strange = try #require(await self.shard.summary(of: .first, for: .clara))
        #expect(strange == nil)
        let own = await self.shard.summaries(of: [unknown, .first], for: .boris)
        #expect(own.value.map(\.chat.title) == ["Tea"])
        #expect(own.after == (await self.shard.lastPosition(of: .first)))
        #expect(await self.shard.summaries(of: [.first], for: .clara).value.isEmpty)
        #expect(await self.shard.isMember(.anna, of: .first))
        #expect(await !self.shard.isMember(.clara, of: .first))
        #expect(await !self.shard.isMember(.anna, of: unknown))
    }

    @Test func `search finds text newest first, a stretch at a time`() async throws {
        var ids: [MessageID?] = []
        for text in ["One tea", "coffee", "two \"TEA\"", "tea"] {
            ids.append(await self.send(text, by: .anna))
        }
        _ = await self.handle(.deleteMessage(try #require(ids[3])), by: .anna)
        let first = try #require(await self.search("tea", for: .boris))
        #expect(first.value?.next == ids[1])
        #expect(first.after == Position(rawValue: 6))
        let found = try first.value?.found
            .map { try Answer.decode(MessageAnswer.self, from: $0) }
        #expect(found?.map(\.content) == ["two \"TEA\""])
        let next = try #require(first.value?.next)
        let rest = try #require(await self.search("tea", for: .boris, below: next))
        #expect(rest.value?.next == nil)
        #expect(rest.value?.found.count == 1)
        let strange = try #require(await self.search("tea", for: .clara))
        #expect(strange.value == nil)
    }

    /// - Returns: nil where the store is needed.
    private func search(
        _ text: String,
        for user: UserID,
        below id: MessageID = MessageID(rawValue: .max)
    ) async -> Shown<(found: [[UInt8]], next: MessageID?)?>? {
        let handled = await self.shard.search(
            text,
            in: .first,
            for: user,
            below: id,
            countMax: 3,
            answer: nil
        )
        guard case .done(let shown) = handled else { return nil }
        return shown
    }
}
