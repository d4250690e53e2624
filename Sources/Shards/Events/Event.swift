/// A change that has happened, as the journal keeps it. Never refused, never edited.
///
/// Each carries the row as it is afterwards, not the difference, so it applies without its base
/// and twice as well as once.
package enum Event: Hashable, Sendable {
    case chat(ChatID, ChatEvent)
    case people(PeopleEvent)
}

/// A change of one chat. Owned by the chat's shard.
package enum ChatEvent: Hashable, Sendable {
    case created(Chat, members: [Member])
    case changed(Chat)
    case deleted(by: UserID)
    case memberAdded(Member, by: UserID)
    /// `promoted` becomes admin, where the last one left. `absence` is what they left unread; it is
    /// missing too in a journal of format 1.
    case memberRemoved(UserID, by: UserID, promoted: UserID?, absence: Absence?)
    case messageSent(Message)
    case messageChanged(Message)
    case reactionAdded(Reaction)
    case reactionRemoved(MessageID, user: UserID, emoji: String)
    case readAdvanced(UserID, through: MessageID, at: Timestamp)
}

/// A change of one person. Owned by the `Directory`.
package enum PeopleEvent: Hashable, Sendable {
    case userChanged(User)
    case sessionChanged(Session)
    /// When a user was last known to be online, journaled as they go offline.
    case lastSeen(UserID, Timestamp)
}
