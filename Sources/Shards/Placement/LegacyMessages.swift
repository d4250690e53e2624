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

    /// The chats by ascending id, 0 for none, cut into runs of `count` ids.
    package func runs(of count: Int) -> [(first: UInt64, chats: ArraySlice<UInt32>)] {
        guard self.chats.count > 1 else { return [] }
        let chats = Array(self.chats)
        return stride(from: 0, to: chats.count, by: count).map { start in
            (UInt64(start), chats[start..<min(start + count, chats.count)])
        }
    }

    /// Takes such a run in, after those before it.
    package mutating func restore(_ run: ContiguousArray<UInt32>, from first: UInt64) {
        guard first == (self.chats.count == 1 ? 0 : UInt64(self.chats.count)) else { return }
        if first == 0 { self.chats = [] }
        self.chats += run
    }
}
