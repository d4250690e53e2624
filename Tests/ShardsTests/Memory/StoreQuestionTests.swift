import Shards
import TestSupport
import Testing

/// One chat of Anna and Boris with ten messages, which the store has and memory has not.
@Suite struct StoreQuestionTests {
    private let shard = LoneShard()
    private var store = ReferenceStore(seed: 0, refusalOdds: 0)
    private let now = Timestamp(microseconds: 1_730_800_800_000_000)
    private let ids = (1...10).map { MessageID(counter: $0, slot: ChatID.first.slot) }

    init() {
        let chat = Chat(id: .first, title: "Tea", isGroup: true, createdAt: self.now)
        _ = self.handle(.create(chat, members: [.anna, .boris]), by: .anna)
        for index in 1...10 { _ = self.send("tea \(index)", by: .anna) }
        self.fill()
        self.shard.enter { $0.limitMemory(to: 0) }
        self.forget()
    }

    private mutating func fill() {
        for entry in self.shard.sink.entries.dropFirst(Int(self.store.applied.rawValue)) {
            guard case .chat(let chat, let event) = entry.event else { continue }
            self.store.apply(event, of: chat, at: entry.position)
        }
    }

    private func forget(refused: [MessageID] = []) {
        let applied = self.store.applied
        self.shard.enter { $0.confirm(through: applied, refused: refused) }
    }

    private func handle(
        _ command: ChatCommand,
        by user: UserID,
        answer: StoreAnswer? = nil
    ) -> Handled<Result<ChatEffect, Refusal>> {
        let now = self.now
        return self.shard.enter {
            $0.handle(command, in: .first, by: user, now: now, answer: answer)
        }
    }

    private func send(_ text: String, by user: UserID) -> Handled<Result<ChatEffect, Refusal>> {
        let draft = Message.Draft(kind: "text", content: text, payload: nil, replyTo: nil)
        return self.handle(.send(draft), by: user)
    }

    private func page(for user: UserID, answer: StoreAnswer? = nil) -> Handled<[UInt8]?> {
        let query = PageQuery(cursor: .newest, limit: 3, includesDeleted: true)
        return self.shard.enter {
            $0.page(query, of: .first, for: user, answer: answer) { chat in chat?.page(query) }
        }
    }

    private var loadedCount: Int? { self.shard.state.withChat(.first) { $0.log.loaded.count } }

    @Test func `a page asks for one message more than it shows`() throws {
        #expect(self.loadedCount == 0)
        let question = try #require(self.page(for: .boris).question)
        let end = MessageID(rawValue: self.ids[9].rawValue + 1)
        let query = HistoryQuery.below(end, of: .first, countMax: 4, includesDeleted: true)
        #expect(question.queries == [query])
        let json = try #require(self.page(for: .boris, answer: self.store.answer(question)).value)
        let page = try Answer.decode(PageAnswer.self, from: try #require(json))
        #expect(page.messages.map(\.content) == ["tea 10", "tea 9", "tea 8"])
        #expect(page.hasMore)
        #expect(self.loadedCount == 4)
        #expect(self.page(for: .boris).question == nil)
    }

    @Test func `strangers do not make the store work`() throws {
        #expect(try #require(self.page(for: .clara).value) == nil)
        let reaction = self.handle(.react(self.ids[0], emoji: "👍"), by: .clara)
        #expect(reaction.value == .failure(.accessDenied))
        #expect(self.handle(.markRead, by: .clara).value == .failure(.accessDenied))
    }

    @Test func `an answer that the window has moved from is asked for anew`() throws {
        let question = try #require(self.page(for: .boris).question)
        _ = self.send("eleven", by: .boris)
        let late = self.page(for: .boris, answer: self.store.answer(question))
        let again = try #require(late.question)
        let json = try #require(self.page(for: .boris, answer: self.store.answer(again)).value)
        let page = try Answer.decode(PageAnswer.self, from: try #require(json))
        #expect(page.messages.map(\.content) == ["eleven", "tea 10", "tea 9"])
    }

    @Test mutating func `what changes during a look stays until the look is over`() throws {
        let asked = try #require(self.handle(.deleteMessage(self.ids[0]), by: .anna).question)
        let old = self.store.answer(asked)
        let look = try #require(self.handle(.react(self.ids[0], emoji: "👍"), by: .boris).question)
        let reacted = self.handle(
            .react(self.ids[0], emoji: "👍"),
            by: .boris,
            answer: self.store.answer(look)
        )
        guard case .success = reacted.value else {
            Issue.record("\(reacted)")
            return
        }
        self.fill()
        self.forget()
        #expect(self.shard.state.memory.droppableThrough < self.store.applied)
        #expect(self.shard.state.memory.byteCount > 0)
        let gone = self.handle(.deleteMessage(self.ids[0]), by: .anna, answer: old)
        #expect(gone.value == .success(.message(self.ids[0])))
        self.fill()
        self.forget()
        #expect(self.shard.state.memory.byteCount == 0)
    }

    @Test func `a question that is dropped holds nothing back`() throws {
        let question = try #require(self.page(for: .boris).question)
        _ = self.send("eleven", by: .boris)
        self.shard.enter { $0.confirm(through: Position(rawValue: 12), refused: []) }
        #expect(self.loadedCount == 1)
        self.shard.enter { $0.drop(question) }
        self.shard.enter { $0.makeRoom() }
        #expect(self.loadedCount == 0)
        #expect(!self.shard.state.memory.isFull)
    }

    @Test mutating func `a full memory refuses what takes more, until the store follows`() throws {
        _ = self.send("eleven", by: .boris)
        self.shard.enter { $0.makeRoom() }
        #expect(self.send("twelve", by: .boris).value == .failure(.noRoom))
        #expect(self.handle(.addMember(.clara), by: .anna).value == .failure(.noRoom))
        #expect(self.handle(.rename("Coffee"), by: .anna).value == .success(.done))
        self.fill()
        self.forget()
        #expect(self.send("twelve", by: .boris).question == nil)
        #expect(self.shard.sink.entries.count == 14)
    }

    @Test func `the id of a message of another shard is nobody's here`() {
        for shardCount in 1...7 {
            for index in 0..<shardCount {
                var state = ShardState(index: index, of: shardCount)
                let ids = (0..<1024).map { MessageID(counter: 1, slot: Slot(rawValue: $0)) }
                state.keep(refused: ids)
                #expect(ids.allSatisfy { state.owner(of: $0) == .nobody })
            }
        }
    }

    @Test func `a refused message is found where its chat is known to the store only`() throws {
        let (shard, now) = (self.shard, self.now)
        let draft = Message.Draft(kind: "text", content: "refused", payload: nil, replyTo: nil)
        let sent = shard.enter { $0.handle(.send(draft), in: .first, by: .boris, now: now) }
        guard case .success(.message(let id)) = sent.value else { return }
        var state = shard.state
        state.spent(messages: 100_000, reactions: 0)
        #expect(state.owner(of: id) == .stored)
        state.keep(refused: [id])
        #expect(state.owner(of: id) == .chat(.first))
        #expect(state.owner(of: self.ids[0]) == .stored)
        state.memory.confirm(through: Position(rawValue: 12))
        state.makeRoom(visitMax: 100)
        #expect(state.withChat(.first) { $0.message(id)?.text } == "refused")
        #expect(state.withChat(.first) { $0.message(self.ids[0]) == nil } == true)
    }
}

extension Handled {
    fileprivate var question: StoreQuestion? {
        if case .needs(let question) = self { question } else { nil }
    }

    fileprivate var value: Value? {
        if case .done(let shown) = self { shown.value } else { nil }
    }
}
