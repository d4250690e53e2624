import Foundation
import Shards
import Testing

/// What the sockets learn of each event, held against the contract's table.
@Suite struct NoticeTests {
    private static func frames(_ notice: Notice) throws -> [[String: Any]] {
        try notice.frames.map { frame in
            let closed = frame + "\(Frame.end)".utf8
            return try #require(try Answer.object(from: closed))
        }
    }

    /// The only frame's data, when it is of that event and has those fields and no other.
    private static func data(
        of notice: Notice?,
        event: String,
        fields: Set<String>
    ) throws -> [String: Any] {
        let frames = try Self.frames(try #require(notice))
        #expect(frames.count == 1)
        #expect(frames.first?["event"] as? String == event)
        #expect(frames.first.map { Set($0.keys) } == ["event", "data"])
        let data = try #require(frames.first?["data"] as? [String: Any])
        #expect(Set(data.keys) == fields)
        return data
    }

    private static let messageFields: Set = [
        "id", "chat_id", "author_id", "type", "content", "payload", "status", "ts",
        "reply_to_id", "is_deleted", "deleted_at", "updated_at", "reactions",
    ]
    private static let chatFields: Set = [
        "id", "title", "is_group", "created_at", "member_count", "member_ids",
    ]

    @Test func `a message that is sent, edited and deleted`() throws {
        var run = ShardRun.group(.anna, .boris)
        let draft = Message.Draft(kind: "text", content: "\"hi\"", payload: nil, replyTo: nil)
        let sent = try run.handle(.send(draft), by: .anna)?.notice
        let fields = Self.messageFields
        let created = try Self.data(of: sent, event: "message.created", fields: fields)
        #expect(created["content"] as? String == "\"hi\"")
        #expect(created["status"] as? String == "delivered")
        let id = MessageID(rawValue: try #require(created["id"] as? UInt64))
        try run.handle(.react(id, emoji: "👍"), by: .boris)
        let edit = Message.Edit(content: .set("ho"), payload: .keep)
        let edited = try run.handle(.edit(id, edit), by: .anna)?.notice
        let updated = try Self.data(of: edited, event: "message.updated", fields: fields)
        #expect(updated["content"] as? String == "ho")
        #expect((updated["reactions"] as? [Any])?.count == 1)
        let deleted = try run.handle(.deleteMessage(id), by: .anna)?.notice
        let tombstone = try Self.data(of: deleted, event: "message.deleted", fields: fields)
        #expect(tombstone["content"] is NSNull)
        #expect((tombstone["reactions"] as? [Any])?.count == 0)
        #expect(tombstone["is_deleted"] as? Bool == true)
    }

    @Test func `a reaction that is given and taken back`() throws {
        var run = ShardRun.group(.anna)
        let id = try run.send(by: .anna)
        let given = try run.handle(.react(id, emoji: "\"👍"), by: .anna)?.notice
        let fields: Set = ["id", "message_id", "user_id", "emoji", "created_at", "chat_id"]
        let added = try Self.data(of: given, event: "reaction.added", fields: fields)
        #expect(added["emoji"] as? String == "\"👍")
        #expect(added["chat_id"] as? Int == 1)
        let taken = try run.handle(.unreact(id, emoji: "\"👍"), by: .anna)?.notice
        let removed = try Self.data(
            of: taken,
            event: "reaction.removed",
            fields: ["message_id", "user_id", "emoji", "chat_id"]
        )
        #expect(removed["emoji"] as? String == "\"👍")
        #expect(removed["message_id"] as? UInt64 == id.rawValue)
    }

    @Test func `a chat that is made, renamed and deleted`() throws {
        var run = ShardRun()
        let chat = Chat(id: .first, title: "T\"ea", isGroup: true, createdAt: run.now)
        let members: [UserID] = [.boris, .anna]
        let made = try run.handle(.create(chat, members: members), by: .boris)?.notice
        let created = try Self.data(of: made, event: "chat.created", fields: Self.chatFields)
        #expect(created["member_count"] as? Int == 2)
        #expect(Set(created["member_ids"] as? [Int] ?? []) == [1, 2])
        #expect(created["title"] as? String == "T\"ea")
        guard case .create(let users, isGroup: true) = made?.subscription else {
            Issue.record("nobody follows the new chat")
            return
        }
        #expect(users == members)
        let renamed = try run.handle(.rename("Coffee"), by: .anna)?.notice
        let updated = try Self.data(of: renamed, event: "chat.updated", fields: Self.chatFields)
        #expect(updated["title"] as? String == "Coffee")
        #expect(updated["created_at"] as? String == created["created_at"] as? String)
        let gone = try run.handle(.delete, by: .boris)?.notice
        let deleted = try Self.data(of: gone, event: "chat.deleted", fields: ["id", "deleted_by"])
        #expect(deleted["deleted_by"] as? Int == 2)
        guard case .close(let left, isGroup: true) = gone?.subscription else {
            Issue.record("somebody still follows the chat")
            return
        }
        #expect(Set(left) == [.anna, .boris])
    }

    @Test func `a member who is added, removed or leaves`() throws {
        var run = ShardRun.group(.anna, .boris)
        let fields: Set = ["chat_id", "user_id", "by"]
        let joined = try run.handle(.addMember(.clara), by: .anna)?.notice
        let added = try Self.data(of: joined, event: "member.added", fields: fields)
        #expect(added["user_id"] as? Int == 3)
        #expect(added["by"] as? Int == 1)
        guard case .join(.clara) = joined?.subscription else {
            Issue.record("Clara does not follow the chat")
            return
        }
        let removed = try run.handle(.removeMember(.clara), by: .anna)?.notice
        _ = try Self.data(of: removed, event: "member.removed", fields: fields)
        guard case .leave(.clara) = removed?.subscription else {
            Issue.record("Clara still follows the chat")
            return
        }
        let left = try run.handle(.leave, by: .boris)?.notice
        let leaving = try Self.data(of: left, event: "member.removed", fields: fields)
        #expect(leaving["user_id"] as? Int == 2)
        #expect(leaving["by"] as? Int == 2)
    }

    @Test func `a large chat's frame names 256 members and counts all`() throws {
        var run = ShardRun()
        let members = (1...300).map { UserID(rawValue: $0) }
        let chat = Chat(id: .first, title: "all", isGroup: true, createdAt: run.now)
        let notice = try run.handle(.create(chat, members: members), by: .anna)?.notice
        let data = try Self.data(of: notice, event: "chat.created", fields: Self.chatFields)
        #expect(data["member_count"] as? Int == 300)
        #expect((data["member_ids"] as? [Int])?.count == 256)
    }

    @Test func `the last frame is closed with its position and the chat's previous one`() throws {
        var run = ShardRun.group(.anna)
        let draft = Message.Draft(kind: "text", content: "hi", payload: nil, replyTo: nil)
        let notice = try #require(try run.handle(.send(draft), by: .anna)?.notice)
        #expect(notice.chat == .first)
        #expect(notice.previous == Position(rawValue: 1))
        var json = JSONWriter()
        json.raw(try #require(notice.frames.last))
        let seq = Position(rawValue: .max)
        Frame.writeEnd(seq: seq, previous: notice.previous, to: &json)
        let frame = try Answer.decode(FrameAnswer<MessageAnswer>.self, from: json.bytes)
        #expect(frame.event == "message.created")
        #expect(frame.seq == .max)
        #expect(frame.prev == 1)
    }

    @Test func `each event of a chat names the one before it`() throws {
        var run = ShardRun.group(.anna)
        var previous: [Position] = []
        for title in ["a", "b", "c"] {
            let notice = try #require(try run.handle(.rename(title), by: .anna)?.notice)
            previous.append(notice.previous)
        }
        #expect(previous.map(\.rawValue) == [1, 2, 3])
    }

    @Test func `typing and presence carry no position`() throws {
        let typing = Frame.typing(.anna, in: .first, isTyping: true) + "\(Frame.end)".utf8
        let object = try #require(try Answer.object(from: typing))
        #expect(object["event"] as? String == "user.typing")
        let data = try #require(object["data"] as? [String: Any])
        #expect(Set(data.keys) == ["chat_id", "user_id", "is_typing"])
        #expect(data["is_typing"] as? Bool == true)
    }
}
