import Shards
import TestSupport

extension MemoryComparison {
    mutating func check<Value: Equatable>(
        _ actual: Value,
        _ expected: @autoclosure () -> Value,
        _ what: @autoclosure () -> String
    ) {
        guard self.difference == nil else { return }
        let expected = expected()
        guard actual != expected else { return }
        let event = self.full.sink.entries.last.map { "\($0.position.rawValue)" } ?? "nothing"
        self.difference = "after \(event), \(what()): \(actual) is not \(expected)"
    }

    private mutating func checkPosition(
        _ actual: Position,
        _ expected: Position,
        _ what: @autoclosure () -> String
    ) {
        if actual < expected, expected <= self.base { return }
        self.check(actual, expected, what())
    }

    mutating func compare(
        _ shown: Shown<MemoryRequest.Outcome>,
        of request: MemoryRequest
    ) {
        let now = self.now
        var question = request
        question.answer = nil
        if case .search(let text, _) = request.wish {
            self.compareSearch(shown.value, of: request, text)
        } else if case .done(let expected) = self.full.enter({ question.perform(on: $0, now: now) })
        {
            self.check(shown.value, expected.value, "\(request.wish) in \(request.chat)")
            self.checkPosition(shown.after, expected.after, "what \(request.wish) waits for")
        } else {
            self.check(false, true, "need of a store without a bound")
        }
        if case .command(.success(let effect)) = shown.value { self.compareEffect(effect, request) }
        self.compareEvents()
        self.compareChat(request.chat)
    }

    private mutating func compareSearch(
        _ outcome: MemoryRequest.Outcome,
        of request: MemoryRequest,
        _ text: String
    ) {
        guard case .found(let found, let next) = outcome else { return }
        let expected = self.full.state.withChat(request.chat) { chat -> [[UInt8]]? in
            guard chat.members.contains(request.user) else { return nil }
            let start = next.map { chat.log.count(below: $0) } ?? 0
            let end = chat.log.count(below: request.below)
            return chat.matches(text, in: (start..<end).map { chat.log[$0] })
        }
        self.check(found, expected ?? nil, "search of \(request)")
    }

    private mutating func compareEffect(_ effect: ChatEffect, _ request: MemoryRequest) {
        var effect = effect
        if case .replayed(let first) = effect {
            self.counts.replayed += 1
            effect = first
        }
        guard case .message(let id) = effect else { return }
        let shown = [self.bounded, self.full].map { shard in
            shard.state.withChat(request.chat) { chat in chat.message(id)?.json(in: chat) }
        }
        self.check(shown[0], shown[1], "what \(request.wish) shows")
    }

    /// What sockets and the journal were given.
    private mutating func compareEvents() {
        let bounded = self.bounded.sink.entries
        let full = self.full.sink.entries
        self.check(bounded.count, full.count, "number of events")
        guard let actual = bounded.last, let expected = full.last else { return }
        self.check(actual.event, expected.event, "event")
        self.check(actual.mark, expected.mark, "mark")
        self.checkPosition(actual.notice.previous, expected.notice.previous, "position before")
        self.check(
            "\(actual.notice.subscription)",
            "\(expected.notice.subscription)",
            "subscription"
        )
        var frames = expected.notice.frames
        if case .chat(_, .readAdvanced) = expected.event {
            // Those of messages whose status changed are of messages in memory, the newest.
            frames = Array(frames.suffix(actual.notice.frames.count))
        }
        self.check(actual.notice.frames, frames, "frames")
    }

    private mutating func compareChat(_ id: ChatID) {
        let actual = self.bounded.state.withChat(id) { $0 }
        let expected = self.full.state.withChat(id) { $0 }
        self.check(actual == nil, expected == nil, "presence of \(id)")
        guard let actual, let expected else { return }
        self.check(actual.chat, expected.chat, "row of \(id)")
        self.check(actual.members, expected.members, "members of \(id)")
        self.check(actual.marks, expected.marks, "marks of \(id)")
        self.checkPosition(actual.lastPosition, expected.lastPosition, "position of \(id)")
        self.check(actual.log.count, expected.log.count, "count of \(id)")
        self.check(actual.log.newestID, expected.log.newestID, "newest of \(id)")
        self.check(actual.log.newestTime, expected.log.newestTime, "time of \(id)")
        self.check(actual.log.preview, expected.log.preview, "preview of \(id)")
        for user in RandomCommands.users {
            self.check(
                actual.unreadCount(of: user),
                expected.unreadCount(of: user),
                "unread of \(user) in \(id)"
            )
        }
    }

    /// Everything that can be asked for without the store, and the bookkeeping.
    mutating func compareAll() {
        for id in self.world.ids { self.compareChat(id) }
        let memory = self.bounded.state.memory
        let byteCount = self.bounded.state.allChats.reduce(0) { $0 + $1.log.byteCount }
        self.check(memory.byteCount, byteCount, "bytes in memory")
        self.counts.full += memory.isFull ? 1 : 0
        let user = RandomCommands.users.randomElement(using: &self.commands.random) ?? .anna
        let ids = self.world.ids
        let lists = [self.bounded, self.full].map { shard in
            shard.enter { $0.summaries(of: ids, for: user) }
        }
        self.checkPosition(lists[0].after, lists[1].after, "what a list waits for")
        self.check(lists[0].value.count, lists[1].value.count, "length of a list")
        for (actual, expected) in zip(lists[0].value, lists[1].value) {
            self.check(actual.words, expected.words, "chat in a list")
        }
    }

    /// Everything there is, by pages of every kind.
    mutating func compareHistory() {
        for id in self.world.chats.keys.sorted() {
            guard let user = self.world.chats[id]?.people.first?.user else { continue }
            for includesDeleted in [true, false] {
                let limit = Int.random(in: 1...9, using: &self.commands.random)
                var cursors: [PageQuery.Cursor] = [.newest]
                let posts = self.world.chats[id]?.posts.map(\.id) ?? []
                cursors += posts.flatMap { [.before($0), .after($0), .around($0)] }
                for cursor in cursors {
                    let query = PageQuery(
                        cursor: cursor,
                        limit: limit,
                        includesDeleted: includesDeleted
                    )
                    self.finish(MemoryRequest(.page(query), in: id, by: user))
                }
            }
            for post in self.world.chats[id]?.posts ?? [] {
                self.finish(MemoryRequest(.message(post.id), in: id, by: user))
            }
        }
    }
}

extension ChatSummary {
    /// All that it tells but the position.
    fileprivate var words: [String] {
        [
            "\(self.chat)", "\(self.members)", "\(self.preview)", "\(self.unreadCount)",
            String(describing: self.previewAuthor), String(describing: self.updatedAt),
        ]
    }
}
