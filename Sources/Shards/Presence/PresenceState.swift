/// Who is reachable: open sockets, and heartbeats over HTTP that are young enough.
///
///     offline ─▶ online    a socket opened, or a heartbeat came
///     online  ─▶ away      the last active socket became idle or closed, and idle ones are left
///     away    ─▶ online    a socket opened or became active, or a heartbeat came without a socket
///     both    ─▶ offline   no socket is left, and the last close is 30 s old, or the last heartbeat
///                          after it 300 s
///
/// After the last close a user keeps the status he had, so that a page that is reloaded, or a
/// phone that changes networks, is not seen. What came before the close does not hold him longer: a
/// client that has sockets says with the last one that it goes. A heartbeat without a socket makes
/// online; beside open sockets it says nothing new about idleness.
///
/// Deadlines are monotonic; wall clock times are only carried through. 32 bytes a user: 16 here,
/// 16 in the wheel.
package struct PresenceState: Sendable {
    /// Users from `userCountMax` on stay offline. Ids come from the Directory, dense from the
    /// bottom, so this bounds memory and no real user; `userCount` makes room from the start.
    package init(now: MonotonicInstant, userCountMax: Int = 1 << 24, userCount: Int = 0) {
        self.userCountMax = userCountMax
        self.users.reserveCapacity(min(userCount, userCountMax))
        self.wheel = TimingWheel(
            tick: now.milliseconds / Self.tickMilliseconds,
            keyCountMax: userCountMax,
            keyCount: userCount
        )
    }

    package static let heartbeatLifetime = Duration.seconds(300)
    package static let closeGrace = Duration.seconds(30)
    /// How late an expiry may be, and how often `timePassed` is wanted.
    package static let tick = Duration.milliseconds(Self.tickMilliseconds)
    /// Users that one `timePassed` looks at, unless told otherwise, so that a crowd that leaves at
    /// once does not hold up everybody else.
    package static let expiryBudget = 1_024

    private static let tickMilliseconds: UInt64 = 1_000

    private let userCountMax: Int
    private var users: [Tracked] = []
    /// When the latest grace or heartbeat of a user ends. Also runs while sockets are open.
    private var wheel: TimingWheel
    /// Kept for its capacity.
    private var expired: [UInt32] = []

    /// A socket counts as active until it says otherwise.
    package mutating func socketOpened(_ user: UserID, at time: Timestamp) -> PresenceChange? {
        self.update(user, at: time) { tracked, _ in
            guard tracked.openCount < .max else { return }
            tracked.openCount += 1
            tracked.lastSeen = time
            tracked.status = .online
        }
    }

    package mutating func socketClosed(
        _ user: UserID,
        wasIdle: Bool,
        at time: Timestamp,
        now: MonotonicInstant
    ) -> PresenceChange? {
        self.update(user, at: time) { tracked, wheel in
            guard tracked.openCount > 0 else { return }
            tracked.openCount -= 1
            if wasIdle, tracked.idleCount > 0 { tracked.idleCount -= 1 }
            tracked.idleCount = min(tracked.idleCount, tracked.openCount)
            tracked.lastSeen = time
            if tracked.openCount > 0 {
                tracked.status = tracked.statusOfSockets
            } else {
                let end = Self.tick(ending: now.advanced(by: Self.closeGrace))
                wheel.schedule(user.rawValue, at: end)
            }
        }
    }

    package mutating func heartbeatReceived(
        _ user: UserID,
        at time: Timestamp,
        now: MonotonicInstant
    ) -> PresenceChange? {
        self.update(user, at: time) { tracked, wheel in
            tracked.lastSeen = time
            if tracked.openCount == 0 { tracked.status = .online }
            wheel.extend(user, to: Self.tick(ending: now.advanced(by: Self.heartbeatLifetime)))
        }
    }

    /// One of the user's sockets went from active to idle.
    package mutating func socketBecameIdle(_ user: UserID, at time: Timestamp) -> PresenceChange? {
        self.update(user, at: time) { tracked, _ in
            guard tracked.idleCount < tracked.openCount else { return }
            tracked.idleCount += 1
            tracked.status = tracked.statusOfSockets
        }
    }

    /// One of the user's sockets went from idle to active.
    package mutating func socketBecameActive(
        _ user: UserID,
        at time: Timestamp
    ) -> PresenceChange? {
        self.update(user, at: time) { tracked, _ in
            guard tracked.idleCount > 0 else { return }
            tracked.idleCount -= 1
            tracked.status = tracked.statusOfSockets
        }
    }

    /// Appends who went offline.
    ///
    /// - Returns: false where `budget` ended first; call again soon, with other work in between.
    package mutating func timePassed(
        at time: Timestamp,
        now: MonotonicInstant,
        budget: Int = Self.expiryBudget,
        into changes: inout [PresenceChange]
    ) -> Bool {
        self.expired.removeAll(keepingCapacity: true)
        let isDone = self.wheel.advance(
            to: Self.tick(begunBy: now),
            budget: budget,
            into: &self.expired
        )
        for key in self.expired {
            let change = self.update(UserID(rawValue: key), at: time) { tracked, _ in
                if tracked.openCount == 0 { tracked.status = .offline }
            }
            if let change { changes.append(change) }
        }
        return isDone
    }

    /// What recovery read. The later call wins, as events of the journal follow each other.
    ///
    /// Ignored for a user who is online by now: what is known of him is newer.
    package mutating func lastSeenRestored(_ user: UserID, at time: Timestamp) {
        _ = self.update(user, at: time) { tracked, _ in
            if tracked.status == .offline { tracked.lastSeen = time }
        }
    }

    /// Exact at `now`, also where `timePassed` is behind.
    package func presence(of user: UserID, now: MonotonicInstant) -> UserPresence {
        let index = Int(user.rawValue)
        guard index < self.users.count else {
            return UserPresence(status: .offline, lastSeen: nil)
        }
        let tracked = self.users[index]
        let isOver =
            tracked.openCount == 0
            && self.wheel.deadline(of: user.rawValue) ?? 0 <= Self.tick(begunBy: now)
        return UserPresence(
            status: isOver ? .offline : tracked.status,
            lastSeen: tracked.lastSeen
        )
    }
}

extension PresenceState {
    private struct Tracked {
        var lastSeenMicroseconds = Self.never
        var openCount: UInt16 = 0
        var idleCount: UInt16 = 0
        /// As last told. Never offline while a socket is open.
        var status = PresenceStatus.offline

        /// An optional would need 8 bytes more.
        private static let never = Int64.min

        var lastSeen: Timestamp? {
            get {
                self.lastSeenMicroseconds == Self.never
                    ? nil : Timestamp(microseconds: self.lastSeenMicroseconds)
            }
            set { self.lastSeenMicroseconds = newValue?.microseconds ?? Self.never }
        }

        var statusOfSockets: PresenceStatus { self.idleCount == self.openCount ? .away : .online }
    }

    /// Applies one input, and tells of it only where the status is another afterwards.
    private mutating func update(
        _ user: UserID,
        at time: Timestamp,
        _ body: (inout Tracked, inout TimingWheel) -> Void
    ) -> PresenceChange? {
        let index = Int(user.rawValue)
        guard index < self.userCountMax else { return nil }
        if index >= self.users.count {
            self.users.append(
                contentsOf: repeatElement(Tracked(), count: index - self.users.count + 1)
            )
        }
        let before = self.users[index].status
        body(&self.users[index], &self.wheel)
        let tracked = self.users[index]
        guard tracked.status != before else { return nil }
        return PresenceChange(
            user: user,
            status: tracked.status,
            at: time,
            lastSeen: tracked.lastSeen
        )
    }

    private static func tick(begunBy instant: MonotonicInstant) -> UInt64 {
        instant.milliseconds / Self.tickMilliseconds
    }

    /// Rounded up, so that nothing ends early.
    private static func tick(ending instant: MonotonicInstant) -> UInt64 {
        let (whole, rest) = instant.milliseconds.quotientAndRemainder(
            dividingBy: Self.tickMilliseconds
        )
        return rest == 0 ? whole : whole + 1
    }
}

extension TimingWheel {
    /// Of two reasons to be online the one that lasts longer counts.
    fileprivate mutating func extend(_ user: UserID, to tick: UInt64) {
        guard tick > self.deadline(of: user.rawValue) ?? 0 else { return }
        self.schedule(user.rawValue, at: tick)
    }
}
