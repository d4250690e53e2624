/// What one slot knows beside its chats: the ids that it has handed out, and to which chats.
package struct SlotState: Equatable, Sendable {
    /// Whose message it is.
    package enum Owner: Hashable, Sendable {
        case chat(ChatID)
        case nobody
        /// It was too long ago: the store knows.
        case stored
    }

    /// For so many messages at least it is known without the store: 4 bytes each, twice as many
    /// before the older half goes.
    package static let recentCount = 16_384

    package let slot: Slot
    /// The newest ids, 0 where there is none.
    package private(set) var messageCounter: UInt64 = 0
    package private(set) var reactionCounter: UInt64 = 0
    /// The chat of each recent message, by counter.
    package private(set) var chatOfMessage: ContiguousArray<UInt32> = []
    /// The counter of the first of them.
    private var recentStart: UInt64 = 1

    package init(slot: Slot) {
        self.slot = slot
    }

    /// As a snapshot has it; `chatOfMessage` ends with the newest message.
    ///
    /// - Returns: nil where there are more messages than were made.
    package init?(
        slot: Slot,
        messageCounter: UInt64,
        reactionCounter: UInt64,
        chatOfMessage: ContiguousArray<UInt32>
    ) {
        guard messageCounter <= MessageID.counterMax, reactionCounter <= MessageID.counterMax,
            chatOfMessage.count <= messageCounter, chatOfMessage.count <= 2 * Self.recentCount
        else { return nil }
        self.slot = slot
        self.messageCounter = messageCounter
        self.reactionCounter = reactionCounter
        self.chatOfMessage = chatOfMessage
        self.recentStart = messageCounter + 1 - UInt64(chatOfMessage.count)
    }

    package var nextMessage: MessageID {
        MessageID(counter: self.messageCounter + 1, slot: self.slot)
    }

    package var nextReaction: ReactionID {
        ReactionID(counter: self.reactionCounter + 1, slot: self.slot)
    }

    package func owner(of message: MessageID) -> Owner {
        guard message.counter > 0, message.counter <= self.messageCounter else { return .nobody }
        guard message.counter >= self.recentStart else { return .stored }
        let chat = self.chatOfMessage[Int(message.counter - self.recentStart)]
        return chat == 0 ? .nobody : .chat(ChatID(rawValue: chat))
    }

    package mutating func used(_ message: MessageID, in chat: ChatID) {
        guard message.counter > self.messageCounter else { return }
        let missing = message.counter - self.messageCounter - 1
        if missing > UInt64(Self.recentCount) {
            self.skip(to: message.counter - 1)
        } else if missing > 0 {
            self.chatOfMessage.append(contentsOf: repeatElement(0, count: Int(missing)))
        }
        self.chatOfMessage.append(chat.rawValue)
        self.messageCounter = message.counter
        guard self.chatOfMessage.count >= 2 * Self.recentCount else { return }
        self.chatOfMessage.removeFirst(Self.recentCount)
        self.recentStart += UInt64(Self.recentCount)
    }

    package mutating func used(_ reaction: ReactionID) {
        self.reactionCounter = max(self.reactionCounter, reaction.counter)
    }

    /// Hands out nothing up to these: a store has what was made under them.
    package mutating func spent(messages: UInt64, reactions: UInt64) {
        self.reactionCounter = max(self.reactionCounter, reactions)
        if messages > self.messageCounter { self.skip(to: messages) }
    }

    private mutating func skip(to counter: UInt64) {
        self.messageCounter = counter
        self.chatOfMessage = []
        self.recentStart = counter + 1
    }
}
