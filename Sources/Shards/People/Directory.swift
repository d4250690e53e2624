/// Why the Directory refused. Nothing has changed.
package enum DirectoryRefusal: Error, Hashable, Sendable {
    case emailTaken
    case tagTaken
    case userNotFound
    /// The refresh token is not the newest of its session, or the session is over.
    case sessionOver
    /// The journal has no room. The same request may succeed later.
    case noRoom
}

/// The only judge of who is who: accounts, mail addresses, tags and sessions, and the index of
/// everybody's chats.
///
/// A thin door around `DirectoryState`, in the way of `ChatShard`.
package actor Directory {
    package nonisolated let unownedExecutor: UnownedSerialExecutor
    /// Held because `unownedExecutor` keeps nothing alive.
    private let executor: any SerialExecutor
    private let sink: any EventSink
    package private(set) var state: DirectoryState
    /// The index has taken in every event up to here.
    package private(set) var indexedThrough: Position
    private var waiters: [(position: Position, continuation: CheckedContinuation<Void, Never>)] = []

    package init(
        state: DirectoryState,
        indexedThrough: Position,
        executor: any SerialExecutor,
        sink: any EventSink
    ) {
        self.unownedExecutor = executor.asUnownedSerialExecutor()
        self.executor = executor
        self.sink = sink
        self.state = state
        self.indexedThrough = indexedThrough
    }

    /// Takes durable events into the index and lets those go on who waited for them.
    package func index(_ batch: DurableBatch) {
        for notice in batch.notices { self.state.index(notice.subscription, of: notice.chat) }
        self.indexedThrough = batch.last
        guard !self.waiters.isEmpty else { return }
        let ready = self.waiters.filter { $0.position <= batch.last }
        self.waiters.removeAll { $0.position <= batch.last }
        for waiter in ready { waiter.continuation.resume() }
    }

    /// Suspends until the event at `position` is durable and in the index.
    package func indexed(through position: Position) async {
        guard self.indexedThrough < position else { return }
        await withCheckedContinuation { self.waiters.append((position, $0)) }
    }

    // What is asked from elsewhere is answered in here: taking the whole state out would share its
    // memory, and the next change would copy all of it.

    package func user(_ id: UserID) -> Shown<User?> {
        Shown(self.state.user(id), after: self.state.lastPosition)
    }

    package func user(email: String) -> Shown<User?> {
        Shown(self.state.user(email: email), after: self.state.lastPosition)
    }

    package func user(tag: Tag) -> Shown<User?> {
        Shown(self.state.user(tag: tag), after: self.state.lastPosition)
    }

    package func areKnown(_ users: [UserID]) -> Bool {
        users.allSatisfy { self.state.isKnown($0) }
    }

    /// Of the newest change of an account or session.
    package var lastPosition: Position { self.state.lastPosition }

    /// The user's chats, when the index has taken in at least `position`, and what it had then.
    package func chats(
        of user: UserID,
        indexedThrough position: Position
    ) async -> (chats: [ChatID], asOf: Position) {
        await self.indexed(through: position)
        return (self.state.chats(of: user), self.indexedThrough)
    }

    /// Whether there is a chat that both are in.
    package func shareChat(_ one: UserID, _ other: UserID) -> Bool {
        let chats = Set(self.state.chats(of: one))
        return self.state.chats(of: other).contains { chats.contains($0) }
    }

    /// Whether there is for each of the others a chat that both are in.
    package func sharesChats(_ one: UserID, withAll others: [UserID]) -> Bool {
        let chats = Set(self.state.chats(of: one))
        return others.allSatisfy { other in
            other == one || self.state.chats(of: other).contains { chats.contains($0) }
        }
    }

    /// Makes an account and its first session. The draft's id and tag are replaced by the next free
    /// ones.
    package func register(
        _ draft: User,
        session: SessionID,
        sessionExpiresAt: Timestamp
    ) throws(DirectoryRefusal) -> Shown<(user: User, session: Session)> {
        guard self.state.user(email: draft.email) == nil else { throw .emailTaken }
        guard self.sink.hasRoom else { throw .noRoom }
        let id = self.state.nextUser
        let user = User(
            id: id,
            email: draft.email,
            displayName: draft.displayName,
            tag: self.state.initialTag(email: draft.email, user: id),
            avatarURL: draft.avatarURL,
            createdAt: draft.createdAt,
            passwordHash: draft.passwordHash
        )
        self.record(.userChanged(user))
        let opened = self.open(
            session,
            of: id,
            now: draft.createdAt,
            expiresAt: sessionExpiresAt
        )
        return Shown((user, opened), after: self.state.lastPosition)
    }

    package func openSession(
        _ id: SessionID,
        of user: UserID,
        now: Timestamp,
        expiresAt: Timestamp
    ) throws(DirectoryRefusal) -> Shown<Session> {
        guard self.sink.hasRoom else { throw .noRoom }
        let session = self.open(id, of: user, now: now, expiresAt: expiresAt)
        return Shown(session, after: self.state.lastPosition)
    }

    /// Replaces a refresh token by its successor.
    ///
    /// The one that was just replaced gives the same successor for ten seconds more; an older one
    /// is a sign of theft and ends the session.
    package func rotate(
        _ id: SessionID,
        generation: UInt32,
        now: Timestamp,
        expiresAt: Timestamp
    ) throws(DirectoryRefusal) -> Shown<Session> {
        guard var session = self.state.session(id), now < session.expiresAt else {
            throw .sessionOver
        }
        if session.generation == generation {
            guard self.sink.hasRoom else { throw .noRoom }
            session.generation += 1
            session.rotatedAt = now
            session.expiresAt = expiresAt
            self.record(.sessionChanged(session))
        } else if generation &+ 1 != session.generation
            || now > session.rotatedAt.advanced(by: Session.graceForLostAnswer)
        {
            try self.revoke(id)
            throw .sessionOver
        }
        return Shown(session, after: self.state.lastPosition)
    }

    /// Ends a session; its sockets close when this is durable.
    package func revoke(_ id: SessionID) throws(DirectoryRefusal) {
        guard var session = self.state.session(id) else { return }
        guard self.sink.hasRoom else { throw .noRoom }
        session.isRevoked = true
        let notice = Notice(subscription: .revoke(session.user, id))
        self.record(.sessionChanged(session), notice: notice)
    }

    package func changeProfile(
        of id: UserID,
        displayName: String?,
        avatarURL: String??
    ) throws(DirectoryRefusal) -> Shown<User> {
        guard var user = self.state.user(id) else { throw .userNotFound }
        if let displayName { user.displayName = displayName }
        if let avatarURL { user.avatarURL = avatarURL }
        return try self.change(user)
    }

    package func changeTag(of id: UserID, to tag: Tag) throws(DirectoryRefusal) -> Shown<User> {
        guard var user = self.state.user(id) else { throw .userNotFound }
        if let owner = self.state.user(tag: tag), owner.id != id { throw .tagTaken }
        user.tag = tag.text
        return try self.change(user)
    }

    /// Replaces a hash of the user's password by another; does nothing where it is no longer `old`.
    package func changePasswordHash(
        of id: UserID,
        from old: String,
        to new: String
    ) throws(DirectoryRefusal) {
        guard var user = self.state.user(id) else { throw .userNotFound }
        guard user.passwordHash == old else { return }
        user.passwordHash = new
        _ = try self.change(user)
    }

    /// Journals when a user was last online. Left out where the journal has no room.
    package func wentOffline(_ user: UserID, lastSeen: Timestamp) {
        guard self.sink.hasRoom else { return }
        self.record(.lastSeen(user, lastSeen))
    }

    package func forgetSessions(expiredBefore time: Timestamp) {
        self.state.forgetSessions(expiredBefore: time)
    }

    package func reserveChat(scope: IdempotencyMark.Digest?, now: Timestamp) -> ChatID {
        self.state.reserveChat(scope: scope, now: now)
    }

    package func reserveDirect(
        _ one: UserID,
        _ other: UserID,
        insteadOf spent: ChatID?
    ) -> ChatID {
        self.state.reserveDirect(one, other, insteadOf: spent)
    }

    private func change(_ user: User) throws(DirectoryRefusal) -> Shown<User> {
        if user != self.state.user(user.id) {
            guard self.sink.hasRoom else { throw .noRoom }
            self.record(.userChanged(user))
        }
        return Shown(user, after: self.state.lastPosition)
    }

    private func open(
        _ id: SessionID,
        of user: UserID,
        now: Timestamp,
        expiresAt: Timestamp
    ) -> Session {
        let session = Session(
            id: id,
            user: user,
            generation: 1,
            rotatedAt: now,
            expiresAt: expiresAt,
            isRevoked: false
        )
        self.record(.sessionChanged(session))
        return session
    }

    private func record(_ event: PeopleEvent, notice: Notice = .silent) {
        let position = self.sink.offer(.people(event), mark: nil, notice: notice)
        self.state.apply(event, at: position)
    }
}
