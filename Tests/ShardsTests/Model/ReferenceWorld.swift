import Shards

/// All chats of a shard, written down plainly.
struct ReferenceWorld {
    private(set) var chats: [ChatID: ReferenceChat] = [:]
    /// In order of making, those that are gone included.
    private(set) var ids: [ChatID] = []
    private var messageCounts: [Slot: UInt64] = [:]
    private var reactionCounts: [Slot: UInt64] = [:]
    /// Ids up to these counters are not handed out in any slot.
    private(set) var spent = (messages: UInt64(0), reactions: UInt64(0))

    /// - Returns: whether anything was to be done.
    mutating func perform(
        _ command: ChatCommand,
        in id: ChatID,
        by user: UserID,
        clock: Timestamp
    ) throws(Refusal) -> Bool {
        if case .create(let chat, let members) = command {
            guard !self.ids.contains(chat.id) else {
                guard self.chats[chat.id] != nil else { throw .chatNotFound }
                return false
            }
            self.chats[chat.id] = ReferenceChat(chat, members: members)
            self.ids.append(chat.id)
            return true
        }
        guard var chat = self.chats[id] else { throw .chatNotFound }
        let circumstances = self.circumstances(of: id.slot, clock: clock)
        let isDone = try chat.perform(command, by: user, in: circumstances)
        self.chats[id] = chat.isGone ? nil : chat
        switch command {
        case .send: self.messageCounts[id.slot] = self.messageCount(of: id.slot) + 1
        case .react: self.reactionCounts[id.slot] = self.reactionCount(of: id.slot) + 1
        default: break
        }
        return isDone
    }

    mutating func spend(messages: UInt64, reactions: UInt64) {
        self.spent.messages = max(self.spent.messages, messages)
        self.spent.reactions = max(self.spent.reactions, reactions)
    }

    private func messageCount(of slot: Slot) -> UInt64 {
        max(self.messageCounts[slot, default: 0], self.spent.messages)
    }

    private func reactionCount(of slot: Slot) -> UInt64 {
        max(self.reactionCounts[slot, default: 0], self.spent.reactions)
    }

    private func circumstances(
        of slot: Slot,
        clock: Timestamp
    ) -> ReferenceChat.Circumstances {
        let low = UInt64(slot.rawValue)
        let message = (self.messageCount(of: slot) + 1) * 1024 + low
        let reaction = (self.reactionCount(of: slot) + 1) * 1024 + low
        return ReferenceChat.Circumstances(
            nextMessage: MessageID(rawValue: message),
            nextReaction: ReactionID(rawValue: reaction),
            clock: clock
        )
    }
}
