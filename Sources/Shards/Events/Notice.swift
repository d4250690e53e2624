/// What the sockets are to learn of one event.
package struct Notice: Sendable {
    /// Whose sockets follow which chat from here on, and what the Directory's index takes in.
    package enum SubscriptionChange: Sendable {
        case none
        /// A chat begins. Takes effect before the frames go out, like `join`.
        case create([UserID], isGroup: Bool)
        case join(UserID)
        /// Takes effect after the frames have gone out, like `close`.
        case leave(UserID)
        /// A chat ends.
        case close([UserID], isGroup: Bool)
        /// The sockets of this session end.
        case revoke(UserID, SessionID)
    }

    package var chat: ChatID?
    /// The chat's position before this one.
    package var previous: Position
    /// JSON text frames without their end: `{"event":"…","data":{…}`. Only the last gets `seq` and
    /// `prev`, so that a resume repeats the event whole.
    package var frames: [[UInt8]]
    package var subscription: SubscriptionChange

    package init(
        chat: ChatID? = nil,
        previous: Position = .zero,
        frames: [[UInt8]] = [],
        subscription: SubscriptionChange = .none
    ) {
        self.chat = chat
        self.previous = previous
        self.frames = frames
        self.subscription = subscription
    }

    package static let silent = Notice()

    package var changesSubscriptions: Bool {
        if case .none = self.subscription { false } else { true }
    }
}

/// Events that one sync made durable, handed once to every event loop, which walks them in order.
package struct DurableBatch: Sendable {
    package let first: Position
    /// One an event, in the order of their positions.
    package let notices: [Notice]

    package init(first: Position, notices: [Notice]) {
        precondition(!notices.isEmpty, "a batch has at least one event")
        self.first = first
        self.notices = notices
    }

    /// Batches that follow each other, as one.
    package init(joining batches: [DurableBatch]) {
        self.init(first: batches[0].first, notices: batches.flatMap(\.notices))
    }

    package var last: Position { self.position(at: self.notices.count - 1) }

    /// Of the notice at `index`.
    package func position(at index: Int) -> Position {
        Position(rawValue: self.first.rawValue + UInt64(index))
    }
}
