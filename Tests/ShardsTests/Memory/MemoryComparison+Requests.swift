import Shards
import TestSupport

extension MemoryComparison {
    mutating func next() -> MemoryRequest {
        if self.commands.random.one(in: 15), let again = self.nextAgain() { return again }
        let ids = self.world.chats.keys.sorted()
        let id = ids.randomElement(using: &self.commands.random)
        guard let id, let chat = self.world.chats[id], self.commands.random.one(in: 3) else {
            return self.nextCommand()
        }
        let user = self.user(of: chat)
        switch Int.random(in: 0..<10, using: &self.commands.random) {
        case ..<6:
            return MemoryRequest(.page(self.commands.query(in: chat)), in: id, by: user)
        case ..<8:
            let other = self.world.chats.values.filter { !$0.posts.isEmpty }.map(\.id).min()
            let isStray = self.commands.random.one(in: 10)
            let posts = isStray ? other.flatMap { self.world.chats[$0] }?.posts : chat.posts
            let post = posts?.randomElement(using: &self.commands.random)?.id ?? .none
            return MemoryRequest(.message(post), in: id, by: user)
        default:
            let countMax = Int.random(in: 1...6, using: &self.commands.random)
            return MemoryRequest(.search("e", countMax: countMax), in: id, by: user)
        }
    }

    /// A command that came before, now and then with another body under the same key.
    private mutating func nextAgain() -> MemoryRequest? {
        guard let past = self.past.randomElement(using: &self.commands.random),
            case .command(let command, let request?) = past.wish
        else { return nil }
        let body = self.commands.random.one(in: 6) ? .init(high: 1, low: 1) : request.body
        let again = IdempotencyMark.Request(scope: request.scope, body: body)
        return MemoryRequest(.command(command, again), in: past.chat, by: past.user)
    }

    private mutating func nextCommand() -> MemoryRequest {
        let step = self.nextStep()
        var request: IdempotencyMark.Request?
        if self.commands.random.one(in: 4) {
            let body = IdempotencyMark.Digest(high: 0, low: UInt64(self.past.count))
            request = .init(scope: body, body: body)
        }
        let made = MemoryRequest(.command(step.command, request), in: step.chat, by: step.user)
        if request != nil { self.past.append(made) }
        return made
    }

    /// More of what moves the newest message than `RandomCommands` has.
    private mutating func nextStep() -> RandomCommands.Step {
        let ids = self.world.chats.keys.sorted()
        guard let id = ids.randomElement(using: &self.commands.random),
            let chat = self.world.chats[id], self.commands.random.one(in: 2)
        else { return self.commands.next(in: self.world, now: self.now) }
        if self.commands.random.one(in: 3), let newest = chat.posts.last(where: { !$0.isDeleted }) {
            return .init(command: .deleteMessage(newest.id), chat: id, user: newest.author)
        }
        if self.commands.random.one(in: 4),
            let one = chat.posts.suffix(3).filter({ !$0.isDeleted }).first
        {
            let edit = Message.Edit(content: .set("\(self.now.microseconds)"), payload: .keep)
            return .init(command: .edit(one.id, edit), chat: id, user: one.author)
        }
        let draft = Message.Draft(kind: "text", content: "one more", payload: nil, replyTo: nil)
        return .init(command: .send(draft), chat: id, user: self.user(of: chat))
    }

    private mutating func user(of chat: ReferenceChat) -> UserID {
        let isStranger = self.commands.random.one(in: 20)
        let users = isStranger ? RandomCommands.users : chat.people.map(\.user)
        return users.randomElement(using: &self.commands.random) ?? .anna
    }

    /// Most often the newest, so that some are out for long.
    mutating func advanceRequest() {
        let indices = self.requests.indices.suffix(self.commands.random.one(in: 5) ? .max : 1)
        guard let index = indices.randomElement(using: &self.commands.random) else { return }
        guard let question = self.requests[index].question else { preconditionFailure("asked") }
        if self.commands.random.one(in: 12) {
            self.requests.remove(at: index)
            self.bounded.enter { $0.drop(question) }
            self.counts.dropped += 1
        } else if self.requests[index].answer == nil {
            self.requests[index].answer = self.store.answer(question)
        } else {
            self.perform(self.requests.remove(at: index))
        }
    }

    /// - Returns: the request that needs the store; nil where it is done.
    @discardableResult
    mutating func perform(
        _ request: MemoryRequest,
        keeps: Bool = true
    ) -> MemoryRequest? {
        let now = self.now
        let fullCount = self.full.sink.entries.count
        switch self.bounded.enter({ request.perform(on: $0, now: now) }) {
        case .needs(let question):
            self.counts.asked += 1
            self.counts.askedAgain += request.answer == nil ? 0 : 1
            var request = request
            request.question = question
            request.answer = nil
            if keeps { self.requests.append(request) }
            return request
        case .done(let shown):
            if case .command(.failure(.noRoom)) = shown.value {
                self.refusedForRoom(request)
                return nil
            }
            self.compare(shown, of: request)
            if self.full.sink.entries.count > fullCount { self.remember(request) }
            guard case .found(.some, let next?) = shown.value else { return nil }
            self.check(next < request.below, true, "progress of \(request)")
            var rest = MemoryRequest(request.wish, in: request.chat, by: request.user)
            rest.below = next
            if keeps { self.perform(rest) }
            return nil
        }
    }

    private mutating func remember(_ request: MemoryRequest) {
        guard case .command(let command, _) = request.wish else { return }
        let world = self.world
        do throws(Refusal) {
            _ = try self.world.perform(
                command,
                in: request.chat,
                by: request.user,
                clock: self.now
            )
        } catch {
            self.world = world
        }
    }
}
