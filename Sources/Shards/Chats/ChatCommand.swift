/// What somebody asks of a chat. It may be refused.
package enum ChatCommand: Sendable {
    /// `members` begin with the creator.
    case create(Chat, members: [UserID])
    case rename(String)
    case delete
    case addMember(UserID)
    case removeMember(UserID)
    case leave
    case send(Message.Draft)
    case edit(MessageID, Message.Edit)
    case deleteMessage(MessageID)
    case react(MessageID, emoji: String)
    case unreact(MessageID, emoji: String)
    case markRead
}

extension ChatCommand {
    /// Whether carrying it out leaves more in memory than was there.
    var takesMemory: Bool {
        switch self {
        case .create, .addMember, .send, .edit, .react: true
        case .rename, .delete, .removeMember, .leave, .deleteMessage, .unreact, .markRead: false
        }
    }
}
