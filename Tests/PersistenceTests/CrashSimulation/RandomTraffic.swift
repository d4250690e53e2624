import Persistence
import Shards
import TestSupport

/// What people do, made up: mostly what makes sense.
struct RandomTraffic: Sendable {
    private static let usersMax: UInt32 = 6
    private static let chatsMax = 8
    private static let tags = ["red", "green", "blue", "black"].compactMap { Tag($0) }
    private static let emoji = ["👍", "🙈", "❤️"]

    var random: SeededRandom
    private(set) var now = Timestamp(microseconds: 1_730_800_800_123_456)
    private var sessions: [SessionID] = []

    init(seed: UInt64, now: Timestamp) {
        self.random = SeededRandom(seed: seed)
        self.now = now
    }

    mutating func step(on server: SimulatedServer) {
        let passed = Int64.random(in: -100_000...2_000_000, using: &self.random)
        self.now = Timestamp(microseconds: self.now.microseconds + passed)
        switch Int.random(in: 0..<100, using: &self.random) {
        case 0..<20: self.changePeople(on: server)
        case 20..<30: self.makeChat(on: server)
        default: self.chat(on: server)
        }
    }

    private mutating func user() -> UserID {
        UserID(rawValue: UInt32.random(in: 1...Self.usersMax, using: &self.random))
    }

    // MARK: - People

    private mutating func changePeople(on server: SimulatedServer) {
        let user = self.user()
        let session = SessionID(rawValue: self.random.next())
        let known = self.sessions.randomElement(using: &self.random) ?? session
        let tag = Self.tags.randomElement(using: &self.random)
        let (now, later) = (self.now, self.now.advanced(by: .seconds(3600)))
        let draft = self.draft(of: server)
        let kind = Int.random(in: 0..<7, using: &self.random)
        if kind < 2 { self.sessions.append(session) }
        server.onDirectory { directory in
            switch kind {
            case 0 where directory.state.nextUser.rawValue <= Self.usersMax:
                _ = try? directory.register(draft, session: session, sessionExpiresAt: later)
            case 0...1:
                _ = try? directory.openSession(session, of: user, now: now, expiresAt: later)
            case 2:
                let generation = directory.state.session(known)?.generation ?? 1
                let spent = generation &- (now.microseconds % 3 == 0 ? 2 : 0)
                _ = try? directory.rotate(known, generation: spent, now: now, expiresAt: later)
            case 3: try? directory.revoke(known)
            case 4:
                let name = "name \(now.microseconds)"
                _ = try? directory.changeProfile(of: user, displayName: name, avatarURL: nil)
            case 5 where directory.areKnown([user]): directory.wentOffline(user, lastSeen: now)
            default:
                if let tag { _ = try? directory.changeTag(of: user, to: tag) }
            }
        }
    }

    private func draft(of server: SimulatedServer) -> User {
        let number = server.onDirectory { $0.state.nextUser.rawValue }
        return User(
            id: UserID(rawValue: 0),
            email: "user\(number)@example.org",
            displayName: "User \(number)",
            tag: "",
            avatarURL: nil,
            createdAt: self.now,
            passwordHash: "hash"
        )
    }

    // MARK: - Chats

    private mutating func makeChat(on server: SimulatedServer) {
        guard self.liveChats(of: server).count < Self.chatsMax else { return }
        let isGroup = !self.random.one(in: 3)
        let (one, other, now) = (self.user(), self.user(), self.now)
        guard one != other else { return }
        let pair = (max(one, other).rawValue << 16 | min(one, other).rawValue) << 8
        let request = self.request(in: isGroup ? 0 : pair)
        let id = server.onDirectory { directory in
            isGroup
                ? directory.reserveChat(scope: request?.scope, now: now)
                : directory.reserveDirect(one, other, insteadOf: nil)
        }
        let members = isGroup && self.random.one(in: 2) ? [one, other, self.user()] : [one, other]
        let chat = Chat(id: id, title: "chat \(id.rawValue)", isGroup: isGroup, createdAt: now)
        let unique = members.count == 3 && members[..<2].contains(members[2])
        self.perform(
            .create(chat, members: unique ? [one, other] : members),
            in: id,
            by: one,
            request: request,
            on: server
        )
    }

    private func liveChats(of server: SimulatedServer) -> [ChatID] {
        (0..<server.shardCount).flatMap { shard in
            server.onShard(shard) { $0.state.allChats.map(\.chat.id) }
        }
        .sorted()
    }

    private mutating func chat(on server: SimulatedServer) {
        guard let id = self.liveChats(of: server).randomElement(using: &self.random) else { return }
        let (members, newest) =
            server.onShard(of: id) { shard in
                shard.state.withChat(id) { chat in
                    (Array(chat.members.presentUsers), chat.log.newestID)
                }
            } ?? ([], MessageID(rawValue: 0))
        let user = members.randomElement(using: &self.random) ?? self.user()
        let message = MessageID(
            counter: UInt64.random(in: 0...newest.counter, using: &self.random),
            slot: id.slot
        )
        let near = self.random.one(in: 2) ? newest : message
        let command = self.command(about: near)
        self.perform(command, in: id, by: user, request: self.request(in: id.rawValue), on: server)
    }

    private mutating func command(about message: MessageID) -> ChatCommand {
        let text = "text \(self.random.next() % 1000)"
        let emoji = Self.emoji.randomElement(using: &self.random) ?? ""
        switch Int.random(in: 0..<100, using: &self.random) {
        case 0..<2: return .delete
        case 2..<5: return .rename(text)
        case 5..<10: return .addMember(self.user())
        case 10..<13: return .removeMember(self.user())
        case 13..<16: return .leave
        case 16..<28: return .edit(message, Message.Edit(content: .set(text), payload: .keep))
        case 28..<38: return .deleteMessage(message)
        case 38..<50: return .react(message, emoji: emoji)
        case 50..<56: return .unreact(message, emoji: emoji)
        case 56..<66: return .markRead
        default:
            let long = String(repeating: text, count: self.random.one(in: 20) ? 400 : 1)
            let reply = self.random.one(in: 5) ? message : nil
            return .send(
                Message.Draft(kind: "text", content: long, payload: nil, replyTo: reply)
            )
        }
    }

    /// Some come again. A key is of one chat, as in production.
    private mutating func request(in chat: UInt32) -> IdempotencyMark.Request? {
        guard self.random.one(in: 3) else { return nil }
        return IdempotencyMark.Request(
            scope: .init(high: UInt64(chat), low: self.random.next() % 16),
            body: .init(high: 0, low: 0)
        )
    }

    private mutating func perform(
        _ command: ChatCommand,
        in chat: ChatID,
        by user: UserID,
        request: IdempotencyMark.Request?,
        on server: SimulatedServer
    ) {
        let now = self.now
        var answer: StoreAnswer?
        while true {
            let handled = server.onShard(of: chat) { [answer] shard in
                shard.handle(
                    command,
                    in: chat,
                    by: user,
                    request: request,
                    now: now,
                    answer: answer
                )
            }
            guard case .needs(let question) = handled else { return }
            // Now and then the store is away.
            if self.random.one(in: 6) {
                server.onShard(of: chat) { $0.drop(question) }
                return
            }
            answer = server.store.withLock { $0.answer(question) }
        }
    }
}
