import DequeModule

/// Everybody's account, and where to find their chats.
///
/// Two kinds of state. Accounts and sessions are owned here: events change them in the step that
/// journals them. Chats of a user and direct pairs are an index of what the shards own: they follow
/// the durable events and are rebuilt after a replay.
package struct DirectoryState: Sendable {
    private(set) var accounts = AccountTable()
    /// By the address in small letters.
    private var userOfEmail = UserIndex()
    private var userOfTag = UserIndex()
    /// By the id's last bits, so that a snapshot that shares a part makes the next change copy that
    /// part only.
    private(set) var sessions = [[SessionID: Session]](repeating: [:], count: 256)
    /// Sessions that ended, with the time at which their newest access token was made.
    package private(set) var endedSessions: [SessionID: Timestamp] = [:]
    /// Of the newest change of an account: what an answer that shows accounts waits for.
    package private(set) var lastPosition = Position.zero

    package private(set) var newestChat: UInt32 = 0
    private var chatsOfUser = ChatLists()
    /// Of groups.
    private var memberCounts: [ChatID: UInt32] = [:]
    private var directs: [Pair: ChatID] = [:]
    /// Direct chats that were replaced before the index heard of their end.
    private var spentDirects: Set<ChatID> = []
    /// Ids that were handed out for a chat under an idempotency key.
    private(set) var chatOfScope: [IdempotencyMark.Digest: Reservation] = [:]
    private(set) var scopes: Deque<IdempotencyMark.Digest> = []

    /// Keys of chat creations that are remembered, over all users.
    private static let scopeCountMax = 100_000

    /// One person as a snapshot has them.
    package struct Account: Sendable {
        package var user: User
        /// When they last went offline.
        package var lastSeen: Timestamp?

        package init(user: User, lastSeen: Timestamp?) {
            self.user = user
            self.lastSeen = lastSeen
        }
    }

    struct Reservation: Sendable {
        let chat: ChatID
        let at: Timestamp
    }

    private struct Pair: Hashable, Sendable {
        let low: UserID
        let high: UserID

        init(_ one: UserID, _ other: UserID) {
            self.low = min(one, other)
            self.high = max(one, other)
        }
    }

    package init() {}
}

// MARK: - Accounts

extension DirectoryState {
    package func user(_ id: UserID) -> User? { self.accounts[id]?.user }

    package func isKnown(_ user: UserID) -> Bool { self.accounts.contains(user) }

    package func user(email: String) -> User? {
        let email = email.lowercased()
        return self.holder(ofEmail: email, .init(of: email)).flatMap { self.user($0) }
    }

    package func user(tag: Tag) -> User? {
        self.holder(ofTag: tag.text, .init(of: tag.text)).flatMap { self.user($0) }
    }

    private func holder(ofEmail email: String, _ hash: UserIndex.Hash) -> UserID? {
        self.userOfEmail.find(hash) { self.accounts.email(of: $0)?.lowercased() == email }
    }

    private func holder(ofTag tag: String, _ hash: UserIndex.Hash) -> UserID? {
        self.userOfTag.find(hash) { self.accounts.tag(of: $0) == tag }
    }

    /// Forgets sessions whose refresh token has run out, and those that ended so long ago that no
    /// access token of theirs is left: nothing can be done with them.
    package mutating func forgetSessions(expiredBefore time: Timestamp) {
        for bucket in self.sessions.indices {
            self.sessions[bucket] = self.sessions[bucket].filter { $0.value.expiresAt >= time }
        }
        let ended = time.advanced(by: .zero - Session.accessLifetimeMax)
        self.endedSessions = self.endedSessions.filter { $0.value >= ended }
    }

    package func session(_ id: SessionID) -> Session? { self.sessions[Self.bucket(of: id)][id] }

    package mutating func restore(ended session: SessionID, at time: Timestamp) {
        self.endedSessions[session] = time
    }

    private static func bucket(of id: SessionID) -> Int { Int(id.rawValue & 0xff) }

    package var nextUser: UserID { UserID(rawValue: UInt32(max(1, self.accounts.count))) }

    /// Hands out no id up to these.
    package mutating func spent(users: UInt32, chats: UInt32) {
        self.accounts.grow(to: Int(users) + 1)
        self.newestChat = max(self.newestChat, chats)
    }

    /// The tag that a new account gets: the contract's, or with a number where it is taken.
    package func initialTag(email: String, user: UserID) -> String {
        let wanted = Tag.initial(email: email, user: user)
        let isFree = { (tag: String) in self.holder(ofTag: tag, .init(of: tag)) == nil }
        guard !isFree(wanted) else { return wanted }
        return (2...).lazy.map { "\(wanted)_\($0)" }.first(where: isFree) ?? wanted
    }

    /// Makes an event true. Cannot fail.
    package mutating func apply(_ event: PeopleEvent, at position: Position) {
        self.lastPosition = max(self.lastPosition, position)
        switch event {
        case .userChanged(let user):
            self.change(user)
        case .sessionChanged(let session):
            let bucket = Self.bucket(of: session.id)
            self.sessions[bucket][session.id] = session.isRevoked ? nil : session
            if session.isRevoked { self.endedSessions[session.id] = session.rotatedAt }
        case .lastSeen(let user, let time):
            guard var account = self.accounts[user] else { return }
            account.lastSeen = time
            self.accounts.put(account)
        }
    }

    private mutating func change(_ user: User) {
        let old = self.accounts[user.id]
        if let old {
            self.release(email: old.user.email.lowercased())
            self.release(tag: old.user.tag)
        }
        // Where several have the same, as in an old history, the last one is found.
        let email = self.release(email: user.email.lowercased())
        let tag = self.release(tag: user.tag)
        self.accounts.put(Account(user: user, lastSeen: old?.lastSeen))
        self.userOfEmail.insert(user.id, under: email)
        self.userOfTag.insert(user.id, under: tag)
    }

    /// Nobody is found by it any more.
    @discardableResult
    private mutating func release(email: String) -> UserIndex.Hash {
        let hash = UserIndex.Hash(of: email)
        let holder = self.holder(ofEmail: email, hash)
        if let holder { self.userOfEmail.remove(holder, under: hash) }
        return hash
    }

    @discardableResult
    private mutating func release(tag: String) -> UserIndex.Hash {
        let hash = UserIndex.Hash(of: tag)
        let holder = self.holder(ofTag: tag, hash)
        if let holder { self.userOfTag.remove(holder, under: hash) }
        return hash
    }
}

// MARK: - The index of chats

extension DirectoryState {
    package func chats(of user: UserID) -> [ChatID] { self.chatsOfUser[user] }

    /// A change of a user's presence for those whose business it is; nil where it is nobody's.
    package func news(of change: PresenceChange) -> PresenceNews? {
        let chats = self.chats(of: change.user)
        guard !chats.isEmpty else { return nil }
        var news = PresenceNews(change, chats: chats, largeGroups: [])
        let middle = news.chats.partition { self.isLarge($0) }
        news.largeGroups = Array(news.chats[middle...])
        news.chats.removeSubrange(middle...)
        return news
    }

    private func isLarge(_ chat: ChatID) -> Bool {
        self.memberCounts[chat].map { $0 > PresenceNews.membersMax } ?? false
    }

    /// Takes in all chats that there are, where none has been taken in before.
    package mutating func index(chatsOf shards: [ShardState]) {
        self.chatsOfUser = ChatLists(of: shards)
        shards.forEachChat { chat in
            self.newestChat = max(self.newestChat, chat.chat.id.rawValue)
            if chat.chat.isGroup {
                self.memberCounts[chat.chat.id] = UInt32(chat.members.presentCount)
            } else {
                self.take(direct: chat.chat.id, of: Array(chat.members.presentUsers))
            }
        }
    }

    private mutating func take(direct chat: ChatID, of users: [UserID]) {
        guard users.count == 2, !self.spentDirects.contains(chat) else { return }
        let pair = Pair(users[0], users[1])
        // The oldest, where an old history has several.
        self.directs[pair] = min(self.directs[pair] ?? chat, chat)
    }

    /// Takes in one durable event.
    package mutating func index(_ change: Notice.SubscriptionChange, of chat: ChatID?) {
        guard let chat else { return }
        switch change {
        case .create(let users, let isGroup):
            self.newestChat = max(self.newestChat, chat.rawValue)
            for user in users { self.add(chat, to: user, isGroup: isGroup) }
            if !isGroup { self.take(direct: chat, of: users) }
        case .join(let user):
            self.add(chat, to: user, isGroup: true)
        case .leave(let user):
            self.remove(chat, from: user)
        case .close(let users, let isGroup):
            for user in users { self.remove(chat, from: user) }
            self.memberCounts[chat] = nil
            guard !isGroup, users.count == 2 else { return }
            self.spentDirects.remove(chat)
            let pair = Pair(users[0], users[1])
            if self.directs[pair] == chat { self.directs[pair] = nil }
        case .none, .revoke:
            break
        }
    }

    /// Takes in that a chat's id was handed out, and under which mark, in an earlier life.
    package mutating func restore(_ chat: ChatID, mark: IdempotencyMark?) {
        self.newestChat = max(self.newestChat, chat.rawValue)
        guard let mark else { return }
        self.remember(Reservation(chat: chat, at: mark.at), under: mark.request.scope)
    }

    /// An id for a new chat; for 24 hours the same one again for the same key.
    package mutating func reserveChat(
        scope: IdempotencyMark.Digest?,
        now: Timestamp
    ) -> ChatID {
        if let scope, let earlier = self.chatOfScope[scope],
            now < earlier.at.advanced(by: MarkTable.retention)
        {
            return earlier.chat
        }
        let chat = self.nextChat()
        if let scope { self.remember(Reservation(chat: chat, at: now), under: scope) }
        return chat
    }

    /// The direct chat of two people, or an id to make it under; never `spent`, which turned out to
    /// be deleted.
    package mutating func reserveDirect(
        _ one: UserID,
        _ other: UserID,
        insteadOf spent: ChatID?
    ) -> ChatID {
        let pair = Pair(one, other)
        if let chat = self.directs[pair] {
            guard chat == spent else { return chat }
            self.spentDirects.insert(chat)
        }
        let chat = self.nextChat()
        self.directs[pair] = chat
        return chat
    }

    private mutating func nextChat() -> ChatID {
        self.newestChat += 1
        return ChatID(rawValue: self.newestChat)
    }

    mutating func remember(
        _ reservation: Reservation,
        under scope: IdempotencyMark.Digest
    ) {
        guard self.chatOfScope.updateValue(reservation, forKey: scope) == nil else { return }
        self.scopes.append(scope)
        if self.scopes.count > Self.scopeCountMax, let oldest = self.scopes.popFirst() {
            self.chatOfScope[oldest] = nil
        }
    }

    private mutating func add(_ chat: ChatID, to user: UserID, isGroup: Bool) {
        guard self.chatsOfUser.add(chat, to: user) else { return }
        if isGroup { self.memberCounts[chat, default: 0] += 1 }
    }

    private mutating func remove(_ chat: ChatID, from user: UserID) {
        guard self.chatsOfUser.remove(chat, from: user) else { return }
        if let count = self.memberCounts[chat] { self.memberCounts[chat] = max(1, count) - 1 }
    }
}
