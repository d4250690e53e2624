/// One person's emoji on one message: one row.
package struct Reaction: Hashable, Sendable {
    package static let emojiCharactersMax = 10
    /// Different emoji on one message.
    package static let kindsMax = 20
    /// How many a message shows; of more, `reaction_counts` has the sums.
    package static let shownMax = 100

    package let id: ReactionID
    package let message: MessageID
    package let user: UserID
    package let emoji: String
    package let createdAt: Timestamp

    package init(
        id: ReactionID,
        message: MessageID,
        user: UserID,
        emoji: String,
        createdAt: Timestamp
    ) {
        self.id = id
        self.message = message
        self.user = user
        self.emoji = emoji
        self.createdAt = createdAt
    }

    /// Whether it is the same row: emoji are told apart by their bytes, as databases do, not as
    /// `String` does, to which characters are equal that look equal.
    func isOf(_ user: UserID, emoji: String) -> Bool {
        self.user == user && self.emoji.utf8.elementsEqual(emoji.utf8)
    }

    /// Writes the fields of the contract's `Reaction`, without the braces.
    package func writeFields(to json: inout JSONWriter) {
        json.raw("\"id\":")
        json.integer(self.id.rawValue)
        json.raw(",\"message_id\":")
        json.integer(self.message.rawValue)
        json.raw(",\"user_id\":")
        json.integer(self.user.rawValue)
        json.raw(",\"emoji\":")
        json.string(self.emoji)
        json.raw(",\"created_at\":")
        json.time(self.createdAt)
    }
}
