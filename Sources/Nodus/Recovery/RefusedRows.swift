import Persistence
import Shards

/// The rows that a store refused, made again from their events: what is newer in them than in the
/// rows that it has, which it may have taken before or since.
struct RefusedRows {
    private var users: [UserID: RowBatch.Row<User>] = [:]
    private var messages: [ChatID: [MessageID: RowBatch.Row<Message>]] = [:]
    private var reactions: [ChatID: [ReactionRow]] = [:]

    /// What one chat's messages have to be changed by.
    struct Changes {
        /// Those that are in no row.
        fileprivate(set) var absent: [StoredMessage] = []
        fileprivate(set) var events: [(event: ChatEvent, message: MessageID, at: Position)] = []
    }

    /// Letters come in the order in which they were written.
    ///
    /// - Returns: its chats, of which there is no row or an older or newer one.
    mutating func take(_ letter: DeadLetter) -> [RowBatch.Row<Chat>] {
        guard let rows = try? letter.rows else { return [] }
        for row in rows.users { self.users[row.value.id] = row }
        for row in rows.sentMessages + rows.changedMessages {
            self.messages[row.value.chat, default: [:]][row.value.id] = row
        }
        for row in rows.reactions { self.reactions[row.chat, default: []].append(row) }
        return rows.chats
    }

    /// The newer of the row and what was refused.
    mutating func user(insteadOf row: RowBatch.Row<User>) -> RowBatch.Row<User> {
        guard let refused = self.users.removeValue(forKey: row.value.id) else { return row }
        return refused.position > row.position ? refused : row
    }

    /// Those whose rows have not come.
    var usersWithoutRow: [RowBatch.Row<User>] {
        self.users.values.sorted { $0.position < $1.position }
    }

    /// `keys` are of all messages of the chat that the store has.
    mutating func changes(of chat: ChatID, beside keys: [MessageKey]) -> Changes {
        var changes = Changes()
        let messages = self.messages.removeValue(forKey: chat) ?? [:]
        let reactions = self.reactions.removeValue(forKey: chat) ?? []
        guard !messages.isEmpty || !reactions.isEmpty else { return changes }
        let stored = Dictionary(uniqueKeysWithValues: keys.lazy.map { ($0.id, $0) })
        for (id, row) in messages {
            guard let key = stored[id] else {
                changes.absent.append(StoredMessage(row.value, at: row.position))
                continue
            }
            guard key.position < row.position else { continue }
            changes.events.append((.messageChanged(row.value), id, row.position))
        }
        for row in reactions {
            let isGone = stored[row.message]?.isDeleted ?? (messages[row.message] == nil)
            guard let reaction = row.reaction, !isGone else { continue }
            changes.events.append((.reactionAdded(reaction), row.message, row.position))
        }
        changes.events.sort { $0.at < $1.at }
        return changes
    }
}
