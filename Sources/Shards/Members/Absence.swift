/// What somebody who left had not read: above `after`, at or below `through`. One row.
package struct Absence: Hashable, Sendable {
    package let user: UserID
    package var after: MessageID
    package let through: MessageID

    package init(user: UserID, after: MessageID, through: MessageID) {
        self.user = user
        self.after = after
        self.through = through
    }

    /// - Returns: nil where `member` had read everything up to the newest message.
    package init?(of member: Member, newest: MessageID) {
        guard member.settledThrough < newest else { return nil }
        self.init(user: member.user, after: member.settledThrough, through: newest)
    }
}
