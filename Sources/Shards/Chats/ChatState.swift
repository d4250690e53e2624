/// Everything about one chat.
///
/// A plain value with no clock and no randomness: replaying its events through `apply` rebuilds it.
package struct ChatState: Equatable, Sendable {
    package private(set) var chat: Chat
    package private(set) var members = MemberTable()
    package internal(set) var log = MessageLog()
    package private(set) var marks = ReadMarks()
    /// Of the newest event: what a page of this chat waits for, and the next frame's `prev`.
    package private(set) var lastPosition: Position

    package init(_ chat: Chat, members: [Member], at position: Position) {
        self.chat = chat
        self.lastPosition = position
        // In the order of the table, where each goes to the end.
        for member in members.sorted(by: { $0.user < $1.user }) { self.join(member) }
    }

    /// Of parts that fit together.
    init(
        _ chat: Chat,
        members: MemberTable,
        log: MessageLog,
        marks: ReadMarks,
        at position: Position
    ) {
        self.chat = chat
        self.members = members
        self.log = log
        self.marks = marks
        self.lastPosition = position
    }

    /// A chat that a store gives back, with all of its messages left there.
    ///
    /// `keys` are those of all of its messages, by ascending id; `position` is that of its newest
    /// change.
    package init(
        restoring chat: Chat,
        members: [Member],
        absences: [Absence],
        keys: [MessageKey],
        at position: Position
    ) {
        self.chat = chat
        self.lastPosition = position
        self.log = MessageLog(restoring: keys)
        let own = Dictionary(grouping: keys.lazy.filter { !$0.isDeleted }, by: \.author)
        for member in members.sorted(by: { $0.user < $1.user }) {
            let through = member.readThrough
            self.members.put(member)
            self.members.update(member.user) {
                $0.readCount = keys.count(through: through)
                $0.ownSinceCount = (own[member.user] ?? []).count { $0.id > through }
            }
        }
        for absence in absences.sorted(by: { $0.through < $1.through }) {
            // What they have read since they came back holds nothing up any more.
            var absence = absence
            let readThrough = self.members[absence.user]?.member.readThrough
            absence.after = max(absence.after, readThrough ?? absence.after)
            if absence.after < absence.through { self.marks.restore(absence) }
        }
        self.marks.recount(self.members)
    }

    /// How many messages of others the member has not read, deleted ones left out.
    package func unreadCount(of user: UserID) -> Int {
        guard let entry = self.members[user] else { return 0 }
        return self.log.count - entry.readCount
            - self.log.deletedCount(above: entry.member.readThrough) - entry.ownSinceCount
    }

    package func isRead(_ message: StoredMessage) -> Bool { self.marks.isRead(message.message) }
}

// MARK: - Apply

extension ChatState {
    /// Makes an event true. Cannot fail: what was decided, or read from the journal, has happened.
    ///
    /// Does nothing where the chat, or the message, has it already: a snapshot is taken while
    /// things happen, so the replay after it begins with events that it holds.
    package mutating func apply(_ event: ChatEvent, at position: Position) {
        switch event {
        case .created, .deleted:
            break  // The shard adds and removes whole chats.
        case .messageSent(let message):
            self.send(message, at: position)
        case .messageChanged(let message):
            self.change(message, at: position)
        case .reactionAdded(let reaction):
            _ = self.log.update(reaction.message, at: position, .reactionAdded(reaction))
        case .reactionRemoved(let message, let user, let emoji):
            let change = MessageChange.reactionRemoved(user: user, emoji: emoji)
            _ = self.log.update(message, at: position, change)
        case .changed, .memberAdded, .memberRemoved, .readAdvanced:
            if self.lastPosition < position { self.applyToHeader(event) }
        }
        self.lastPosition = max(self.lastPosition, position)
    }

    private mutating func applyToHeader(_ event: ChatEvent) {
        switch event {
        case .changed(let chat):
            self.chat = chat
        case .memberAdded(let member, by: _):
            self.join(member)
        case .memberRemoved(let user, by: _, let promoted, absence: _):
            self.leave(user)
            if let promoted { self.members.update(promoted) { $0.member.role = .admin } }
        case .readAdvanced(let user, let through, at: _):
            self.advance(user, through: through)
        case .created, .deleted, .messageSent, .messageChanged, .reactionAdded, .reactionRemoved:
            break
        }
    }

    private mutating func send(_ message: Message, at position: Position) {
        guard self.log.newestID < message.id else { return self.change(message, at: position) }
        self.log.append(StoredMessage(message, at: position))
        self.members.update(message.author) { $0.ownSinceCount += 1 }
    }

    private mutating func join(_ member: Member) {
        self.members.put(member)
        self.marks.memberJoined(member)
    }

    private mutating func leave(_ user: UserID) {
        guard let entry = self.members[user] else { return }
        self.members.update(user) { $0.member.isPresent = false }
        self.marks.memberLeft(entry.member, newest: self.log.newestID)
        self.marks.recount(self.members)
    }

    private mutating func change(_ message: Message, at position: Position) {
        guard self.log.update(message.id, at: position, .message(message)) else { return }
        self.members.update(message.author) {
            if message.id > $0.member.readThrough { $0.ownSinceCount -= 1 }
        }
    }

    private mutating func advance(_ user: UserID, through id: MessageID) {
        guard let entry = self.members[user], entry.member.readThrough < id else { return }
        let count = self.log.count(through: id)
        let own = (count..<self.log.count).clamped(to: self.log.indices).count { index in
            let message = self.log[index].message
            return message.author == user && !message.isDeleted
        }
        self.marks = self.marks.raised(entry.member, through: id, in: self.members)
        self.members.update(user) {
            $0.member.readThrough = id
            $0.readCount = count
            $0.ownSinceCount = own
        }
    }
}

extension [MessageKey] {
    /// How many have that id or a lower one.
    fileprivate func count(through id: MessageID) -> Int {
        var low = 0
        var high = self.count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].id <= id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
