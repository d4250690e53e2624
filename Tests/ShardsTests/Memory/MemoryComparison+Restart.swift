import Shards
import TestSupport

/// What a start does with what a crash left: the journal, whole, and the store behind it.
extension MemoryComparison {
    enum Origin {
        case journal
        /// The rows, and of the events that they hold only what no store keeps.
        case store
    }

    mutating func restart(from origin: Origin) {
        self.requests = []
        let entries = self.bounded.sink.entries
        var state = ShardState(index: 0, of: 1)
        state.memory.byteCountMax = self.byteCountMax
        if origin == .store { self.load(into: &state) }
        state.memory.confirm(through: self.store.applied)
        for entry in entries {
            guard case .chat(let chat, let event) = entry.event else { continue }
            if origin == .store, entry.position <= self.store.applied {
                state.applyStored(event, to: chat, mark: entry.mark, at: entry.position)
            } else {
                state.apply(event, to: chat, mark: entry.mark, at: entry.position)
            }
            guard self.commands.random.one(in: 4) else { continue }
            state.makeRoom(visitMax: Int.random(in: 1...10, using: &self.commands.random))
        }
        self.findPreviews(in: &state)
        // What an earlier start from the store left out is left out again.
        state.spent(messages: self.world.spent.messages, reactions: self.world.spent.reactions)
        self.bounded = LoneShard(state, after: entries)
        self.confirmed = self.store.applied
        self.compareAll()
    }

    private mutating func load(into state: inout ShardState) {
        self.base = self.store.applied
        for row in self.store.chats.values.sorted(by: { $0.value.id < $1.value.id }) {
            state.restore(self.store.chat(row))
        }
        for row in self.store.chats.values {
            let id = MessageID(rawValue: .max)
            let preview = self.store.newest(of: row.value.id, below: id)
            if let preview { state.foundPreview(preview.message, of: row.value.id) }
        }
        // The counters of all slots go on above the newest of any, in both shards.
        let (messages, reactions) = self.store.newest
        state.spent(messages: messages, reactions: reactions)
        var full = self.full.state
        full.spent(messages: messages, reactions: reactions)
        self.full = LoneShard(full, after: self.full.sink.entries)
        self.world.spend(messages: messages, reactions: reactions)
    }

    private func findPreviews(in state: inout ShardState) {
        for (chat, newest) in state.unknownPreviews {
            var row = self.store.newest(of: chat, below: newest)
            while let found = row, state.isDeleted(found.message.id, in: chat) {
                row = self.store.newest(of: chat, below: found.message.id)
            }
            state.foundPreview(row?.message, of: chat)
        }
    }
}

extension ReferenceStore {
    fileprivate func newest(of chat: ChatID, below id: MessageID) -> StoredMessage? {
        self.messages(.below(id, of: chat, countMax: 1, includesDeleted: false)).first
    }

    fileprivate func chat(_ row: Row<Chat>) -> ChatState {
        let id = row.value.id
        let members = self.members.filter { $0.key.chat == id }.map(\.value)
        let keys = self.messages.values.filter { $0.value.chat == id }
            .sorted { $0.value.id < $1.value.id }.map { MessageKey($0) }
        let positions = [row.position] + members.map(\.position) + keys.map(\.position)
        return ChatState(
            restoring: row.value,
            members: members.map(\.value),
            absences: self.absences.filter { $0.chat == id }.map(\.absence),
            keys: keys,
            at: positions.max() ?? .zero
        )
    }
}

extension MessageKey {
    fileprivate init(_ row: ReferenceStore.Row<Message>) {
        self.init(
            id: row.value.id,
            chat: row.value.chat,
            author: row.value.author,
            ts: row.value.ts,
            isDeleted: row.value.isDeleted,
            position: row.position
        )
    }
}
