import Shards

/// What the body of a section is made of. A chat's other records follow its own, in the same section
/// or in those after it.
enum SnapshotRecord {
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
    /// Without anything that the records below have.
    case chat(ChatParts)
    case members(MemberTable)
    case absence(Absence)
    case messages(ContiguousArray<StoredMessage>, memoryBytes: Int)
    case deletedMessages(ContiguousArray<MessageID>)
    case touchedMessage(MessageID, TouchedMessage)
    case refusedMessage(MessageID)

    enum Kind: UInt8 {
        case account = 1
        case session = 2
        case endedSession = 3
        case reservation = 4
        case spent = 5
        case slot = 6
        case mark = 7
        case deletedChat = 8
        case legacyMessages = 9
        case chat = 16
        case members = 17
        case absence = 18
        case messages = 19
        case deletedMessages = 20
        case touchedMessage = 21
        case refusedMessage = 22
    }
}
