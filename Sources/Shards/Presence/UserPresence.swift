/// Whether a person can be reached, as the others see it.
package enum PresenceStatus: UInt8, Hashable, Sendable {
    case offline
    case online
    /// Connected, but idle on every socket.
    case away

    /// The contract's word for it.
    package var text: String {
        switch self {
        case .offline: "offline"
        case .online: "online"
        case .away: "away"
        }
    }
}

/// What is known of one person.
package struct UserPresence: Hashable, Sendable {
    package let status: PresenceStatus
    /// When he was last known to be online: the latest opening or closing of a socket, or
    /// heartbeat. nil where that has never been.
    package let lastSeen: Timestamp?

    package init(status: PresenceStatus, lastSeen: Timestamp?) {
        self.status = status
        self.lastSeen = lastSeen
    }
}

/// A status that became another one.
package struct PresenceChange: Hashable, Sendable {
    package let user: UserID
    package let status: PresenceStatus
    package let at: Timestamp
    /// As in `UserPresence`. Going offline, it is what the journal keeps.
    package let lastSeen: Timestamp?

    package init(user: UserID, status: PresenceStatus, at: Timestamp, lastSeen: Timestamp?) {
        self.user = user
        self.status = status
        self.at = at
        self.lastSeen = lastSeen
    }
}
