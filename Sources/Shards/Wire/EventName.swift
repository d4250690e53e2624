/// What a socket is told of: the names of the contract's section 3.
package enum EventName: CaseIterable, Sendable {
    case hello
    case resync
    case chatResync
    case messageCreated
    case messageUpdated
    case messageDeleted
    case messageRead
    case reactionAdded
    case reactionRemoved
    case chatCreated
    case chatUpdated
    case chatDeleted
    case memberAdded
    case memberRemoved
    case typing
    case presence

    package var text: StaticString {
        switch self {
        case .hello: "hello"
        case .resync: "resync"
        case .chatResync: "chat.resync"
        case .messageCreated: "message.created"
        case .messageUpdated: "message.updated"
        case .messageDeleted: "message.deleted"
        case .messageRead: "message.read"
        case .reactionAdded: "reaction.added"
        case .reactionRemoved: "reaction.removed"
        case .chatCreated: "chat.created"
        case .chatUpdated: "chat.updated"
        case .chatDeleted: "chat.deleted"
        case .memberAdded: "member.added"
        case .memberRemoved: "member.removed"
        case .typing: "user.typing"
        case .presence: "user.presence"
        }
    }
}
