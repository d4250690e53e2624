import Shards

/// Names one row of the store. By its bytes, as a database does: to a `String`, emoji are equal
/// that only look the same.
package struct RowKey: Hashable, Sendable {
    package let table: String
    package let key: String

    package init(table: String, key: String) {
        self.table = table
        self.key = key
    }

    package static func == (left: RowKey, right: RowKey) -> Bool {
        left.table.utf8.elementsEqual(right.table.utf8)
            && left.key.utf8.elementsEqual(right.key.utf8)
    }
}

extension RowKey {
    static func user(_ id: UserID) -> RowKey { RowKey(table: "users", key: "\(id.rawValue)") }

    static func chat(_ id: ChatID) -> RowKey { RowKey(table: "chats", key: "\(id.rawValue)") }

    static func member(_ user: UserID, of chat: ChatID) -> RowKey {
        RowKey(table: "chat_members", key: "\(chat.rawValue),\(user.rawValue)")
    }

    static func absence(_ absence: Absence, of chat: ChatID) -> RowKey {
        let user = absence.user.rawValue
        let key = "\(chat.rawValue),\(user),\(absence.through.rawValue)"
        return RowKey(table: "member_absences", key: key)
    }

    static func message(_ id: MessageID) -> RowKey {
        RowKey(table: "messages", key: "\(id.rawValue)")
    }

    static func reaction(_ row: ReactionRow) -> RowKey {
        RowKey.reaction(of: row.user, emoji: row.emoji, on: row.message)
    }

    static func reaction(_ reaction: Reaction) -> RowKey {
        RowKey.reaction(of: reaction.user, emoji: reaction.emoji, on: reaction.message)
    }

    private static func reaction(
        of user: UserID,
        emoji: String,
        on message: MessageID
    ) -> RowKey {
        // As it comes back from a store that cannot keep U+0000.
        let kept = emoji.replacing("\0", with: "\u{fffd}")
        let key = "\(message.rawValue),\(user.rawValue),\(kept)"
        return RowKey(table: "message_reactions", key: key)
    }
}

extension RowBatch {
    /// The names of all rows. A user's row and sighting are one row.
    package var keys: [RowKey] {
        var keys: [RowKey] = []
        _ = self.filtered { key in
            keys.append(key)
            return false
        }
        return keys
    }

    /// The rows whose names are wanted.
    package func filtered(_ isWanted: (RowKey) -> Bool) -> RowBatch {
        var rows = RowBatch()
        rows.deletedChats = self.deletedChats.filter { isWanted(.chat($0)) }
        rows.users = self.users.filter { isWanted(.user($0.value.id)) }
        rows.sightings = self.sightings.filter { isWanted(.user($0.user)) }
        rows.chats = self.chats.filter { isWanted(.chat($0.value.id)) }
        rows.members = self.members.filter { isWanted(.member($0.user, of: $0.chat)) }
        rows.absences = self.absences.filter { isWanted(.absence($0.absence, of: $0.chat)) }
        rows.sentMessages = self.sentMessages.filter { isWanted(.message($0.value.id)) }
        rows.changedMessages = self.changedMessages.filter { isWanted(.message($0.value.id)) }
        rows.reactions = self.reactions.filter { isWanted(.reaction($0)) }
        return rows
    }

    /// The rows in two parts of about the same size, where there are at least two.
    package func halves() -> (RowBatch, RowBatch) {
        var room = self.count / 2
        var first = RowBatch()
        var second = self
        first.deletedChats = second.deletedChats.removePrefix(upTo: &room)
        first.users = second.users.removePrefix(upTo: &room)
        first.sightings = second.sightings.removePrefix(upTo: &room)
        first.chats = second.chats.removePrefix(upTo: &room)
        first.members = second.members.removePrefix(upTo: &room)
        first.absences = second.absences.removePrefix(upTo: &room)
        first.sentMessages = second.sentMessages.removePrefix(upTo: &room)
        first.changedMessages = second.changedMessages.removePrefix(upTo: &room)
        first.reactions = second.reactions.removePrefix(upTo: &room)
        return (first, second)
    }
}

extension Array {
    fileprivate mutating func removePrefix(upTo room: inout Int) -> [Element] {
        let taken = Array(self.prefix(room))
        self.removeFirst(taken.count)
        room -= taken.count
        return taken
    }
}
