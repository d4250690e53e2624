/// The members of one chat, those who left included, ordered by user.
///
/// An array with binary search: 10,000 members are one block of memory, and finding one takes 14
/// steps in it.
package struct MemberTable: Equatable, Sendable {
    /// A member, and what it takes to know their unread count without looking at messages.
    package struct Entry: Equatable, Sendable {
        package var member: Member
        /// How many messages of the chat are at or below `member.readThrough`.
        package var readCount: Int
        /// Their own messages after those, deleted ones left out.
        package var ownSinceCount: Int

        package init(_ member: Member, readCount: Int, ownSinceCount: Int) {
            self.member = member
            self.readCount = readCount
            self.ownSinceCount = ownSinceCount
        }
    }

    private var entries: ContiguousArray<Entry> = []
    /// Those who are in the chat now.
    package private(set) var presentCount = 0

    package init() {}

    /// Of entries whose users ascend.
    init(ascending entries: ContiguousArray<Entry>) {
        self.entries = entries
        self.presentCount = entries.count(where: \.member.isPresent)
    }

    package subscript(user: UserID) -> Entry? {
        self.index(of: user).map { self.entries[$0] }
    }

    package func contains(_ user: UserID) -> Bool {
        self.index(of: user).map { self.entries[$0].member.isPresent } ?? false
    }

    /// Those who are in the chat now, in order of user.
    package var present: some Sequence<Entry> {
        self.entries.lazy.filter(\.member.isPresent)
    }

    /// Everybody who has been here.
    package var all: ContiguousArray<Entry> { self.entries }

    /// Puts a member's row in place. Keeps the counts of one who is there already.
    package mutating func put(_ member: Member) {
        let place = self.place(of: member.user)
        if place < self.entries.count, self.entries[place].member.user == member.user {
            self.presentCount -= self.entries[place].member.isPresent ? 1 : 0
            self.entries[place].member = member
        } else {
            self.entries.insert(Entry(member, readCount: 0, ownSinceCount: 0), at: place)
        }
        self.presentCount += member.isPresent ? 1 : 0
    }

    /// Changes the entry of `user` in place, where there is one.
    package mutating func update(_ user: UserID, _ change: (inout Entry) -> Void) {
        guard let index = self.index(of: user) else { return }
        let wasPresent = self.entries[index].member.isPresent
        change(&self.entries[index])
        if wasPresent != self.entries[index].member.isPresent {
            self.presentCount += wasPresent ? -1 : 1
        }
    }

    private func index(of user: UserID) -> Int? {
        let place = self.place(of: user)
        guard place < self.entries.count, self.entries[place].member.user == user else {
            return nil
        }
        return place
    }

    /// The first place whose user is not below `user`.
    private func place(of user: UserID) -> Int {
        var low = 0
        var high = self.entries.count
        while low < high {
            let middle = (low + high) / 2
            if self.entries[middle].member.user < user { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
