package import Shards

/// Makes rows of events, so that what changed ten times is written once.
package struct RowCoalescer {
    private struct MemberKey: Hashable {
        let chat: ChatID
        let user: UserID
    }

    private struct ReactionKey: Hashable {
        let message: MessageID
        let user: UserID
        /// Its bytes: to a `String`, characters are equal that are not the same to a database.
        let emoji: [UInt8]
    }

    private enum MessagePlace {
        case sent(Int)
        case changed(Int)
    }

    private var batch = RowBatch()
    private var newest = NewestIDs()
    private var users: [UserID: Int] = [:]
    private var sightings: [UserID: Int] = [:]
    private var chats: [ChatID: Int] = [:]
    private var members: [MemberKey: Int] = [:]
    private var messages: [MessageID: MessagePlace] = [:]
    private var reactions: [ReactionKey: Int] = [:]

    package init() {}

    /// Takes in the next event; positions ascend.
    package mutating func take(_ event: Event, at position: Position) {
        switch event {
        case .chat(let chat, let change): self.take(change, of: chat, at: position)
        case .people(let change): self.take(change, at: position)
        }
    }

    /// The rows, and the highest ids that the events handed out. Rows of chats that ended are left
    /// out: the ids of chats are not used again.
    package consuming func finish() -> (rows: RowBatch, newest: NewestIDs) {
        var rows = self.batch
        if !rows.deletedChats.isEmpty {
            let deleted = Set(rows.deletedChats)
            rows.chats.removeAll { deleted.contains($0.value.id) }
            rows.members.removeAll { deleted.contains($0.chat) }
            rows.absences.removeAll { deleted.contains($0.chat) }
            rows.sentMessages.removeAll { deleted.contains($0.value.chat) }
            rows.changedMessages.removeAll { deleted.contains($0.value.chat) }
            rows.reactions.removeAll { deleted.contains($0.chat) }
        }
        return (rows, self.newest)
    }

    // MARK: - People

    private mutating func take(_ change: PeopleEvent, at position: Position) {
        switch change {
        case .userChanged(let user):
            self.newest.user = max(self.newest.user, user.id)
            let row = RowBatch.Row(user, at: position)
            self.batch.users.put(row, at: &self.users[user.id])
        case .lastSeen(let user, let time):
            let sighting = RowBatch.Sighting(user: user, at: time, position: position)
            self.batch.sightings.put(sighting, at: &self.sightings[user])
        case .sessionChanged:
            break  // The journal alone keeps sessions: without it, people sign in again.
        }
    }

    // MARK: - Chats

    private mutating func take(_ change: ChatEvent, of chat: ChatID, at position: Position) {
        switch change {
        case .created(let row, let members):
            self.newest.chat = max(self.newest.chat, chat)
            self.put(row, at: position)
            for member in members { self.put(member, of: chat, at: position) }
        case .changed(let row):
            self.put(row, at: position)
        case .deleted:
            self.batch.deletedChats.append(chat)
        case .memberAdded(let member, by: _):
            self.put(member, of: chat, at: position)
        case .memberRemoved(let user, by: _, let promoted, let absence):
            self.change(user, of: chat, at: position) { $0.setPresent(false) }
            if let promoted { self.change(promoted, of: chat, at: position) { $0.set(.admin) } }
            if let absence {
                let row = AbsenceRow(chat: chat, absence: absence, position: position)
                self.batch.absences.append(row)
            }
        case .readAdvanced(let user, let through, let time):
            self.change(user, of: chat, at: position) { $0.read(through: through, at: time) }
        case .messageSent(let message):
            self.newest.message = max(self.newest.message, message.id)
            self.messages[message.id] = .sent(self.batch.sentMessages.count)
            self.batch.sentMessages.append(RowBatch.Row(message, at: position))
        case .messageChanged(let message):
            self.change(message, at: position)
        case .reactionAdded(let reaction):
            self.newest.take(reaction.id)
            self.put(
                ReactionRow(
                    chat: chat,
                    message: reaction.message,
                    user: reaction.user,
                    emoji: reaction.emoji,
                    reaction: reaction,
                    position: position
                )
            )
        case .reactionRemoved(let message, let user, let emoji):
            self.put(
                ReactionRow(
                    chat: chat,
                    message: message,
                    user: user,
                    emoji: emoji,
                    reaction: nil,
                    position: position
                )
            )
        }
    }

    private mutating func put(_ chat: Chat, at position: Position) {
        self.batch.chats.put(RowBatch.Row(chat, at: position), at: &self.chats[chat.id])
    }

    private mutating func put(_ member: Member, of chat: ChatID, at position: Position) {
        self.change(member.user, of: chat, at: position) { $0.put(member) }
    }

    private mutating func change(
        _ user: UserID,
        of chat: ChatID,
        at position: Position,
        _ change: (inout MemberRow) -> Void
    ) {
        let key = MemberKey(chat: chat, user: user)
        let place = self.members[key] ?? self.batch.members.count
        if place == self.batch.members.count {
            self.members[key] = place
            self.batch.members.append(MemberRow(chat: chat, user: user, position: position))
        }
        change(&self.batch.members[place])
        self.batch.members[place].position = position
    }

    private mutating func change(_ message: Message, at position: Position) {
        let row = RowBatch.Row(message, at: position)
        switch self.messages[message.id] {
        case .sent(let place):
            self.batch.sentMessages[place] = row
        case .changed(let place):
            self.batch.changedMessages[place] = row
        case nil:
            self.messages[message.id] = .changed(self.batch.changedMessages.count)
            self.batch.changedMessages.append(row)
        }
    }

    private mutating func put(_ row: ReactionRow) {
        let key = ReactionKey(message: row.message, user: row.user, emoji: Array(row.emoji.utf8))
        self.batch.reactions.put(row, at: &self.reactions[key])
    }
}

extension Array {
    /// Replaces the element at `place`, or appends and tells the place.
    fileprivate mutating func put(_ element: Element, at place: inout Int?) {
        if let place {
            self[place] = element
        } else {
            place = self.count
            self.append(element)
        }
    }
}

extension MemberRow {
    fileprivate mutating func put(_ member: Member) {
        self.member = member
        self.role = nil
        self.isPresent = nil
        self.readThrough = nil
    }

    fileprivate mutating func set(_ role: Member.Role) {
        if self.member == nil { self.role = role } else { self.member?.role = role }
    }

    fileprivate mutating func setPresent(_ isPresent: Bool) {
        if self.member == nil {
            self.isPresent = isPresent
        } else {
            self.member?.isPresent = isPresent
        }
    }

    fileprivate mutating func read(through id: MessageID, at time: Timestamp) {
        self.readAt = time
        if let member = self.member {
            self.member?.readThrough = max(member.readThrough, id)
        } else {
            self.readThrough = max(self.readThrough ?? id, id)
        }
    }
}
