package import Shards

/// Events of every kind, with fixed bytes: the golden files hold them.
package enum SampleEvents {
    package struct Entry: Hashable, Sendable {
        package let event: Event
        package let mark: IdempotencyMark?

        package init(_ event: Event, mark: IdempotencyMark? = nil) {
            self.event = event
            self.mark = mark
        }
    }

    package static let everyKind: [Entry] = [
        Entry(
            .chat(chat, .created(row, members: [member(1, .admin), member(2, .member)])),
            mark: mark(1)
        ),
        Entry(.chat(chat, .created(untitled, members: []))),
        Entry(.chat(chat, .changed(row)), mark: mark(.max)),
        Entry(.chat(chat, .deleted(by: UserID(rawValue: 7)))),
        Entry(.chat(chat, .memberAdded(member(3, .member), by: UserID(rawValue: 1)))),
        Entry(.chat(chat, removal(promoted: nil))),
        Entry(.chat(chat, removal(promoted: UserID(rawValue: .max)))),
        message(1, text: "Привет, world 👋🏽"),
        Entry(.chat(chat, .messageChanged(message(2, text: "", isDeleted: true)))),
        Entry(.chat(chat, .reactionAdded(reaction)), mark: mark(9)),
        Entry(
            .chat(
                chat,
                .reactionRemoved(MessageID(rawValue: 5), user: UserID(rawValue: 2), emoji: "🙈")
            )
        ),
        Entry(
            .chat(
                chat,
                .readAdvanced(UserID(rawValue: 2), through: MessageID(rawValue: 5), at: time)
            )
        ),
        Entry(.people(.userChanged(user(avatarURL: "https://example.org/a.png")))),
        Entry(.people(.userChanged(user(avatarURL: nil)))),
        Entry(.people(.sessionChanged(session(isRevoked: false)))),
        Entry(.people(.sessionChanged(session(isRevoked: true)))),
        Entry(.people(.lastSeen(UserID(rawValue: 0), Timestamp(microseconds: .min)))),
    ]

    /// Told apart by its number; with about 120 bytes of JSON around the text.
    package static func message(_ number: UInt64, text: String) -> Entry {
        Entry(.chat(chat, .messageSent(message(number, text: text))))
    }

    private static let chat = ChatID(rawValue: 12)
    private static let time = Timestamp(microseconds: 1_730_800_800_123_456)
    private static let row = Chat(id: chat, title: "Обед 🍲", isGroup: true, createdAt: time)
    private static let untitled = Chat(id: chat, title: "", isGroup: false, createdAt: time)

    private static let reaction = Reaction(
        id: ReactionID(rawValue: 1 << 52),
        message: MessageID(rawValue: 5),
        user: UserID(rawValue: 2),
        emoji: "👍🏿",
        createdAt: time
    )

    private static func member(_ user: UInt32, _ role: Member.Role) -> Member {
        var member = Member(
            user: UserID(rawValue: user),
            role: role,
            joinedAt: time,
            joinedAfter: MessageID(rawValue: UInt64(user) << 40)
        )
        member.isPresent = role == .admin
        member.readThrough = MessageID(rawValue: UInt64(user))
        return member
    }

    private static func removal(promoted: UserID?) -> ChatEvent {
        .memberRemoved(
            UserID(rawValue: 3),
            by: UserID(rawValue: 1),
            promoted: promoted,
            absence: promoted.map { _ in
                Absence(
                    user: UserID(rawValue: 3),
                    after: MessageID(rawValue: 1),
                    through: MessageID(rawValue: 5)
                )
            }
        )
    }

    private static func user(avatarURL: String?) -> User {
        User(
            id: UserID(rawValue: 2),
            email: "ada@example.org",
            displayName: "Ada Ловелас",
            tag: "ada",
            avatarURL: avatarURL,
            createdAt: time,
            passwordHash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"
        )
    }

    private static func session(isRevoked: Bool) -> Session {
        Session(
            id: SessionID(rawValue: 0xdead_beef_0123_4567),
            user: UserID(rawValue: 2),
            generation: .max,
            rotatedAt: time,
            expiresAt: Timestamp(microseconds: .max),
            isRevoked: isRevoked
        )
    }

    private static func mark(_ resource: UInt64) -> IdempotencyMark {
        IdempotencyMark(
            request: IdempotencyMark.Request(
                scope: IdempotencyMark.Digest(high: 1, low: .max),
                body: IdempotencyMark.Digest(high: 0x0123_4567_89ab_cdef, low: 2)
            ),
            user: UserID(rawValue: 2),
            resource: resource,
            at: time
        )
    }

    private static func message(
        _ number: UInt64,
        text: String,
        isDeleted: Bool = false
    ) -> Message {
        var json = JSONWriter()
        json.raw("{\"id\":")
        json.integer(number)
        json.raw(",\"content\":")
        let contentStart = json.bytes.count
        json.string(text)
        let contentEnd = json.bytes.count
        json.raw(",\"payload\":null")
        let payloadEnd = json.bytes.count
        json.raw(",\"is_deleted\":false,\"deleted_at\":null,\"updated_at\":null")
        let message = Message(
            id: MessageID(rawValue: number),
            chat: chat,
            author: UserID(rawValue: 2),
            ts: time,
            isDeleted: isDeleted,
            json: json.bytes,
            contentStart: contentStart,
            contentEnd: contentEnd,
            payloadEnd: payloadEnd
        )
        guard let message else { preconditionFailure("the sample's places are in order") }
        return message
    }
}
