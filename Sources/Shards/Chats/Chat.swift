/// What a chat is called and what kind it is: one row.
package struct Chat: Hashable, Sendable {
    package static let titleCharactersMax = 255
    package static let membersMax = 10_000

    package let id: ChatID
    package let title: String
    package let isGroup: Bool
    package let createdAt: Timestamp

    package init(id: ChatID, title: String, isGroup: Bool, createdAt: Timestamp) {
        self.id = id
        self.title = title
        self.isGroup = isGroup
        self.createdAt = createdAt
    }
}
