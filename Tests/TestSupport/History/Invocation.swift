/// Something that a client asks for, once, however often it has to send the request.
package struct Invocation: Codable, Equatable, Sendable {
    package enum Action: Codable, Equatable, Sendable {
        /// The answer's id is the chat; whoever asks is a member too.
        case createChat(members: [Int])
        /// `text` is sent, or set by an edit, only once in a history: it says whose a message is.
        case send(chat: Int, text: String, replyTo: Int?)
        case edit(message: Int, text: String)
        case delete(message: Int)
        case react(message: Int, emoji: String)
        case unreact(message: Int, emoji: String)
        case read(chat: Int)
        case addMember(chat: Int, user: Int)
        case removeMember(chat: Int, user: Int)
        case leave(chat: Int)
        /// The answer's id is the user.
        case register(mail: String)
        /// A chat's newest page, while others go on writing.
        case page(chat: Int, limit: Int)
    }

    /// Its number in the history; the idempotency key is made of it.
    package let number: Int
    /// Who asks; 0 where nobody is signed in.
    package let user: Int
    package let action: Action

    package init(_ number: Int, by user: Int, _ action: Action) {
        self.number = number
        self.user = user
        self.action = action
    }
}

/// What one attempt of an invocation came to.
package struct Answer: Codable, Equatable, Sendable {
    package enum Outcome: String, Codable, Sendable {
        case done
        /// Certainly without effect.
        case refused
        /// No answer came, or one that says nothing: the effect is there, wholly, or it is not.
        case unknown
    }

    /// Of the invocation.
    package let number: Int
    package let outcome: Outcome
    /// Nil where the connection was cut.
    package var status: Int?
    /// Whether an answer to this invocation had come already when it was asked again.
    package var isRepeat = false
    /// What was made, where that is a chat or a user.
    package var id: Int?
    /// What was made, where that is a message.
    package var message: ShownMessage?
    /// How far somebody has read.
    package var readThrough: Int?
    /// Newest first.
    package var page: [ShownMessage]?

    package init(to number: Int, _ outcome: Outcome, status: Int? = nil, isRepeat: Bool = false) {
        self.number = number
        self.outcome = outcome
        self.status = status
        self.isRepeat = isRepeat
    }
}
