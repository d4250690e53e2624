import Shards

/// One request on its way through a shard, perhaps by the store.
struct MemoryRequest {
    enum Wish {
        case command(ChatCommand, IdempotencyMark.Request?)
        case page(PageQuery)
        case message(MessageID)
        /// A stretch of at most so many messages.
        case search(String, countMax: Int)
    }

    /// What came of it, in bytes where a client would see bytes.
    enum Outcome: Equatable, Sendable {
        case command(Result<ChatEffect, Refusal>)
        case page([UInt8]?)
        case message(Result<[UInt8], Refusal>)
        case found([[UInt8]]?, next: MessageID?)
    }

    let wish: Wish
    let chat: ChatID
    let user: UserID
    /// Where a search goes on.
    var below = MessageID(rawValue: .max)
    var question: StoreQuestion?
    /// What the store had when it was read, which is not when it was asked.
    var answer: StoreAnswer?

    init(_ wish: Wish, in chat: ChatID, by user: UserID) {
        self.wish = wish
        self.chat = chat
        self.user = user
    }

    func perform(on shard: isolated ChatShard, now: Timestamp) -> Handled<Outcome> {
        switch self.wish {
        case .command(let command, let request):
            return shard.handle(
                command,
                in: self.chat,
                by: self.user,
                request: request,
                now: now,
                answer: self.answer
            )
            .map { .command($0) }
        case .page(let query):
            return shard.page(query, of: self.chat, for: self.user, answer: self.answer) { chat in
                chat?.page(query)
            }
            .map { .page($0) }
        case .message(let id):
            return shard.message(id, of: self.chat, for: self.user, answer: self.answer) {
                chat,
                message in
                message.json(in: chat)
            }
            .map { .message($0) }
        case .search(let text, let countMax):
            return shard.search(
                text,
                in: self.chat,
                for: self.user,
                below: self.below,
                countMax: countMax,
                answer: self.answer
            )
            .map { .found($0?.found, next: $0?.next) }
        }
    }
}

extension Handled {
    func map<Other>(_ change: (Value) -> Other) -> Handled<Other> {
        switch self {
        case .done(let shown): .done(Shown(change(shown.value), after: shown.after))
        case .needs(let question): .needs(question)
        }
    }
}

extension StoredMessage {
    func json(in chat: ChatState) -> [UInt8] {
        let isRead = chat.isRead(self)
        var json = JSONWriter(reserving: self.byteCount(isRead: isRead))
        self.write(isRead: isRead, to: &json)
        return json.bytes
    }
}

extension ChatState {
    /// The page as bytes, in memory of just the size that was counted.
    func page(_ query: PageQuery) -> [UInt8] {
        let plan = self.plan(query)
        return [UInt8](unsafeUninitializedCapacity: plan.byteCount) { memory, count in
            let lent = UnsafeMutableRawBufferPointer(memory)[..<plan.byteCount]
            var sink = MemoryWriter(UnsafeMutableRawBufferPointer(rebasing: lent))
            self.write(plan, to: &sink)
            count = sink.byteCount
        }
    }
}
