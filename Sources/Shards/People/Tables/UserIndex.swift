/// Finds users by a text that one of them has: their mail address, or their tag.
///
/// Holds eight bytes for each and no text. Whether a user whose hash fits is the one is for the
/// caller to see, in the account; with 39 bits of hash to tell users apart that is one look a
/// search. In 256 parts with a table each, so that what grows at once is small: with a million
/// users one part's 4,000 entries.
package struct UserIndex: Sendable {
    /// Of a text. Seeded anew in each process, since people choose their addresses and tags: nobody
    /// can choose many that fall into one place.
    package struct Hash {
        fileprivate let part: Int
        /// 0 stands for an empty place.
        fileprivate let rest: UInt32

        package init(of text: String) {
            // Equal strings hash the same, also where their bytes differ.
            var hasher = Hasher()
            hasher.combine(text)
            let hash = UInt64(truncatingIfNeeded: hasher.finalize())
            self.part = Int(hash >> 56)
            self.rest = UInt32(truncatingIfNeeded: hash) | 1
        }
    }

    private var parts = ContiguousArray(repeating: Part(), count: 256)

    package init() {}

    /// The user under `hash` whom `isWanted` confirms.
    package func find(_ hash: Hash, _ isWanted: (UserID) -> Bool) -> UserID? {
        self.parts[hash.part].find(hash.rest, isWanted)
    }

    /// - Precondition: nobody is there under the same text.
    package mutating func insert(_ user: UserID, under hash: Hash) {
        self.parts[hash.part].insert(Entry(user: user.rawValue, hash: hash.rest))
    }

    /// - Precondition: the user is there under `hash`.
    package mutating func remove(_ user: UserID, under hash: Hash) {
        self.parts[hash.part].remove(Entry(user: user.rawValue, hash: hash.rest))
    }
}

extension UserIndex {
    fileprivate struct Entry: Equatable, Sendable {
        static let none = Entry(user: 0, hash: 0)

        let user: UInt32
        let hash: UInt32
    }

    /// Open addressing with linear probing (Knuth, TAOCP 6.4, algorithms L and R). An entry begins
    /// at the place that is as far into the table as its hash is into all hashes, so that a table
    /// may have any size, and grows by half.
    fileprivate struct Part: Sendable {
        private var entries: ContiguousArray<Entry> = []
        private var count = 0

        private static let entriesMin = 4

        func find(_ hash: UInt32, _ isWanted: (UserID) -> Bool) -> UserID? {
            guard self.count > 0 else { return nil }
            var place = self.home(of: hash)
            while self.entries[place].hash != 0 {
                let user = UserID(rawValue: self.entries[place].user)
                if self.entries[place].hash == hash, isWanted(user) { return user }
                place = self.place(after: place)
            }
            return nil
        }

        mutating func insert(_ entry: Entry) {
            // At most three of four places are taken, so that searches end soon.
            if 4 * (self.count + 1) > 3 * self.entries.count { self.grow() }
            self.put(entry)
            self.count += 1
        }

        mutating func remove(_ entry: Entry) {
            var gap = self.home(of: entry.hash)
            while self.entries[gap] != entry {
                precondition(self.entries[gap].hash != 0, "a user who is removed was there")
                gap = self.place(after: gap)
            }
            // What a search would no longer reach beyond the gap moves into it.
            var place = self.place(after: gap)
            while self.entries[place].hash != 0 {
                let home = self.home(of: self.entries[place].hash)
                if self.distance(from: home, to: place) >= self.distance(from: gap, to: place) {
                    self.entries[gap] = self.entries[place]
                    gap = place
                }
                place = self.place(after: place)
            }
            self.entries[gap] = .none
            self.count -= 1
        }

        private mutating func put(_ entry: Entry) {
            var place = self.home(of: entry.hash)
            while self.entries[place].hash != 0 { place = self.place(after: place) }
            self.entries[place] = entry
        }

        private mutating func grow() {
            let old = self.entries
            let size = max(Self.entriesMin, old.count + old.count / 2)
            self.entries = ContiguousArray(repeating: .none, count: size)
            for entry in old where entry.hash != 0 { self.put(entry) }
        }

        private func home(of hash: UInt32) -> Int {
            Int((UInt64(hash) * UInt64(self.entries.count)) >> 32)
        }

        private func place(after place: Int) -> Int {
            place + 1 == self.entries.count ? 0 : place + 1
        }

        private func distance(from start: Int, to end: Int) -> Int {
            end >= start ? end - start : end - start + self.entries.count
        }
    }
}
