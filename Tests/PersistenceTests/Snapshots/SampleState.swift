import Persistence
import Shards
import TestSupport

/// A state with a record of every kind in its snapshot, and fixed bytes: the golden files hold it.
///
/// Of what is kept in dictionaries and sets there is one each, so that their order is none.
enum SampleState {
    static let time = Timestamp(microseconds: 1_730_800_800_123_456)
    static let group = ChatID(rawValue: 12)
    static let direct = ChatID(rawValue: 13)
    static let empty = ChatID(rawValue: 14)
    static let deleted = ChatID(rawValue: 15)
    static let scope = IdempotencyMark.Digest(high: 1, low: .max)

    static func make(shardCount: Int = 2) -> PlainState {
        var state = PlainState(shardCount: shardCount)
        for account in Self.accounts { state.restore(.account(account)) }
        for session in Self.sessions { state.restore(.session(session)) }
        state.restore(.endedSession(SessionID(rawValue: 0xdead_beef_0123_4503), at: Self.time))
        state.restore(
            .reservation(.init(scope: Self.scope, chat: Self.group, at: Self.time))
        )
        state.restore(.spent(users: 5, chats: 20))
        for chat in [Self.group, Self.direct] { state.restore(.slot(Self.slot(of: chat))) }
        state.restore(.mark(Self.mark, Self.group.slot))
        state.restore(.deletedChat(Self.deleted))
        state.restore(.legacyMessages(first: 0, chats: [0, 12, 0, 13]))
        // In the order of the two shards that the golden file was made of, which loading keeps.
        let chats = [Self.groupParts, Self.directParts, Self.emptyParts].sorted {
            ($0.chat.id.slot.shard(of: 2), $0.chat.id) < ($1.chat.id.slot.shard(of: 2), $1.chat.id)
        }
        for parts in chats {
            guard let chat = ChatState(parts) else { preconditionFailure("the parts fit") }
            state.restore(.chat(chat))
        }
        return state
    }

    // MARK: - People

    static let accounts = [
        DirectoryState.Account(user: Self.user(1, avatarURL: nil), lastSeen: nil),
        DirectoryState.Account(
            user: Self.user(2, avatarURL: "https://example.org/a.png"),
            lastSeen: Self.time
        ),
    ]

    private static func user(_ number: UInt32, avatarURL: String?) -> User {
        User(
            id: UserID(rawValue: number),
            email: "ada\(number)@example.org",
            displayName: "Ada Ловелас",
            tag: "ada\(number)",
            avatarURL: avatarURL,
            createdAt: Self.time,
            passwordHash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"
        )
    }

    static let sessions = [UInt64(0xdead_beef_0123_4501), 0xdead_beef_0123_4502].map { number in
        Session(
            id: SessionID(rawValue: number),
            user: UserID(rawValue: UInt32(number & 3)),
            generation: .max,
            rotatedAt: Self.time,
            expiresAt: Timestamp(microseconds: .max),
            isRevoked: false
        )
    }

    // MARK: - Beside chats

    static let mark = IdempotencyMark(
        request: IdempotencyMark.Request(
            scope: Self.scope,
            body: IdempotencyMark.Digest(high: 0x0123_4567_89ab_cdef, low: 2)
        ),
        user: UserID(rawValue: 2),
        resource: .max,
        at: Self.time
    )

    private static func slot(of chat: ChatID) -> SlotState {
        let slot = SlotState(
            slot: chat.slot,
            messageCounter: 9,
            reactionCounter: 1 << 42,
            chatOfMessage: [0, chat.rawValue, chat.rawValue]
        )
        guard let slot else { preconditionFailure("the counts fit") }
        return slot
    }

    // MARK: - Chats

    /// Messages in memory and not, deleted and not, with reactions and without.
    static var groupParts: ChatParts {
        let ids = (1...9).map { MessageID(counter: $0, slot: Self.group.slot) }
        let last = Self.message(ids[8], text: "Привет, world 👋🏽", isDeleted: false)
        var log = MessageLog.Parts(
            olderCount: 6,
            newestID: ids[8],
            newestTime: Self.time,
            preview: .message(MessagePreview.Content(of: last)),
            olderPreview: .unknown
        )
        log.window = [
            StoredMessage(
                Self.message(ids[6], text: "with reactions", isDeleted: false),
                reactions: [Self.reaction(ids[6], by: 1), Self.reaction(ids[6], by: 2)],
                at: Position(rawValue: 1)
            ),
            StoredMessage(
                Self.message(ids[7], text: "", isDeleted: true),
                at: Position(rawValue: 2)
            ),
            StoredMessage(last, at: Position(rawValue: 3)),
        ]
        log.windowBytes = log.window.reduce(0) { $0 + $1.memoryBytes }
        log.deletedIDs = [ids[0], ids[7]]
        log.touched = [ids[2]: Self.touchedByChanges(ids[2])]
        log.refusedIDs = [ids[2]]
        var parts = ChatParts(
            Chat(id: Self.group, title: "Обед 🍲", isGroup: true, createdAt: Self.time),
            log: log,
            at: Position(rawValue: 3)
        )
        let members = [
            MemberTable.Entry(Self.member(1, .admin, ids[8]), readCount: 9, ownSinceCount: 0),
            MemberTable.Entry(Self.member(2, .member, ids[3]), readCount: 4, ownSinceCount: -1),
            MemberTable.Entry(Self.member(.max, .member, ids[0]), readCount: 1, ownSinceCount: 2),
        ]
        for member in members { parts.put(member) }
        parts.absences = [
            Absence(user: UserID(rawValue: .max), after: ids[0], through: ids[4]),
            Absence(user: UserID(rawValue: 2), after: ids[4], through: ids[6]),
        ]
        return parts
    }

    /// A preview that is not in memory, and one without text.
    static var directParts: ChatParts {
        let ids = (1...9).map { MessageID(counter: $0, slot: Self.direct.slot) }
        let content = MessagePreview.Content(
            id: ids[7],
            author: UserID(rawValue: 2),
            ts: Self.time,
            text: nil
        )
        var log = MessageLog.Parts(
            olderCount: 9,
            newestID: ids[8],
            newestTime: Self.time,
            preview: .unknown,
            olderPreview: .message(content)
        )
        let touched = StoredMessage(
            Self.message(ids[1], text: "old", isDeleted: false),
            reactions: [Self.reaction(ids[1], by: 1)],
            at: Position(rawValue: 2)
        )
        log.touched = [ids[1]: TouchedMessage(touched, pending: [])]
        var parts = ChatParts(
            Chat(id: Self.direct, title: "", isGroup: false, createdAt: Self.time),
            log: log,
            at: Position(rawValue: 2)
        )
        for user in [UInt32(1), 2] {
            let member = Self.member(user, .member, ids[0])
            parts.put(MemberTable.Entry(member, readCount: 1, ownSinceCount: 0))
        }
        return parts
    }

    /// Without anything that a chat may be without.
    static var emptyParts: ChatParts {
        let log = MessageLog.Parts(
            olderCount: 0,
            newestID: MessageID(rawValue: 0),
            newestTime: nil,
            preview: .none,
            olderPreview: .none
        )
        let chat = Chat(id: Self.empty, title: "", isGroup: true, createdAt: Self.time)
        return ChatParts(chat, log: log, at: Position(rawValue: 1))
    }

    private static func touchedByChanges(_ id: MessageID) -> TouchedMessage {
        let changes: [MessageChange] = [
            .message(Self.message(id, text: "edited", isDeleted: false)),
            .reactionAdded(Self.reaction(id, by: 2)),
            .reactionRemoved(user: UserID(rawValue: 2), emoji: "🙈"),
        ]
        return TouchedMessage(
            nil,
            pending: changes.enumerated().map { index, change in
                .init(change: change, position: Position(rawValue: UInt64(index) + 1))
            }
        )
    }

    private static func member(
        _ user: UInt32,
        _ role: Member.Role,
        _ readThrough: MessageID
    ) -> Member {
        var member = Member(
            user: UserID(rawValue: user),
            role: role,
            joinedAt: Self.time,
            joinedAfter: MessageID(rawValue: 0)
        )
        member.isPresent = user != .max
        member.readThrough = readThrough
        return member
    }

    private static func reaction(_ message: MessageID, by user: UInt32) -> Reaction {
        Reaction(
            id: ReactionID(rawValue: 1 << 52 + UInt64(user)),
            message: message,
            user: UserID(rawValue: user),
            emoji: "👍🏿",
            createdAt: Self.time
        )
    }

    private static func message(_ id: MessageID, text: String, isDeleted: Bool) -> Message {
        let draft = Message.Draft(
            kind: "text",
            content: text,
            payload: Array("{\"n\":1}".utf8),
            replyTo: nil
        )
        let message = Message(
            draft,
            id: id,
            chat: id.slot == Self.group.slot ? Self.group : Self.direct,
            author: UserID(rawValue: 2),
            ts: Self.time
        )
        return isDeleted ? message.deleted(at: Self.time) : message
    }
}

extension ChatParts {
    fileprivate mutating func put(_ entry: MemberTable.Entry) {
        let isAppended = self.members.append(entry)
        precondition(isAppended, "the users ascend")
    }
}
