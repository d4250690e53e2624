import DequeModule

/// The newest durable events without a gap, each with its frames: what a session that comes back
/// is told from.
///
/// Bounded over all chats, so that one busy chat may use what a thousand silent ones do not. An
/// event names the position of its chat's event before it, so a chat's events are found from the
/// newest back, and whether they reach back far enough shows by itself.
package struct RecentEvents: Sendable {
    /// What the frames of one loop may take up. The memory of the frames themselves is shared.
    package struct Bounds: Sendable {
        package var byteCountMax = 64 << 20
        package var countMax = 131_072

        package init() {}
    }

    package enum Missed: Equatable, Sendable {
        /// The positions of the chat's events after the one asked for, ascending.
        case events([Position])
        /// Some are no longer here, or the user joined in between: the chat is to be fetched anew.
        case unknown
    }

    /// What is counted of a frame beside its bytes.
    private static let byteCountOfFrame = 64

    private let bounds: Bounds
    private var notices: Deque<Notice> = []
    /// The position of the oldest, or the next one where there is none.
    private var first: Position
    private var byteCount = 0
    private var newest: [ChatID: Position] = [:]
    private var knownFrom = Position.zero

    /// Begins with nothing, behind `position`.
    package init(after position: Position, bounds: Bounds = Bounds()) {
        self.first = position.next
        self.bounds = bounds
    }

    /// Every event behind it is here.
    package var start: Position { Position(rawValue: self.first.rawValue - 1) }

    package var last: Position {
        Position(rawValue: self.start.rawValue + UInt64(self.notices.count))
    }

    /// The most positions that one may have to be told.
    package var countMax: Int { self.bounds.countMax }

    /// - Returns: nil where it is no longer here.
    package func notice(at position: Position) -> Notice? {
        guard position >= self.first, position <= self.last else { return nil }
        return self.notices[Int(position.rawValue - self.first.rawValue)]
    }

    /// Takes the event after `last`.
    package mutating func append(_ notice: Notice) {
        self.notices.append(notice)
        self.byteCount += Self.byteCount(of: notice)
        if let chat = notice.chat { self.newest[chat] = self.last }
        while self.notices.count > self.bounds.countMax || self.byteCount > self.bounds.byteCountMax
        {
            self.removeFirst()
        }
    }

    /// Begins again behind `position`, because something between has no notice.
    package mutating func restart(after position: Position) {
        let knownFrom = self.knownFrom
        self = RecentEvents(after: position, bounds: self.bounds)
        self.knownFrom = knownFrom
    }

    /// Says that what is told of a chat's last position may be too low where it is below `position`,
    /// as where a store and not a journal told it.
    package mutating func knows(from position: Position) { self.knownFrom = position }

    private mutating func removeFirst() {
        let notice = self.notices.removeFirst()
        self.byteCount -= Self.byteCount(of: notice)
        if let chat = notice.chat, self.newest[chat] == self.first { self.newest[chat] = nil }
        self.first = self.first.next
    }

    private static func byteCount(of notice: Notice) -> Int {
        notice.frames.reduce(0) { $0 + $1.count + Self.byteCountOfFrame }
    }

    // MARK: Coming back

    /// Whether anything can be said of what came after `position`.
    package func reaches(_ position: Position) -> Bool {
        position >= self.knownFrom && position <= self.last
    }

    /// What `user`, a member now, has missed of a chat.
    ///
    /// `lastKnown` is where the chat stood when it was looked at, at or before `last`; nil is enough
    /// where `since` is not below `start`.
    package func missed(
        of chat: ChatID,
        after since: Position,
        by user: UserID,
        lastKnown: Position?
    ) -> Missed {
        guard var position = self.newest[chat], position > since else {
            let isCurrent = since >= self.start || lastKnown.map { $0 <= since } ?? false
            return isCurrent ? .events([]) : .unknown
        }
        var found: [Position] = []
        while position > since {
            guard let notice = self.notice(at: position), !notice.subscription.begins(user) else {
                return .unknown
            }
            found.append(position)
            position = notice.previous
        }
        return .events(found.reversed())
    }
    /// Whether an event after `position` may have changed what `user` is in.
    package func changes(membershipOf user: UserID, after position: Position) -> Bool {
        guard position < self.last else { return false }
        guard position >= self.start else { return true }
        return self.notices[Int(position.rawValue - self.start.rawValue)...].contains { notice in
            notice.subscription.begins(user) || notice.subscription.ends(user)
        }
    }
}

extension Notice.SubscriptionChange {
    /// Whether the user's membership ends with it.
    fileprivate func ends(_ user: UserID) -> Bool {
        switch self {
        case .close(let users, isGroup: _): users.contains(user)
        case .leave(let left): left == user
        case .none, .create, .join, .revoke: false
        }
    }

    /// Whether the user's membership begins with it.
    fileprivate func begins(_ user: UserID) -> Bool {
        switch self {
        case .create(let users, isGroup: _): users.contains(user)
        case .join(let joined): joined == user
        case .none, .leave, .close, .revoke: false
        }
    }
}
