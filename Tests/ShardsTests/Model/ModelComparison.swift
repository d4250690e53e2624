import Shards
import TestSupport

/// A shard and the model of it, given the same commands.
struct ModelComparison {
    private var commands: RandomCommands
    private var run = ShardRun()
    private var world = ReferenceWorld()
    private(set) var refusals: [Refusal] = []
    private(set) var statusUpdateCount = 0
    /// The first thing in which they differed.
    private(set) var difference: String?

    init(seed: UInt64) {
        self.commands = RandomCommands(seed: seed)
    }

    mutating func step() throws {
        // A clock that now and then runs backwards.
        let passed = Int64.random(in: -200_000...2_000_000, using: &self.commands.random)
        self.run.now = Timestamp(microseconds: self.run.now.microseconds + passed)
        let step = self.commands.next(in: self.world, now: self.run.now)
        let before = self.world.chats[step.chat]
        let expected: Result<Bool, Refusal>
        let actual: Result<Bool, Refusal>
        var notice: Notice?
        do throws(Refusal) {
            expected = .success(
                try self.world.perform(
                    step.command,
                    in: step.chat,
                    by: step.user,
                    clock: self.run.now
                )
            )
        } catch {
            expected = .failure(error)
            self.refusals.append(error)
        }
        do throws(Refusal) {
            notice = try self.run.handle(step.command, in: step.chat, by: step.user)?.notice
            actual = .success(notice != nil)
        } catch {
            actual = .failure(error)
        }
        self.check(actual, expected, "outcome of \(step)")
        if let notice, let before, let after = self.world.chats[step.chat] {
            try self.compareFrames(of: notice, step, before: before, after: after)
        }
        try self.compare(step.chat)
    }

    mutating func compareAll() throws {
        for id in self.world.ids {
            try self.compare(id)
            guard let chat = self.world.chats[id] else { continue }
            let count = max(1, min(200, chat.posts.count))
            let query = PageQuery(cursor: .newest, limit: count, includesDeleted: true)
            try self.compare(query, of: chat)
        }
    }

    private mutating func check<Value: Equatable>(
        _ actual: Value,
        _ expected: Value,
        _ what: String
    ) {
        guard actual != expected, self.difference == nil else { return }
        self.difference = "\(what): \(actual) is not \(expected)"
    }

    private mutating func compare(_ id: ChatID) throws {
        let isThere = self.run.state.withChat(id) { _ in true } ?? false
        self.check(isThere, self.world.chats[id] != nil, "presence of \(id)")
        guard isThere, let chat = self.world.chats[id] else { return }
        if self.commands.random.one(in: 2) {
            try self.compare(self.commands.query(in: chat), of: chat)
        }
        for user in chat.people.map(\.user) {
            let count = self.run.state.withChat(id) { $0.unreadCount(of: user) }
            self.check(count, chat.unreadCount(of: user), "unread of \(user) in \(id)")
        }
        try self.compareSummary(of: chat)
    }

    private mutating func compare(_ query: PageQuery, of chat: ReferenceChat) throws {
        let page = self.run.state.page(query, of: chat.id) ?? []
        let expected = chat.page(query)
        let actual = try Answer.decode(PageAnswer.self, from: page)
        self.check(actual.messages.map(\.id), expected.messages.map(\.id), "ids of \(query)")
        for (message, wanted) in zip(actual.messages, expected.messages) {
            self.check(message, wanted, "message")
        }
        self.check(actual, expected, "\(query)")
        for message in expected.messages {
            let owner = self.run.state.owner(of: MessageID(rawValue: message.id))
            self.check(owner, .chat(chat.id), "owner of \(message.id)")
        }
    }

    private mutating func compareSummary(of chat: ReferenceChat) throws {
        guard
            let user = chat.people.first?.user,
            let summary = self.run.state.withChat(chat.id, { ChatSummary(of: $0, for: user) })
        else { return }
        let newest = chat.posts.last { !$0.isDeleted }
        let preview = newest.map { $0.content ?? "[медиа]" }
        let people = chat.sortedPeople
        self.check(summary.chat.title, chat.title, "title")
        self.check(summary.members.map(\.user), people.map(\.user), "members")
        self.check(summary.members.map(\.role), people.map(\.role), "roles")
        self.check(summary.members.map(\.joinedAt), people.map(\.joinedAt), "joining times")
        self.check(JSONText.string(in: summary.preview), preview, "preview")
        self.check(summary.previewAuthor, newest?.author, "author of the preview")
        self.check(summary.updatedAt, newest?.ts, "time of the preview")
        self.check(summary.unreadCount, chat.unreadCount(of: user), "unread in the summary")
    }
}

// MARK: - Frames

extension ModelComparison {
    private mutating func compareFrames(
        of notice: Notice,
        _ step: RandomCommands.Step,
        before: ReferenceChat,
        after: ReferenceChat
    ) throws {
        self.check(notice.chat, step.chat, "chat of the notice")
        switch step.command {
        case .send:
            try self.compare(notice, with: after.posts.last, of: after, "message.created")
        case .edit(let id, _):
            let post = after.posts.first { $0.id == id }
            try self.compare(notice, with: post, of: after, "message.updated")
        case .deleteMessage(let id):
            let post = after.posts.first { $0.id == id }
            try self.compare(notice, with: post, of: after, "message.deleted")
        case .markRead:
            try self.compareReading(notice, by: step.user, before: before, after: after)
        default:
            self.check(notice.frames.count, 1, "frames")
        }
    }

    private mutating func compare(
        _ notice: Notice,
        with post: ReferenceChat.Post?,
        of chat: ReferenceChat,
        _ event: String
    ) throws {
        let frames = try notice.frames.map { try Answer.frame(of: MessageAnswer.self, from: $0) }
        let expected = post.map { FrameAnswer(event: event, data: chat.answer($0)) }
        self.check(frames, [expected].compactMap(\.self), "frame")
    }

    private mutating func compareReading(
        _ notice: Notice,
        by user: UserID,
        before: ReferenceChat,
        after: ReferenceChat
    ) throws {
        let updates = try notice.frames.dropLast()
            .map { try Answer.frame(of: MessageAnswer.self, from: $0) }
        let changed = zip(before.posts, after.posts)
            .filter { !$0.isRead && $1.isRead }
            .map { FrameAnswer(event: "message.updated", data: after.answer($1)) }
        self.statusUpdateCount += changed.count
        self.check(updates, changed.suffix(50), "messages that became read")
        let last = try notice.frames.last.map { try Answer.frame(of: ReadAnswer.self, from: $0) }
        self.check(last?.event, "message.read", "last frame")
        self.check(last?.data.userId, user.rawValue, "reader")
        self.check(last?.data.upToId, after.posts.last?.id.rawValue, "end of reading")
        let ids = before.unread(by: user).reversed().prefix(200).map(\.id.rawValue)
        self.check(last?.data.messageIds, ids, "ids that became read")
    }
}
