/// One person's place in one chat: one row. Somebody who left keeps theirs, so that coming back
/// does not make everything unread again.
package struct Member: Hashable, Sendable {
    package enum Role: UInt8, Sendable {
        case member = 0
        case admin = 1
    }

    package let user: UserID
    package var role: Role
    /// Whether they are in the chat now.
    package var isPresent: Bool
    package var joinedAt: Timestamp
    /// The newest message of the chat when they joined: its `status`, and that of those before it,
    /// does not wait for them.
    package var joinedAfter: MessageID
    /// Everything at or below it has been read.
    package var readThrough: MessageID

    package init(user: UserID, role: Role, joinedAt: Timestamp, joinedAfter: MessageID) {
        self.user = user
        self.role = role
        self.isPresent = true
        self.joinedAt = joinedAt
        self.joinedAfter = joinedAfter
        self.readThrough = MessageID(rawValue: 0)
    }

    /// No message at or below it waits for this person to become `read`.
    package var settledThrough: MessageID { max(self.joinedAfter, self.readThrough) }
}
