import Shards
import Testing

/// What the sockets learn when somebody has read.
@Suite struct ReadNoticeTests {
    private static func updates(_ notice: Notice) throws -> [MessageAnswer] {
        try notice.frames.dropLast().map { frame in
            let answer = try Answer.frame(of: MessageAnswer.self, from: frame)
            #expect(answer.event == "message.updated")
            return answer.data
        }
    }

    private static func reading(_ notice: Notice) throws -> ReadAnswer {
        let last = try #require(notice.frames.last)
        let answer = try Answer.frame(of: ReadAnswer.self, from: last)
        #expect(answer.event == "message.read")
        return answer.data
    }

    @Test func `the newest 200 ids and the newest 50 changes are named, and reading comes last`()
        throws
    {
        var run = ShardRun.direct(.anna, .boris)
        var ids: [UInt64] = []
        for _ in 0..<230 { ids.append(try run.send(by: .anna).rawValue) }
        run.now = run.now.advanced(by: .seconds(5))
        let notice = try #require(try run.handle(.markRead, by: .boris)?.notice)
        let reading = try Self.reading(notice)
        #expect(reading.messageIds == ids.suffix(200).reversed())
        #expect(reading.upToId == ids.last)
        #expect(reading.userId == 2)
        #expect(reading.chatId == 1)
        #expect(reading.readAt == Answer.time(run.now))
        let updates = try Self.updates(notice)
        #expect(updates.map(\.id) == ids.suffix(50))
        #expect(updates.allSatisfy { $0.status == "read" })
    }

    @Test func `while others have not read, no status changes`() throws {
        var run = ShardRun.group(.anna, .boris, .clara)
        let id = try run.send(by: .anna)
        let first = try #require(try run.handle(.markRead, by: .boris)?.notice)
        #expect(try Self.updates(first).isEmpty)
        #expect(try Self.reading(first).messageIds == [id.rawValue])
        let last = try #require(try run.handle(.markRead, by: .clara)?.notice)
        #expect(try Self.updates(last).map(\.id) == [id.rawValue])
    }

    @Test func `deleted messages and one's own are not named`() throws {
        var run = ShardRun.direct(.anna, .boris)
        let first = try run.send(by: .anna)
        let deleted = try run.send(by: .anna)
        let own = try run.send(by: .boris)
        try run.handle(.deleteMessage(deleted), by: .anna)
        let notice = try #require(try run.handle(.markRead, by: .boris)?.notice)
        #expect(try Self.reading(notice).messageIds == [first.rawValue])
        // Their status is shown where they were, so it is told.
        #expect(try Self.updates(notice).map(\.id) == [first.rawValue, deleted.rawValue])
        let other = try #require(try run.handle(.markRead, by: .anna)?.notice)
        #expect(try Self.updates(other).map(\.id) == [own.rawValue])
        #expect(try Self.reading(other).messageIds == [own.rawValue])
    }

    @Test func `reading only one's own messages still tells how far one is`() throws {
        var run = ShardRun.direct(.anna, .boris)
        let own = try run.send(by: .anna)
        let notice = try #require(try run.handle(.markRead, by: .anna)?.notice)
        let reading = try Self.reading(notice)
        #expect(reading.messageIds == [])
        #expect(reading.upToId == own.rawValue)
        #expect(notice.frames.count == 1)
    }

    @Test func `a message that became read shows its reactions and keeps its edit`() throws {
        var run = ShardRun.direct(.anna, .boris)
        let id = try run.send(by: .anna)
        try run.handle(.react(id, emoji: "👍"), by: .boris)
        let edit = Message.Edit(content: .set("edited"), payload: .keep)
        try run.handle(.edit(id, edit), by: .anna)
        let notice = try #require(try run.handle(.markRead, by: .boris)?.notice)
        let update = try #require(try Self.updates(notice).first)
        #expect(update.reactions.map(\.emoji) == ["👍"])
        #expect(update.content == "edited")
        #expect(update.status == "read")
    }
}
