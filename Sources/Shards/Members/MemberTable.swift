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

    private var entries: ContiguousArray<PackedMember> = []
    /// The few that do not fit into `entries`, and only those.
    private var oversized: [UserID: Entry] = [:]
    /// Those who are in the chat now.
    package private(set) var presentCount = 0

    package init() {}

    package subscript(user: UserID) -> Entry? {
        self.index(of: user).map { self.entry(at: $0) }
    }

    package func contains(_ user: UserID) -> Bool {
        self.index(of: user).map { self.entries[$0].isPresent } ?? false
    }

    /// Those who are in the chat now, in order of user.
    package var present: some Sequence<Entry> {
        self.entries.indices.lazy.filter { self.entries[$0].isPresent }.map { self.entry(at: $0) }
    }

    package var presentUsers: some Sequence<UserID> {
        self.entries.lazy.filter(\.isPresent).map(\.user)
    }

    /// Everybody who has been here.
    package var all: some RandomAccessCollection<Entry> {
        self.entries.indices.lazy.map { self.entry(at: $0) }
    }

    /// Puts a member's row in place. Keeps the counts of one who is there already.
    package mutating func put(_ member: Member) {
        let place = self.place(of: member.user)
        if place < self.entries.count, self.entries[place].user == member.user {
            self.change(at: place) { $0.member = member }
        } else {
            let entry = Entry(member, readCount: 0, ownSinceCount: 0)
            self.entries.insert(self.packed(entry), at: place)
            self.presentCount += member.isPresent ? 1 : 0
        }
    }

    /// Changes the entry of `user`, where there is one.
    package mutating func update(_ user: UserID, _ change: (inout Entry) -> Void) {
        if let index = self.index(of: user) { self.change(at: index, change) }
    }

    private mutating func change(at index: Int, _ change: (inout Entry) -> Void) {
        var entry = self.entry(at: index)
        self.presentCount -= entry.member.isPresent ? 1 : 0
        change(&entry)
        self.presentCount += entry.member.isPresent ? 1 : 0
        self.entries[index] = self.packed(entry)
    }

    private func entry(at index: Int) -> Entry {
        if let entry = self.entries[index].entry { return entry }
        guard let entry = self.oversized[self.entries[index].user] else {
            preconditionFailure("what does not fit is kept beside it")
        }
        return entry
    }

    private mutating func packed(_ entry: Entry) -> PackedMember {
        let packed = PackedMember(entry)
        if packed == nil || !self.oversized.isEmpty {
            self.oversized[entry.member.user] = packed == nil ? entry : nil
        }
        return packed ?? PackedMember(insteadOf: entry)
    }

    private func index(of user: UserID) -> Int? {
        let place = self.place(of: user)
        guard place < self.entries.count, self.entries[place].user == user else { return nil }
        return place
    }

    /// The first place whose user is not below `user`.
    private func place(of user: UserID) -> Int {
        var low = 0
        var high = self.entries.count
        while low < high {
            let middle = (low + high) / 2
            if self.entries[middle].user < user { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

// MARK: - Put together from a snapshot

extension MemberTable {
    /// - Returns: nil where the users do not ascend.
    package init?(ascending entries: some Collection<Entry>) {
        self.reserve(entries.count)
        for entry in entries where !self.append(entry) { return nil }
    }

    /// Makes room for exactly so many.
    package mutating func reserve(_ count: Int) { self.entries.reserveCapacity(count) }

    /// - Returns: false where the user is not above all who are there; nothing has changed then.
    package mutating func append(_ entry: Entry) -> Bool {
        if let last = self.entries.last, entry.member.user <= last.user { return false }
        self.entries.append(self.packed(entry))
        self.presentCount += entry.member.isPresent ? 1 : 0
        return true
    }

    /// - Returns: false where not all users are above all who are there; nothing has changed then.
    package mutating func append(_ others: MemberTable) -> Bool {
        guard let last = self.entries.last else {
            self = others
            return true
        }
        guard let first = others.entries.first else { return true }
        guard last.user < first.user else { return false }
        self.entries += others.entries
        self.oversized.merge(others.oversized) { _, later in later }
        self.presentCount += others.presentCount
        return true
    }
}
