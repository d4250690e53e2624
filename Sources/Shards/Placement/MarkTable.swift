import DequeModule

/// The requests that succeeded under an idempotency key, for 24 hours or a user's last 1,000 in
/// this shard, whichever is less.
package struct MarkTable: Equatable, Sendable {
    package static let retention = Duration.seconds(24 * 3600)
    package static let countMaxOfUser = 1000

    private struct Entry: Equatable {
        let scope: IdempotencyMark.Digest
        let at: Timestamp
    }

    private var marks: [IdempotencyMark.Digest: IdempotencyMark] = [:]
    /// In the order in which they came. One that the limit of a user pushed out stays here until
    /// its own turn, or until half of the entries are such.
    private var order: Deque<Entry> = []
    private var orderOfUser: [UserID: Deque<IdempotencyMark.Digest>] = [:]

    package init() {}

    package subscript(scope: IdempotencyMark.Digest) -> IdempotencyMark? { self.marks[scope] }

    package mutating func remember(_ mark: IdempotencyMark) {
        self.forgetOlder(than: mark.at.advanced(by: .zero - Self.retention))
        let scope = mark.request.scope
        guard self.marks.updateValue(mark, forKey: scope) == nil else { return }
        self.order.append(Entry(scope: scope, at: mark.at))
        self.orderOfUser[mark.user, default: []].append(scope)
        self.forgetBeyondLimit(of: mark.user)
        if self.order.count > 2 * self.marks.count + Self.countMaxOfUser {
            self.order.removeAll { self.marks[$0.scope]?.at != $0.at }
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
            guard let mark = self.marks[entry.scope], mark.at == entry.at else { continue }
            self.marks[entry.scope] = nil
            _ = self.orderOfUser[mark.user]?.popFirst()
            if self.orderOfUser[mark.user]?.isEmpty == true {
                self.orderOfUser[mark.user] = nil
            }
        }
    }
}
