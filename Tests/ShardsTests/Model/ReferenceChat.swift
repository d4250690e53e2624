import Shards

/// What a chat is, written down as plainly as can be: arrays, sets, and a loop for every question.
struct ReferenceChat {
    struct Person {
        let user: UserID
        var role: Member.Role
        let joinedAt: Timestamp
    }

    struct Post {
        let id: MessageID
        let author: UserID
        let ts: Timestamp
        let kind: String
        var content: String?
        var payload: [String: Int]?
        let replyTo: MessageID?
        var deletedAt: Timestamp?
        var updatedAt: Timestamp?
        /// Oldest first.
        var reactions: [Reaction] = []
        /// The others who were there when it was sent.
        let audience: Set<UserID>
        /// Who has read it.
        var readers: Set<UserID> = []

        var isDeleted: Bool { self.deletedAt != nil }
        var isRead: Bool { self.audience.isSubset(of: self.readers) }
    }

    let id: ChatID
    var title: String
    let isGroup: Bool
    let createdAt: Timestamp
    var people: [Person]
    /// Oldest first.
    var posts: [Post] = []
    var isGone = false

    init(_ chat: Chat, members: [UserID]) {
        self.id = chat.id
        self.title = chat.title
        self.isGroup = chat.isGroup
        self.createdAt = chat.createdAt
        self.people = members.enumerated().map { index, user in
            let isAdmin = chat.isGroup && index == 0
            return Person(user: user, role: isAdmin ? .admin : .member, joinedAt: chat.createdAt)
        }
    }

    func person(_ user: UserID) -> Person? { self.people.first { $0.user == user } }

    func unreadCount(of user: UserID) -> Int {
        guard self.person(user) != nil else { return 0 }
        return self.unread(by: user).count
    }

    func unread(by user: UserID) -> [Post] {
        self.posts.filter { $0.author != user && !$0.isDeleted && !$0.readers.contains(user) }
    }

    /// What the next ids are and what the clock shows.
    struct Circumstances {
        let nextMessage: MessageID
        let nextReaction: ReactionID
        let clock: Timestamp
    }

    /// - Returns: whether anything was to be done.
    mutating func perform(
        _ command: ChatCommand,
        by user: UserID,
        in circumstances: Circumstances
    ) throws(Refusal) -> Bool {
        guard let person = self.person(user) else { throw .accessDenied }
        let now = max(circumstances.clock, self.posts.last?.ts ?? self.createdAt)
        switch command {
        case .create: return false
        case .rename(let title):
            defer { self.title = title }
            return self.title != title
        case .delete:
            guard !self.isGroup || person.role == .admin else { throw .accessDenied }
            self.isGone = true
        case .addMember(let other): try self.add(other, by: person, at: now)
        case .removeMember(let other): try self.remove(other, by: person)
        case .leave: try self.leave(person)
        case .send(let draft):
            try self.send(draft, by: user, id: circumstances.nextMessage, at: now)
        case .edit(let id, let edit): try self.edit(id, edit, by: user, at: now)
        case .deleteMessage(let id): try self.delete(id, by: user, at: now)
        case .react(let id, let emoji):
            let reaction = circumstances.nextReaction
            try self.react(
                Reaction(id: reaction, message: id, user: user, emoji: emoji, createdAt: now)
            )
        case .unreact(let id, let emoji): return try self.unreact(id, emoji, by: user)
        case .markRead: return self.markRead(by: user)
        }
        return true
    }
}

// MARK: - Members

extension ReferenceChat {
    private mutating func add(
        _ user: UserID,
        by admin: Person,
        at now: Timestamp
    ) throws(Refusal) {
        guard self.isGroup else { throw .directHasTwo }
        guard admin.role == .admin else { throw .onlyAdminsAdd }
        guard self.person(user) == nil else { throw .alreadyMember }
        self.people.append(Person(user: user, role: .member, joinedAt: now))
    }

    private mutating func remove(_ user: UserID, by admin: Person) throws(Refusal) {
        guard self.isGroup else { throw .directKeepsMembers }
        guard admin.role == .admin else { throw .onlyAdminsRemove }
        guard user != admin.user else { throw .adminsLeaveInstead }
        guard self.person(user) != nil else { throw .notMember }
        self.people.removeAll { $0.user == user }
    }

    private mutating func leave(_ person: Person) throws(Refusal) {
        guard self.isGroup else { throw .directCannotBeLeft }
        self.people.removeAll { $0.user == person.user }
        guard !self.people.contains(where: { $0.role == .admin }) else { return }
        let oldest = self.sortedPeople.first
        for index in self.people.indices where self.people[index].user == oldest?.user {
            self.people[index].role = .admin
        }
    }

    var sortedPeople: [Person] {
        self.people.sorted { ($0.joinedAt, $0.user) < ($1.joinedAt, $1.user) }
    }
}
