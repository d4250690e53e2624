extension ChatShard {
    /// What must be durable before anything that was seen of this chat leaves the server, also that
    /// there is none.
    package func lastPosition(of chat: ChatID) -> Position { self.state.lastPosition(of: chat) }

    /// Those of `chats` that are here and that `user` is in. That others are not shows their ends.
    package func summaries(of chats: [ChatID], for user: UserID) -> Shown<[ChatSummary]> {
        let after = chats.map { self.state.lastPosition(of: $0) }.max()
        let found = chats.compactMap { self.summary(of: $0, for: user) ?? nil }
        return Shown(found, after: after ?? .zero)
    }

    /// - Returns: nil where there is no such chat; `.some(nil)` where `user` is not in it.
    package func summary(of chat: ChatID, for user: UserID) -> ChatSummary?? {
        self.state.withChat(chat) { chat in
            chat.members.contains(user) ? ChatSummary(of: chat, for: user) : nil
        }
    }

    package func isMember(_ user: UserID, of chat: ChatID) -> Bool {
        self.state.withChat(chat) { $0.members.contains(user) } ?? false
    }

    /// Looks for text, in lower case, in at most `countMax` messages before `index` or the end.
    ///
    /// Gives the messages that have it, newest first and finished, and the index to go on from, 0
    /// where nothing is left; nil where `user` is not a member.
    package func search(
        _ text: String,
        in chat: ChatID,
        for user: UserID,
        before index: Int?,
        countMax: Int
    ) -> Shown<(found: [[UInt8]], next: Int)>? {
        let result = self.state.withChat(chat) { chat -> (found: [[UInt8]], next: Int)? in
            guard chat.members.contains(user) else { return nil }
            let end = min(index ?? chat.log.count, chat.log.count)
            let start = max(0, end - countMax)
            var found: [[UInt8]] = []
            for index in (start..<end).reversed() {
                let message = chat.log[index]
                guard let content = JSONText.string(in: message.message.content),
                    content.lowercased().contains(text)
                else { continue }
                var json = JSONWriter(reserving: message.byteCount(isRead: true))
                message.write(isRead: chat.isRead(message), to: &json)
                found.append(json.bytes)
            }
            return (found, start)
        }
        guard let result = result ?? nil else { return nil }
        return Shown(result, after: self.state.lastPosition(of: chat))
    }
}
