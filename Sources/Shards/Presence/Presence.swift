/// Owns who is reachable, and the order in which things happen to that.
///
/// Its methods return what changed instead of sending it: the caller runs on the same executor and
/// delivers, in time, what is gathered here.
package actor Presence {
    package nonisolated let unownedExecutor: UnownedSerialExecutor
    /// Held because `unownedExecutor` keeps nothing alive.
    private let executor: any SerialExecutor
    private var state: PresenceState
    /// Changes that have not been told, one a user.
    private var untold = LatestQueue<UserID, PresenceChange>()

    /// Begins with what recovery put into `state`.
    package init(executor: any SerialExecutor, state: consuming PresenceState) {
        self.unownedExecutor = executor.asUnownedSerialExecutor()
        self.executor = executor
        self.state = state
    }

    package func socketOpened(_ user: UserID, at time: Timestamp) -> PresenceChange? {
        self.state.socketOpened(user, at: time)
    }

    package func socketClosed(
        _ user: UserID,
        wasIdle: Bool,
        at time: Timestamp,
        now: MonotonicInstant
    ) -> PresenceChange? {
        self.state.socketClosed(user, wasIdle: wasIdle, at: time, now: now)
    }

    package func heartbeatReceived(
        _ user: UserID,
        at time: Timestamp,
        now: MonotonicInstant
    ) -> PresenceChange? {
        self.state.heartbeatReceived(user, at: time, now: now)
    }

    package func socketBecameIdle(_ user: UserID, at time: Timestamp) -> PresenceChange? {
        self.state.socketBecameIdle(user, at: time)
    }

    package func socketBecameActive(_ user: UserID, at time: Timestamp) -> PresenceChange? {
        self.state.socketBecameActive(user, at: time)
    }

    /// - Returns: false where more is due; call again soon, with other work in between.
    package func timePassed(
        at time: Timestamp,
        now: MonotonicInstant,
        into changes: inout [PresenceChange]
    ) -> Bool {
        self.state.timePassed(at: time, now: now, into: &changes)
    }

    package func presence(of user: UserID, now: MonotonicInstant) -> UserPresence {
        self.state.presence(of: user, now: now)
    }

    /// Keeps a change until it is told, or a newer one of the same user takes its place.
    package func gather(_ change: PresenceChange) { self.untold.add(change, for: change.user) }

    /// The changes that have waited longest.
    package func takeUntold(countMax: Int) -> [PresenceChange] {
        var changes: [PresenceChange] = []
        while changes.count < countMax, let change = self.untold.popFirst() {
            changes.append(change)
        }
        return changes
    }
}
