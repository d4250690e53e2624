import Persistence
import Shards

/// Rows by their numbers, each a little different from the next.
enum SampleRows {
    static func position(_ number: UInt64) -> Position { Position(rawValue: number) }

    static func time(_ number: Int64) -> Timestamp {
        Timestamp(microseconds: 1_730_800_800_123_456 + number % 1_000_000_007)
    }

    static func user(
        _ number: UInt32,
        tag: String? = nil,
        at position: UInt64 = 1
    )
        -> RowBatch.Row<
            User
        >
    {
        let user = User(
            id: UserID(rawValue: number),
            email: "ada\(number)@example.org",
            displayName: "Ada Ловелас \(number) 🦊",
            tag: tag ?? "ada_\(number)",
            avatarURL: number.isMultiple(of: 2) ? "https://example.org/\(number).png" : nil,
            createdAt: self.time(Int64(number)),
            passwordHash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$\(number)"
        )
        return RowBatch.Row(user, at: self.position(position))
    }

    static func chat(
        _ number: UInt32,
        title: String? = nil,
        at position: UInt64 = 1
    )
        -> RowBatch.Row<Chat>
    {
        let chat = Chat(
            id: ChatID(rawValue: number),
            title: title ?? "Обед 🍲 \(number)",
            isGroup: !number.isMultiple(of: 3),
            createdAt: self.time(Int64(number))
        )
        return RowBatch.Row(chat, at: self.position(position))
    }

    static func member(
        _ user: UInt32,
        in chat: UInt32,
        readAt: Timestamp? = nil,
        at position: UInt64 = 1
    ) -> MemberRow {
        var row = self.memberPart(user, in: chat, at: position)
        var member = Member(
            user: UserID(rawValue: user),
            role: user == 1 ? .admin : .member,
            joinedAt: self.time(Int64(user)),
            joinedAfter: MessageID(rawValue: UInt64(user) << 40)
        )
        member.isPresent = !user.isMultiple(of: 4)
        member.readThrough = MessageID(rawValue: UInt64(user) * 100)
        row.member = member
        row.readAt = readAt
        return row
    }

    static func memberPart(_ user: UInt32, in chat: UInt32, at position: UInt64) -> MemberRow {
        MemberRow(
            chat: ChatID(rawValue: chat),
            user: UserID(rawValue: user),
            position: self.position(position)
        )
    }

    static func absence(
        _ user: UInt32,
        in chat: UInt32,
        after: UInt64,
        through: UInt64
    ) -> AbsenceRow {
        let absence = Absence(
            user: UserID(rawValue: user),
            after: MessageID(rawValue: after),
            through: MessageID(rawValue: through)
        )
        return AbsenceRow(
            chat: ChatID(rawValue: chat),
            absence: absence,
            position: self.position(1)
        )
    }

    static func message(
        _ number: UInt64,
        in chat: UInt32 = 1,
        author: UInt32 = 2,
        kind: String = "text",
        content: String? = "Привет 👋🏽",
        payload: String? = nil,
        replyTo: UInt64? = nil
    ) -> Message {
        Message(
            Message.Draft(
                kind: kind,
                content: content,
                payload: payload.map { Array($0.utf8) },
                replyTo: replyTo.map { MessageID(rawValue: $0) }
            ),
            id: MessageID(rawValue: number),
            chat: ChatID(rawValue: chat),
            author: UserID(rawValue: author),
            ts: self.time(Int64(clamping: number))
        )
    }

    static func row(_ message: Message, at position: UInt64 = 1) -> RowBatch.Row<Message> {
        RowBatch.Row(message, at: self.position(position))
    }

    static func reaction(
        _ number: UInt64,
        on message: UInt64,
        in chat: UInt32 = 1,
        of user: UInt32 = 2,
        emoji: String = "👍🏿",
        at position: UInt64 = 1
    ) -> ReactionRow {
        let reaction = Reaction(
            id: ReactionID(rawValue: number),
            message: MessageID(rawValue: message),
            user: UserID(rawValue: user),
            emoji: emoji,
            createdAt: self.time(Int64(number))
        )
        return ReactionRow(
            chat: ChatID(rawValue: chat),
            message: reaction.message,
            user: reaction.user,
            emoji: emoji,
            reaction: reaction,
            position: self.position(position)
        )
    }

    /// The same reaction, taken off.
    static func takenOff(_ row: ReactionRow, at position: UInt64) -> ReactionRow {
        var row = row
        row.reaction = nil
        row.position = self.position(position)
        return row
    }

    static func letter(_ number: UInt64) -> DeadLetter {
        DeadLetter(
            position: self.position(number),
            table: "messages",
            key: "\(number)",
            events: [0, 1, 2, 0xff, UInt8(truncatingIfNeeded: number)],
            code: "22001",
            reason: "слишком длинно",
            at: self.time(1)
        )
    }

    /// Something of everything: 4 users, 2 chats, 6 members, 5 messages, 3 reactions.
    static var batch: RowBatch {
        var rows = RowBatch()
        rows.users = (1...4).map { self.user($0, at: UInt64($0)) }
        rows.sightings = [
            RowBatch.Sighting(
                user: UserID(rawValue: 2),
                at: self.time(7),
                position: self.position(9)
            )
        ]
        rows.chats = [self.chat(1, at: 5), self.chat(3, at: 6)]
        rows.members =
            (1...4).map { self.member($0, in: 1, at: 7) }
            + [self.member(1, in: 3, at: 7), self.member(2, in: 3, readAt: self.time(3), at: 8)]
        rows.absences = [self.absence(4, in: 1, after: 10, through: 20)]
        rows.sentMessages = [
            self.row(self.message(11), at: 10),
            self.row(self.message(12, payload: "{\"a\": 1}", replyTo: 11), at: 11),
            self.row(self.message(1 << 52, in: 3, author: 0, content: nil), at: 12),
        ]
        rows.changedMessages = [
            self.row(
                self.message(13).edited(
                    Message.Edit(content: .set("x"), payload: .keep),
                    at: time(1)
                ),
                at: 13
            ),
            self.row(self.message(14, payload: "{}").deleted(at: self.time(2)), at: 14),
        ]
        rows.reactions = [
            self.reaction(22, on: 11, of: 1, at: 15),
            self.reaction(21, on: 11, at: 16),
            self.reaction(23, on: 1 << 52, in: 3, emoji: "👩‍👩‍👧‍👦", at: 17),
        ]
        return rows
    }
}
