import Shards
import TestSupport

/// Makes commands up: mostly ones that make sense, now and then ones that do not.
struct RandomCommands {
    static let users = (1...7).map { UserID(rawValue: $0) }
    private static let emoji = "😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎😏😐😑😒😓😔😕😖😗".map { String($0) }
    private static let texts: [String?] = [
        "", "hello", "привет 👋", "\"quoted\" \\ and \u{1}\u{1f}\n\t", "👩‍👩‍👧‍👦 a\u{301}", nil,
    ]

    var random: SeededRandom

    init(seed: UInt64) {
        self.random = SeededRandom(seed: seed)
    }

    struct Step {
        let command: ChatCommand
        let chat: ChatID
        let user: UserID
    }

    mutating func next(in world: ReferenceWorld, now: Timestamp) -> Step {
        let live = world.chats.keys.sorted()
        if live.isEmpty || (live.count < 5 && self.random.one(in: 40)) {
            return self.creation(in: world, now: now)
        }
        if self.random.one(in: 200), let id = world.ids.randomElement(using: &self.random) {
            return Step(command: .markRead, chat: id, user: self.user())
        }
        let id = live.randomElement(using: &self.random) ?? .first
        guard let chat = world.chats[id] else { preconditionFailure("it lives") }
        let members = chat.people.map(\.user)
        let isStranger = members.isEmpty || self.random.one(in: 25)
        let user = isStranger ? self.user() : members.randomElement(using: &self.random)
        return Step(command: self.command(in: chat), chat: id, user: user ?? .anna)
    }

    mutating func query(in chat: ReferenceChat) -> PageQuery {
        let id = self.message(in: chat, orNearby: true)
        let cursors = [PageQuery.Cursor.newest, .before(id), .after(id), .around(id)]
        let isShort = !self.random.one(in: 8)
        return PageQuery(
            cursor: cursors.randomElement(using: &self.random) ?? .newest,
            limit: Int.random(in: 1...(isShort ? 12 : 200), using: &self.random),
            includesDeleted: !self.random.one(in: 3)
        )
    }

    private mutating func creation(in world: ReferenceWorld, now: Timestamp) -> Step {
        let isOld = !world.ids.isEmpty && self.random.one(in: 5)
        let newID = ChatID(rawValue: UInt32(world.ids.count) + 1)
        let id = isOld ? world.ids.randomElement(using: &self.random) ?? newID : newID
        let isGroup = !self.random.one(in: 3)
        let count = isGroup ? Int.random(in: 1...6, using: &self.random) : 2
        let members = Array(Self.users.shuffled(using: &self.random).prefix(count))
        let chat = Chat(id: id, title: "chat \(id.rawValue)", isGroup: isGroup, createdAt: now)
        return Step(command: .create(chat, members: members), chat: id, user: members[0])
    }

    private mutating func command(in chat: ReferenceChat) -> ChatCommand {
        switch Int.random(in: 0..<100, using: &self.random) {
        case 0: return .rename(self.random.one(in: 3) ? chat.title : "title \(self.random.next())")
        case 1: return self.random.one(in: 4) ? .delete : .leave
        case 2...3: return .leave
        case 4...9: return .addMember(self.user())
        case 10...13: return .removeMember(self.user())
        case 14...34: return .send(self.draft(in: chat))
        case 35...41: return .edit(self.message(in: chat), self.edit())
        case 42...47: return .deleteMessage(self.message(in: chat))
        case 48...67:
            let first = self.random.one(in: 3) ? nil : chat.posts.first?.id
            return .react(first ?? self.message(in: chat), emoji: self.emoji())
        case 68...72: return .unreact(self.message(in: chat), emoji: self.emoji())
        default: return .markRead
        }
    }

    private mutating func draft(in chat: ReferenceChat) -> Message.Draft {
        Message.Draft(
            kind: self.random.one(in: 5) ? "voice \"1\"" : "text",
            content: self.text(),
            payload: self.payload(),
            replyTo: self.random.one(in: 3) ? self.message(in: chat) : nil
        )
    }

    private mutating func edit() -> Message.Edit {
        let content = self.text()
        let payload = self.payload()
        return Message.Edit(
            content: self.random.one(in: 3) ? .keep : .set(content),
            payload: self.random.one(in: 3) ? .keep : .set(payload)
        )
    }

    private mutating func text() -> String? {
        Self.texts.randomElement(using: &self.random) ?? nil
    }

    private mutating func payload() -> [UInt8]? {
        guard self.random.one(in: 3) else { return nil }
        return Array("{\"n\":\(Int.random(in: -9...9, using: &self.random))}".utf8)
    }

    private mutating func emoji() -> String {
        Self.emoji.randomElement(using: &self.random) ?? "👍"
    }

    private mutating func user() -> UserID {
        Self.users.randomElement(using: &self.random) ?? .anna
    }

    /// Often the first one, so that reactions heap up there.
    private mutating func message(
        in chat: ReferenceChat,
        orNearby isNearby: Bool = false
    ) -> MessageID {
        if self.random.one(in: 20) { return MessageID(rawValue: 0) }
        if self.random.one(in: 20) { return MessageID(rawValue: 1 << 53) }
        if self.random.one(in: 3), let first = chat.posts.first { return first.id }
        let id = chat.posts.randomElement(using: &self.random)?.id ?? .none
        return isNearby && self.random.one(in: 3) ? MessageID(rawValue: id.rawValue + 5) : id
    }
}
