import Foundation
import Shards

extension ReferenceChat {
    func index(of id: MessageID) -> Int? { self.posts.firstIndex { $0.id == id } }

    mutating func send(
        _ draft: Message.Draft,
        by user: UserID,
        id: MessageID,
        at now: Timestamp
    ) throws(Refusal) {
        if let replyTo = draft.replyTo {
            guard let index = self.index(of: replyTo) else { throw .replyNotFound }
            guard !self.posts[index].isDeleted else { throw .replyToDeleted }
        }
        self.posts.append(
            Post(
                id: id,
                author: user,
                ts: now,
                kind: draft.kind,
                content: draft.content,
                payload: Self.payload(draft.payload),
                replyTo: draft.replyTo,
                audience: Set(self.people.map(\.user)).subtracting([user])
            )
        )
    }

    mutating func edit(
        _ id: MessageID,
        _ edit: Message.Edit,
        by user: UserID,
        at now: Timestamp
    ) throws(Refusal) {
        let index = try self.ownIndex(of: id, by: user)
        guard !self.posts[index].isDeleted else { throw .editOfDeleted }
        if case .set(let content) = edit.content { self.posts[index].content = content }
        if case .set(let payload) = edit.payload {
            self.posts[index].payload = Self.payload(payload)
        }
        self.posts[index].updatedAt = now
    }

    mutating func delete(_ id: MessageID, by user: UserID, at now: Timestamp) throws(Refusal) {
        let index = try self.ownIndex(of: id, by: user)
        guard !self.posts[index].isDeleted else { throw .alreadyDeleted }
        self.posts[index].content = nil
        self.posts[index].payload = nil
        self.posts[index].reactions = []
        self.posts[index].deletedAt = now
        self.posts[index].updatedAt = nil
    }

    mutating func react(_ reaction: Reaction) throws(Refusal) {
        guard let index = self.index(of: reaction.message) else { throw .messageNotFound }
        let post = self.posts[index]
        guard !post.isDeleted else { throw .reactionToDeleted }
        let same = post.reactions.filter { $0.emoji == reaction.emoji }
        guard !same.contains(where: { $0.user == reaction.user }) else { throw .reactionExists }
        guard !same.isEmpty || Set(post.reactions.map(\.emoji)).count < 20 else {
            throw .tooManyReactionKinds
        }
        self.posts[index].reactions.append(reaction)
    }

    mutating func unreact(
        _ id: MessageID,
        _ emoji: String,
        by user: UserID
    ) throws(Refusal) -> Bool {
        guard let index = self.index(of: id) else { throw .messageNotFound }
        let before = self.posts[index].reactions.count
        self.posts[index].reactions.removeAll { $0.user == user && $0.emoji == emoji }
        return self.posts[index].reactions.count < before
    }

    /// Reading what was read already is nothing; having read only one's own posts is something,
    /// because others see how far one is.
    mutating func markRead(by user: UserID) -> Bool {
        var isNews = false
        for index in self.posts.indices {
            isNews = self.posts[index].readers.insert(user).inserted || isNews
        }
        return isNews
    }

    private func ownIndex(of id: MessageID, by user: UserID) throws(Refusal) -> Int {
        guard let index = self.index(of: id) else { throw .messageNotFound }
        guard self.posts[index].author == user else { throw .accessDenied }
        return index
    }

    private static func payload(_ json: [UInt8]?) -> [String: Int]? {
        json.flatMap { try? JSONDecoder().decode([String: Int].self, from: Data($0)) }
    }
}

// MARK: - Answers

extension ReferenceChat {
    func answer(_ post: Post) -> MessageAnswer {
        MessageAnswer(
            id: post.id.rawValue,
            chatId: self.id.rawValue,
            authorId: post.author.rawValue,
            type: post.kind,
            content: post.content,
            payload: post.payload,
            status: post.isRead ? "read" : "delivered",
            ts: Answer.time(post.ts),
            replyToId: post.replyTo?.rawValue,
            isDeleted: post.isDeleted,
            deletedAt: post.deletedAt.map { Answer.time($0) },
            updatedAt: post.updatedAt.map { Answer.time($0) },
            reactions: post.reactions.suffix(100).map { self.answer($0) },
            reactionCounts: post.reactions.count <= 100
                ? nil : Dictionary(grouping: post.reactions, by: \.emoji).mapValues(\.count)
        )
    }

    func answer(_ reaction: Reaction) -> ReactionAnswer {
        ReactionAnswer(
            id: reaction.id.rawValue,
            messageId: reaction.message.rawValue,
            userId: reaction.user.rawValue,
            emoji: reaction.emoji,
            createdAt: Answer.time(reaction.createdAt)
        )
    }

    func page(_ query: PageQuery) -> PageAnswer {
        let visible = self.posts.filter { query.includesDeleted || !$0.isDeleted }
        let (range, hasMore) = Self.range(query, in: visible.map(\.id))
        let shown = visible[range]
        let isUpwards = if case .after = query.cursor { true } else { false }
        return PageAnswer(
            messages: shown.reversed().map { self.answer($0) },
            hasMore: hasMore,
            nextCursor: hasMore ? (isUpwards ? shown.last : shown.first)?.id.rawValue : nil
        )
    }

    private static func range(
        _ query: PageQuery,
        in ids: [MessageID]
    ) -> (Range<Int>, hasMore: Bool) {
        func endingAt(_ end: Int) -> (Range<Int>, hasMore: Bool) {
            let start = max(0, end - query.limit)
            return (start..<end, start > 0)
        }
        switch query.cursor {
        case .newest: return endingAt(ids.count)
        case .before(let id): return endingAt(ids.count { $0 < id })
        case .after(let id):
            let start = ids.count { $0 <= id }
            let end = min(ids.count, start + query.limit)
            return (start..<end, end < ids.count)
        case .around(let id):
            // Half of it below, the rest from `id` on; where one side has too few the other fills.
            let middle = ids.count { $0 < id }
            let start = max(0, middle - query.limit / 2)
            return endingAt(min(ids.count, start + query.limit))
        }
    }
}
