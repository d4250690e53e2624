/// What the sockets of one loop have yet to be told of who is reachable, in order.
///
/// Telling may stop anywhere and go on later, so that a storm takes no more than its share of a
/// tick. Of somebody who changes meanwhile the newest is told. Whoever can be reached in several
/// ways is told once: each telling has a round of its own, by which receivers are marked.
package struct PresenceQueue: Sendable {
    package enum Audience: Hashable, Sendable {
        case chat(ChatID)
        /// Those of the user's subscribers who are in one of these.
        case subscribers(among: [ChatID])
    }

    /// A part of a telling.
    package struct Step: Sendable {
        package let change: PresenceChange
        package let audience: Audience
        /// The same for all steps of a telling, and for no other; never 0.
        package let round: UInt64
    }

    private var waiting = LatestQueue<UserID, PresenceNews>()
    /// What is being told, without what has been.
    private var current: PresenceNews?
    private var audience: Audience?
    private var round: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { self.current == nil && self.waiting.isEmpty }

    package mutating func add(_ news: PresenceNews) {
        self.waiting.add(news, for: news.change.user)
    }

    /// Where telling goes on; the same step until it is finished.
    package mutating func next() -> Step? {
        if self.current == nil {
            self.current = self.waiting.popFirst()
            self.round += 1
        }
        guard let change = self.current?.change else { return nil }
        let audience = self.audience ?? self.nextAudience()
        self.audience = audience
        return Step(change: change, audience: audience, round: self.round)
    }

    /// Subscribers come last.
    private mutating func nextAudience() -> Audience {
        if let chat = self.current?.chats.popLast() { return .chat(chat) }
        return .subscribers(among: self.current?.largeGroups ?? [])
    }

    /// The step's audience has been told.
    package mutating func finishStep() {
        if case .subscribers = self.audience { self.current = nil }
        self.audience = nil
    }

    /// Takes in that the user has left a chat: who is still there is told nothing more of him
    /// through it.
    package mutating func left(_ user: UserID, _ chat: ChatID) {
        self.waiting.change(user) { $0.forget(chat) }
        guard self.current?.change.user == user else { return }
        self.current?.forget(chat)
        switch self.audience {
        case .chat(chat): self.audience = nil
        case .subscribers: self.audience = .subscribers(among: self.current?.largeGroups ?? [])
        case .chat, .none: break
        }
    }
}
