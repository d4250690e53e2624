import Shards

/// Puts chats together from the records that follow each other.
struct SnapshotAssembly {
    private var chat: ChatParts?
    private(set) var counts = SnapshotHeader.Counts()

    mutating func take(
        _ record: SnapshotRecord,
        _ visit: (SnapshotItem) -> Void
    ) throws(MalformedEntry) {
        switch record {
        case .account(let account):
            self.counts.accounts += 1
            visit(.account(account))
        case .session(let session):
            self.counts.sessions += 1
            visit(.session(session))
        case .endedSession(let session, let time): visit(.endedSession(session, at: time))
        case .reservation(let made): visit(.reservation(made))
        case .spent(let users, let chats): visit(.spent(users: users, chats: chats))
        case .slot(let slot): visit(.slot(slot))
        case .mark(let mark, let slot):
            self.counts.marks += 1
            visit(.mark(mark, slot))
        case .deletedChat(let chat): visit(.deletedChat(chat))
        case .legacyMessages(let first, let chats):
            visit(.legacyMessages(first: first, chats: chats))
        case .chat(let parts):
            try self.finish(visit)
            self.chat = parts
        case .members, .absence, .messages, .deletedMessages, .touchedMessage, .refusedMessage:
            guard case .some = self.chat else { throw MalformedEntry() }
            try self.chat?.take(record)
        }
    }

    /// Ends the last chat.
    mutating func finish(_ visit: (SnapshotItem) -> Void) throws(MalformedEntry) {
        guard let parts = self.chat else { return }
        self.chat = nil
        guard let chat = ChatState(parts) else { throw MalformedEntry() }
        self.counts.chats += 1
        self.counts.messages += parts.log.window.count
        visit(.chat(chat))
    }
}

extension ChatParts {
    fileprivate mutating func take(_ record: SnapshotRecord) throws(MalformedEntry) {
        switch record {
        case .members(let members):
            guard self.members.append(members) else { throw MalformedEntry() }
        case .absence(let absence): self.absences.append(absence)
        case .messages(let messages, let memoryBytes):
            if let last = self.log.window.last, let first = messages.first {
                guard last.message.id < first.message.id else { throw MalformedEntry() }
            }
            self.log.window.take(messages)
            self.log.windowBytes += memoryBytes
        case .deletedMessages(let ids):
            if let last = self.log.deletedIDs.last, let first = ids.first {
                guard last < first else { throw MalformedEntry() }
            }
            self.log.deletedIDs.take(ids)
        case .touchedMessage(let id, let touched): self.log.touched[id] = touched
        case .refusedMessage(let id): self.log.refusedIDs.insert(id)
        default: throw MalformedEntry()
        }
    }
}

extension ContiguousArray {
    /// The first part is taken as it is, which copies nothing.
    fileprivate mutating func take(_ part: ContiguousArray) {
        if self.isEmpty { self = part } else { self += part }
    }
}
