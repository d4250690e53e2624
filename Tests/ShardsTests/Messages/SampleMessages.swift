import Shards

extension StoredMessage {
    /// Of the first chat, by Anna.
    static func sample(
        _ id: UInt64,
        _ text: String? = "text",
        at position: UInt64 = 0,
        by author: UserID = .anna
    ) -> StoredMessage {
        let draft = Message.Draft(kind: "text", content: text, payload: nil, replyTo: nil)
        let message = Message(
            draft,
            id: MessageID(rawValue: id),
            chat: .first,
            author: author,
            ts: Timestamp(microseconds: 0)
        )
        return StoredMessage(message, at: Position(rawValue: position))
    }

    var text: String? { JSONText.string(in: self.message.content) }
}

extension Message {
    func saying(_ text: String) -> MessageChange {
        let edit = Edit(content: .set(text), payload: .keep)
        return .message(self.edited(edit, at: Timestamp(microseconds: 1)))
    }

    var gone: MessageChange { .message(self.deleted(at: Timestamp(microseconds: 1))) }

    func liked(by user: UserID, id: UInt64 = 1) -> Reaction {
        Reaction(
            id: ReactionID(rawValue: id),
            message: self.id,
            user: user,
            emoji: "👍",
            createdAt: Timestamp(microseconds: 1)
        )
    }
}

extension MessagePreview {
    private var content: Content? {
        guard case .message(let content) = self else { return nil }
        return content
    }

    var id: UInt64? { self.content?.id.rawValue }
    var text: String? { self.content?.text.flatMap { JSONText.string(in: $0[...]) } }
}

extension MessageID: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: UInt64) { self.init(rawValue: value) }
}

extension Position: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: UInt64) { self.init(rawValue: value) }
}
