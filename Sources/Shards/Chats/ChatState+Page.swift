/// Which messages of a chat a page shows.
package struct PageQuery: Hashable, Sendable {
    package enum Cursor: Hashable, Sendable {
        case newest
        /// Ids strictly below.
        case before(MessageID)
        /// The first ones with ids strictly above.
        case after(MessageID)
        /// That message in the middle, or the place where it would be.
        case around(MessageID)
    }

    package static let limitMax = 200
    package static let limitDefault = 50

    package let cursor: Cursor
    package let limit: Int
    package let includesDeleted: Bool

    package init(cursor: Cursor, limit: Int, includesDeleted: Bool) {
        precondition((1...Self.limitMax).contains(limit), "a page has 1 to 200 messages")
        self.cursor = cursor
        self.limit = limit
        self.includesDeleted = includesDeleted
    }
}

/// The messages that a page will show, counted, so that memory for just them can be lent.
package struct PagePlan: Sendable {
    /// Places in the log, ascending; a page shows them newest first.
    fileprivate let indices: Indices
    /// `],"has_more":…}`.
    fileprivate let ending: [UInt8]
    package let byteCount: Int

    fileprivate enum Indices {
        /// The common case: neighbours, with nothing left out.
        case range(Range<Int>)
        case list([Int])
    }
}

extension ChatState {
    /// Chooses the messages of a page and counts the bytes of the contract's `Page`.
    package func plan(_ query: PageQuery) -> PagePlan {
        let (indices, hasMore) =
            query.includesDeleted ? self.neighbours(query) : self.undeleted(query)
        var cursor: MessageID?
        if hasMore {
            // A page that was asked for upwards goes on above its newest, others below their oldest.
            let end = if case .after = query.cursor { indices.last } else { indices.first }
            cursor = end.map { self.log[$0].message.id }
        }
        var size = Self.opening.utf8CodeUnitCount + max(0, indices.count - 1)
        indices.visitDescending { index in
            let message = self.log[index]
            size += message.byteCount(isRead: self.isRead(message))
        }
        let ending = Self.ending(hasMore: hasMore, cursor: cursor)
        return PagePlan(indices: indices, ending: ending, byteCount: size + ending.count)
    }

    /// Writes the contract's `Page`: exactly `plan.byteCount` bytes.
    /// The plan must be of this state, with no change since.
    package func write(_ plan: PagePlan, to sink: inout MemoryWriter) {
        sink.write(Self.opening)
        var isFirst = true
        plan.indices.visitDescending { index in
            if !isFirst { sink.write(",") }
            isFirst = false
            let message = self.log[index]
            message.write(isRead: self.isRead(message), to: &sink)
        }
        sink.write(plan.ending)
    }

    private static let opening: StaticString = "{\"messages\":["

    private static func ending(hasMore: Bool, cursor: MessageID?) -> [UInt8] {
        var json = JSONWriter(reserving: 64)
        json.raw("],\"has_more\":")
        json.bool(hasMore)
        json.raw(",\"next_cursor\":")
        if let cursor { json.integer(cursor.rawValue) } else { json.null() }
        json.raw("}")
        return json.bytes
    }

    private func neighbours(_ query: PageQuery) -> (PagePlan.Indices, hasMore: Bool) {
        let count = self.log.count
        switch query.cursor {
        case .newest:
            let start = max(0, count - query.limit)
            return (.range(start..<count), start > 0)
        case .before(let id):
            let end = self.log.count(below: id)
            let start = max(0, end - query.limit)
            return (.range(start..<end), start > 0)
        case .after(let id):
            let start = self.log.count(through: id)
            let end = min(count, start + query.limit)
            return (.range(start..<end), end < count)
        case .around(let id):
            let middle = self.log.count(below: id)
            let end = min(count, max(0, middle - query.limit / 2) + query.limit)
            let start = max(0, end - query.limit)
            return (.range(start..<end), start > 0)
        }
    }

    private func undeleted(_ query: PageQuery) -> (PagePlan.Indices, hasMore: Bool) {
        switch query.cursor {
        case .newest:
            return self.undeletedBelow(self.log.count, limit: query.limit)
        case .before(let id):
            return self.undeletedBelow(self.log.count(below: id), limit: query.limit)
        case .after(let id):
            let start = self.log.count(through: id)
            var found = self.undeletedAbove(start, limit: query.limit + 1)
            let hasMore = found.count > query.limit
            if hasMore { found.removeLast() }
            return (.list(found), hasMore)
        case .around(let id):
            let middle = self.log.count(below: id)
            let below = self.undeletedBelow(middle, limit: query.limit / 2).0.count
            let above = self.undeletedAbove(middle, limit: query.limit - below)
            let (rest, hasMore) = self.undeletedBelow(middle, limit: query.limit - above.count)
            return (.list(rest.list + above), hasMore)
        }
    }

    private func undeletedAbove(_ start: Int, limit: Int) -> [Int] {
        Array(
            (start..<self.log.count).clamped(to: self.log.indices)
                .lazy.filter { !self.log[$0].message.isDeleted }.prefix(limit)
        )
    }

    private func undeletedBelow(
        _ end: Int,
        limit: Int
    ) -> (PagePlan.Indices, hasMore: Bool) {
        var found = Array(
            (0..<end).clamped(to: self.log.indices)
                .reversed().lazy.filter { !self.log[$0].message.isDeleted }.prefix(limit + 1)
        )
        let hasMore = found.count > limit
        if hasMore { found.removeLast() }
        return (.list(found.reversed()), hasMore)
    }
}

extension PagePlan.Indices {
    fileprivate var count: Int {
        switch self {
        case .range(let range): range.count
        case .list(let list): list.count
        }
    }

    fileprivate var first: Int? {
        switch self {
        case .range(let range): range.first
        case .list(let list): list.first
        }
    }

    fileprivate var last: Int? {
        switch self {
        case .range(let range): range.last
        case .list(let list): list.last
        }
    }

    fileprivate var list: [Int] {
        switch self {
        case .range(let range): Array(range)
        case .list(let list): list
        }
    }

    fileprivate func visitDescending(_ body: (Int) -> Void) {
        switch self {
        case .range(let range): for index in range.reversed() { body(index) }
        case .list(let list): for index in list.reversed() { body(index) }
        }
    }
}
