import Persistence
import Shards
import TestSupport

extension Event {
    static func user(_ number: UInt32, tag: String? = nil) -> Event {
        .people(.userChanged(SampleRows.user(number, tag: tag).value))
    }

    static func seen(_ user: UInt32, at time: Int64) -> Event {
        .people(.lastSeen(UserID(rawValue: user), SampleRows.time(time)))
    }

    static func created(_ chat: UInt32, with users: [UInt32]) -> Event {
        let members = users.map { Member(joining: $0, at: 0) }
        return .chat(
            ChatID(rawValue: chat),
            .created(SampleRows.chat(chat).value, members: members)
        )
    }

    static func changed(_ chat: UInt32, title: String) -> Event {
        .chat(ChatID(rawValue: chat), .changed(SampleRows.chat(chat, title: title).value))
    }

    static func deleted(_ chat: UInt32) -> Event {
        .chat(ChatID(rawValue: chat), .deleted(by: UserID(rawValue: 1)))
    }

    static func added(_ user: UInt32, to chat: UInt32, after message: UInt64 = 0) -> Event {
        .chat(
            ChatID(rawValue: chat),
            .memberAdded(Member(joining: user, at: message), by: UserID(rawValue: 1))
        )
    }

    static func removed(
        _ user: UInt32,
        from chat: UInt32,
        promoting other: UInt32? = nil,
        unread: ClosedRange<UInt64>? = nil
    ) -> Event {
        let absence = unread.map { unread in
            Absence(
                user: UserID(rawValue: user),
                after: MessageID(rawValue: unread.lowerBound),
                through: MessageID(rawValue: unread.upperBound)
            )
        }
        return .chat(
            ChatID(rawValue: chat),
            .memberRemoved(
                UserID(rawValue: user),
                by: UserID(rawValue: 1),
                promoted: other.map { UserID(rawValue: $0) },
                absence: absence
            )
        )
    }

    static func read(_ user: UInt32, in chat: UInt32, through message: UInt64) -> Event {
        .chat(
            ChatID(rawValue: chat),
            .readAdvanced(
                UserID(rawValue: user),
                through: MessageID(rawValue: message),
                at: SampleRows.time(Int64(message))
            )
        )
    }

    static func sent(_ number: UInt64, in chat: UInt32 = 1, _ content: String = "a") -> Event {
        let message = SampleRows.message(number, in: chat, content: content)
        return .chat(message.chat, .messageSent(message))
    }

    static func edited(_ number: UInt64, in chat: UInt32 = 1, _ content: String) -> Event {
        let edit = Message.Edit(content: .set(content), payload: .keep)
        let message = SampleRows.message(number, in: chat).edited(edit, at: SampleRows.time(1))
        return .chat(message.chat, .messageChanged(message))
    }

    static func unsent(_ number: UInt64, in chat: UInt32 = 1) -> Event {
        let message = SampleRows.message(number, in: chat).deleted(at: SampleRows.time(2))
        return .chat(message.chat, .messageChanged(message))
    }

    static func reacted(
        _ number: UInt64,
        to message: UInt64,
        in chat: UInt32 = 1,
        of user: UInt32 = 2,
        emoji: String = "👍"
    ) -> Event {
        let row = SampleRows.reaction(number, on: message, in: chat, of: user, emoji: emoji)
        return row.reaction.map { .chat(row.chat, .reactionAdded($0)) } ?? .deleted(chat)
    }

    static func unreacted(
        to message: UInt64,
        in chat: UInt32 = 1,
        of user: UInt32 = 2,
        emoji: String = "👍"
    ) -> Event {
        .chat(
            ChatID(rawValue: chat),
            .reactionRemoved(
                MessageID(rawValue: message),
                user: UserID(rawValue: user),
                emoji: emoji
            )
        )
    }
}

extension Member {
    fileprivate init(joining user: UInt32, at message: UInt64) {
        self.init(
            user: UserID(rawValue: user),
            role: user == 1 ? .admin : .member,
            joinedAt: SampleRows.time(Int64(user)),
            joinedAfter: MessageID(rawValue: message)
        )
    }
}

/// Events as a server makes them, one after the other: only who is there leaves, only what is there
/// is changed, and no id is handed out twice.
struct EventScript {
    private struct Room {
        let id: UInt32
        var present: [UInt32]
        var absent: [UInt32] = []
        var messages: [UInt64] = []
        var deleted: Set<UInt64> = []
        var readThrough: [UInt32: UInt64] = [:]
        var reactions: [(message: UInt64, user: UInt32, emoji: String)] = []
    }

    private static let emoji = ["👍", "🙈", "é", "e\u{301}"]

    private var random: SeededRandom
    private var userCount: UInt32 = 3
    private var newestChat: UInt32 = 0
    private var newestMessage: UInt64 = 0
    private var newestReaction: UInt64 = 0
    private var rooms: [Room] = []

    /// The first events make people.
    static func events(_ count: Int, seed: UInt64) -> [Event] {
        var script = EventScript(random: SeededRandom(seed: seed))
        var events: [Event] = (1...3).map { .user($0) }
        while events.count < count { events.append(script.next()) }
        return events
    }

    private init(random: SeededRandom) {
        self.random = random
    }

    private mutating func number(below bound: Int) -> Int {
        Int.random(in: 0..<bound, using: &self.random)
    }

    private mutating func next() -> Event {
        if self.rooms.isEmpty || self.random.one(in: 40) { return self.create() }
        let place = self.number(below: self.rooms.count)
        var room = self.rooms[place]
        if self.random.one(in: 60) {
            self.rooms.remove(at: place)
            return .deleted(room.id)
        }
        let event = self.change(&room) ?? self.send(to: &room)
        self.rooms[place] = room
        return event
    }

    private mutating func create() -> Event {
        self.newestChat += 1
        let users = (1...self.userCount).filter { _ in !self.random.one(in: 3) }
        self.rooms.append(Room(id: self.newestChat, present: users))
        return .created(self.newestChat, with: users)
    }

    private mutating func change(_ room: inout Room) -> Event? {
        switch self.number(below: 14) {
        case 0: return self.changePerson()
        case 1: return .changed(room.id, title: "title \(self.number(below: 100))")
        case 2: return self.add(to: &room)
        case 3: return self.remove(from: &room)
        case 4, 5: return self.read(&room)
        case 6: return self.changeMessage(of: &room)
        case 7, 8: return self.react(in: &room)
        case 9: return self.takeReactionOff(in: &room)
        default: return nil
        }
    }

    private mutating func changePerson() -> Event {
        let user = UInt32(self.number(below: Int(self.userCount))) + 1
        switch self.number(below: 4) {
        case 0:
            self.userCount += 1
            return .user(self.userCount)
        case 1: return .seen(user, at: Int64(self.number(below: 1_000)))
        case 2:
            return .people(
                .sessionChanged(
                    Session(
                        id: SessionID(rawValue: self.random.next()),
                        user: UserID(rawValue: user),
                        generation: 1,
                        rotatedAt: SampleRows.time(1),
                        expiresAt: SampleRows.time(2),
                        isRevoked: false
                    )
                )
            )
        default: return .user(user, tag: "tag_\(self.number(below: 3))")
        }
    }

    private mutating func add(to room: inout Room) -> Event? {
        let strangers = (1...self.userCount).filter { !room.present.contains($0) }
        guard let user = strangers.randomElement(using: &self.random) else { return nil }
        room.present.append(user)
        room.absent.removeAll { $0 == user }
        return .added(user, to: room.id, after: room.messages.last ?? 0)
    }

    private mutating func remove(from room: inout Room) -> Event? {
        guard room.present.count > 1 else { return nil }
        let user = room.present.remove(at: self.number(below: room.present.count))
        room.absent.append(user)
        let read = room.readThrough[user] ?? 0
        let newest = room.messages.last ?? 0
        return .removed(
            user,
            from: room.id,
            promoting: self.random.one(in: 2) ? room.present[0] : nil,
            unread: read < newest ? read...newest : nil
        )
    }

    private mutating func read(_ room: inout Room) -> Event? {
        guard let user = room.present.randomElement(using: &self.random),
            let newest = room.messages.last
        else { return nil }
        room.readThrough[user] = newest
        return .read(user, in: room.id, through: newest)
    }

    private mutating func send(to room: inout Room) -> Event {
        self.newestMessage += 1
        room.messages.append(self.newestMessage)
        return .sent(self.newestMessage, in: room.id, "text \(self.newestMessage)")
    }

    private mutating func changeMessage(of room: inout Room) -> Event? {
        let there = room.messages.filter { !room.deleted.contains($0) }
        guard let message = there.randomElement(using: &self.random) else { return nil }
        guard self.random.one(in: 3) else {
            return .edited(message, in: room.id, "edit \(self.number(below: 1_000))")
        }
        room.deleted.insert(message)
        return .unsent(message, in: room.id)
    }

    private mutating func react(in room: inout Room) -> Event? {
        guard let user = room.present.randomElement(using: &self.random),
            let message = room.messages.suffix(3).randomElement(using: &self.random)
        else { return nil }
        self.newestReaction += 1
        let emoji = Self.emoji[self.number(below: Self.emoji.count)]
        room.reactions.append((message, user, emoji))
        return .reacted(self.newestReaction, to: message, in: room.id, of: user, emoji: emoji)
    }

    private mutating func takeReactionOff(in room: inout Room) -> Event? {
        guard let (message, user, emoji) = room.reactions.randomElement(using: &self.random) else {
            return nil
        }
        return .unreacted(to: message, in: room.id, of: user, emoji: emoji)
    }
}

extension [Event] {
    /// Each at the position after the one before.
    func placed(after position: UInt64 = 0) -> [(position: Position, event: Event)] {
        self.enumerated().map { (Position(rawValue: position + UInt64($0.offset) + 1), $0.element) }
    }

    /// The rows of all of them as one batch.
    func rows(after position: UInt64 = 0) -> RowBatch {
        var coalescer = RowCoalescer()
        for (position, event) in self.placed(after: position) {
            coalescer.take(event, at: position)
        }
        return coalescer.finish().rows
    }
}
