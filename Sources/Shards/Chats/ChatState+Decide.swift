extension ChatState {
    /// The ids that the next message and reaction will get, and the time: what a decision needs
    /// that a chat does not know.
    package struct Surroundings: Sendable {
        package let nextMessage: MessageID
        package let nextReaction: ReactionID
        package let now: Timestamp

        package init(nextMessage: MessageID, nextReaction: ReactionID, now: Timestamp) {
            self.nextMessage = nextMessage
            self.nextReaction = nextReaction
            self.now = now
        }
    }

    /// Decides what a command means. Changes nothing.
    ///
    /// - Returns: nil where the command asks for what is so already.
    package func decide(
        _ command: ChatCommand,
        by user: UserID,
        in surroundings: Surroundings
    ) throws(Refusal) -> ChatEvent? {
        guard let member = self.members[user]?.member, member.isPresent else {
            throw .accessDenied
        }
        // Times within a chat never run backwards, whatever the clock does.
        let now = max(surroundings.now, self.newestTime)
        switch command {
        case .create:
            preconditionFailure("a chat that exists is not created")
        case .rename(let title):
            guard title != self.chat.title else { return nil }
            return .changed(
                Chat(
                    id: self.chat.id,
                    title: title,
                    isGroup: self.chat.isGroup,
                    createdAt: self.chat.createdAt
                )
            )
        case .delete:
            guard !self.chat.isGroup || member.role == .admin else { throw .accessDenied }
            return .deleted(by: user)
        case .addMember(let other):
            return try self.decideAdding(other, by: member, at: now)
        case .removeMember(let other):
            return try self.decideRemoving(other, by: member)
        case .leave:
            return try self.decideLeaving(member)
        case .send(let draft):
            try self.checkReply(draft.replyTo)
            return .messageSent(
                Message(
                    draft,
                    id: surroundings.nextMessage,
                    chat: self.chat.id,
                    author: user,
                    ts: now
                )
            )
        case .edit(let id, let edit):
            let message = try self.ownMessage(id, of: user)
            guard !message.isDeleted else { throw .editOfDeleted }
            return .messageChanged(message.edited(edit, at: now))
        case .deleteMessage(let id):
            let message = try self.ownMessage(id, of: user)
            guard !message.isDeleted else { throw .alreadyDeleted }
            return .messageChanged(message.deleted(at: now))
        case .react(let id, let emoji):
            let reaction = Reaction(
                id: surroundings.nextReaction,
                message: id,
                user: user,
                emoji: emoji,
                createdAt: now
            )
            return try self.decideReaction(reaction)
        case .unreact(let id, let emoji):
            guard let message = self.message(id) else { throw .messageNotFound }
            guard message.reaction(of: user, emoji: emoji) != nil else { return nil }
            return .reactionRemoved(id, user: user, emoji: emoji)
        case .markRead:
            guard member.readThrough < self.log.newestID else { return nil }
            return .readAdvanced(user, through: self.log.newestID, at: now)
        }
    }

    /// The event of a command that asks for what is so already: the row as it is. It changes nothing,
    /// but carries the command's idempotency key.
    package func affirm(
        _ command: ChatCommand,
        by user: UserID,
        now: Timestamp
    ) -> ChatEvent? {
        switch command {
        case .rename:
            .changed(self.chat)
        case .unreact(let id, let emoji):
            .reactionRemoved(id, user: user, emoji: emoji)
        case .markRead:
            self.members[user].map { entry in
                .readAdvanced(user, through: entry.member.readThrough, at: now)
            }
        default:
            nil
        }
    }

    package func message(_ id: MessageID) -> StoredMessage? {
        self.log.message(id)
    }

    private var newestTime: Timestamp {
        self.log.newestTime ?? self.chat.createdAt
    }

    private func decideAdding(
        _ user: UserID,
        by admin: Member,
        at now: Timestamp
    ) throws(Refusal) -> ChatEvent {
        guard self.chat.isGroup else { throw .directHasTwo }
        guard admin.role == .admin else { throw .onlyAdminsAdd }
        guard !self.members.contains(user) else { throw .alreadyMember }
        guard self.members.presentCount < Chat.membersMax else { throw .chatIsFull }
        var member = Member(
            user: user,
            role: .member,
            joinedAt: now,
            joinedAfter: self.log.newestID
        )
        if let earlier = self.members[user]?.member { member.readThrough = earlier.readThrough }
        return .memberAdded(member, by: admin.user)
    }

    private func decideRemoving(
        _ user: UserID,
        by admin: Member
    ) throws(Refusal) -> ChatEvent {
        guard self.chat.isGroup else { throw .directKeepsMembers }
        guard admin.role == .admin else { throw .onlyAdminsRemove }
        guard user != admin.user else { throw .adminsLeaveInstead }
        guard let member = self.members[user]?.member, member.isPresent else { throw .notMember }
        let absence = Absence(of: member, newest: self.log.newestID)
        return .memberRemoved(user, by: admin.user, promoted: nil, absence: absence)
    }

    private func decideLeaving(_ member: Member) throws(Refusal) -> ChatEvent {
        guard self.chat.isGroup else { throw .directCannotBeLeft }
        let others = self.members.present.map(\.member).filter { $0.user != member.user }
        let needsAdmin = member.role == .admin && !others.contains { $0.role == .admin }
        let oldest = others.min { ($0.joinedAt, $0.user) < ($1.joinedAt, $1.user) }
        return .memberRemoved(
            member.user,
            by: member.user,
            promoted: needsAdmin ? oldest?.user : nil,
            absence: Absence(of: member, newest: self.log.newestID)
        )
    }

    private func checkReply(_ id: MessageID?) throws(Refusal) {
        guard let id else { return }
        guard let message = self.message(id) else { throw .replyNotFound }
        guard !message.message.isDeleted else { throw .replyToDeleted }
    }

    private func ownMessage(_ id: MessageID, of user: UserID) throws(Refusal) -> Message {
        guard let message = self.message(id)?.message else { throw .messageNotFound }
        guard message.author == user else { throw .accessDenied }
        return message
    }

    private func decideReaction(_ reaction: Reaction) throws(Refusal) -> ChatEvent {
        guard let message = self.message(reaction.message) else { throw .messageNotFound }
        guard !message.message.isDeleted else { throw .reactionToDeleted }
        guard message.reaction(of: reaction.user, emoji: reaction.emoji) == nil else {
            throw .reactionExists
        }
        let kinds = Set(message.reactions.lazy.map(\.emoji))
        guard kinds.contains(reaction.emoji) || kinds.count < Reaction.kindsMax else {
            throw .tooManyReactionKinds
        }
        return .reactionAdded(reaction)
    }
}
