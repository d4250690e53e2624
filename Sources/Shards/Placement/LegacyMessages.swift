/// Whose the messages are that were made before Nodus: their ids do not name a slot.
///
/// Fixed at the start, 4 bytes an id up to the highest.
package struct LegacyMessages: Sendable {
    private var chats: ContiguousArray<UInt32>

    /// For ids up to `newest`, 0 where there are none.
    package init(through newest: MessageID) {
        self.chats = ContiguousArray(repeating: 0, count: Int(newest.rawValue) + 1)
    }

    package mutating func add(_ message: MessageID, of chat: ChatID) {
        guard self.contains(message) else { return }
        self.chats[Int(message.rawValue)] = chat.rawValue
    }

    /// Whether the id was made before Nodus, or could have been.
    package func contains(_ message: MessageID) -> Bool {
        message.rawValue > 0 && message.rawValue < UInt64(self.chats.count)
    }

    package func chat(of message: MessageID) -> ChatID? {
        guard self.contains(message) else { return nil }
        let chat = self.chats[Int(message.rawValue)]
        return chat == 0 ? nil : ChatID(rawValue: chat)
    }
}
