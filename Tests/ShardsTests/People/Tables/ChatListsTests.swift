import Shards
import TestSupport
import Testing

@Suite struct ChatListsTests {
    @Test(arguments: 0..<20) func `lists are what a dictionary of arrays has`(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var model: [UserID: [ChatID]] = [:]
        var lists = ChatLists()
        for _ in 0..<5_000 {
            let user = UserID(rawValue: UInt32.random(in: 0..<200, using: &random))
            let chat = ChatID(rawValue: UInt32.random(in: 1..<20, using: &random))
            let place = model[user, default: []].firstIndex(of: chat)
            if random.one(in: 3) {
                let isRemoved = lists.remove(chat, from: user)
                #expect(isRemoved == (place != nil))
                if let place { model[user]?.remove(at: place) }
            } else {
                let isAdded = lists.add(chat, to: user)
                #expect(isAdded == (place == nil))
                if place == nil { model[user, default: []].append(chat) }
            }
        }
        for number in 0..<300 as Range<UInt32> {
            let user = UserID(rawValue: number)
            #expect(lists[user] == model[user] ?? [])
        }
    }

    @Test func `all lists at once are what they are one by one`() {
        var random = SeededRandom(seed: 1)
        var lists = ChatLists()
        let chats = (1...50).map { (number: UInt32) -> ChatState in
            let chat = Chat(
                id: ChatID(rawValue: number),
                title: "",
                isGroup: true,
                createdAt: Timestamp(microseconds: 0)
            )
            let users = Set((0..<20).map { _ in UInt32.random(in: 0..<300, using: &random) })
            let members = users.map { user -> Member in
                var member = Member(
                    user: UserID(rawValue: user),
                    role: .member,
                    joinedAt: chat.createdAt,
                    joinedAfter: MessageID(rawValue: 0)
                )
                member.isPresent = !random.one(in: 4)
                if member.isPresent { _ = lists.add(chat.id, to: member.user) }
                return member
            }
            return ChatState(chat, members: members, at: .zero)
        }
        var shard = ShardState(index: 0, of: 1)
        for chat in chats { shard.restore(chat) }
        var atOnce = ChatLists(of: [shard])
        for number in 0..<400 as Range<UInt32> {
            let user = UserID(rawValue: number)
            #expect(atOnce[user] == lists[user])
        }
        let last = UserID(rawValue: 1_000)
        _ = atOnce.add(.first, to: last)
        #expect(atOnce[last] == [.first])
    }
}
