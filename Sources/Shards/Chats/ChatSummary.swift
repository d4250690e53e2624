/// What a chat list shows of one chat, but for the people: those are the Directory's to write.
package struct ChatSummary: Sendable {
    package let chat: Chat
    /// In order of joining.
    package let members: [Member]
    /// JSON: the content of the newest message that is not deleted.
    package let preview: [UInt8]
    package let previewAuthor: UserID?
    package let updatedAt: Timestamp?
    package let unreadCount: Int
    /// What it shows of the chat is durable from here on.
    package let after: Position

    /// What stands for a message without text, in the words of the original.
    private static let media = Array("\"[медиа]\"".utf8)

    package init(of state: ChatState, for user: UserID) {
        self.chat = state.chat
        self.members = state.members.present.map(\.member)
            .sorted { ($0.joinedAt, $0.user) < ($1.joinedAt, $1.user) }
        let newest: MessagePreview.Content? =
            if case .message(let content) = state.log.preview { content } else { nil }
        self.preview = newest.map { $0.text ?? Self.media } ?? []
        self.previewAuthor = newest?.author
        self.updatedAt = newest?.ts
        self.unreadCount = state.unreadCount(of: user)
        self.after = state.lastPosition
    }
}
