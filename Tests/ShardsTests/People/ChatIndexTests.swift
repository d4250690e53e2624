import Shards
import TestSupport
import Testing

/// The index of everybody's chats, and the ids that are handed out for new ones.
@Suite struct ChatIndexTests {
    private static let scope = IdempotencyMark.Digest(high: 1, low: 2)
    private static let now = Timestamp(microseconds: 1_000_000)
    private static let mark = IdempotencyMark(
        request: IdempotencyMark.Request(scope: Self.scope, body: Self.scope),
        user: .anna,
        resource: 0,
        at: Self.now
    )

    @Test func `chats are found by their members, who come and go`() {
        var state = DirectoryState()
        let second = ChatID(rawValue: 2)
        state.index(.create([.anna, .boris], isGroup: true), of: .first)
        state.index(.create([.anna], isGroup: true), of: second)
        state.index(.join(.boris), of: second)
        #expect(state.chats(of: .anna) == [.first, second])
        #expect(state.chats(of: .boris) == [.first, second])
        state.index(.leave(.boris), of: .first)
        #expect(state.chats(of: .boris) == [second])
        state.index(.close([.anna, .boris], isGroup: true), of: second)
        #expect(state.chats(of: .boris) == [])
        #expect(state.chats(of: .anna) == [.first])
        #expect(state.chats(of: UserID(rawValue: .max)) == [])
    }

    @Test func `an event that comes twice is indexed once`() {
        var state = DirectoryState()
        state.index(.create([.anna], isGroup: true), of: .first)
        state.index(.create([.anna], isGroup: true), of: .first)
        state.index(.join(.anna), of: .first)
        #expect(state.chats(of: .anna) == [.first])
        state.index(.leave(.dmitri), of: .first)
        state.index(.leave(.anna), of: .first)
        state.index(.leave(.anna), of: .first)
        #expect(state.chats(of: .anna) == [])
    }

    @Test func `all chats at once make the index that they make one by one`() {
        let users = (1...400).map { UserID(rawValue: $0) }
        let chats = [
            Self.chat(3, of: [users[0], users[1]], isGroup: false),
            Self.chat(9, of: [users[1], users[0]], isGroup: false),
            Self.chat(7, of: Array(users[..<300]), isGroup: true),
            Self.chat(4, of: Array(users[200...210]), isGroup: true),
            Self.chat(5, of: [], isGroup: true),
        ]
        var (atOnce, oneByOne) = (DirectoryState(), DirectoryState())
        var shard = ShardState(index: 0, of: 1)
        for chat in chats { shard.restore(chat) }
        atOnce.index(chatsOf: [shard])
        for chat in chats {
            let present = Array(chat.members.presentUsers)
            oneByOne.index(.create(present, isGroup: chat.chat.isGroup), of: chat.chat.id)
        }
        #expect(atOnce.newestChat == oneByOne.newestChat)
        for user in users {
            #expect(atOnce.chats(of: user) == oneByOne.chats(of: user))
            let change = PresenceChange(
                user: user,
                status: .online,
                at: Self.now,
                lastSeen: nil
            )
            let (news, wanted) = (atOnce.news(of: change), oneByOne.news(of: change))
            #expect(news?.chats == wanted?.chats)
            #expect(news?.largeGroups == wanted?.largeGroups)
        }
        #expect(atOnce.reserveDirect(users[0], users[1], insteadOf: nil).rawValue == 3)
        #expect(oneByOne.reserveDirect(users[0], users[1], insteadOf: nil).rawValue == 3)
    }

    private static func chat(_ id: UInt32, of users: [UserID], isGroup: Bool) -> ChatState {
        let chat = Chat(
            id: ChatID(rawValue: id),
            title: "",
            isGroup: isGroup,
            createdAt: Self.now
        )
        let members = users.map { user in
            Member(user: user, role: .member, joinedAt: Self.now, joinedAfter: .none)
        }
        return ChatState(chat, members: members, at: .zero)
    }

    @Test func `an id is handed out once, and for one key always the same`() {
        var state = DirectoryState()
        state.index(.create([.anna], isGroup: true), of: ChatID(rawValue: 5))
        #expect(state.reserveChat(scope: nil, now: Self.now).rawValue == 6)
        #expect(state.reserveChat(scope: Self.scope, now: Self.now).rawValue == 7)
        #expect(state.reserveChat(scope: Self.scope, now: Self.now).rawValue == 7)
        #expect(state.reserveChat(scope: nil, now: Self.now).rawValue == 8)
        let tomorrow = Self.now.advanced(by: MarkTable.retention)
        #expect(state.reserveChat(scope: Self.scope, now: tomorrow).rawValue == 9)
    }

    @Test func `what was handed out in an earlier life is not handed out again`() {
        var state = DirectoryState()
        state.restore(ChatID(rawValue: 9), mark: Self.mark)
        state.restore(ChatID(rawValue: 4), mark: nil)
        #expect(state.reserveChat(scope: Self.scope, now: Self.now).rawValue == 9)
        #expect(state.reserveChat(scope: nil, now: Self.now).rawValue == 10)
    }

    @Test func `two people have one direct chat, whoever asks`() {
        var state = DirectoryState()
        let chat = state.reserveDirect(.anna, .boris, insteadOf: nil)
        #expect(state.reserveDirect(.boris, .anna, insteadOf: nil) == chat)
        state.index(.create([.anna, .boris], isGroup: false), of: chat)
        #expect(state.reserveDirect(.boris, .anna, insteadOf: nil) == chat)
        #expect(state.reserveDirect(.anna, .clara, insteadOf: nil) != chat)
    }

    @Test func `a group of two is no direct chat`() {
        var state = DirectoryState()
        state.index(.create([.anna, .boris], isGroup: true), of: .first)
        #expect(state.reserveDirect(.anna, .boris, insteadOf: nil) != .first)
    }

    @Test func `of several direct chats in an old history the oldest counts`() {
        var state = DirectoryState()
        for chat in [7, 3, 5] as [UInt32] {
            state.index(.create([.boris, .anna], isGroup: false), of: ChatID(rawValue: chat))
        }
        #expect(state.reserveDirect(.anna, .boris, insteadOf: nil).rawValue == 3)
    }

    @Test func `after a direct chat was deleted another is made`() {
        var state = DirectoryState()
        let old = state.reserveDirect(.anna, .boris, insteadOf: nil)
        state.index(.create([.anna, .boris], isGroup: false), of: old)
        state.index(.close([.boris, .anna], isGroup: false), of: old)
        #expect(state.reserveDirect(.anna, .boris, insteadOf: nil) != old)
    }

    /// The shard knows of a deletion before the index does.
    @Test func `a deletion that is not durable yet makes one new chat, not two`() {
        var state = DirectoryState()
        let old = state.reserveDirect(.anna, .boris, insteadOf: nil)
        let new = state.reserveDirect(.anna, .boris, insteadOf: old)
        #expect(new != old)
        #expect(state.reserveDirect(.boris, .anna, insteadOf: old) == new)
        // The index hears of the old one only now.
        state.index(.create([.anna, .boris], isGroup: false), of: old)
        #expect(state.reserveDirect(.anna, .boris, insteadOf: nil) == new)
        state.index(.close([.anna, .boris], isGroup: false), of: old)
        #expect(state.reserveDirect(.anna, .boris, insteadOf: nil) == new)
        state.index(.create([.anna, .boris], isGroup: false), of: new)
        #expect(state.reserveDirect(.anna, .boris, insteadOf: nil) == new)
    }

    @Test func `who waits for the index goes on when it has got there`() async {
        let directory = DirectoryRun().directory
        let third = Position(rawValue: 3)
        await directory.indexed(through: .zero)
        async let waiting = directory.chats(of: .boris, indexedThrough: third)
        let created = Notice(
            chat: .first,
            subscription: .create([.anna, .boris], isGroup: true)
        )
        await directory.index(DurableBatch(first: .zero.next, notices: [created, .silent]))
        #expect(await directory.indexedThrough == Position(rawValue: 2))
        await directory.index(DurableBatch(first: third, notices: [.silent]))
        let (chats, asOf) = await waiting
        #expect(chats == [.first])
        #expect(asOf == third)
        #expect(await directory.shareChat(.anna, .boris))
        #expect(await !directory.shareChat(.anna, .clara))
    }
}
