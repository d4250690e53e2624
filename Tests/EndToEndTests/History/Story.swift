import TestSupport

/// A history of two readers, a crash and everything that is checked, in which nothing is wrong.
///
/// Chat 7 has the users 1, 2 and, at first, 3; its messages are 10, 20 and 30.
enum Story {
    static let records: [HistoryRecord] =
        Self.beginning + Self.firstLife + Self.secondLife + Self.reading

    private static let beginning: [HistoryRecord] = [
        .started(life: 1),
        .ask(12, by: 0, .register(mail: "four@example.org")),
        .done(12, id: 4),
        .ask(1, by: 1, .createChat(members: [2, 3])),
        .done(1, id: 7),
        .hello(1, user: 1, seq: 1),
        .hello(2, user: 2, seq: 1),
    ]

    private static let firstLife: [HistoryRecord] = [
        .ask(2, by: 1, .send(chat: 7, text: "a", replyTo: nil)),
        .done(2, message: .message(10, by: 1, "a")),
        .event(1, "message.created", .message(10, by: 1, "a"), seq: 2, prev: 1),
        .event(2, "message.created", .message(10, by: 1, "a"), seq: 2, prev: 1),
        .ask(3, by: 2, .send(chat: 7, text: "b", replyTo: 10)),
        .event(1, "message.created", .message(20, by: 2, "b", replyTo: 10), seq: 3, prev: 2),
        .event(2, "message.created", .message(20, by: 2, "b", replyTo: 10), seq: 3, prev: 2),
        .done(3, message: .message(20, by: 2, "b", replyTo: 10)),
        .ask(4, by: 1, .edit(message: 10, text: "a2")),
        .done(4, message: .message(10, by: 1, "a2")),
        .event(1, "message.updated", .message(10, by: 1, "a2"), seq: 4, prev: 3),
        .ask(5, by: 2, .react(message: 10, emoji: "+")),
        .done(5),
        .event(1, "reaction.added", .reaction(10, by: 2, "+"), seq: 5, prev: 4),
        .ask(6, by: 2, .delete(message: 20)),
        .done(6),
        .event(1, "message.deleted", .message(20, by: 2, nil, replyTo: 10), seq: 6, prev: 5),
        .ask(7, by: 1, .removeMember(chat: 7, user: 3)),
        .done(7),
        .event(1, "member.removed", .member(3), seq: 7, prev: 6),
        .ask(8, by: 2, .read(chat: 7)),
        .done(8, readThrough: 20),
        .event(1, "message.updated", .message(10, by: 1, "a2", status: "read")),
        .event(1, "message.read", .read(by: 2, through: 20), seq: 8, prev: 7),
        .killed(life: 1),
    ]

    private static let secondLife: [HistoryRecord] = [
        .started(life: 2),
        .hello(3, user: 1, seq: 8),
        .ask(9, by: 1, .send(chat: 7, text: "c", replyTo: nil)),
        .answered(Answer(to: 9, .unknown)),
        .ask(13, by: 2, .page(chat: 7, limit: 50)),
        .page(13, [.message(20, by: 2, nil, replyTo: 10), .message(10, by: 1, "a2")]),
        .event(3, "message.created", .message(30, by: 1, "c"), seq: 9, prev: 8),
        .done(9, message: .message(30, by: 1, "c")),
        .ask(10, by: 2, .send(chat: 7, text: "d", replyTo: nil)),
        .answered(Answer(to: 10, .unknown)),
        .ask(11, by: 3, .send(chat: 7, text: "e", replyTo: nil)),
        .answered(Answer(to: 11, .refused, status: 403)),
    ]

    private static let reading: [HistoryRecord] = [
        .found(
            .message(
                10,
                by: 1,
                "a2",
                status: "read",
                reactions: [ShownReaction(user: 2, emoji: "+")]
            )
        ),
        .found(.message(20, by: 2, nil, replyTo: 10)),
        .found(.message(30, by: 1, "c")),
        .foundMembers(chat: 7, users: [1, 2]),
        .foundUnread(chat: 7, user: 1, count: 0),
        .foundUnread(chat: 7, user: 2, count: 1),
        .foundUser(4),
    ]
}

// MARK: - Lines

extension HistoryRecord {
    static func ask(_ number: Int, by user: Int, _ action: Invocation.Action) -> Self {
        .invoked(Invocation(number, by: user, action))
    }

    static func done(
        _ number: Int,
        id: Int? = nil,
        message: ShownMessage? = nil,
        readThrough: Int? = nil
    ) -> Self {
        var answer = Answer(to: number, .done, status: 200)
        answer.id = id
        answer.message = message
        answer.readThrough = readThrough
        return .answered(answer)
    }

    static func page(_ number: Int, _ messages: [ShownMessage]) -> Self {
        var answer = Answer(to: number, .done, status: 200)
        answer.page = messages
        return .answered(answer)
    }

    static func hello(
        _ connection: Int,
        user: Int,
        seq: Int,
        epoch: String = "e",
        chats: [Int] = [7]
    ) -> Self {
        var data = ServerFrame.Contents()
        data.epoch = epoch
        data.seq = seq
        data.user = user
        data.chats = chats
        return .heard(HeardFrame(connection: connection, frame: ServerFrame("hello", data)))
    }

    static func event(
        _ connection: Int,
        _ name: String,
        _ data: ServerFrame.Contents,
        seq: Int? = nil,
        prev: Int? = nil
    ) -> Self {
        let frame = ServerFrame(name, data, seq: seq, prev: prev)
        return .heard(HeardFrame(connection: connection, frame: frame))
    }
}

extension ShownMessage {
    /// Without a content it is deleted.
    static func message(
        _ id: Int,
        by author: Int,
        _ content: String?,
        status: String = "delivered",
        replyTo: Int? = nil,
        reactions: [ShownReaction] = []
    ) -> Self {
        ShownMessage(
            id: id,
            chat: 7,
            author: author,
            content: content,
            ts: "2024-11-05T10:00:00.\(100_000 + id)Z",
            status: status,
            isDeleted: content == nil,
            replyTo: replyTo,
            reactions: reactions
        )
    }
}

extension ServerFrame.Contents {
    static func message(
        _ id: Int,
        by author: Int,
        _ content: String?,
        status: String = "delivered",
        replyTo: Int? = nil
    ) -> Self {
        let message = ShownMessage.message(
            id,
            by: author,
            content,
            status: status,
            replyTo: replyTo
        )
        var data = Self()
        data.id = message.id
        data.chat = message.chat
        data.author = message.author
        data.content = message.content
        data.ts = message.ts
        data.status = message.status
        data.isDeleted = message.isDeleted
        data.replyTo = message.replyTo
        return data
    }

    static func reaction(_ message: Int, by user: Int, _ emoji: String) -> Self {
        var data = Self()
        data.message = message
        data.user = user
        data.emoji = emoji
        data.chat = 7
        return data
    }

    static func member(_ user: Int) -> Self {
        var data = Self()
        data.chat = 7
        data.user = user
        return data
    }

    static func read(by user: Int, through id: Int) -> Self {
        var data = Self()
        data.chat = 7
        data.user = user
        data.readThrough = id
        return data
    }
}
