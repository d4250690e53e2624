extension ChatState {
    /// What the sockets learn of an event that was decided and is not applied yet.
    package func notice(of event: ChatEvent) -> Notice {
        var notice = Notice(chat: self.chat.id, previous: self.lastPosition)
        switch event {
        case .created(let chat, let members):
            let users = members.map(\.user)
            notice.frames = [Frame.chat(.chatCreated, chat, members: users)]
            notice.subscription = .create(users, isGroup: chat.isGroup)
        case .changed(let chat):
            let users = Array(self.members.presentUsers)
            notice.frames = [Frame.chat(.chatUpdated, chat, members: users)]
        case .deleted(let user):
            notice.frames = [Frame.chatDeleted(self.chat.id, by: user)]
            let users = Array(self.members.presentUsers)
            notice.subscription = .close(users, isGroup: self.chat.isGroup)
        case .memberAdded(let member, by: let user):
            notice.frames = [Frame.member(.memberAdded, member.user, of: self.chat.id, by: user)]
            notice.subscription = .join(member.user)
        case .memberRemoved(let user, by: let other, promoted: _, absence: _):
            notice.frames = [Frame.member(.memberRemoved, user, of: self.chat.id, by: other)]
            notice.subscription = .leave(user)
        case .messageSent(let message):
            let stored = StoredMessage(message, at: .zero)
            let isRead = self.marks.isRead(message)
            notice.frames = [Frame.message(.messageCreated, stored, isRead: isRead)]
        case .messageChanged(let message):
            notice.frames = [self.frame(ofChanged: message)]
        case .reactionAdded(let reaction):
            notice.frames = [Frame.reactionAdded(reaction, in: self.chat.id)]
        case .reactionRemoved(let message, let user, let emoji):
            let chat = self.chat.id
            notice.frames = [Frame.reactionRemoved(message, user: user, emoji: emoji, in: chat)]
        case .readAdvanced(let user, let through, let time):
            notice.frames = self.framesOfRead(by: user, through: through, at: time)
        }
        return notice
    }

    /// The same for an event of the journal that is applied next.
    ///
    /// - Returns: nil where it has been applied, or the message that it changes is not in memory.
    func notice(ofReplayed event: ChatEvent, at position: Position) -> Notice? {
        guard self.lastPosition < position else { return nil }
        if case .messageChanged(let message) = event, self.message(message.id) == nil { return nil }
        return self.notice(of: event)
    }

    private func frame(ofChanged message: Message) -> [UInt8] {
        guard var stored = self.message(message.id) else { return [] }
        stored.change(to: message, at: .zero)
        return Frame.message(
            message.isDeleted ? .messageDeleted : .messageUpdated,
            stored,
            isRead: self.marks.isRead(message)
        )
    }

    /// The messages whose status changes come first, so that the frame with `seq` is the last.
    private func framesOfRead(by user: UserID, through: MessageID, at time: Timestamp) -> [[UInt8]]
    {
        let ids = self.idsRead(by: user, through: through, countMax: Frame.readIDsMax)
        var frames = self.newlyRead(by: user, through: through).map { index in
            Frame.message(.messageUpdated, self.log[index], isRead: true)
        }
        frames.append(
            Frame.messageRead(
                chat: self.chat.id,
                user: user,
                through: through,
                newest: ids,
                at: time
            )
        )
        return frames
    }

    /// Where the newest messages are that become `read` when `user` has read `through`, ascending.
    /// Deleted ones too: pages show their status.
    private func newlyRead(by user: UserID, through: MessageID) -> [Int] {
        guard let member = self.members[user]?.member else { return [] }
        let after = self.marks.raised(member, through: through, in: self.members)
        guard after != self.marks else { return [] }
        let start = self.log.count(through: self.marks.unchangedThrough(after))
        let end = max(start, self.log.count(through: after.ceiling))
        let range = (start..<end).clamped(to: self.log.indices)
        let indices = range.reversed().lazy.filter { index in
            let message = self.log[index].message
            return !self.marks.isRead(message) && after.isRead(message)
        }
        return Array(indices.prefix(Frame.statusUpdatesMax)).reversed()
    }

    /// The messages of others that become read by `user`, newest first.
    package func idsRead(by user: UserID, through: MessageID, countMax: Int) -> [MessageID] {
        guard let entry = self.members[user] else { return [] }
        let end = max(entry.readCount, self.log.count(through: through))
        let range = (entry.readCount..<end).clamped(to: self.log.indices)
        return Array(
            range.reversed().lazy.map { self.log[$0].message }
                .filter { $0.author != user && !$0.isDeleted }.map(\.id).prefix(countMax)
        )
    }
}
