/// What a snapshot takes of a shard, a stretch at a time, so that requests go on between.
///
/// Each chat is as it is at one moment, different chats at different ones. Replaying every event
/// since the first stretch makes up for it: what a chat has already changes nothing in it.
extension ShardState {
    /// Chats of one stretch share their memory with the shard's until they change.
    package struct ChatStretch: Sendable {
        package var chats: [ChatState] = []
        /// Where the next begins, nil after the last.
        package var next: Int?
    }

    /// A stretch ends with the chat that brings it to so many messages in memory.
    private static let stretchMessageCount = 2_000
    package static let stretchChatCount = 256
    package static let stretchMarkCount = 1_000

    /// Begins at 0.
    package func chatStretch(
        from start: Int,
        countMax: Int = Self.stretchChatCount
    ) -> ChatStretch {
        var stretch = ChatStretch()
        var messageCount = 0
        for place in start..<max(start, self.chats.count) {
            guard messageCount < Self.stretchMessageCount,
                stretch.chats.count < countMax
            else {
                stretch.next = place
                break
            }
            guard let chat = self.chats[place] else { continue }
            messageCount += chat.log.indices.count
            stretch.chats.append(chat)
        }
        return stretch
    }

    /// Begins at 0.
    package func markStretch(
        from start: Int,
        countMax: Int = Self.stretchMarkCount
    ) -> (marks: [(mark: IdempotencyMark, slot: Slot)], next: Int?) {
        self.marks.stretch(from: start, countMax: countMax)
    }
}
