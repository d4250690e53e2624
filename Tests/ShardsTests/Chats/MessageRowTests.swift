import Shards
import TestSupport
import Testing

/// A message goes into a database as columns, and has to come out as the same bytes.
@Suite struct MessageRowTests {
    private static let time = Timestamp(microseconds: 1_730_800_800_123_456)
    private static let later = Timestamp(microseconds: 1_730_800_801_000_000)
    /// Each looks like a part of the bytes that the columns are cut out of.
    private static let texts =
        MessageTests.nastyTexts + [
            ",\"reply_to_id\":7,\"type\":\"x\"", ",\"deleted_at\":\"2024-11-05T10:00:00.123456Z\"",
            ",\"updated_at\":\"2024-11-05T10:00:00.123456Z\"", ",\"content\":", "null", "\\",
        ]

    private static func message(
        _ draft: Message.Draft,
        author: UserID = UserID(rawValue: 7)
    ) -> Message {
        Message(
            draft,
            id: MessageID(rawValue: 1 << 52 | 5),
            chat: ChatID(rawValue: .max),
            author: author,
            ts: Self.time
        )
    }

    private static func draft(
        kind: String = "text",
        content: String? = "hello",
        payload: String? = nil,
        replyTo: UInt64? = nil
    ) -> Message.Draft {
        Message.Draft(
            kind: kind,
            content: content,
            payload: payload.map { Array($0.utf8) },
            replyTo: replyTo.map(MessageID.init(rawValue:))
        )
    }

    private static func rebuilt(_ message: Message) -> Message {
        Message(
            message.columns,
            isDeleted: message.isDeleted,
            id: message.id,
            chat: message.chat,
            author: message.author,
            ts: message.ts
        )
    }

    /// The message, edited, edited to nothing, and deleted.
    private static func lives(of message: Message) -> [Message] {
        let edited = message.edited(.init(content: .set("new"), payload: .keep), at: Self.later)
        let payload = Array("{\"a\": [1, 2]}".utf8)
        return [
            message, edited,
            message.edited(.init(content: .keep, payload: .set(payload)), at: Self.later),
            edited.edited(.init(content: .set(nil), payload: .set(nil)), at: Self.later),
            message.deleted(at: Self.later), edited.deleted(at: Self.later),
        ]
    }

    @Test(arguments: Self.texts) func `any text comes back as the same bytes`(text: String) {
        for draft in [
            Self.draft(content: text), Self.draft(kind: text),
            Self.draft(kind: text, content: text, replyTo: 9),
            Self.draft(kind: text, content: nil, payload: "{}"),
        ] {
            for message in Self.lives(of: Self.message(draft)) {
                #expect(Self.rebuilt(message) == message)
            }
        }
    }

    @Test(
        arguments: [
            "{}", "{\"payload\":null}", "{ \"a\" : 1 }", "{\"b\":1,\"a\":2,\"b\":3}",
            "{\"n\":1.0,\"m\":1e400,\"k\":-0}", "{\"updated_at\":\"2024-11-05T10:00:00.123456Z\"}",
            "{\"deleted_at\":null,\"content\":\"\\u0000\\/\\ud83d\\ude00\"}", "{\n\t\"a\": \"👋\"}",
        ]
    )
    func `a payload keeps its order, its spaces and its numbers`(payload: String) {
        let message = Self.message(Self.draft(payload: payload, replyTo: .max))
        #expect(message.columns.payload == Array(payload.utf8))
        for message in Self.lives(of: message) { #expect(Self.rebuilt(message) == message) }
    }

    @Test func `columns say what the message says`() {
        let message = Self.message(Self.draft(kind: "image", payload: "{\"a\":1}", replyTo: 7))
        var expected = Message.Columns(
            kind: "image",
            content: "hello",
            payload: Array("{\"a\":1}".utf8),
            replyTo: MessageID(rawValue: 7),
            deletedAt: nil,
            updatedAt: nil
        )
        #expect(message.columns == expected)
        expected = Message.Columns(
            kind: "image",
            content: nil,
            payload: nil,
            replyTo: MessageID(rawValue: 7),
            deletedAt: Self.later,
            updatedAt: nil
        )
        #expect(message.deleted(at: Self.later).columns == expected)
        let edited = message.edited(.init(content: .set(nil), payload: .keep), at: Self.later)
        #expect(edited.columns.updatedAt == Self.later)
        #expect(edited.columns.deletedAt == nil)
        #expect(edited.columns.content == nil)
        #expect(edited.columns.payload == message.columns.payload)
    }

    @Test(arguments: [UserID.nobody, UserID(rawValue: 1), UserID(rawValue: .max)])
    func `an author comes back, and so does nobody`(author: UserID) {
        let message = Self.message(Self.draft(replyTo: 1), author: author)
        for message in Self.lives(of: message) { #expect(Self.rebuilt(message) == message) }
    }

    @Test(arguments: [nil, 0, 1, 1 << 53, UInt64.max] as [UInt64?])
    func `what it replies to comes back`(replyTo: UInt64?) {
        let message = Self.message(Self.draft(replyTo: replyTo))
        #expect(message.columns.replyTo?.rawValue == replyTo)
        #expect(Self.rebuilt(message) == message)
    }

    @Test func `a deleted row without the time of it takes the newest it has`() {
        var columns = Self.message(Self.draft()).columns
        let rebuilt = { (columns: Message.Columns) in
            Message(
                columns,
                isDeleted: true,
                id: MessageID(rawValue: 5),
                chat: ChatID(rawValue: 1),
                author: .nobody,
                ts: Self.time
            )
        }
        #expect(rebuilt(columns).columns.deletedAt == Self.time)
        columns = Message.Columns(
            kind: "text",
            content: "still there",
            payload: Array("{}".utf8),
            replyTo: nil,
            deletedAt: nil,
            updatedAt: Self.later
        )
        #expect(rebuilt(columns).columns.deletedAt == Self.later)
        #expect(rebuilt(columns).columns.content == nil)
        #expect(rebuilt(columns).columns.payload == nil)
    }

    @Test func `random messages come back as the same bytes`() {
        var random = SeededRandom(seed: 21)
        for _ in 0..<2000 {
            let text = String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0...40, using: &random)).compactMap { _ in
                        let isASCII = Bool.random(using: &random)
                        let range: ClosedRange<UInt32> = isASCII ? 0...0x7f : 0...0x10_ffff
                        return Unicode.Scalar(UInt32.random(in: range, using: &random))
                    }
                )
            )
            let draft = Self.draft(
                kind: Bool.random(using: &random) ? "text" : text,
                content: random.one(in: 5) ? nil : text,
                payload: random.one(in: 2) ? nil : "{\"a\":\(random.next())}",
                replyTo: random.one(in: 2) ? nil : random.next()
            )
            for message in Self.lives(of: Self.message(draft)) {
                #expect(Self.rebuilt(message) == message)
            }
        }
    }
}
