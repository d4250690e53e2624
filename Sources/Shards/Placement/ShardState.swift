/// Everything a shard knows: the chats of its slots.
///
/// No clock, no randomness, no I/O and no `await`, so that recovery replays the journal through the
/// same `apply` that serves live traffic and arrives at the same state.
package struct ShardState: Equatable, Sendable {
    package let index: Int
    package let shardCount: Int
    /// The slots of this shard: `slot / shardCount`.
    package private(set) var slots: [SlotState]
    private(set) var chats: ContiguousArray<ChatState?> = []
    private var places: [ChatID: Int] = [:]
    private(set) var marks = MarkTable()
    /// Of the newest deletion of a whole chat: what an answer waits for that finds none.
    private var lastDeletion = Position.zero
    /// Of messages that the store does not take: it cannot tell whose they are.
    private var chatOfRefused: [MessageID: ChatID] = [:]
    /// Ids that are spent: a chat that was deleted is not made again.
    package private(set) var deleted: Set<ChatID> = []
    /// What the messages in memory may take up, and how far the store has them.
    package var memory = MessageMemory()

    package init(index: Int, of shardCount: Int) {
        precondition(shardCount > 0 && index < shardCount && shardCount <= Slot.count)
        self.index = index
        self.shardCount = shardCount
        self.slots = stride(from: index, to: Slot.count, by: shardCount).map { slot in
            SlotState(slot: Slot(rawValue: UInt16(slot)))
        }
    }

    /// Reads a chat in place.
    package func withChat<Value>(_ id: ChatID, _ read: (ChatState) -> Value) -> Value? {
        guard let place = self.places[id], let chat = self.chats[place] else { return nil }
        return read(chat)
    }

    /// The same for the reading that a chat is in memory for.
    mutating func use<Value>(_ id: ChatID, _ read: (ChatState) -> Value) -> Value? {
        guard let place = self.places[id], let chat = self.chats[place] else { return nil }
        self.memory.used(place)
        return read(chat)
    }

    /// Every chat, in no order.
    package var allChats: some Collection<ChatState> { self.chats.lazy.compactMap(\.self) }

    /// Whose message it is, where its id names its slot; nobody's of this shard where that is in
    /// another.
    package func owner(of message: MessageID) -> SlotState.Owner {
        guard message.slot.shard(of: self.shardCount) == self.index else { return .nobody }
        let owner = self.slots[self.place(of: message.slot)].owner(of: message)
        guard owner == .stored, let chat = self.chatOfRefused[message] else { return owner }
        return .chat(chat)
    }

    package func mark(of scope: IdempotencyMark.Digest) -> IdempotencyMark? { self.marks[scope] }

    /// What must be durable before anything that was seen of this chat leaves the server.
    package func lastPosition(of chat: ChatID) -> Position {
        self.withChat(chat, \.lastPosition) ?? self.lastDeletion
    }

    private func place(of slot: Slot) -> Int { Int(slot.rawValue) / self.shardCount }

    /// Decides what a command means and what the sockets learn of it. Changes nothing.
    ///
    /// - Returns: nil where the command asks for what is so already.
    package func decide(
        _ command: ChatCommand,
        in chat: ChatID,
        by user: UserID,
        now: Timestamp
    ) throws(Refusal) -> (event: ChatEvent, notice: Notice)? {
        if case .create(let chat, let users) = command {
            guard !self.deleted.contains(chat.id) else { throw .chatNotFound }
            guard self.places[chat.id] == nil else { return nil }
            let members = users.enumerated().map { index, user in
                Member(
                    user: user,
                    role: index == 0 && chat.isGroup ? .admin : .member,
                    joinedAt: chat.createdAt,
                    joinedAfter: MessageID(rawValue: 0)
                )
            }
            return Self.creation(of: chat, with: members)
        }
        guard let place = self.places[chat], self.chats[place] != nil else { throw .chatNotFound }
        let slot = self.slots[self.place(of: chat.slot)]
        let surroundings = ChatState.Surroundings(
            nextMessage: slot.nextMessage,
            nextReaction: slot.nextReaction,
            now: now
        )
        guard
            let event = try self.chats[place]?.decide(command, by: user, in: surroundings),
            let notice = self.chats[place]?.notice(of: event)
        else { return nil }
        return (event, notice)
    }

    /// The event of a command that asks for what is so already, where there is one to carry its key.
    package func affirm(
        _ command: ChatCommand,
        in chat: ChatID,
        by user: UserID,
        now: Timestamp
    ) -> (event: ChatEvent, notice: Notice)? {
        let affirmed = self.withChat(chat) { chat in
            chat.affirm(command, by: user, now: now).map { ($0, chat.notice(of: $0)) }
        }
        return affirmed ?? nil
    }

    private static func creation(
        of chat: Chat,
        with members: [Member]
    ) -> (event: ChatEvent, notice: Notice) {
        let event = ChatEvent.created(chat, members: members)
        return (event, ChatState(chat, members: [], at: .zero).notice(of: event))
    }

    /// Makes an event true. Cannot fail: what was decided, or read from the journal, has happened.
    package mutating func apply(
        _ event: ChatEvent,
        to id: ChatID,
        mark: IdempotencyMark?,
        at position: Position
    ) {
        if let mark { self.marks.remember(mark, in: id.slot) }
        switch event {
        case .created(let chat, let members):
            guard self.places[id] == nil, !self.deleted.contains(id) else { return }
            self.insert(ChatState(chat, members: members, at: position))
            return
        case .deleted:
            if let place = self.places.removeValue(forKey: id) {
                self.memory.changed(from: self.chats[place]?.log.byteCount ?? 0, to: 0)
                self.chats[place] = nil
            }
            self.deleted.insert(id)
            self.lastDeletion = max(self.lastDeletion, position)
            return
        case .messageSent(let message):
            self.slots[self.place(of: id.slot)].used(message.id, in: id)
        case .reactionAdded(let reaction):
            self.slots[self.place(of: id.slot)].used(reaction.id)
        case .changed, .memberAdded, .memberRemoved, .messageChanged, .reactionRemoved,
            .readAdvanced:
            break
        }
        self.change(id) { $0.apply(event, at: position) }
    }

    /// What the sockets had learnt of an event of the journal that is applied next.
    ///
    /// - Returns: nil where that cannot be told, as where a snapshot held it already.
    package func notice(
        ofReplayed event: ChatEvent,
        in id: ChatID,
        at position: Position
    ) -> Notice? {
        if case .created(let chat, let members) = event {
            guard self.places[id] == nil, !self.deleted.contains(id) else { return nil }
            return Self.creation(of: chat, with: members).notice
        }
        return self.withChat(id) { $0.notice(ofReplayed: event, at: position) } ?? nil
    }

    private mutating func insert(_ chat: ChatState) {
        self.places[chat.chat.id] = self.chats.count
        self.memory.changed(from: 0, to: chat.log.byteCount)
        for id in chat.log.refusedIDs { self.chatOfRefused[id] = chat.chat.id }
        self.chats.append(chat)
    }

    /// Changes a chat in place, and keeps count of what it takes up.
    @discardableResult
    mutating func change<Value>(_ id: ChatID, _ change: (inout ChatState) -> Value) -> Value? {
        guard let place = self.places[id], var chat = self.chats[place].take() else { return nil }
        let before = chat.log.byteCount
        let value = change(&chat)
        self.memory.changed(from: before, to: chat.log.byteCount)
        self.chats[place] = chat
        self.memory.used(place)
        return value
    }

    /// Keeps messages in memory for ever, because the store does not take them.
    package mutating func keep(refused ids: [MessageID]) {
        var others: [MessageID] = []
        for id in ids {
            switch self.owner(of: id) {
            case .chat(let chat): self.keep(refused: id, of: chat)
            case .stored: others.append(id)
            case .nobody: break
            }
        }
        guard !others.isEmpty else { return }
        // Too old for it to be known whose they are, but in memory, because they changed.
        for chat in self.allChats.map(\.chat.id) {
            for id in others where self.withChat(chat, { $0.log.holds(id) }) == true {
                self.keep(refused: id, of: chat)
            }
        }
    }

    private mutating func keep(refused id: MessageID, of chat: ChatID) {
        self.chatOfRefused[id] = chat
        self.change(chat) { $0.refused(id) }
    }

    /// Takes in a chat as a store has it. What the journal tells later is applied to it.
    package mutating func restore(_ chat: ChatState) {
        guard self.places[chat.chat.id] == nil, !self.deleted.contains(chat.chat.id) else { return }
        self.insert(chat)
    }

    /// Takes in a slot of this shard as a snapshot has it, before any event.
    package mutating func restore(_ slot: SlotState) {
        self.slots[self.place(of: slot.slot)] = slot
    }

    package mutating func restore(_ mark: IdempotencyMark, in slot: Slot) {
        self.marks.remember(mark, in: slot)
    }

    package mutating func restore(deleted chat: ChatID) { self.deleted.insert(chat) }

    /// Hands out no message or reaction id up to these counters.
    package mutating func spent(messages: UInt64, reactions: UInt64) {
        for index in self.slots.indices {
            self.slots[index].spent(messages: messages, reactions: reactions)
        }
    }

    /// Makes room where too much is in memory: chats that were not used lately go first, and what
    /// the store may not have stays. Looks at `visitMax` chats at most.
    package mutating func makeRoom(visitMax: Int) {
        guard !self.chats.isEmpty else { return }
        for _ in 0..<visitMax {
            guard let place = self.memory.nextVisit(of: self.chats.count) else { return }
            guard var chat = self.chats[place.index].take() else { continue }
            let before = chat.log.byteCount
            chat.shrink(keeping: place.keptCount, confirmed: self.memory.droppableThrough)
            self.memory.changed(from: before, to: chat.log.byteCount)
            self.chats[place.index] = chat
        }
    }
}

extension [ShardState] {
    /// Goes over every chat, in no order but always the same: what indexes are rebuilt from. A loop
    /// and not a lazy sequence, which would look its types up for each chat.
    func forEachChat(_ visit: (ChatState) -> Void) {
        for shard in self {
            for case let chat? in shard.chats { visit(chat) }
        }
    }
}

// MARK: - What a store gives back

extension ShardState {
    /// Takes in of an event that a store has applied what the store does not keep.
    package mutating func applyStored(
        _ event: ChatEvent,
        to id: ChatID,
        mark: IdempotencyMark?,
        at position: Position
    ) {
        if let mark { self.marks.remember(mark, in: id.slot) }
        if case .deleted = event { self.apply(event, to: id, mark: nil, at: position) }
    }

    /// The newest message of a chat that is not deleted, as the store has it; nil where it has none.
    package mutating func foundPreview(_ message: Message?, of chat: ChatID) {
        self.change(chat) { $0.foundPreview(message) }
    }

    package func isDeleted(_ message: MessageID, in chat: ChatID) -> Bool {
        self.withChat(chat) { $0.log.isDeleted(message) } ?? true
    }

    /// Chats whose preview is in the store only, and the message to look below.
    package var unknownPreviews: [(chat: ChatID, below: MessageID)] {
        self.allChats.compactMap { chat in
            guard case .unknown = chat.log.preview else { return nil }
            return (chat.chat.id, MessageID(rawValue: chat.log.newestID.rawValue + 1))
        }
    }
}
