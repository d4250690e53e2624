import Shards

/// Names one row of the store.
package struct RowKey: Hashable, Sendable {
    package let table: String
    package let key: String

    package init(table: String, key: String) {
        self.table = table
        self.key = key
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
        func isWantedRow(_ table: String, _ parts: String...) -> Bool {
            isWanted(RowKey(table: table, key: parts.joined(separator: ",")))
        }
        var rows = RowBatch()
        rows.deletedChats = self.deletedChats.filter { isWantedRow("chats", $0.text) }
        rows.users = self.users.filter { isWantedRow("users", $0.value.id.text) }
        rows.sightings = self.sightings.filter { isWantedRow("users", $0.user.text) }
        rows.chats = self.chats.filter { isWantedRow("chats", $0.value.id.text) }
        rows.members = self.members.filter {
            isWantedRow("chat_members", $0.chat.text, $0.user.text)
        }
        rows.absences = self.absences.filter { row in
            let through = String(row.absence.through.rawValue)
            return isWantedRow("member_absences", row.chat.text, row.absence.user.text, through)
        }
        rows.sentMessages = self.sentMessages.filter { isWantedRow("messages", $0.value.id.text) }
        rows.changedMessages = self.changedMessages.filter {
            isWantedRow("messages", $0.value.id.text)
        }
        rows.reactions = self.reactions.filter {
            isWantedRow("message_reactions", $0.message.text, $0.user.text, $0.emoji)
        }
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

extension UserID {
    fileprivate var text: String { String(self.rawValue) }
}

extension ChatID {
    fileprivate var text: String { String(self.rawValue) }
}

extension MessageID {
    fileprivate var text: String { String(self.rawValue) }
}
