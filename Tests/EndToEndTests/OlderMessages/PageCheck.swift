import TestSupport

/// Reads every page of a chat, in every way there is, and compares it with what is remembered.
struct PageCheck {
    let chat: RememberedChat
    let reader: Person
    private(set) var differences: [String] = []
    private(set) var latencies: [Duration] = []
    private(set) var messageCount = 0

    /// More are not told.
    private static let differencesMax = 5

    init(_ chat: RememberedChat, by reader: Person) {
        self.chat = chat
        self.reader = reader
    }

    mutating func readAll() throws {
        for includesDeleted in [true, false] {
            let all = self.chat.ordered.filter { includesDeleted || !$0.isDeleted }
            try self.readDownwards(all, includesDeleted, limit: 50)
            try self.readUpwards(all, includesDeleted, limit: 37)
        }
    }

    /// As a frontend scrolls.
    mutating func readDownwards(_ all: [Remembered], _ includesDeleted: Bool, limit: Int) throws {
        var end = all.count
        var cursor = ""
        repeat {
            let start = max(0, end - limit)
            try self.read(
                "limit=\(limit)\(cursor)",
                includesDeleted,
                expecting: all[start..<end],
                next: start > 0 ? all[start].id : nil
            )
            end = start
            cursor = end < all.count ? "&before_id=\(all[end].id)" : ""
        } while end > 0
    }

    mutating func readUpwards(_ all: [Remembered], _ includesDeleted: Bool, limit: Int) throws {
        var start = 0
        repeat {
            let end = min(all.count, start + limit)
            let after = start > 0 ? all[start - 1].id : 0
            try self.read(
                "limit=\(limit)&after_id=\(after)",
                includesDeleted,
                expecting: all[start..<end],
                next: end < all.count ? all[end - 1].id : nil
            )
            start = end
        } while start < all.count
    }

    /// A page with the message in its middle, as far as there is something on both sides.
    mutating func readAround(_ id: Int64, _ includesDeleted: Bool, limit: Int) throws {
        let all = self.chat.ordered.filter { includesDeleted || !$0.isDeleted }
        let middle = all.count { $0.id < id }
        let above = min(limit - min(limit / 2, middle), all.count - middle)
        let below = min(limit - above, middle)
        let start = middle - below
        try self.read(
            "limit=\(limit)&around_id=\(id)",
            includesDeleted,
            expecting: all[start..<middle + above],
            next: start > 0 ? all[start].id : nil
        )
    }

    private mutating func read(
        _ query: String,
        _ includesDeleted: Bool,
        expecting expected: ArraySlice<Remembered>,
        next: Int64?
    ) throws {
        let deleted = includesDeleted ? "" : "&include_deleted=false"
        let path = "/messages?chat_id=\(self.chat.id)&\(query)\(deleted)"
        var start = ContinuousClock.now
        let answer = try HTTPAnswer.untilNotPutOff {
            start = .now
            return try self.reader.get(path)
        }
        self.latencies.append(ContinuousClock.now - start)
        self.messageCount += expected.count
        let page = answer.json
        let shown = page["messages"].items
        var wrong = zip(expected.reversed(), shown).compactMap { message, json in
            message.difference(from: json, isRead: message.id <= self.chat.readThrough)
        }
        if answer.status != 200 || shown.count != expected.count {
            wrong.append("\(answer.status), \(shown.count) messages for \(expected.count)")
        }
        if page["has_more"].bool != (next != nil) || page["next_cursor"].int != next {
            wrong.append("next_cursor \(page["next_cursor"]), not \(next ?? 0)")
        }
        guard !wrong.isEmpty, self.differences.count < Self.differencesMax else { return }
        self.differences.append("\(path): \(wrong.prefix(3))")
    }
}
