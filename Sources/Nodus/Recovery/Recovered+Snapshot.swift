import Persistence
import Shards

extension Recovered {
    /// Takes in what a snapshot gives back.
    mutating func restore(_ item: SnapshotItem) {
        switch item {
        case .account(let account): self.directory.restore(account)
        case .session(let session): self.directory.apply(.sessionChanged(session), at: .zero)
        case .endedSession(let session, let time):
            self.directory.restore(ended: session, at: time)
        case .reservation(let made): self.directory.restore(made)
        case .spent(let users, let chats): self.directory.spent(users: users, chats: chats)
        case .slot(let slot): self.shards[self.shard(of: slot.slot)].restore(slot)
        case .mark(let mark, let slot): self.shards[self.shard(of: slot)].restore(mark, in: slot)
        case .deletedChat(let chat): self.shards[self.shard(of: chat.slot)].restore(deleted: chat)
        case .legacyMessages(let first, let chats): self.legacy.restore(chats, from: first)
        case .chat(let chat):
            self.restore(chat)
            self.restoredChat()
        }
    }

    private func shard(of slot: Slot) -> Int { slot.shard(of: self.shards.count) }
}
