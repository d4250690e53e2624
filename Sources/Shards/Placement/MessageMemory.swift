/// How much of a shard's messages is in memory, what may leave it, and which chat is next to.
///
/// A clock with two chances: a chat that was used since the hand last came by is trimmed to its
/// newest messages, one that was not loses all that may go. What may go is what the store has
/// confirmed, and had when each look at the store that is under way began: else a change could
/// leave the memory before the rows come that do not show it.
package struct MessageMemory: Equatable, Sendable {
    /// A look at the store, from when it was asked until what it gave is used.
    package struct Look: Hashable, Sendable {
        fileprivate let confirmed: Position
        /// Where the chat's window began.
        package let firstID: MessageID
    }

    /// Messages of a busy chat that stay even where memory is short, for its next page.
    private static let busyCount = 100
    /// Of the bound: above it, and with nothing that may leave, nothing may come either.
    private static let fullPercent = 90

    /// In bytes; no bound where there is no store to leave things to.
    package var byteCountMax = Int.max
    package private(set) var byteCount = 0
    /// The store has every event up to here.
    package private(set) var confirmed = Position.zero
    private var looks: [Look] = []
    /// Places of chats that were used since the hand came by.
    private var used: ContiguousArray<Bool> = []
    private var hand = 0
    /// Chats seen since one last gave room.
    private var fruitlessCount = 0
    /// Whether nothing gave room when it was looked for last.
    private var isStuck = false

    package init() {}

    package var droppableThrough: Position {
        self.looks.lazy.map(\.confirmed).min().map { min($0, self.confirmed) } ?? self.confirmed
    }

    /// Too much is in memory that may not leave it: what would take more is refused.
    package var isFull: Bool { self.isStuck && self.needsRoom }

    package var needsRoom: Bool { self.byteCount > self.byteCountMax / 100 * Self.fullPercent }

    package mutating func changed(from before: Int, to after: Int) {
        self.byteCount += after - before
        if after < before { self.fruitlessCount = 0 }
        if !self.needsRoom { self.isStuck = false }
    }

    package mutating func used(_ place: Int) {
        if place < self.used.count { self.used[place] = true }
    }

    /// The store has everything through `position`.
    package mutating func confirm(through position: Position) {
        guard self.confirmed < position else { return }
        self.confirmed = position
        self.fruitlessCount = 0
    }

    /// The chat that the hand has come to, and how many messages it may keep; nil where there is
    /// room, or where nothing gives any.
    mutating func nextVisit(of count: Int) -> (index: Int, keptCount: Int)? {
        guard self.needsRoom else { return nil }
        // Twice around: the second time, none is spared for being in use.
        guard self.fruitlessCount < 2 * count else {
            self.isStuck = true
            return nil
        }
        let sparesUsed = self.fruitlessCount < count
        self.fruitlessCount += 1
        self.hand = (self.hand + 1) % count
        if self.used.count < count {
            // Of these nothing is known: they get their first chance.
            self.used.append(contentsOf: repeatElement(true, count: count - self.used.count))
        }
        let isUsed = self.used[self.hand]
        self.used[self.hand] = false
        return (self.hand, isUsed && sparesUsed ? Self.busyCount : 0)
    }

    /// What the store gave was taken in: it may leave again at once.
    mutating func adopted() { self.fruitlessCount = 0 }

    mutating func beginLook(firstID: MessageID) -> Look {
        let look = Look(confirmed: self.confirmed, firstID: firstID)
        self.looks.append(look)
        return look
    }

    package mutating func end(_ look: Look) {
        guard let index = self.looks.firstIndex(of: look) else { return }
        self.looks.remove(at: index)
        self.fruitlessCount = 0
    }
}
