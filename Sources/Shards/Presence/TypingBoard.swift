/// Who is typing where, until he says that he stopped or 10 s have gone by in silence.
///
/// All deadlines are equally long, so a queue in the order of renewal is in the order of deadlines
/// too, and a timing wheel would only round them. The queue is a doubly linked list through the
/// entries: renewing moves an entry to the back, so there is one entry a person and chat and
/// never a stale one, however often he renews.
///
/// Who is dropped for want of room comes out like one whose time is up, so that nobody sees him
/// type for ever.
package struct TypingBoard: Sendable {
    package struct Typist: Hashable, Sendable {
        package let chat: ChatID
        package let user: UserID

        package init(chat: ChatID, user: UserID) {
            self.chat = chat
            self.user = user
        }
    }

    package static let lifetime = Duration.seconds(10)
    /// Chats in which one person can be typing.
    package static let chatsPerUserMax = 16

    private let countMax: Int
    private var entries: [Entry] = []
    /// Entries of nobody, chained by `next`.
    private var firstFree: Int32 = Entry.none
    private var first: Int32 = Entry.none
    private var last: Int32 = Entry.none
    /// Ascending by start. Places in `entries`; no empty lists.
    private var byChat: [ChatID: [Int32]] = [:]
    /// At most `chatsPerUserMax` each, ascending by start.
    private var byUser: [UserID: [Int32]] = [:]

    package private(set) var count = 0

    package init(countMax: Int = 65_536) {
        precondition(countMax > 0 && countMax <= Int(Int32.max), "a place in the board has 31 bits")
        self.countMax = countMax
    }

    /// Begins or renews. Appends to `stopped` who had to make room: this person's entry that is
    /// next to expire where he types in `chatsPerUserMax` chats, else the board's where it is full.
    ///
    /// - Returns: whether he was not typing before.
    package mutating func set(
        _ chat: ChatID,
        _ user: UserID,
        now: MonotonicInstant,
        into stopped: inout [Typist]
    ) -> Bool {
        let deadline = now.advanced(by: Self.lifetime)
        if let place = self.place(of: user, in: chat) {
            self.unlink(place)
            self.linkLast(place, deadline: deadline)
            return false
        }
        let places = self.byUser[user] ?? []
        if places.count >= Self.chatsPerUserMax, let oldest = self.nextToExpire(of: places) {
            stopped.append(self.remove(oldest))
        } else if self.count >= self.countMax {
            stopped.append(self.remove(self.first))
        }
        let place = self.takePlace(for: Typist(chat: chat, user: user))
        self.linkLast(place, deadline: deadline)
        self.byChat[chat, default: []].append(place)
        self.byUser[user, default: []].append(place)
        self.count += 1
        return true
    }

    /// - Returns: whether he was typing.
    package mutating func clear(_ chat: ChatID, _ user: UserID) -> Bool {
        guard let place = self.place(of: user, in: chat) else { return false }
        _ = self.remove(place)
        return true
    }

    /// Ascending by start.
    package func typing(in chat: ChatID) -> [UserID] {
        (self.byChat[chat] ?? []).map { self.entries[Int($0)].typist.user }
    }

    /// Appends those whose time is up, in the order of their deadlines.
    package mutating func expire(now: MonotonicInstant, into stopped: inout [Typist]) {
        while self.first != Entry.none, self.entries[Int(self.first)].deadline <= now {
            stopped.append(self.remove(self.first))
        }
    }
}

extension TypingBoard {
    private struct Entry {
        static let none: Int32 = -1

        var typist: Typist
        var deadline = MonotonicInstant(milliseconds: 0)
        var previous = Self.none
        var next = Self.none
    }

    private func place(of user: UserID, in chat: ChatID) -> Int32? {
        self.byUser[user]?.first { self.entries[Int($0)].typist.chat == chat }
    }

    private func nextToExpire(of places: [Int32]) -> Int32? {
        places.min { self.entries[Int($0)].deadline < self.entries[Int($1)].deadline }
    }

    private mutating func takePlace(for typist: Typist) -> Int32 {
        guard self.firstFree != Entry.none else {
            self.entries.append(Entry(typist: typist))
            return Int32(self.entries.count - 1)
        }
        let place = self.firstFree
        self.firstFree = self.entries[Int(place)].next
        self.entries[Int(place)] = Entry(typist: typist)
        return place
    }

    private mutating func remove(_ place: Int32) -> Typist {
        let typist = self.entries[Int(place)].typist
        self.unlink(place)
        self.entries[Int(place)].next = self.firstFree
        self.firstFree = place
        self.count -= 1
        Self.forget(place, of: typist.chat, in: &self.byChat)
        Self.forget(place, of: typist.user, in: &self.byUser)
        return typist
    }

    private static func forget<Key>(_ place: Int32, of key: Key, in lists: inout [Key: [Int32]]) {
        guard let index = lists[key]?.firstIndex(of: place) else { return }
        lists[key]?.remove(at: index)
        if lists[key]?.isEmpty == true { lists[key] = nil }
    }

    private mutating func linkLast(_ place: Int32, deadline: MonotonicInstant) {
        self.entries[Int(place)].deadline = deadline
        self.entries[Int(place)].previous = self.last
        self.entries[Int(place)].next = Entry.none
        if self.last == Entry.none {
            self.first = place
        } else {
            self.entries[Int(self.last)].next = place
        }
        self.last = place
    }

    private mutating func unlink(_ place: Int32) {
        let entry = self.entries[Int(place)]
        if entry.previous == Entry.none {
            self.first = entry.next
        } else {
            self.entries[Int(entry.previous)].next = entry.next
        }
        if entry.next == Entry.none {
            self.last = entry.previous
        } else {
            self.entries[Int(entry.next)].previous = entry.previous
        }
    }
}
