/// What a command did, in terms that an answer can be written from.
package indirect enum ChatEffect: Equatable, Sendable {
    /// What was asked for is so: nothing to show.
    case done
    /// This message was made or changed.
    case message(MessageID)
    case reaction(Reaction)
    /// These became read, newest first, and everything up to the last id is.
    case read([MessageID], through: MessageID)
    /// Done earlier, under the same idempotency key.
    case replayed(ChatEffect)

    /// How many ids of newly read messages an answer names.
    package static let readIDsMax = 1000

    /// The state is the one before the event.
    init(of event: ChatEvent, on state: ShardState, in chat: ChatID) {
        switch event {
        case .messageSent(let message), .messageChanged(let message):
            self = .message(message.id)
        case .reactionAdded(let reaction):
            self = .reaction(reaction)
        case .readAdvanced(let user, let through, at: _):
            let ids = state.withChat(chat) {
                $0.idsRead(by: user, through: through, countMax: Self.readIDsMax)
            }
            self = .read(ids ?? [], through: through)
        case .created, .changed, .deleted, .memberAdded, .memberRemoved, .reactionRemoved:
            self = .done
        }
    }

    /// What an idempotency key remembers of it.
    var resource: UInt64 {
        switch self {
        case .message(let id): id.rawValue
        case .reaction(let reaction): reaction.id.rawValue
        case .done, .read, .replayed: 0
        }
    }
}

/// Something that may leave the server only when `after` is durable, because it shows it.
package struct Shown<Value: Sendable>: Sendable {
    package let value: Value
    package let after: Position

    package init(_ value: Value, after: Position) {
        self.value = value
        self.after = after
    }
}
