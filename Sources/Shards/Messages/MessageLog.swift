/// The messages of one chat in order of id: the newest in memory, the rest of them in the store.
///
/// Three parts. The window: every message from some place up to the newest. Older ones that were
/// touched, because the store may not have their newest change yet. And what is known of all,
/// wherever they are: how many, which are deleted, the newest.
///
/// The index of a message is its place in the whole chat, dense from 0.
package struct MessageLog: Equatable, Sendable {
    private var window: ContiguousArray<StoredMessage> = []
    /// How many messages are older than the window.
    package private(set) var olderCount = 0
    private var touched: [MessageID: TouchedMessage] = [:]
    /// Messages that the store does not take: they live here and in the journal.
    private(set) var refusedIDs: Set<MessageID> = []
    /// Ids of deleted messages, ascending.
    private var deletedIDs: ContiguousArray<MessageID> = []
    package private(set) var newestID = MessageID(rawValue: 0)
    package private(set) var newestTime: Timestamp?
    package private(set) var preview = MessagePreview.none
    /// The newest before the preview that is not deleted, where the store was asked for it.
    private var olderPreview = MessagePreview.unknown
    /// What the messages in memory take up, in bytes, about.
    package private(set) var byteCount = 0

    package init() {}

    /// How many messages the chat has, deleted ones counted.
    package var count: Int { self.olderCount + self.window.count }

    /// The id of the oldest message in the window; above all others where there is none.
    package var firstID: MessageID {
        self.window.first?.message.id ?? MessageID(rawValue: self.newestID.rawValue + 1)
    }

    /// The indices of the window.
    package var indices: Range<Int> { self.olderCount..<self.count }

    /// The message at an index that is in the window.
    package subscript(index: Int) -> StoredMessage { self.window[index - self.olderCount] }

    /// The message, where it is in memory, whole.
    package func message(_ id: MessageID) -> StoredMessage? {
        self.index(of: id).map { self[$0] } ?? self.touched[id]?.message
    }

    /// Whether anything of the message is in memory.
    package func holds(_ id: MessageID) -> Bool {
        self.touched[id] != nil || self.index(of: id) != nil
    }

    /// Whether the store has to be asked for the message: it is older than the window, and all that
    /// is known of it is perhaps a change.
    package func isOnlyStored(_ id: MessageID) -> Bool {
        self.olderCount > 0 && id < self.firstID && self.touched[id]?.message == nil
    }

    /// The index of the message in the window with that id.
    package func index(of id: MessageID) -> Int? {
        let index = self.count(below: id)
        guard self.indices.contains(index), self[index].message.id == id else { return nil }
        return index
    }

    /// How many messages have a lower id: the index of the first that has not. For ids at or above
    /// `firstID`; below, where something is older, it cannot be told and is at most this.
    package func count(below id: MessageID) -> Int {
        // Most ask about the newest, which needs no search through cold memory.
        if self.newestID < id { return self.count }
        if self.newestID == id, !self.window.isEmpty { return self.count - 1 }
        var low = 0
        var high = self.window.count
        while low < high {
            let middle = (low + high) / 2
            if self.window[middle].message.id < id { low = middle + 1 } else { high = middle }
        }
        return self.olderCount + low
    }

    /// How many messages have that id or a lower one; for ids as of `count(below:)`.
    package func count(through id: MessageID) -> Int {
        let below = self.count(below: id)
        let isHere = self.indices.contains(below) && self[below].message.id == id
        return isHere ? below + 1 : below
    }

    package func isDeleted(_ id: MessageID) -> Bool {
        let place = self.deletedPlace(of: id)
        return place < self.deletedIDs.count && self.deletedIDs[place] == id
    }

    /// How many of the messages above `id` are deleted.
    package func deletedCount(above id: MessageID) -> Int {
        let place = self.deletedPlace(of: id)
        let isDeleted = place < self.deletedIDs.count && self.deletedIDs[place] == id
        return self.deletedIDs.count - place - (isDeleted ? 1 : 0)
    }

    private func deletedPlace(of id: MessageID) -> Int {
        var low = 0
        var high = self.deletedIDs.count
        while low < high {
            let middle = (low + high) / 2
            if self.deletedIDs[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

// MARK: - Changes

extension MessageLog {
    /// Adds a message whose id is above all others.
    package mutating func append(_ message: StoredMessage) {
        precondition(message.message.id > self.newestID, "message ids grow within a chat")
        self.window.append(message)
        self.byteCount += message.memoryBytes
        self.newestID = message.message.id
        self.newestTime = message.message.ts
        self.preview = .message(MessagePreview.Content(of: message.message))
        self.olderPreview = .unknown
    }

    /// Changes a message, wherever it is.
    ///
    /// - Returns: whether that deleted it.
    package mutating func update(
        _ id: MessageID,
        at position: Position,
        _ change: MessageChange
    ) -> Bool {
        if let index = self.index(of: id) {
            guard self[index].changedAt < position else { return false }
            let place = index - self.olderCount
            self.byteCount -= self.window[place].memoryBytes
            self.window[place].apply(change, at: position)
            self.byteCount += self.window[place].memoryBytes
        } else if self.olderCount > 0, id < self.firstID {
            let before = self.touched[id]?.memoryBytes ?? 0
            guard self.touched[id, default: .init()].apply(change, at: position) else {
                return false
            }
            self.byteCount += (self.touched[id]?.memoryBytes ?? 0) - before
        } else {
            return false
        }
        guard case .message(let message) = change else { return false }
        if !message.isDeleted {
            self.edited(message)
            return false
        }
        return self.deleted(id)
    }

    private mutating func edited(_ message: Message) {
        if case .message(let content) = self.olderPreview, content.id == message.id {
            self.olderPreview = .unknown
        }
        if case .message(let content) = self.preview, content.id == message.id {
            self.preview = .message(MessagePreview.Content(of: message))
        }
    }

    private mutating func deleted(_ id: MessageID) -> Bool {
        let place = self.deletedPlace(of: id)
        guard place == self.deletedIDs.count || self.deletedIDs[place] != id else { return false }
        self.deletedIDs.insert(id, at: place)
        if case .message(let content) = self.olderPreview, content.id == id {
            self.olderPreview = .unknown
        }
        guard case .message(let content) = self.preview, content.id == id else { return true }
        if let newest = self.window.last(where: { !$0.message.isDeleted }) {
            self.preview = .message(MessagePreview.Content(of: newest.message))
        } else {
            self.preview = self.olderCount == 0 ? .none : self.olderPreview
        }
        self.olderPreview = .unknown
        return true
    }

    /// Whether deleting the message takes the preview to one that is not in memory.
    package func isLastPreview(_ id: MessageID) -> Bool {
        guard case .message(let content) = self.preview, content.id == id, self.olderCount > 0,
            case .unknown = self.olderPreview
        else { return false }
        return !self.window.contains { !$0.message.isDeleted && $0.message.id != id }
    }

    /// Takes in the newest message before the preview that is not deleted; nil where none is.
    package mutating func foundOlderPreview(_ message: Message?) {
        self.olderPreview = message.map { .message(MessagePreview.Content(of: $0)) } ?? .none
    }

    /// Takes in what the store has as the newest message that is not deleted, where the preview is
    /// not known. It may have changed since.
    package mutating func foundPreview(_ message: Message?) {
        guard case .unknown = self.preview else { return }
        let row = message.map { self.newest(of: StoredMessage($0, at: .zero)).message }
        let refused = self.refusedIDs.compactMap { self.touched[$0]?.message?.message }
        let newest = ([row].compactMap(\.self) + refused).filter { !$0.isDeleted }
            .max { $0.id < $1.id }
        if let newest {
            self.preview = .message(MessagePreview.Content(of: newest))
        } else if message == nil {
            self.preview = .none
        }
    }
}

// MARK: - Coming and going

extension MessageLog {
    /// What a store knows of a chat, with all of its messages left there: the keys of all of them,
    /// by ascending id. The preview is unknown.
    package init(restoring keys: [MessageKey]) {
        self.olderCount = keys.count
        self.newestID = keys.last?.id ?? self.newestID
        self.newestTime = keys.last?.ts
        self.deletedIDs = ContiguousArray(keys.lazy.filter(\.isDeleted).map(\.id))
        if self.deletedIDs.count < keys.count { self.preview = .unknown }
    }

    /// Only these, as if they were all that there are: what a page is made from.
    package init(of messages: some Sequence<StoredMessage>) {
        self.window = ContiguousArray(messages)
        self.newestID = self.window.last?.message.id ?? MessageID(rawValue: 0)
    }

    /// The window's messages.
    package var loaded: ContiguousArray<StoredMessage> { self.window }

    /// Lays what is newer in memory over rows of a store, by ascending id, and puts in what it does
    /// not take, where the rows are all that it has.
    package func laid(
        over rows: [StoredMessage],
        completeIn ranges: [Range<MessageID>]
    ) -> [StoredMessage] {
        guard !self.touched.isEmpty else { return rows }
        var messages: [MessageID: StoredMessage] = [:]
        for row in rows { messages[row.message.id] = self.newest(of: row) }
        for id in self.refusedIDs where id < self.firstID && ranges.contains(where: { $0 ~= id }) {
            if let message = self.touched[id]?.message { messages[id] = message }
        }
        return messages.values.sorted { $0.message.id < $1.message.id }
    }

    /// How many messages of the range the store may not know to be deleted.
    package func touchedDeletedCount(in range: Range<MessageID>) -> Int {
        self.touched.keys.count { range.contains($0) && self.isDeleted($0) }
    }

    private func newest(of row: StoredMessage) -> StoredMessage {
        self.touched[row.message.id]?.laid(over: row) ?? row
    }

    /// Keeps a message that a store gave, because a command asks for it.
    package mutating func adopt(_ row: StoredMessage) {
        let id = row.message.id
        guard self.isOnlyStored(id) else { return }
        let before = self.touched[id]?.memoryBytes ?? 0
        self.touched[id, default: .init()].adopt(row)
        self.byteCount += (self.touched[id]?.memoryBytes ?? 0) - before
    }

    /// Puts messages before the window that end where it begins, by ascending id: what `laid` gave.
    package mutating func extendWindow(with older: [StoredMessage]) {
        precondition(older.count <= self.olderCount, "more messages than there are")
        for message in older {
            let touched = self.touched.removeValue(forKey: message.message.id)
            self.byteCount += message.memoryBytes - (touched?.memoryBytes ?? 0)
        }
        self.window.insert(contentsOf: older, at: 0)
        self.olderCount -= older.count
    }

    /// Lets go of the oldest messages but `keptCount`, up to the first that changed after
    /// `confirmed`, so that the store may not have it.
    package mutating func shrink(keeping keptCount: Int, confirmed: Position) {
        for (id, message) in self.touched
        where message.changedAt <= confirmed && !self.refusedIDs.contains(id) {
            self.touched[id] = nil
            self.byteCount -= message.memoryBytes
        }
        let dropped = self.window.dropLast(keptCount).prefix { $0.changedAt <= confirmed }
        guard !dropped.isEmpty else { return }
        for message in dropped {
            self.byteCount -= message.memoryBytes
            guard self.refusedIDs.contains(message.message.id) else { continue }
            var kept = TouchedMessage()
            kept.adopt(message)
            self.touched[message.message.id] = kept
            self.byteCount += kept.memoryBytes
        }
        self.olderCount += dropped.count
        self.window.removeFirst(dropped.count)
        if self.window.isEmpty { self.window = [] }
    }

    /// Keeps a message in memory for ever, because the store does not take it.
    package mutating func refused(_ id: MessageID) { self.refusedIDs.insert(id) }

    /// The same for one that was counted by its key and comes from elsewhere than the store.
    package mutating func refused(_ message: StoredMessage) {
        self.refusedIDs.insert(message.message.id)
        self.adopt(message)
    }
}

// MARK: - Taken apart

extension MessageLog {
    /// All that a log consists of, for a snapshot.
    package struct Parts: Sendable {
        package var olderCount: Int
        package var newestID: MessageID
        package var newestTime: Timestamp?
        package var preview: MessagePreview
        package var olderPreview: MessagePreview
        /// By ascending id, as the ids below are.
        package var window: ContiguousArray<StoredMessage> = []
        /// What the window's messages take up: counted by who puts it together, while at them.
        package var windowBytes = 0
        package var deletedIDs: ContiguousArray<MessageID> = []
        /// In no order, as those below are.
        package var touched: [MessageID: TouchedMessage] = [:]
        package var refusedIDs: Set<MessageID> = []

        /// Nothing but what is known of all.
        package init(
            olderCount: Int,
            newestID: MessageID,
            newestTime: Timestamp?,
            preview: MessagePreview,
            olderPreview: MessagePreview
        ) {
            self.olderCount = olderCount
            self.newestID = newestID
            self.newestTime = newestTime
            self.preview = preview
            self.olderPreview = olderPreview
        }
    }

    package var parts: Parts {
        var parts = Parts(
            olderCount: self.olderCount,
            newestID: self.newestID,
            newestTime: self.newestTime,
            preview: self.preview,
            olderPreview: self.olderPreview
        )
        parts.window = self.window
        parts.deletedIDs = self.deletedIDs
        parts.touched = self.touched
        parts.refusedIDs = self.refusedIDs
        return parts
    }

    /// The window's ids ascend, as those of deleted messages do: whoever made the parts has seen to
    /// that.
    ///
    /// - Returns: nil where the parts do not fit together.
    package init?(_ parts: Parts) {
        guard parts.olderCount >= 0,
            (parts.window.last?.message.id ?? parts.newestID) == parts.newestID,
            parts.deletedIDs.count <= parts.olderCount + parts.window.count,
            (parts.deletedIDs.last ?? parts.newestID) <= parts.newestID
        else { return nil }
        self.window = parts.window
        self.olderCount = parts.olderCount
        self.touched = parts.touched
        self.refusedIDs = parts.refusedIDs
        self.deletedIDs = parts.deletedIDs
        self.newestID = parts.newestID
        self.newestTime = parts.newestTime
        self.preview = parts.preview
        self.olderPreview = parts.olderPreview
        self.byteCount = parts.touched.values.reduce(parts.windowBytes) { $0 + $1.memoryBytes }
    }
}
