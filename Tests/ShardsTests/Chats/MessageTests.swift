import Foundation
import Shards
import TestSupport
import Testing

@Suite struct MessageTests {
    private static let time = Timestamp(microseconds: 1_730_800_800_123_456)
    private static let later = Timestamp(microseconds: 1_730_800_801_000_000)
    static let nastyTexts = [
        "", " ", "hello", "\"", "\\", "\\\"", "/", "\u{0}", "\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f}",
        "\u{7f}\u{80}\u{9f}", "\u{2028}\u{2029}\u{feff}", "привет", "👩‍👩‍👧‍👦 🇪🇪 👋🏽",
        "a\u{301}\u{302}", "\u{10ffff}", ",\"payload\":null", "{\"content\":\"x\"}", "\\u0041",
    ]

    private static func message(
        content: String? = "hello",
        payload: String? = nil,
        replyTo: UInt64? = nil,
        kind: String = "text"
    ) -> Message {
        let draft = Message.Draft(
            kind: kind,
            content: content,
            payload: payload.map { Array($0.utf8) },
            replyTo: replyTo.map(MessageID.init(rawValue:))
        )
        return Message(
            draft,
            id: MessageID(rawValue: 1 << 52),
            chat: ChatID(rawValue: .max),
            author: UserID(rawValue: .max),
            ts: Self.time
        )
    }

    private static func answer(_ message: Message, isRead: Bool = false) throws -> MessageAnswer {
        var json = JSONWriter()
        StoredMessage(message, at: .zero).write(isRead: isRead, to: &json)
        return try Answer.decode(MessageAnswer.self, from: json.bytes)
    }

    @Test(arguments: Self.nastyTexts)
    func `any text comes back as it went in`(text: String) throws {
        let message = Self.message(content: text, kind: text)
        let answer = try Self.answer(message)
        #expect(answer.content.map { Array($0.utf8) } == Array(text.utf8))
        #expect(Array(answer.type.utf8) == Array(text.utf8))
        #expect(message.hasContent)
        #expect(JSONText.string(in: message.content) == text)
    }

    @Test func `a finished message has every field of the contract and no other`() throws {
        var json = JSONWriter()
        StoredMessage(Self.message(), at: .zero).write(isRead: true, to: &json)
        let object = try #require(try Answer.object(from: json.bytes))
        let fields: Set = [
            "id", "chat_id", "author_id", "type", "content", "payload", "status", "ts",
            "reply_to_id", "is_deleted", "deleted_at", "updated_at", "reactions",
        ]
        #expect(Set(object.keys) == fields)
        #expect(object["payload"] is NSNull)
        #expect(object["reply_to_id"] is NSNull)
        #expect(object["ts"] as? String == "2024-11-05T10:00:00.123456Z")
        #expect(object["id"] as? UInt64 == 1 << 52)
        #expect(object["status"] as? String == "read")
    }

    @Test func `content and payload are cut out of the finished bytes`() {
        let payload = "{\"content\":\"a\",\"payload\":{\"b\":[1,2,{}]}}"
        let message = Self.message(content: ",\"payload\":", payload: payload, replyTo: 7)
        #expect(String(decoding: message.payload, as: UTF8.self) == payload)
        #expect(JSONText.string(in: message.content) == ",\"payload\":")
        let bare = Self.message(content: nil)
        #expect(String(decoding: bare.content, as: UTF8.self) == "null")
        #expect(String(decoding: bare.payload, as: UTF8.self) == "null")
        #expect(!bare.hasContent)
    }

    @Test func `an edit changes what it names and keeps the rest`() throws {
        let message = Self.message(payload: "{\"a\":1}", replyTo: 7)
        let edit = Message.Edit(content: .set("new"), payload: .keep)
        let edited = message.edited(edit, at: Self.later)
        var expected = try Self.answer(message)
        expected.content = "new"
        expected.updatedAt = Answer.time(Self.later)
        #expect(try Self.answer(edited) == expected)
        let emptied = edited.edited(.init(content: .set(nil), payload: .set(nil)), at: Self.later)
        expected.content = nil
        expected.payload = nil
        #expect(try Self.answer(emptied) == expected)
        let filled = emptied.edited(
            .init(content: .keep, payload: .set(Array("{\"b\":2}".utf8))),
            at: Self.later
        )
        expected.payload = ["b": 2]
        #expect(try Self.answer(filled) == expected)
    }

    @Test func `edits and deletion keep the bytes before the content`() {
        let message = Self.message(content: "old", replyTo: 7)
        let edited = message.edited(.init(content: .set("longer"), payload: .keep), at: Self.later)
        let deleted = edited.deleted(at: Self.later)
        let prefix = message.json[..<message.contentStart]
        #expect(edited.json[..<edited.contentStart] == prefix)
        #expect(deleted.json[..<deleted.contentStart] == prefix)
    }

    @Test func `a deleted message is a tombstone in its place`() throws {
        let message = Self.message(payload: "{\"a\":1}", replyTo: 7)
            .edited(.init(content: .set("new"), payload: .keep), at: Self.time)
        let deleted = message.deleted(at: Self.later)
        var expected = try Self.answer(message)
        expected.content = nil
        expected.payload = nil
        expected.isDeleted = true
        expected.deletedAt = Answer.time(Self.later)
        expected.updatedAt = nil
        #expect(try Self.answer(deleted) == expected)
        #expect(deleted.isDeleted)
        #expect(deleted.id == message.id && deleted.author == message.author)
    }

    @Test func `a message that was taken apart is put together again`() {
        let message = Self.message(payload: "{}")
        #expect(Self.rebuilt(message) == message)
    }

    @Test func `places that are not inside the bytes and in order make no message`() {
        let message = Self.message(payload: "{}")
        let extremes = [Int.min, -1, 0, 1, message.json.count, Int.max - 5, Int.max]
        var places = extremes + [message.contentStart, message.contentEnd, message.payloadEnd]
        places += [message.contentEnd - 1, message.contentEnd + 11]
        for start in places {
            for end in places {
                for payloadEnd in places {
                    // Whatever is accepted can be cut without a trap.
                    let rebuilt = Self.rebuilt(message, start, end, payloadEnd)
                    let cut = rebuilt.map { $0.content.count + $0.payload.count }
                    #expect(cut ?? 1 > 0)
                }
            }
        }
        #expect(Self.rebuilt(message, message.contentEnd, message.contentStart) == nil)
        #expect(Self.rebuilt(message, nil, nil, message.json.count + 1) == nil)
        #expect(Self.rebuilt(message, nil, Int.max, Int.max) == nil)
    }

    private static func rebuilt(
        _ message: Message,
        _ contentStart: Int? = nil,
        _ contentEnd: Int? = nil,
        _ payloadEnd: Int? = nil
    ) -> Message? {
        Message(
            id: message.id,
            chat: message.chat,
            author: message.author,
            ts: message.ts,
            isDeleted: message.isDeleted,
            json: message.json,
            contentStart: contentStart ?? message.contentStart,
            contentEnd: contentEnd ?? message.contentEnd,
            payloadEnd: payloadEnd ?? message.payloadEnd
        )
    }
}
