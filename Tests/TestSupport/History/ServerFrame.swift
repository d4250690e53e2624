/// A WebSocket frame in the server's words, without what no check looks at.
package struct ServerFrame: Codable, Equatable, Sendable {
    package let event: String
    package var data: Contents
    package var seq: Int?
    package var prev: Int?

    package init(_ event: String, _ data: Contents = Contents(), seq: Int? = nil, prev: Int? = nil)
    {
        self.event = event
        self.data = data
        self.seq = seq
        self.prev = prev
    }

    /// What any event's data may have.
    package struct Contents: Codable, Equatable, Sendable {
        package var id: Int?
        package var chat: Int?
        package var author: Int?
        package var user: Int?
        package var message: Int?
        package var content: String?
        package var emoji: String?
        package var ts: String?
        package var status: String?
        package var isDeleted: Bool?
        package var replyTo: Int?
        package var reactions: [ShownReaction]?
        package var readThrough: Int?
        package var epoch: String?
        /// Of a hello.
        package var seq: Int?
        package var chats: [Int]?

        package init() {}

        enum CodingKeys: String, CodingKey {
            case id, content, emoji, ts, status, reactions, epoch, seq, chats
            case chat = "chat_id"
            case author = "author_id"
            case user = "user_id"
            case message = "message_id"
            case isDeleted = "is_deleted"
            case replyTo = "reply_to_id"
            case readThrough = "up_to_id"
        }
    }

    /// Whether it has no position because nothing durable stands behind it.
    package var isPassing: Bool { self.event == "user.typing" || self.event == "user.presence" }

    /// The chat that the event belongs to.
    package var chat: Int? {
        self.event.hasPrefix("chat.") ? self.data.id : self.data.chat
    }

    /// The message of the `message.` events that carry one.
    package var message: ShownMessage? {
        guard let id = self.data.id, let chat = self.data.chat, let ts = self.data.ts else {
            return nil
        }
        return ShownMessage(
            id: id,
            chat: chat,
            author: self.data.author,
            content: self.data.content,
            ts: ts,
            status: self.data.status ?? "",
            isDeleted: self.data.isDeleted ?? false,
            replyTo: self.data.replyTo,
            reactions: self.data.reactions ?? []
        )
    }
}

/// A message as pages, answers and frames show it.
package struct ShownMessage: Codable, Equatable, Sendable {
    package var id: Int
    package var chat: Int
    package var author: Int?
    package var content: String?
    package var ts: String
    package var status: String
    package var isDeleted: Bool
    package var replyTo: Int?
    package var reactions: [ShownReaction]

    package init(
        id: Int,
        chat: Int,
        author: Int?,
        content: String?,
        ts: String,
        status: String = "delivered",
        isDeleted: Bool = false,
        replyTo: Int? = nil,
        reactions: [ShownReaction] = []
    ) {
        self.id = id
        self.chat = chat
        self.author = author
        self.content = content
        self.ts = ts
        self.status = status
        self.isDeleted = isDeleted
        self.replyTo = replyTo
        self.reactions = reactions
    }

    enum CodingKeys: String, CodingKey {
        case id, content, ts, status, reactions
        case chat = "chat_id"
        case author = "author_id"
        case isDeleted = "is_deleted"
        case replyTo = "reply_to_id"
    }
}

package struct ShownReaction: Codable, Hashable, Sendable {
    package var user: Int
    package var emoji: String

    package init(user: Int, emoji: String) {
        self.user = user
        self.emoji = emoji
    }

    enum CodingKeys: String, CodingKey {
        case user = "user_id"
        case emoji
    }
}
