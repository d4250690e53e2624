/// What one slot knows beside its chats: the ids that it has handed out, and to which chats.
package struct SlotState: Equatable, Sendable {
    package let slot: Slot
    /// The newest ids, 0 where there is none.
    package private(set) var messageCounter: UInt64 = 0
    package private(set) var reactionCounter: UInt64 = 0
    /// The chat of each message, by counter: 4 bytes a message.
    private var chatOfMessage: ContiguousArray<UInt32> = []

    package init(slot: Slot) {
        self.slot = slot
    }

    package var nextMessage: MessageID {
        MessageID(counter: self.messageCounter + 1, slot: self.slot)
    }

    package var nextReaction: ReactionID {
        ReactionID(counter: self.reactionCounter + 1, slot: self.slot)
    }

    package func chat(of message: MessageID) -> ChatID? {
        guard message.counter > 0, message.counter <= UInt64(self.chatOfMessage.count) else {
            return nil
        }
        let chat = self.chatOfMessage[Int(message.counter) - 1]
        return chat == 0 ? nil : ChatID(rawValue: chat)
    }

    package mutating func used(_ message: MessageID, in chat: ChatID) {
        guard message.counter > self.messageCounter else { return }
        let missing = Int(message.counter) - self.chatOfMessage.count - 1
        if missing > 0 {
            self.chatOfMessage.append(contentsOf: repeatElement(0, count: missing))
        }
        self.chatOfMessage.append(chat.rawValue)
        self.messageCounter = message.counter
    }

    package mutating func used(_ reaction: ReactionID) {
        self.reactionCounter = max(self.reactionCounter, reaction.counter)
    }
}
