import Shards
import Testing

/// Who may do what, beside what the random histories cover.
@Suite struct GroupTests {
    private static func roles(_ run: ShardRun) -> [UserID: Member.Role] {
        Dictionary(
            uniqueKeysWithValues: run.chat.members.present.map { ($0.member.user, $0.member.role) }
        )
    }

    @Test func `the creator of a group is its admin, and a direct chat has none`() {
        #expect(Self.roles(.group(.boris, .anna)) == [.boris: .admin, .anna: .member])
        #expect(Self.roles(.direct(.boris, .anna)) == [.boris: .member, .anna: .member])
    }

    @Test func `when the last admin leaves, the oldest member becomes one`() throws {
        var run = ShardRun.group(.anna)
        for user in [UserID.dmitri, .boris, .clara] {
            run.now = run.now.advanced(by: .seconds(1))
            try run.handle(.addMember(user), by: .anna)
        }
        try run.handle(.leave, by: .anna)
        #expect(Self.roles(run) == [.dmitri: .admin, .boris: .member, .clara: .member])
        try run.handle(.leave, by: .dmitri)
        #expect(Self.roles(run) == [.boris: .admin, .clara: .member])
    }

    @Test func `of two who joined at once, the one with the lower id becomes admin`() throws {
        var run = ShardRun.group(.anna, .clara, .boris)
        try run.handle(.leave, by: .anna)
        #expect(Self.roles(run) == [.boris: .admin, .clara: .member])
    }

    @Test func `an admin who comes back is a member like others`() throws {
        var run = ShardRun.group(.anna, .boris)
        try run.handle(.leave, by: .anna)
        try run.handle(.addMember(.anna), by: .boris)
        #expect(Self.roles(run) == [.anna: .member, .boris: .admin])
    }

    @Test func `a full group takes nobody more, and has room again when somebody left`() throws {
        var run = ShardRun()
        let members = (1...10_000).map { UserID(rawValue: $0) }
        let chat = Chat(id: .first, title: "all", isGroup: true, createdAt: run.now)
        try run.handle(.create(chat, members: members), by: .anna)
        let late = UserID(rawValue: 10_001)
        #expect(throws: Refusal.chatIsFull) { try run.handle(.addMember(late), by: .anna) }
        try run.handle(.leave, by: .boris)
        try run.handle(.addMember(late), by: .anna)
        #expect(run.chat.members.presentCount == 10_000)
    }

    @Test func `one who left may do nothing, not even with their own messages`() throws {
        var run = ShardRun.group(.anna, .boris)
        let message = try run.send(by: .boris)
        try run.handle(.leave, by: .boris)
        let edit = Message.Edit(content: .set("x"), payload: .keep)
        let commands: [ChatCommand] = [
            .rename("x"), .delete, .addMember(.clara), .removeMember(.anna), .leave, .markRead,
            .edit(message, edit), .deleteMessage(message), .react(message, emoji: "👍"),
            .unreact(message, emoji: "👍"),
        ]
        for command in commands {
            #expect(throws: Refusal.accessDenied) { try run.handle(command, by: .boris) }
        }
    }

    @Test func `a refused command changes nothing`() throws {
        var run = ShardRun.group(.anna, .boris)
        let message = try run.send(by: .anna)
        let before = run.state
        #expect(throws: Refusal.accessDenied) { try run.handle(.delete, by: .boris) }
        #expect(throws: Refusal.accessDenied) {
            try run.handle(.deleteMessage(message), by: .boris)
        }
        #expect(throws: Refusal.chatNotFound) {
            try run.handle(.markRead, in: ChatID(rawValue: 9), by: .anna)
        }
        #expect(run.state == before)
    }

    @Test func `a chat that is gone is not found, and its id is spent`() throws {
        var run = ShardRun.group(.anna)
        let chat = run.chat.chat
        try run.handle(.delete, by: .anna)
        #expect(throws: Refusal.chatNotFound) { try run.handle(.markRead, by: .anna) }
        #expect(throws: Refusal.chatNotFound) {
            try run.handle(.create(chat, members: [.anna]), by: .anna)
        }
        // What shows that it is gone waits for its deletion.
        #expect(run.state.lastPosition(of: .first) == Position(rawValue: 2))
    }

    @Test func `times in a chat never run backwards`() throws {
        var run = ShardRun.group(.anna)
        let start = run.now
        let first = try run.send(by: .anna)
        run.now = Timestamp(microseconds: start.microseconds - 60_000_000)
        let second = try run.send(by: .anna)
        #expect(run.chat.message(first)?.message.ts == start)
        #expect(run.chat.message(second)?.message.ts == start)
    }
}
