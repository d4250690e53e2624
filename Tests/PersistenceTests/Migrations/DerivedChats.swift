import Shards
import TestSupport

/// What Nodus would show of the chats of a migrated database.
struct DerivedChats {
    /// A line a message, `id|status`, by id.
    let statuses: [String]
    /// A line a member, `chat|user|unread`, by chat, then user.
    let unread: [String]

    init(of world: MigrationWorld) throws {
        let marks = try Self.marks(of: world)
        let messages = try world.psql(
            "SELECT id, chat_id, coalesce(author_id, 0) FROM messages ORDER BY id"
        )
        self.statuses = try messages.map { line in
            let fields = line.split(separator: "|").compactMap { UInt64($0) }
            let chat = ChatID(rawValue: UInt32(fields[1]))
            let message = try Self.message(fields[0], chat, author: UInt32(fields[2]))
            return "\(fields[0])|\(marks[chat]?.isRead(message) != false ? "read" : "delivered")"
        }
        self.unread = try world.psql(
            """
            SELECT chat_id, user_id, (
                SELECT count(*)
                FROM messages
                WHERE messages.chat_id = chat_members.chat_id
                AND messages.author_id IS DISTINCT FROM chat_members.user_id
                AND NOT messages.is_deleted
                AND messages.id > chat_members.read_through
            )
            FROM chat_members
            WHERE is_present
            ORDER BY chat_id, user_id
            """
        )
    }

    /// The same as the original counts it, of a database that was not migrated yet.
    static func unreadOfOriginal(_ world: MigrationWorld) throws -> [String] {
        try world.psql(
            """
            SELECT chat_id, user_id, (
                SELECT count(*)
                FROM messages
                WHERE messages.chat_id = chat_members.chat_id
                AND messages.author_id IS DISTINCT FROM chat_members.user_id
                AND NOT messages.is_deleted
                AND NOT EXISTS (
                    SELECT FROM message_reads
                    WHERE message_reads.message_id = messages.id
                    AND message_reads.user_id = chat_members.user_id
                )
            )
            FROM chat_members
            ORDER BY chat_id, user_id
            """
        )
    }

    static func statusesOfOriginal(_ world: MigrationWorld) throws -> [String] {
        try world.psql("SELECT id, status FROM messages ORDER BY id")
    }

    private static func marks(of world: MigrationWorld) throws -> [ChatID: ReadMarks] {
        var marks: [ChatID: ReadMarks] = [:]
        let members = try world.psql(
            "SELECT chat_id, user_id, joined_after, read_through FROM chat_members WHERE is_present"
        )
        var readThrough: [[UInt64]: UInt64] = [:]
        for line in members {
            let fields = line.split(separator: "|").compactMap { UInt64($0) }
            var member = Member(
                user: UserID(rawValue: UInt32(fields[1])),
                role: .member,
                joinedAt: Timestamp(microseconds: 0),
                joinedAfter: MessageID(rawValue: fields[2])
            )
            member.readThrough = MessageID(rawValue: fields[3])
            readThrough[[fields[0], fields[1]]] = fields[3]
            marks[ChatID(rawValue: UInt32(fields[0])), default: ReadMarks()].memberJoined(member)
        }
        let absences = try world.psql(
            "SELECT chat_id, user_id, after_id, through_id FROM member_absences ORDER BY through_id"
        )
        for line in absences {
            let fields = line.split(separator: "|").compactMap { UInt64($0) }
            // Who is beyond it holds nothing back.
            let after = max(fields[2], readThrough[[fields[0], fields[1]]] ?? 0)
            guard after < fields[3] else { continue }
            let absence = Absence(
                user: UserID(rawValue: UInt32(fields[1])),
                after: MessageID(rawValue: after),
                through: MessageID(rawValue: fields[3])
            )
            marks[ChatID(rawValue: UInt32(fields[0])), default: ReadMarks()].restore(absence)
        }
        return marks
    }

    private static func message(_ id: UInt64, _ chat: ChatID, author: UInt32) throws -> Message {
        Message(
            Message.Draft(kind: "text", content: nil, payload: nil, replyTo: nil),
            id: MessageID(rawValue: id),
            chat: chat,
            author: UserID(rawValue: author),
            ts: Timestamp(microseconds: 0)
        )
    }
}
