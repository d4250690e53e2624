/// What an event does to one message.
package enum MessageChange: Hashable, Sendable {
    case message(Message)
    case reactionAdded(Reaction)
    case reactionRemoved(user: UserID, emoji: String)
}

extension StoredMessage {
    package mutating func apply(_ change: MessageChange, at position: Position) {
        switch change {
        case .message(let message):
            self.change(to: message, at: position)
        case .reactionAdded(let reaction):
            self.add(reaction, at: position)
        case .reactionRemoved(let user, let emoji):
            self.removeReaction(of: user, emoji: emoji, at: position)
        }
    }

    /// What it takes up in memory, about.
    package var memoryBytes: Int {
        self.message.json.count + self.reactionsBytes + 64 * self.reactions.count + 224
    }
}

/// A message older than the window that was asked for or changed.
package struct TouchedMessage: Equatable, Sendable {
    package struct Pending: Equatable, Sendable {
        package let change: MessageChange
        package let position: Position

        package init(change: MessageChange, position: Position) {
            self.change = change
            self.position = position
        }
    }

    /// The whole of it; nil where only changes are known, as in a recovery.
    package private(set) var message: StoredMessage?
    /// In order of position, for when the row comes.
    package private(set) var pending: [Pending] = []

    package init() {}

    /// As a snapshot has it: the whole, or else changes in order of position.
    package init(_ message: StoredMessage?, pending: [Pending]) {
        self.message = message
        self.pending = message == nil ? pending : []
    }

    package var changedAt: Position {
        self.message?.changedAt ?? self.pending.last?.position ?? .zero
    }

    package var memoryBytes: Int {
        (self.message?.memoryBytes ?? 0) + 320 * self.pending.count + 64
    }

    /// - Returns: whether it was new.
    package mutating func apply(_ change: MessageChange, at position: Position) -> Bool {
        guard self.changedAt < position else { return false }
        if self.message == nil {
            self.pending.append(Pending(change: change, position: position))
        } else {
            self.message?.apply(change, at: position)
        }
        return true
    }

    package mutating func adopt(_ row: StoredMessage) {
        self.message = self.laid(over: row)
        self.pending = []
    }

    /// The row as it is now. Doing again what it shows already changes nothing.
    package func laid(over row: StoredMessage) -> StoredMessage {
        if let message = self.message { return message }
        var row = row
        for pending in self.pending where pending.position > row.changedAt {
            row.apply(pending.change, at: pending.position)
        }
        return row
    }
}

/// What a chat list shows of the newest message that is not deleted.
package enum MessagePreview: Equatable, Sendable {
    package struct Content: Equatable, Sendable {
        package let id: MessageID
        package let author: UserID
        package let ts: Timestamp
        /// JSON; nil where it has none.
        package let text: [UInt8]?

        package init(id: MessageID, author: UserID, ts: Timestamp, text: [UInt8]?) {
            self.id = id
            self.author = author
            self.ts = ts
            self.text = text
        }

        package init(of message: Message) {
            self.id = message.id
            self.author = message.author
            self.ts = message.ts
            self.text = message.hasContent ? Array(message.content) : nil
        }
    }

    case none
    case message(Content)
    /// It is in the store.
    case unknown
}
