import Shards
import Testing

/// A shard driven by hand: decides, takes the next position, applies, and remembers its history.
struct ShardRun {
    struct Entry {
        let event: ChatEvent
        let chat: ChatID
        let mark: IdempotencyMark?
        let position: Position
    }

    private(set) var state = ShardState(index: 0, of: 1)
    private(set) var history: [Entry] = []
    var now = Timestamp(microseconds: 1_730_800_800_123_456)

    /// - Returns: what was decided, which is true by now; nil where it was so already.
    @discardableResult
    mutating func handle(
        _ command: ChatCommand,
        in chat: ChatID = .first,
        by user: UserID,
        mark: IdempotencyMark? = nil
    ) throws(Refusal) -> (event: ChatEvent, notice: Notice)? {
        let decision = try self.state.decide(command, in: chat, by: user, now: self.now)
        guard let decision else { return nil }
        let position = Position(rawValue: UInt64(self.history.count) + 1)
        self.history.append(
            Entry(event: decision.event, chat: chat, mark: mark, position: position)
        )
        self.state.apply(decision.event, to: chat, mark: mark, at: position)
        return decision
    }
}

extension ShardState {
    mutating func apply(_ entry: ShardRun.Entry) {
        self.apply(entry.event, to: entry.chat, mark: entry.mark, at: entry.position)
    }

    /// The page as bytes, in memory of just the size that was counted.
    func page(_ query: PageQuery, of chat: ChatID) -> [UInt8]? {
        self.withChat(chat) { chat in
            let plan = chat.plan(query)
            let json = [UInt8](unsafeUninitializedCapacity: plan.byteCount) { memory, count in
                let lent = UnsafeMutableRawBufferPointer(memory)[..<plan.byteCount]
                var sink = MemoryWriter(UnsafeMutableRawBufferPointer(rebasing: lent))
                chat.write(plan, to: &sink)
                count = sink.byteCount
            }
            #expect(json.count == plan.byteCount)
            return json
        }
    }
}

// MARK: - The words of the tests

extension UserID {
    static let anna = UserID(rawValue: 1)
    static let boris = UserID(rawValue: 2)
    static let clara = UserID(rawValue: 3)
    static let dmitri = UserID(rawValue: 4)
}

extension ChatID {
    static let first = ChatID(rawValue: 1)
}

extension MessageID {
    static let none = MessageID(rawValue: 0)
}

extension ShardRun {
    /// A group that the first of `members` made.
    static func group(_ members: UserID...) -> ShardRun { Self.chat(members, isGroup: true) }

    static func direct(_ one: UserID, _ other: UserID) -> ShardRun {
        Self.chat([one, other], isGroup: false)
    }

    private static func chat(_ members: [UserID], isGroup: Bool) -> ShardRun {
        var run = ShardRun()
        let chat = Chat(id: .first, title: "Tea", isGroup: isGroup, createdAt: run.now)
        _ = try? run.handle(.create(chat, members: members), by: members[0])
        return run
    }

    @discardableResult
    mutating func send(
        _ text: String? = "hello",
        by user: UserID,
        replyTo: MessageID? = nil
    ) throws(Refusal) -> MessageID {
        let draft = Message.Draft(kind: "text", content: text, payload: nil, replyTo: replyTo)
        let decision = try self.handle(.send(draft), by: user)
        guard case .messageSent(let message) = decision?.event else { return .none }
        return message.id
    }

    /// What is known of the first chat. Traps where it is gone.
    var chat: ChatState {
        guard let chat = self.state.withChat(.first, { $0 }) else { preconditionFailure("gone") }
        return chat
    }

    func isRead(_ message: MessageID) -> Bool? {
        self.chat.message(message).map { self.chat.isRead($0) }
    }
}
