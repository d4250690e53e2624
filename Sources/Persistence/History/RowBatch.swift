package import Shards

/// The rows that a run of events leaves behind, each at most once.
///
/// No row depends on another: they can be written in any order, and a part without the rest.
package struct RowBatch: Equatable, Sendable {
    /// A whole row and the position of its newest change.
    package struct Row<Value: Hashable & Sendable>: Hashable, Sendable {
        package var value: Value
        package var position: Position

        package init(_ value: Value, at position: Position) {
            self.value = value
            self.position = position
        }
    }

    /// When somebody was last online: a part of their row.
    package struct Sighting: Hashable, Sendable {
        package let user: UserID
        package var at: Timestamp
        package var position: Position

        package init(user: UserID, at time: Timestamp, position: Position) {
            self.user = user
            self.at = time
            self.position = position
        }
    }

    /// With all that they hold: messages, reactions, members, absences.
    package var deletedChats: [ChatID] = []
    package var users: [Row<User>] = []
    package var sightings: [Sighting] = []
    package var chats: [Row<Chat>] = []
    package var members: [MemberRow] = []
    package var absences: [AbsenceRow] = []
    /// Made in this run, so that the store has none of them yet, but after a restore.
    package var sentMessages: [Row<Message>] = []
    package var changedMessages: [Row<Message>] = []
    package var reactions: [ReactionRow] = []

    package init() {}

    package var count: Int {
        self.deletedChats.count + self.users.count + self.sightings.count + self.chats.count
            + self.members.count + self.absences.count + self.sentMessages.count
            + self.changedMessages.count + self.reactions.count
    }
}

/// A member's row, or a part of it.
package struct MemberRow: Hashable, Sendable {
    package let chat: ChatID
    package let user: UserID
    /// The whole row, where it is known; else only what stands below changes.
    package var member: Member?
    package var role: Member.Role?
    package var isPresent: Bool?
    /// Never lowers what is there.
    package var readThrough: MessageID?
    /// Also beside a whole row; nil leaves what is there.
    package var readAt: Timestamp?
    package var position: Position

    package init(chat: ChatID, user: UserID, position: Position) {
        self.chat = chat
        self.user = user
        self.position = position
    }
}

package struct AbsenceRow: Hashable, Sendable {
    package let chat: ChatID
    package let absence: Absence
    package let position: Position

    package init(chat: ChatID, absence: Absence, position: Position) {
        self.chat = chat
        self.absence = absence
        self.position = position
    }
}

/// A reaction that is there afterwards, or one that is not.
package struct ReactionRow: Hashable, Sendable {
    package let chat: ChatID
    package let message: MessageID
    package let user: UserID
    package let emoji: String
    /// Nil where it was taken off.
    package var reaction: Reaction?
    package var position: Position

    package init(
        chat: ChatID,
        message: MessageID,
        user: UserID,
        emoji: String,
        reaction: Reaction?,
        position: Position
    ) {
        self.chat = chat
        self.message = message
        self.user = user
        self.emoji = emoji
        self.reaction = reaction
        self.position = position
    }
}
