import Shards
import Testing

@Suite struct PageTests {
    /// Ten messages of which the third and the last are deleted.
    private static func chat() throws -> (run: ShardRun, ids: [MessageID]) {
        var run = ShardRun.group(.anna, .boris)
        let ids = try (0..<10).map { try run.send("\($0)", by: .anna) }
        try run.handle(.deleteMessage(ids[2]), by: .anna)
        try run.handle(.deleteMessage(ids[9]), by: .anna)
        return (run, ids)
    }

    private static func page(
        _ cursor: PageQuery.Cursor,
        limit: Int,
        includesDeleted: Bool = true,
        of run: ShardRun
    ) throws -> PageAnswer {
        let query = PageQuery(cursor: cursor, limit: limit, includesDeleted: includesDeleted)
        let json = try #require(run.state.page(query, of: .first))
        return try Answer.decode(PageAnswer.self, from: json)
    }

    @Test func `a page shows the newest first and points below its last`() throws {
        let (run, ids) = try Self.chat()
        let page = try Self.page(.newest, limit: 3, of: run)
        #expect(page.messages.map(\.id) == [ids[9], ids[8], ids[7]].map(\.rawValue))
        #expect(page.hasMore)
        #expect(page.nextCursor == ids[7].rawValue)
    }

    @Test func `walking down by the cursor shows every message once`() throws {
        let (run, ids) = try Self.chat()
        for limit in 1...11 {
            for includesDeleted in [true, false] {
                var seen: [UInt64] = []
                var cursor = PageQuery.Cursor.newest
                while true {
                    let page = try Self.page(
                        cursor,
                        limit: limit,
                        includesDeleted: includesDeleted,
                        of: run
                    )
                    seen += page.messages.map(\.id)
                    #expect(page.hasMore == (page.nextCursor != nil))
                    guard let next = page.nextCursor else { break }
                    cursor = .before(MessageID(rawValue: next))
                }
                let expected = ids.indices.filter { includesDeleted || ($0 != 2 && $0 != 9) }
                #expect(seen == expected.reversed().map { ids[$0].rawValue })
            }
        }
    }

    @Test func `walking up by the cursor shows every message once`() throws {
        let (run, ids) = try Self.chat()
        for limit in 1...11 {
            var seen: [UInt64] = []
            var cursor = MessageID.none
            while true {
                let page = try Self.page(.after(cursor), limit: limit, of: run)
                seen += page.messages.map(\.id).reversed()
                guard let next = page.nextCursor else { break }
                cursor = MessageID(rawValue: next)
            }
            #expect(seen == ids.map(\.rawValue))
        }
    }

    @Test func `around a message half of the page is below it`() throws {
        let (run, ids) = try Self.chat()
        let page = try Self.page(.around(ids[5]), limit: 4, of: run)
        #expect(page.messages.map(\.id) == [ids[6], ids[5], ids[4], ids[3]].map(\.rawValue))
        #expect(page.hasMore)
        #expect(page.nextCursor == ids[3].rawValue)
    }

    @Test func `around a message at either end the other side fills the page`() throws {
        let (run, ids) = try Self.chat()
        for includesDeleted in [true, false] {
            let shown = ids.indices.filter { includesDeleted || ($0 != 2 && $0 != 9) }
                .map { ids[$0].rawValue }
            for id in [MessageID.none, ids[0]] {
                let page = try Self.page(
                    .around(id),
                    limit: 4,
                    includesDeleted: includesDeleted,
                    of: run
                )
                #expect(page.messages.map(\.id) == shown.prefix(4).reversed())
                #expect(!page.hasMore)
            }
            let top = MessageID(rawValue: .max)
            let page = try Self.page(
                .around(top),
                limit: 4,
                includesDeleted: includesDeleted,
                of: run
            )
            #expect(page.messages.map(\.id) == shown.suffix(4).reversed())
            #expect(page.hasMore)
        }
    }

    @Test func `a page of one around a message shows that message`() throws {
        let (run, ids) = try Self.chat()
        for id in ids {
            let page = try Self.page(.around(id), limit: 1, of: run)
            #expect(page.messages.map(\.id) == [id.rawValue])
        }
    }

    @Test func `a deleted message keeps its place, and is left out on request`() throws {
        let (run, ids) = try Self.chat()
        let page = try Self.page(.newest, limit: 1, of: run)
        #expect(page.messages.first?.isDeleted == true)
        #expect(page.messages.first?.content == nil)
        let clean = try Self.page(.newest, limit: 1, includesDeleted: false, of: run)
        #expect(clean.messages.map(\.id) == [ids[8].rawValue])
    }

    @Test func `nothing is left beyond the ends`() throws {
        let (run, ids) = try Self.chat()
        let below = try Self.page(.before(ids[0]), limit: 5, of: run)
        #expect(below == PageAnswer(messages: [], hasMore: false, nextCursor: nil))
        let above = try Self.page(.after(ids[9]), limit: 5, of: run)
        #expect(above == PageAnswer(messages: [], hasMore: false, nextCursor: nil))
        let allUndeletedAbove = try Self.page(
            .after(ids[8]),
            limit: 5,
            includesDeleted: false,
            of: run
        )
        #expect(allUndeletedAbove.messages == [])
        #expect(!allUndeletedAbove.hasMore)
    }

    @Test func `an empty chat has an empty page, whatever is asked`() throws {
        let run = ShardRun.group(.anna)
        let cursors = [
            PageQuery.Cursor.newest, .before(.none), .after(.none), .around(.none),
            .before(MessageID(rawValue: .max)), .after(MessageID(rawValue: .max)),
        ]
        for cursor in cursors {
            for includesDeleted in [true, false] {
                let page = try Self.page(
                    cursor,
                    limit: 200,
                    includesDeleted: includesDeleted,
                    of: run
                )
                #expect(page == PageAnswer(messages: [], hasMore: false, nextCursor: nil))
            }
        }
    }

    @Test func `the shape of a page is the contract's`() throws {
        let run = ShardRun.group(.anna)
        let query = PageQuery(cursor: .newest, limit: 1, includesDeleted: true)
        let json = try #require(run.state.page(query, of: .first))
        let text = String(decoding: json, as: UTF8.self)
        #expect(text == "{\"messages\":[],\"has_more\":false,\"next_cursor\":null}")
    }
}
