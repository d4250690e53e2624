import Shards
import Testing

@Suite struct UnreadTests {
    private static func counts(_ run: ShardRun, _ users: UserID...) -> [Int] {
        users.map { run.chat.unreadCount(of: $0) }
    }

    @Test func `messages of others count until they are read`() throws {
        var run = ShardRun.group(.anna, .boris)
        try run.send(by: .anna)
        try run.send(by: .boris)
        try run.send(by: .anna)
        #expect(Self.counts(run, .anna, .boris) == [1, 2])
        try run.handle(.markRead, by: .boris)
        #expect(Self.counts(run, .anna, .boris) == [1, 0])
    }

    @Test func `a deleted message is not unread`() throws {
        var run = ShardRun.group(.anna, .boris)
        let message = try run.send(by: .anna)
        let own = try run.send(by: .boris)
        try run.handle(.deleteMessage(message), by: .anna)
        try run.handle(.deleteMessage(own), by: .boris)
        #expect(Self.counts(run, .anna, .boris) == [0, 0])
    }

    @Test func `deleting what was read changes no count`() throws {
        var run = ShardRun.group(.anna, .boris)
        let message = try run.send(by: .anna)
        try run.handle(.markRead, by: .boris)
        try run.handle(.markRead, by: .anna)
        try run.send(by: .anna)
        try run.handle(.deleteMessage(message), by: .anna)
        #expect(Self.counts(run, .anna, .boris) == [0, 1])
    }

    @Test func `one's own deleted message does not hide another's`() throws {
        var run = ShardRun.group(.anna, .boris)
        let own = try run.send(by: .boris)
        try run.send(by: .anna)
        try run.handle(.deleteMessage(own), by: .boris)
        #expect(Self.counts(run, .anna, .boris) == [0, 1])
    }

    @Test func `a new member has everything unread`() throws {
        var run = ShardRun.group(.anna, .boris)
        let first = try run.send(by: .anna)
        try run.send(by: .boris)
        try run.handle(.deleteMessage(first), by: .anna)
        try run.handle(.addMember(.clara), by: .anna)
        #expect(Self.counts(run, .clara) == [1])
    }

    @Test func `who comes back keeps what they had read`() throws {
        var run = ShardRun.group(.anna, .boris)
        try run.send(by: .anna)
        try run.handle(.markRead, by: .boris)
        try run.send(by: .boris)
        try run.handle(.leave, by: .boris)
        try run.send(by: .anna)
        try run.handle(.addMember(.boris), by: .anna)
        #expect(Self.counts(run, .boris) == [1])
        let effect = run.chat.idsRead(by: .boris, through: run.chat.log.newestID, countMax: 10)
        #expect(effect == [run.chat.log.newestID])
    }

    @Test func `a stranger has nothing unread`() throws {
        var run = ShardRun.group(.anna)
        try run.send(by: .anna)
        #expect(Self.counts(run, .dmitri) == [0])
        #expect(run.chat.idsRead(by: .dmitri, through: .none, countMax: 10) == [])
    }

    @Test func `the ids that become read are the newest, newest first`() throws {
        var run = ShardRun.group(.anna, .boris)
        var ids: [MessageID] = []
        for index in 0..<10 { ids.append(try run.send(by: index == 5 ? .boris : .anna)) }
        try run.handle(.deleteMessage(ids[8]), by: .anna)
        let newest = run.chat.log.newestID
        let read = run.chat.idsRead(by: .boris, through: newest, countMax: 4)
        #expect(read == [ids[9], ids[7], ids[6], ids[4]])
        #expect(run.chat.idsRead(by: .boris, through: ids[1], countMax: 4) == [ids[1], ids[0]])
    }

    @Test func `reading twice is nothing the second time`() throws {
        var run = ShardRun.group(.anna, .boris)
        #expect(try run.handle(.markRead, by: .boris) == nil)
        try run.send(by: .anna)
        #expect(try run.handle(.markRead, by: .boris) != nil)
        #expect(try run.handle(.markRead, by: .boris) == nil)
    }
}
