import Logging
import Persistence
import Shards

/// Puts the chats and people of a store together again, as its rows come by.
struct StoreLoading {
    /// So many ids are left out where the journal that handed them out is lost: some of them are
    /// out there in answers that never came to the store.
    private static let skippedMessages: UInt64 = 1 << 20
    private static let skippedPeople: UInt32 = 10_000

    private struct Parts {
        let chat: Chat
        var position: Position
        var members: [Member] = []
        var absences: [Absence] = []
    }

    private(set) var recovered: Recovered
    private var parts: [ChatID: Parts] = [:]
    private var keys: [MessageKey] = []
    private var refused = RefusedRows()
    /// Rows of chats that are not there.
    private(set) var strayCount = 0

    /// `isHistoryLost` is whether the journal that filled the store is gone.
    static func load(
        _ reader: any HistoryReader,
        into recovered: Recovered,
        isHistoryLost: Bool
    ) throws(StoreError) -> (recovered: Recovered, state: StoreState) {
        let before = try reader.state()
        var loading = StoreLoading(recovered: recovered)
        loading.recovered.legacy = LegacyMessages(through: before.legacyMessages)
        let state = try reader.load { (row) throws(StoreError) in loading.take(row) }
        loading.finish(state, isHistoryLost: isHistoryLost)
        return (loading.recovered, state)
    }

    private init(recovered: Recovered) {
        self.recovered = recovered
    }

    private mutating func take(_ row: HistoryRow) {
        switch row {
        case .deadLetter(let letter):
            for row in self.refused.take(letter) {
                self.parts[row.value.id] = Parts(chat: row.value, position: row.position)
            }
        case .user(let user, let lastSeen, let position):
            let row = self.refused.user(insteadOf: RowBatch.Row(user, at: position))
            self.recovered.restore(row.value, lastSeen: lastSeen, at: row.position)
        case .chat(let chat, let position):
            if let refused = self.parts[chat.id], refused.position > position { return }
            self.parts[chat.id] = Parts(chat: chat, position: position)
        case .member(let member, let chat, readAt: _, let position):
            self.change(chat) { parts in
                parts.members.append(member)
                parts.position = max(parts.position, position)
            }
        case .absence(let absence, let chat):
            self.change(chat) { $0.absences.append(absence) }
        case .message(let key):
            if let last = self.keys.last, last.chat != key.chat { self.finishChat(last.chat) }
            self.keys.append(key)
            self.recovered.legacy.add(key.id, of: key.chat)
        case .preview(let message):
            if let last = self.keys.last { self.finishChat(last.chat) }
            let chat = message.message.chat
            let shard = chat.slot.shard(of: self.recovered.shards.count)
            self.recovered.shards[shard].foundPreview(message.message, of: chat)
        }
    }

    private mutating func change(_ chat: ChatID, _ change: (inout Parts) -> Void) {
        guard var parts = self.parts.removeValue(forKey: chat) else {
            self.strayCount += 1
            return
        }
        change(&parts)
        self.parts[chat] = parts
    }

    private mutating func finishChat(_ id: ChatID) {
        defer { self.keys.removeAll(keepingCapacity: true) }
        guard let parts = self.parts.removeValue(forKey: id) else {
            self.strayCount += self.keys.count
            return
        }
        let refused = self.refused.changes(of: id, beside: self.keys)
        if !refused.absent.isEmpty {
            self.keys += refused.absent.map { MessageKey(of: $0) }
            self.keys.sort { $0.id < $1.id }
        }
        let newest = self.keys.lazy.map(\.position).max() ?? .zero
        var chat = ChatState(
            restoring: parts.chat,
            members: parts.members,
            absences: parts.absences,
            keys: self.keys,
            at: max(parts.position, newest)
        )
        for message in refused.absent { chat.refused(message) }
        for (event, message, position) in refused.events {
            chat.apply(event, at: position)
            chat.refused(message)
        }
        self.recovered.restore(chat)
    }

    private mutating func finish(_ state: StoreState, isHistoryLost: Bool) {
        if let last = self.keys.last { self.finishChat(last.chat) }
        for chat in self.parts.keys.sorted() { self.finishChat(chat) }
        for row in self.refused.usersWithoutRow {
            self.recovered.restore(row.value, lastSeen: nil, at: row.position)
        }
        let skippedMessages = isHistoryLost ? Self.skippedMessages : 0
        let skippedPeople = isHistoryLost ? Self.skippedPeople : 0
        let newest = max(state.newest.message, state.legacyMessages).counter
        for index in self.recovered.shards.indices {
            self.recovered.shards[index].spent(
                messages: newest + skippedMessages,
                reactions: state.newest.reaction.counter + skippedMessages
            )
            self.recovered.shards[index].memory.confirm(through: state.applied)
        }
        self.recovered.directory.spent(
            users: state.newest.user.rawValue + skippedPeople,
            chats: state.newest.chat.rawValue + skippedPeople
        )
        self.recovered.base = state.applied
    }
}

extension MessageKey {
    fileprivate init(of message: StoredMessage) {
        self.init(
            id: message.message.id,
            chat: message.message.chat,
            author: message.message.author,
            ts: message.message.ts,
            isDeleted: message.message.isDeleted,
            position: message.changedAt
        )
    }
}
