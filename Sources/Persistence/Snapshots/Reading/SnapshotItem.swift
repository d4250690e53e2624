package import Shards

/// What a snapshot gives back, in the order of the file: people, then what the shards have beside
/// chats, then chats, each whole.
package enum SnapshotItem: Sendable {
    case account(DirectoryState.Account)
    case session(Session)
    case endedSession(SessionID, at: Timestamp)
    case reservation(DirectoryState.ChatReservation)
    /// The highest ids that were handed out.
    case spent(users: UInt32, chats: UInt32)
    case slot(SlotState)
    case mark(IdempotencyMark, Slot)
    case deletedChat(ChatID)
    /// The chats of messages that were made before Nodus, by id, 0 for none.
    case legacyMessages(first: UInt64, chats: ContiguousArray<UInt32>)
    case chat(ChatState)
}
