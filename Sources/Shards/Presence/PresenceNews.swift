/// A change of somebody's presence, and through which chats it is whose business.
package struct PresenceNews: Sendable {
    /// In a larger group only those hear of it who have subscribed to the user: what one person
    /// does must not cost as much as there are people.
    package static let membersMax = 256

    package let change: PresenceChange
    /// Everybody in these is told.
    package var chats: [ChatID]
    /// Who is in one of these is told where he has subscribed.
    package var largeGroups: [ChatID]

    package init(_ change: PresenceChange, chats: [ChatID], largeGroups: [ChatID]) {
        self.change = change
        self.chats = chats
        self.largeGroups = largeGroups
    }

    /// Takes in that the user is no longer in a chat.
    mutating func forget(_ chat: ChatID) {
        self.chats.removeAll { $0 == chat }
        self.largeGroups.removeAll { $0 == chat }
    }
}
