import Persistence
import Shards
import TestSupport

/// What a start brought back, held against a replay of the whole history onto nothing.
struct StateComparison {
    let actual: PlainState
    /// With all messages in memory.
    let expected: PlainState
    /// Has what memory has let go of.
    let store: ModelStore
    let history: [HistoryEntry]

    var differences: [String] {
        var found = Differences()
        let ids = self.expected.shards.flatMap { $0.allChats.map(\.chat.id) }.sorted()
        let actualIDs = self.actual.shards.flatMap { $0.allChats.map(\.chat.id) }.sorted()
        found.check(actualIDs, ids, "chats")
        for id in ids {
            guard let chat = self.actual.chat(id), let wanted = self.expected.chat(id) else {
                continue
            }
            self.compare(chat, wanted, &found)
        }
        self.compareRest(&found)
        self.comparePeople(&found)
        return found.all
    }

    struct Differences {
        private(set) var all: [String] = []

        mutating func check<Value: Equatable>(
            _ value: Value,
            _ wanted: Value,
            _ what: @autoclosure () -> String
        ) {
            if value != wanted { self.all.append("\(what()): \(value) is not \(wanted)") }
        }
    }

    private func compare(_ chat: ChatState, _ wanted: ChatState, _ found: inout Differences) {
        guard chat != wanted else { return }
        let id = chat.chat.id.rawValue
        found.check(chat.chat, wanted.chat, "chat \(id)")
        found.check(chat.lastPosition, wanted.lastPosition, "position of chat \(id)")
        found.check(chat.members, wanted.members, "members of chat \(id)")
        found.check(chat.marks.unread, wanted.marks.unread, "absences of chat \(id)")
        found.check(chat.log.count, wanted.log.count, "messages of chat \(id)")
        found.check(chat.log.newestID, wanted.log.newestID, "newest message of chat \(id)")
        found.check(chat.log.newestTime, wanted.log.newestTime, "newest time of chat \(id)")
        found.check(chat.log.preview, wanted.log.preview, "preview of chat \(id)")
        for entry in wanted.members.all {
            let user = entry.member.user
            found.check(
                chat.unreadCount(of: user),
                wanted.unreadCount(of: user),
                "unread of \(user.rawValue) in chat \(id)"
            )
        }
        self.compareMessages(of: chat, wanted, &found)
    }

    private func compareMessages(
        of chat: ChatState,
        _ wanted: ChatState,
        _ found: inout Differences
    ) {
        let id = chat.chat.id
        let rows = self.store.messages(of: id).filter { $0.message.id < chat.log.firstID }
        let messages = chat.log.laid(over: rows, completeIn: []) + chat.log.loaded
        found.check(
            messages.map(\.message.id),
            wanted.log.loaded.map(\.message.id),
            "ids in chat \(id.rawValue)"
        )
        for (message, other) in zip(messages, wanted.log.loaded) {
            let number = message.message.id.rawValue
            found.check(message, other, "message \(number)")
            found.check(chat.isRead(message), wanted.isRead(other), "status of \(number)")
            let isDeleted = chat.log.isDeleted(message.message.id)
            found.check(isDeleted, other.message.isDeleted, "deletion of \(number)")
        }
        let zero = MessageID(rawValue: 0)
        found.check(
            chat.log.deletedCount(above: zero),
            wanted.log.deletedCount(above: zero),
            "deleted messages of chat \(id.rawValue)"
        )
    }

    // MARK: - Beside chats

    private func compareRest(_ found: inout Differences) {
        found.check(
            self.actual.shards.reduce(into: Set()) { $0.formUnion($1.deleted) },
            self.expected.shards.reduce(into: Set()) { $0.formUnion($1.deleted) },
            "deleted chats"
        )
        for shard in self.expected.shards {
            for slot in shard.slots where slot.messageCounter > 0 || slot.reactionCounter > 0 {
                self.compare(slot, &found)
            }
        }
        let chats = Dictionary(
            self.actual.directory.reservations.map { ($0.scope, $0.chat) },
            uniquingKeysWith: { first, _ in first }
        )
        for entry in self.history {
            guard case .chat(let chat, let change) = entry.event,
                let scope = entry.mark?.request.scope
            else { continue }
            found.check(
                self.actual.shards[self.actual.shard(of: chat)].mark(of: scope),
                self.expected.shards[self.expected.shard(of: chat)].mark(of: scope),
                "mark \(scope.high) \(scope.low) of chat \(chat.rawValue)"
            )
            // Two people find their chat without a key.
            guard case .created(let made, members: _) = change, made.isGroup else { continue }
            found.check(chats[scope], chat, "chat that was made under \(scope.low)")
        }
    }

    private func compare(_ wanted: SlotState, _ found: inout Differences) {
        let number = wanted.slot.rawValue
        let shard = self.actual.shards[wanted.slot.shard(of: self.actual.shards.count)]
        guard let slot = shard.slots.first(where: { $0.slot == wanted.slot }) else { return }
        found.check(slot.nextMessage >= wanted.nextMessage, true, "counter of slot \(number)")
        let isAhead = slot.reactionCounter >= wanted.reactionCounter
        found.check(isAhead, true, "reactions' counter of slot \(number)")
        guard wanted.messageCounter > 0 else { return }
        for counter in 1...wanted.messageCounter {
            let id = MessageID(counter: counter, slot: wanted.slot)
            found.check(slot.owner(of: id), wanted.owner(of: id), "owner of \(id.rawValue)")
        }
    }

    // MARK: - People

    private func comparePeople(_ found: inout Differences) {
        let (people, wanted) = (self.actual.directory, self.expected.directory)
        for difference in people.differences(from: wanted, isExact: false) {
            found.check(difference, "", "people")
        }
        let chats = self.expected.shards.flatMap { Array($0.allChats) }
        for account in wanted.allAccounts {
            let user = account.user.id
            found.check(
                Set(people.chats(of: user)),
                Set(chats.filter { $0.members.contains(user) }.map(\.chat.id)),
                "chats of \(user.rawValue)"
            )
        }
    }
}
