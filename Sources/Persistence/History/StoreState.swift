package import Shards

/// What a store knows of the journal that fills it: its one row of `nodus_state`.
package struct StoreState: Hashable, Sendable {
    /// The history that `applied` counts in; nil where no journal has filled the store yet.
    package var epoch: Epoch?
    /// Every event at or below it is in the rows.
    package var applied: Position
    /// The newest id of a database that was made before Nodus, 0 where there was none. Ids at or
    /// below it do not name their slot.
    package var legacyMessages: MessageID
    package var newest: NewestIDs

    package init(
        epoch: Epoch? = nil,
        applied: Position = .zero,
        legacyMessages: MessageID = MessageID(rawValue: 0),
        newest: NewestIDs = NewestIDs()
    ) {
        self.epoch = epoch
        self.applied = applied
        self.legacyMessages = legacyMessages
        self.newest = newest
    }

    /// Whether nothing was ever in it.
    package var isEmpty: Bool {
        self.epoch == nil && self.newest == NewestIDs() && self.legacyMessages.rawValue == 0
    }
}

/// The highest ids that were ever handed out, so that those of deleted rows are not handed out
/// again.
package struct NewestIDs: Hashable, Sendable {
    package var user = UserID(rawValue: 0)
    package var chat = ChatID(rawValue: 0)
    package var message = MessageID(rawValue: 0)
    package var reaction = ReactionID(rawValue: 0)

    package init() {}

    package mutating func take(_ other: NewestIDs) {
        self.user = max(self.user, other.user)
        self.chat = max(self.chat, other.chat)
        self.message = max(self.message, other.message)
        self.take(other.reaction)
    }

    package mutating func take(_ reaction: ReactionID) {
        if self.reaction.rawValue < reaction.rawValue { self.reaction = reaction }
    }
}
