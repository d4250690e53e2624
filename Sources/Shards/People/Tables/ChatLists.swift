/// Everybody's chats, in the order in which they came to them.
package struct ChatLists: Sendable {
    private var rows = RowPages<ChatID>()

    package init() {}

    /// The lists of all members of the chats of `shards`, in that order. Goes over them twice, so that
    /// each list is made as long as it will be: with a million people in ten chats each one by one
    /// takes seconds.
    package init(of shards: [ShardState]) {
        var lengths: [UInt32] = []
        shards.forEachChat { chat in
            for user in chat.members.presentUsers {
                let missing = Int(user.rawValue) + 1 - lengths.count
                if missing > 0 { lengths.append(contentsOf: repeatElement(0, count: missing)) }
                lengths[Int(user.rawValue)] += 1
            }
        }
        self.rows = RowPages(lengths: lengths, of: ChatID(rawValue: 0))
        var filled = [UInt32](repeating: 0, count: lengths.count)
        shards.forEachChat { chat in
            for user in chat.members.presentUsers {
                let row = Int(user.rawValue)
                self.rows.set(chat.chat.id, at: Int(filled[row]), of: row)
                filled[row] += 1
            }
        }
    }

    package subscript(user: UserID) -> [ChatID] {
        let row = Int(user.rawValue)
        return row < self.rows.count ? self.rows.withRow(row) { Array($0) } : []
    }

    /// - Returns: false where the list has it already.
    package mutating func add(_ chat: ChatID, to user: UserID) -> Bool {
        let row = Int(user.rawValue)
        self.rows.grow(to: row + 1)
        guard self.place(of: chat, in: row) == nil else { return false }
        let end = self.rows.length(of: row)
        self.rows.replace(end..<end, of: row, with: CollectionOfOne(chat))
        return true
    }

    /// - Returns: false where the list has it not.
    package mutating func remove(_ chat: ChatID, from user: UserID) -> Bool {
        let row = Int(user.rawValue)
        guard row < self.rows.count, let place = self.place(of: chat, in: row) else { return false }
        self.rows.replace(place..<place + 1, of: row, with: EmptyCollection())
        return true
    }

    private func place(of chat: ChatID, in row: Int) -> Int? {
        self.rows.withRow(row) { $0.firstIndex(of: chat) }
    }
}
