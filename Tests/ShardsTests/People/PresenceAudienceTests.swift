import Shards
import Testing

@Suite struct PresenceAudienceTests {
    private let ann = UserID(rawValue: 1)
    private var state = DirectoryState()

    private func news() -> (chats: [UInt32], largeGroups: [UInt32])? {
        let change = PresenceChange(
            user: self.ann,
            status: .online,
            at: Timestamp(microseconds: 0),
            lastSeen: nil
        )
        return self.state.news(of: change).map { news in
            (news.chats.map(\.rawValue).sorted(), news.largeGroups.map(\.rawValue).sorted())
        }
    }

    private mutating func make(_ chat: UInt32, memberCount: Int, isGroup: Bool = true) {
        let others = (0..<UInt32(memberCount - 1)).map { UserID(rawValue: 100 + $0) }
        self.state.index(
            .create([self.ann] + others, isGroup: isGroup),
            of: ChatID(rawValue: chat)
        )
    }

    @Test mutating func `nobody is told of who is alone`() {
        #expect(self.news() == nil)
        self.make(1, memberCount: 2)
        self.state.index(.leave(self.ann), of: ChatID(rawValue: 1))
        #expect(self.news() == nil)
    }

    @Test mutating func `a group is large from 257 members on, and small again below`() throws {
        self.make(1, memberCount: 2, isGroup: false)
        self.make(2, memberCount: 256)
        self.make(3, memberCount: 257)
        var news = try #require(self.news())
        #expect(news.chats == [1, 2] && news.largeGroups == [3])
        for chat in [2, 3] as [UInt32] {
            self.state.index(.join(UserID(rawValue: 900)), of: ChatID(rawValue: chat))
            // Heard of twice, as where a replay overlaps with a snapshot.
            self.state.index(.join(UserID(rawValue: 900)), of: ChatID(rawValue: chat))
        }
        news = try #require(self.news())
        #expect(news.chats == [1] && news.largeGroups == [2, 3])
        for user in [900, 900, 100] as [UInt32] {
            self.state.index(.leave(UserID(rawValue: user)), of: ChatID(rawValue: 2))
        }
        news = try #require(self.news())
        #expect(news.chats == [1, 2] && news.largeGroups == [3])
    }

    @Test mutating func `a chat that ends is counted anew`() throws {
        self.make(3, memberCount: 300)
        let users = (0..<299).map { UserID(rawValue: 100 + $0) }
        self.state.index(.close([self.ann] + users, isGroup: true), of: ChatID(rawValue: 3))
        #expect(self.news() == nil)
        self.make(3, memberCount: 3)
        #expect(try #require(self.news()).chats == [3])
    }
}
