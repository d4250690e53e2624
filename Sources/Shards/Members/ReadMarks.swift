/// Tells whether a message has been read by all who were there when it was sent, its author aside.
///
/// A message is `read` when nobody else's `settledThrough` is below it. Only the two lowest of
/// those matter: the lowest, or, for the messages of the one who holds it, the second lowest.
/// Somebody who leaves with messages unread holds these back until they have come back and read
/// them, because leaving changes no status; those stretches are kept as gaps.
package struct ReadMarks: Equatable, Sendable {
    /// Unread by somebody who left: above `after`, at or below `through`.
    struct Gap: Equatable, Sendable {
        var after: MessageID
        var through: MessageID
        /// Whose messages it does not hold back; nil where two people have left it.
        var user: UserID?
    }

    private var lowest = MessageID(rawValue: .max)
    /// How many hold the lowest.
    private var lowestCount = 0
    /// Who holds the lowest, where that is one person.
    private var lowestUser: UserID?
    private var second = MessageID(rawValue: .max)
    /// How many hold the second, where one person holds the lowest.
    private var secondCount = 0
    /// In order of leaving, so that `through` ascends.
    package private(set) var unread: [Absence] = []
    /// The same laid over each other: in order, not overlapping.
    private var gaps: [Gap] = []

    package init() {}

    package func isRead(_ message: Message) -> Bool {
        let bound = self.lowestUser == message.author ? self.second : self.lowest
        guard message.id <= bound else { return false }
        return self.gaps.isEmpty || !self.isHeldBack(message)
    }

    private func isHeldBack(_ message: Message) -> Bool {
        var low = 0
        var high = self.gaps.count
        while low < high {
            let middle = (low + high) / 2
            if self.gaps[middle].through < message.id { low = middle + 1 } else { high = middle }
        }
        guard low < self.gaps.count else { return false }
        return self.gaps[low].after < message.id && self.gaps[low].user != message.author
    }

    /// Above it, nothing is read.
    package var ceiling: MessageID { self.second }

    /// Nothing at or below it is read by `later` that was not read before.
    package func unchangedThrough(_ later: ReadMarks) -> MessageID {
        // Where the lowest stays, only the messages of the one who holds it can become read.
        let start = later.lowest == self.lowest ? self.second : self.lowest
        let change = zip(self.gaps, later.gaps).prefix { $0 == $1 }.count
        return change < self.gaps.count ? min(start, self.gaps[change].after) : start
    }

    /// The marks after a present member has read everything through `id`. One pass over the
    /// members, but only when the last of those at either mark moves: O(1) a read where all keep
    /// up, and where all do but some who never read. `member` and `members` are as they are before.
    package func raised(
        _ member: Member,
        through id: MessageID,
        in members: MemberTable
    ) -> ReadMarks {
        var marks = self
        marks.release(member.user, through: id)
        let old = member.settledThrough
        guard old < id else { return marks }
        if old == self.lowest, self.lowestCount > 2 {
            marks.lowestCount -= 1
        } else if old == self.second, self.lowestCount == 1, self.secondCount > 1 {
            marks.secondCount -= 1
        } else if old <= self.second {
            marks.reset()
            for entry in members.present {
                let isReader = entry.member.user == member.user
                marks.take(isReader ? id : entry.member.settledThrough, of: entry.member.user)
            }
        }
        return marks
    }

    /// Takes in that somebody joined.
    package mutating func memberJoined(_ member: Member) {
        self.take(member.settledThrough, of: member.user)
    }

    /// Counts anew, as after somebody left.
    package mutating func recount(_ members: MemberTable) {
        self.reset()
        for entry in members.present { self.memberJoined(entry.member) }
    }

    private mutating func reset() {
        self.lowest = MessageID(rawValue: .max)
        self.second = self.lowest
        self.secondCount = 0
        self.lowestCount = 0
        self.lowestUser = nil
    }

    private mutating func take(_ mark: MessageID, of user: UserID) {
        if mark < self.lowest {
            self.second = self.lowest
            self.secondCount = self.lowestCount
            self.lowest = mark
            self.lowestCount = 1
            self.lowestUser = user
        } else if mark == self.lowest {
            self.second = mark
            self.secondCount = 0
            self.lowestCount += 1
            self.lowestUser = nil
        } else if mark < self.second {
            self.second = mark
            self.secondCount = 1
        } else if mark == self.second {
            self.secondCount += 1
        }
    }

    /// Keeps what a leaving member has not read, up to the newest message, from becoming `read`.
    package mutating func memberLeft(_ member: Member, newest: MessageID) {
        if let absence = Absence(of: member, newest: newest) { self.restore(absence) }
    }

    /// Takes in what somebody left unread. None that came before may end after it.
    package mutating func restore(_ absence: Absence) {
        self.unread.append(absence)
        self.lay(absence)
    }

    /// Lets go what `user` had left unread, as far as they have read it since.
    private mutating func release(_ user: UserID, through id: MessageID) {
        guard self.unread.contains(where: { $0.user == user && $0.after < id }) else { return }
        for index in self.unread.indices where self.unread[index].user == user {
            self.unread[index].after = max(self.unread[index].after, id)
        }
        self.unread.removeAll { $0.after >= $0.through }
        self.gaps = []
        for stretch in self.unread { self.lay(stretch) }
    }

    /// Lays a stretch over the gaps. None of them ends after it.
    private mutating func lay(_ stretch: Absence) {
        var start = stretch.after
        var split: [Gap] = []
        for gap in self.gaps where gap.through > start {
            if gap.after < start {
                split.append(Gap(after: gap.after, through: start, user: gap.user))
            } else if start < gap.after {
                split.append(Gap(after: start, through: gap.after, user: stretch.user))
            }
            let after = max(gap.after, start)
            let user = gap.user == stretch.user ? gap.user : nil
            split.append(Gap(after: after, through: gap.through, user: user))
            start = gap.through
        }
        if start < stretch.through {
            split.append(Gap(after: start, through: stretch.through, user: stretch.user))
        }
        self.gaps.removeAll { $0.through > stretch.after }
        self.gaps += split
    }
}
