import Shards
import Testing

@Suite struct ChatSummaryTests {
    private static func preview(_ run: ShardRun) -> String? {
        JSONText.string(in: ChatSummary(of: run.chat, for: .anna).preview)
    }

    @Test func `an empty chat has no preview`() {
        let summary = ChatSummary(of: ShardRun.group(.anna).chat, for: .anna)
        #expect(summary.preview == [])
        #expect(summary.previewAuthor == nil)
        #expect(summary.updatedAt == nil)
        #expect(summary.after == Position(rawValue: 1))
    }

    @Test func `the preview is the newest message that is not deleted, as it reads now`() throws {
        var run = ShardRun.group(.anna, .boris)
        let first = try run.send("first", by: .anna)
        let second = try run.send("second", by: .boris)
        #expect(Self.preview(run) == "second")
        let edit = Message.Edit(content: .set("edited"), payload: .keep)
        try run.handle(.edit(second, edit), by: .boris)
        #expect(Self.preview(run) == "edited")
        try run.handle(.deleteMessage(second), by: .boris)
        #expect(Self.preview(run) == "first")
        #expect(ChatSummary(of: run.chat, for: .anna).previewAuthor == .anna)
        try run.handle(.deleteMessage(first), by: .anna)
        #expect(Self.preview(run) == nil)
    }

    @Test func `a message without text shows that there is something`() throws {
        var run = ShardRun.group(.anna)
        try run.send(nil, by: .anna)
        #expect(Self.preview(run) == "[медиа]")
        try run.send("", by: .anna)
        #expect(Self.preview(run) == "")
    }

    @Test func `members come in order of joining, without those who left`() throws {
        var run = ShardRun.group(.clara, .anna)
        run.now = run.now.advanced(by: .seconds(1))
        try run.handle(.addMember(.dmitri), by: .clara)
        run.now = run.now.advanced(by: .seconds(1))
        try run.handle(.addMember(.boris), by: .clara)
        try run.handle(.leave, by: .anna)
        let members = ChatSummary(of: run.chat, for: .clara).members
        #expect(members.map(\.user) == [.clara, .dmitri, .boris])
    }

    @Test func `unread messages are counted for the one who asks`() throws {
        var run = ShardRun.group(.anna, .boris)
        try run.send(by: .anna)
        #expect(ChatSummary(of: run.chat, for: .anna).unreadCount == 0)
        #expect(ChatSummary(of: run.chat, for: .boris).unreadCount == 1)
    }
}
