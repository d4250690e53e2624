/// Everything a shard knows: the chats of its slots.
///
/// No clock, no randomness, no I/O and no `await`, so that recovery replays the journal through the
/// same `apply` that serves live traffic and arrives at the same state.
package struct ShardState: Equatable, Sendable {
    package let index: Int
    package let shardCount: Int
    /// The slots of this shard: `slot / shardCount`.
    private var slots: [SlotState]
    private var chats: ContiguousArray<ChatState?> = []
    private var places: [ChatID: Int] = [:]
    private var marks = MarkTable()
    /// Of the newest deletion of a whole chat: what an answer waits for that finds none.
    private var lastDeletion = Position.zero
    /// Ids that are spent: a chat that was deleted is not made again.
    private var deleted: Set<ChatID> = []

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

    /// Every chat, in no order: what indexes are rebuilt from.
    package var allChats: some Sequence<ChatState> { self.chats.lazy.compactMap(\.self) }

    package func chat(of message: MessageID) -> ChatID? {
        self.slots[self.place(of: message.slot)].chat(of: message)
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
            return self.places[chat.id] == nil ? self.decideCreation(of: chat, with: users) : nil
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

    private func decideCreation(
        of chat: Chat,
        with users: [UserID]
    ) -> (event: ChatEvent, notice: Notice) {
        let members = users.enumerated().map { index, user in
            Member(
                user: user,
                role: index == 0 && chat.isGroup ? .admin : .member,
                joinedAt: chat.createdAt,
                joinedAfter: MessageID(rawValue: 0)
            )
        }
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
        if let mark { self.marks.remember(mark) }
        switch event {
        case .created(let chat, let members):
            guard self.places[id] == nil, !self.deleted.contains(id) else { return }
            self.places[id] = self.chats.count
            self.chats.append(ChatState(chat, members: members, at: position))
            return
        case .deleted:
            if let place = self.places.removeValue(forKey: id) { self.chats[place] = nil }
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
        guard let place = self.places[id] else { return }
        self.chats[place]?.apply(event, at: position)
    }
}
