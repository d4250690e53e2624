import Shards
import TestSupport

/// The database behind the journal, which no crash touches: it has the rows of all events through
/// some position.
struct ModelStore: Sendable {
    /// With all messages in memory.
    private(set) var state = PlainState(shardCount: 2)
    private(set) var applied = Position.zero

    mutating func apply(_ history: [HistoryEntry], through position: Position) {
        while self.applied < position {
            let entry = history[Int(self.applied.rawValue)]
            self.applied = self.applied.next
            self.state.apply(entry.event, mark: entry.mark, at: self.applied)
        }
    }

    func answer(_ question: StoreQuestion) -> StoreAnswer {
        StoreAnswer(question.queries.map { self.rows($0) }, to: question)
    }

    /// All messages of a chat, by ascending id.
    func messages(of chat: ChatID) -> [StoredMessage] {
        Array(self.state.chat(chat)?.log.loaded ?? [])
    }

    private func rows(_ query: HistoryQuery) -> [StoredMessage] {
        switch query {
        case .ids(let ids):
            return ids.sorted().compactMap { id in
                guard case .chat(let chat) = self.state.owner(of: id) else { return nil }
                return self.state.chat(chat)?.message(id)
            }
        case .below(let id, let chat, let countMax, let includesDeleted):
            let found = self.messages(of: chat).reversed().filter {
                $0.message.id < id && (includesDeleted || !$0.message.isDeleted)
            }
            return Array(found.prefix(countMax))
        case .above(let id, let chat, let countMax, let includesDeleted):
            let found = self.messages(of: chat).filter {
                $0.message.id > id && (includesDeleted || !$0.message.isDeleted)
            }
            return Array(found.prefix(countMax))
        case .everywhere:
            return []
        }
    }
}

extension PlainState {
    func chat(_ id: ChatID) -> ChatState? {
        self.shards[self.shard(of: id)].withChat(id) { $0 }
    }

    func owner(of message: MessageID) -> SlotState.Owner {
        self.shards[message.slot.shard(of: self.shards.count)].owner(of: message)
    }
}
