/// What a snapshot takes of the Directory, a stretch at a time, and how it gets it back. The index
/// of chats is not in it: it is made from the chats.
extension DirectoryState {
    /// A key under which a chat was made.
    package struct ChatReservation: Hashable, Sendable {
        package let scope: IdempotencyMark.Digest
        package let chat: ChatID
        package let at: Timestamp

        package init(scope: IdempotencyMark.Digest, chat: ChatID, at: Timestamp) {
            self.scope = scope
            self.chat = chat
            self.at = at
        }
    }

    package static let stretchAccountCount = 1_000

    /// Begins at 0.
    package func accountStretch(
        from start: Int,
        countMax: Int = Self.stretchAccountCount
    ) -> (accounts: AccountStretch, next: Int?) {
        let end = min(start + countMax, self.accounts.count)
        let stretch = AccountStretch(of: self.accounts, places: min(start, end)..<end)
        return (stretch, end < self.accounts.count ? end : nil)
    }

    /// Begins at 0.
    package func sessionStretch(from bucket: Int) -> (sessions: [SessionID: Session], next: Int?) {
        let next = bucket + 1
        return (self.sessions[bucket], next < self.sessions.count ? next : nil)
    }

    /// In the order in which they were made.
    package var reservations: [ChatReservation] {
        self.scopes.compactMap { scope in
            self.chatOfScope[scope].map { ChatReservation(scope: scope, chat: $0.chat, at: $0.at) }
        }
    }

    /// Everybody who was seen.
    package var lastSeen: [(user: UserID, at: Timestamp)] {
        (0..<UInt32(self.accounts.count)).compactMap { number in
            let user = UserID(rawValue: number)
            return self.accounts.lastSeen(of: user).map { (user, $0) }
        }
    }

    package mutating func restore(_ account: Account) {
        self.apply(.userChanged(account.user), at: .zero)
        if let lastSeen = account.lastSeen {
            self.apply(.lastSeen(account.user.id, lastSeen), at: .zero)
        }
    }

    package mutating func restore(_ reservation: ChatReservation) {
        let kept = Reservation(chat: reservation.chat, at: reservation.at)
        self.remember(kept, under: reservation.scope)
    }
}
