import DequeModule

/// The requests that succeeded under an idempotency key, for 24 hours or a user's last 1,000 in
/// this shard, whichever is less.
package struct MarkTable: Equatable, Sendable {
    package static let retention = Duration.seconds(24 * 3600)
    package static let countMaxOfUser = 1000

    private struct Entry: Equatable {
        let scope: IdempotencyMark.Digest
        let at: Timestamp
        /// Of the chat: a snapshot may be read by another number of shards.
        let slot: Slot
    }

    private var marks: [IdempotencyMark.Digest: IdempotencyMark] = [:]
    /// In the order in which they came. One that the limit of a user pushed out stays here until
    /// its own turn, or until half of the entries are such.
    private var order: Deque<Entry> = []
    private var orderOfUser: [UserID: Deque<IdempotencyMark.Digest>] = [:]
    /// How many entries have left `order`.
    private var goneCount = 0

    package init() {}

    package subscript(scope: IdempotencyMark.Digest) -> IdempotencyMark? { self.marks[scope] }

    /// `slot` is that of the chat that the request was about.
    package mutating func remember(_ mark: IdempotencyMark, in slot: Slot) {
        self.forgetOlder(than: mark.at.advanced(by: .zero - Self.retention))
        let scope = mark.request.scope
        guard self.marks.updateValue(mark, forKey: scope) == nil else { return }
        self.order.append(Entry(scope: scope, at: mark.at, slot: slot))
        self.orderOfUser[mark.user, default: []].append(scope)
        self.forgetBeyondLimit(of: mark.user)
        if self.order.count > 2 * self.marks.count + Self.countMaxOfUser {
            let count = self.order.count
            self.order.removeAll { self.marks[$0.scope]?.at != $0.at }
            self.goneCount += count - self.order.count
        }
    }

    private mutating func forgetBeyondLimit(of user: UserID) {
        guard let count = self.orderOfUser[user]?.count, count > Self.countMaxOfUser,
            let scope = self.orderOfUser[user]?.popFirst()
        else { return }
        self.marks[scope] = nil
    }

    private mutating func forgetOlder(than time: Timestamp) {
        while let entry = self.order.first, entry.at < time {
            self.order.removeFirst()
            self.goneCount += 1
            guard let mark = self.marks[entry.scope], mark.at == entry.at else { continue }
            self.marks[entry.scope] = nil
            _ = self.orderOfUser[mark.user]?.popFirst()
            if self.orderOfUser[mark.user]?.isEmpty == true {
                self.orderOfUser[mark.user] = nil
            }
        }
    }
}

extension MarkTable {
    /// A stretch of the marks in the order in which they came, and where the next one begins.
    ///
    /// Going on where the last stretch ended finds every mark that was there at the first and has
    /// not been forgotten since; one may come twice. Begins at 0.
    package func stretch(
        from start: Int,
        countMax: Int
    ) -> (marks: [(mark: IdempotencyMark, slot: Slot)], next: Int?) {
        let first = max(0, start - self.goneCount)
        let end = min(first + countMax, self.order.count)
        guard first < end else { return ([], nil) }
        let marks = self.order[first..<end].compactMap { entry in
            self.marks[entry.scope].map { (mark: $0, slot: entry.slot) }
        }
        return (marks, end < self.order.count ? self.goneCount + end : nil)
    }
}
