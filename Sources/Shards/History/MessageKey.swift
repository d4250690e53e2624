/// What counting needs of a message.
package struct MessageKey: Hashable, Sendable {
    package let id: MessageID
    package let chat: ChatID
    package let author: UserID
    package let ts: Timestamp
    package let isDeleted: Bool
    package let position: Position

    package init(
        id: MessageID,
        chat: ChatID,
        author: UserID,
        ts: Timestamp,
        isDeleted: Bool,
        position: Position
    ) {
        self.id = id
        self.chat = chat
        self.author = author
        self.ts = ts
        self.isDeleted = isDeleted
        self.position = position
    }
}
