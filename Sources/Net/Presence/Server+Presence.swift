import NIOCore
import Shards

/// Who is reachable: what nobody needs to remember, so no event stands behind it.
extension Server {
    /// Users whose change is handed to the loops in one tick; the others wait for the next.
    private static let toldPerTick = 1_024

    /// The inputs below may come from any loop; they are taken in, in order, on the home loop.
    func socketOpened(_ user: UserID) {
        self.changePresence { presence, time, _ in
            presence.socketOpened(user, at: time)
        }
    }

    func socketClosed(_ user: UserID, wasIdle: Bool) {
        self.changePresence { presence, time, now in
            presence.socketClosed(user, wasIdle: wasIdle, at: time, now: now)
        }
    }

    func socketBecame(idle: Bool, _ user: UserID) {
        self.changePresence { presence, time, _ in
            idle
                ? presence.socketBecameIdle(user, at: time)
                : presence.socketBecameActive(user, at: time)
        }
    }

    func heartbeatReceived(_ user: UserID) {
        self.changePresence { presence, time, now in
            presence.heartbeatReceived(user, at: time, now: now)
        }
    }

    /// Called on the home loop.
    func expirePresence() {
        var changes: [PresenceChange] = []
        self.presence.assumeIsolated { presence in
            // The rest of a large batch comes with the next tick.
            _ = presence.timePassed(at: Clocks.now, now: Clocks.monotonic, into: &changes)
        }
        for change in changes { self.note(change) }
    }

    private func changePresence(
        _ change:
            @escaping @Sendable (isolated Presence, Timestamp, MonotonicInstant)
            -> PresenceChange?
    ) {
        self.home.eventLoop.execute {
            let change = self.presence.assumeIsolated { change($0, Clocks.now, Clocks.monotonic) }
            if let change { self.note(change) }
        }
    }

    /// Journals when somebody was last seen, and keeps the change for the next tick.
    private func note(_ change: PresenceChange) {
        if change.status == .offline, let lastSeen = change.lastSeen {
            self.directory.assumeIsolated { $0.wentOffline(change.user, lastSeen: lastSeen) }
        }
        self.presence.assumeIsolated { $0.gather(change) }
    }

    /// Tells those concerned what has changed since the last tick. Called on the home loop.
    func tellPresence() {
        let changes = self.presence.assumeIsolated { $0.takeUntold(countMax: Self.toldPerTick) }
        guard !changes.isEmpty else { return }
        let news = self.directory.assumeIsolated { directory in
            changes.compactMap { directory.state.news(of: $0) }
        }
        guard !news.isEmpty else { return }
        for loop in self.loops { loop.eventLoop.execute { loop.deliver(news) } }
    }

    // MARK: Subscriptions

    enum Subscription: Sendable {
        /// In the order of the users asked for.
        case done([(user: UserID, presence: UserPresence)])
        case unknownUser
        /// The user shares no chat with one of them.
        case accessDenied
        case tooMany
    }

    /// Has a socket told of the presence of users, in large groups too. `answer` is called on the
    /// socket's loop, with a position that the answer has to wait for.
    ///
    /// What it tells is as of one moment, and what changes afterwards comes after it: both go from
    /// the home loop to the socket's.
    func subscribe(
        _ socket: Socket,
        to users: [UserID],
        _ answer: @escaping @Sendable (Subscription, _ after: Position) -> Void
    ) {
        self.home.eventLoop.execute {
            let (found, after) = self.presences(of: users, for: socket.user)
            socket.loop.eventLoop.execute {
                guard case .done = found else { return answer(found, after) }
                let hasRoom =
                    socket.isOpen && socket.loop.fanOut.presence.subscribe(socket, to: users)
                answer(hasRoom ? found : .tooMany, after)
            }
        }
    }

    /// On the home loop.
    private func presences(of users: [UserID], for reader: UserID) -> (Subscription, Position) {
        let (refusal, after) = self.directory.assumeIsolated { directory in
            (Self.refusal(of: users, to: reader, by: directory), directory.state.lastPosition)
        }
        if let refusal { return (refusal, after) }
        let now = Clocks.monotonic
        let found = self.presence.assumeIsolated { presence in
            users.map { (user: $0, presence: presence.presence(of: $0, now: now)) }
        }
        return (.done(found), after)
    }

    private static func refusal(
        of users: [UserID],
        to reader: UserID,
        by directory: isolated Directory
    ) -> Subscription? {
        guard directory.areKnown(users) else { return .unknownUser }
        return directory.sharesChats(reader, withAll: users) ? nil : .accessDenied
    }
}
