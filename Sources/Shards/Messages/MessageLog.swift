/// The messages of one chat in order of id, from the oldest that is in memory.
///
/// The place of a message in the whole chat, its ordinal, is dense from 1 and is what unread counts
/// are made of.
package struct MessageLog: Equatable, Sendable {
    private var messages: ContiguousArray<StoredMessage> = []
    /// Ordinals of deleted messages, ascending.
    private var deletedOrdinals: ContiguousArray<UInt32> = []
    /// The newest message that is not deleted.
    private var previewIndex: Int?

    package init() {}

    package var count: Int { self.messages.count }
    package var newestID: MessageID { self.messages.last?.message.id ?? MessageID(rawValue: 0) }
    package var preview: StoredMessage? { self.previewIndex.map { self.messages[$0] } }

    package subscript(index: Int) -> StoredMessage { self.messages[index] }

    /// The index of the message with that id.
    package func index(of id: MessageID) -> Int? {
        let index = self.count(below: id)
        return index < self.messages.count && self.messages[index].message.id == id ? index : nil
    }

    /// How many messages have a lower id: the index of the first that has not.
    package func count(below id: MessageID) -> Int {
        // Most ask about the newest, which needs no search through cold memory.
        if self.newestID < id { return self.messages.count }
        if self.newestID == id, !self.messages.isEmpty { return self.messages.count - 1 }
        var low = 0
        var high = self.messages.count
        while low < high {
            let middle = (low + high) / 2
            if self.messages[middle].message.id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// How many messages have that id or a lower one.
    package func count(through id: MessageID) -> Int {
        let below = self.count(below: id)
        let isHere = below < self.messages.count && self.messages[below].message.id == id
        return isHere ? below + 1 : below
    }

    /// How many of the messages after the first `count` are deleted.
    package func deletedCount(after count: Int) -> Int {
        var low = 0
        var high = self.deletedOrdinals.count
        while low < high {
            let middle = (low + high) / 2
            if self.deletedOrdinals[middle] <= count { low = middle + 1 } else { high = middle }
        }
        return self.deletedOrdinals.count - low
    }

    /// Adds a message whose id is above all others.
    package mutating func append(_ message: StoredMessage) {
        precondition(message.message.id > self.newestID, "message ids grow within a chat")
        self.messages.append(message)
        self.previewIndex = self.messages.count - 1
    }

    /// Changes the message at `index` in place.
    package mutating func update(at index: Int, _ change: (inout StoredMessage) -> Void) {
        let wasDeleted = self.messages[index].message.isDeleted
        change(&self.messages[index])
        guard self.messages[index].message.isDeleted, !wasDeleted else { return }
        let place = self.deletedOrdinals.count - self.deletedCount(after: index)
        self.deletedOrdinals.insert(UInt32(index + 1), at: place)
        guard self.previewIndex == index else { return }
        self.previewIndex = self.messages[..<index].lastIndex { !$0.message.isDeleted }
    }
}
