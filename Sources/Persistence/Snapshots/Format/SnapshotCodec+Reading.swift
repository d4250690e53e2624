import Shards

extension SnapshotCodec {
    /// What of a message is in the file at least: its row, its position, its reactions' count.
    private static let messageBytesMin = 50
    private static let reactionBytesMin = 32
    private static let recordBytesMin = 5
    /// A record is many times as large in memory as the shortest ones are in the file.
    private static let recordsReserved = 1 << 16

    /// Takes a section's body apart, whatever its bytes.
    static func records(
        in body: UnsafeRawBufferPointer,
        count: Int
    ) throws(MalformedEntry) -> [SnapshotRecord] {
        var fields = ByteReader(body)
        var records: [SnapshotRecord] = []
        records.reserveCapacity(min(count, body.count / Self.recordBytesMin, Self.recordsReserved))
        while fields.remainingCount > 0 { records.append(try Self.record(&fields)) }
        guard records.count == count else { throw MalformedEntry() }
        return records
    }

    /// Takes the next record.
    private static func record(_ fields: inout ByteReader) throws(MalformedEntry) -> SnapshotRecord
    {
        guard let kind = SnapshotRecord.Kind(rawValue: try fields.integer()) else {
            throw MalformedEntry()
        }
        switch kind {
        case .account, .session, .endedSession, .reservation, .spent:
            return try Self.peopleRecord(kind, &fields)
        case .slot, .mark, .deletedChat, .legacyMessages:
            return try Self.shardRecord(kind, &fields)
        case .chat, .members, .absence, .messages, .deletedMessages, .touchedMessage,
            .refusedMessage:
            return try Self.chatRecord(kind, &fields)
        }
    }

    private static func peopleRecord(
        _ kind: SnapshotRecord.Kind,
        _ fields: inout ByteReader
    ) throws(MalformedEntry) -> SnapshotRecord {
        switch kind {
        case .account:
            let user = try EventCodec.account(&fields)
            let lastSeen = try fields.bool() ? try Self.time(&fields) : nil
            guard user.id.rawValue <= Self.userMax else { throw MalformedEntry() }
            return .account(DirectoryState.Account(user: user, lastSeen: lastSeen))
        case .session:
            return .session(try EventCodec.session(&fields))
        case .endedSession:
            return .endedSession(
                SessionID(rawValue: try fields.integer()),
                at: try Self.time(&fields)
            )
        case .reservation:
            return .reservation(
                DirectoryState.ChatReservation(
                    scope: try EventCodec.digest(&fields),
                    chat: ChatID(rawValue: try fields.integer()),
                    at: try Self.time(&fields)
                )
            )
        default:
            let users = try fields.integer(UInt32.self)
            guard users <= Self.userMax else { throw MalformedEntry() }
            return .spent(users: users, chats: try fields.integer())
        }
    }

    /// Accounts are kept by their number: one above it would take up all memory.
    private static let userMax: UInt32 = 1 << 28

    private static func shardRecord(
        _ kind: SnapshotRecord.Kind,
        _ fields: inout ByteReader
    ) throws(MalformedEntry) -> SnapshotRecord {
        switch kind {
        case .slot:
            let slot = SlotState(
                slot: try Self.slot(&fields),
                messageCounter: try fields.integer(),
                reactionCounter: try fields.integer(),
                chatOfMessage: try Self.integers(&fields)
            )
            guard let slot else { throw MalformedEntry() }
            return .slot(slot)
        case .mark:
            let slot = try Self.slot(&fields)
            return .mark(try EventCodec.mark(&fields), slot)
        case .deletedChat:
            return .deletedChat(ChatID(rawValue: try fields.integer()))
        default:
            let first = try fields.integer(UInt64.self)
            guard first <= MessageID.counterMax else { throw MalformedEntry() }
            return .legacyMessages(first: first, chats: try Self.integers(&fields))
        }
    }

    private static func chatRecord(
        _ kind: SnapshotRecord.Kind,
        _ fields: inout ByteReader
    ) throws(MalformedEntry) -> SnapshotRecord {
        switch kind {
        case .chat:
            return .chat(try Self.chat(&fields))
        case .members:
            return .members(try Self.members(&fields))
        case .absence:
            let absence = Absence(
                user: try EventCodec.user(&fields),
                after: try Self.messageID(&fields),
                through: try Self.messageID(&fields)
            )
            return .absence(absence)
        case .messages:
            return try Self.messages(&fields)
        case .deletedMessages:
            let ids: ContiguousArray<UInt64> = try Self.integers(&fields)
            guard zip(ids, ids.dropFirst()).allSatisfy({ $0 < $1 }) else { throw MalformedEntry() }
            return .deletedMessages(ContiguousArray(ids.lazy.map { MessageID(rawValue: $0) }))
        case .touchedMessage:
            let id = try Self.messageID(&fields)
            return .touchedMessage(id, try Self.touched(&fields))
        default:
            return .refusedMessage(try Self.messageID(&fields))
        }
    }

    // MARK: - Parts of chats

    private static func chat(_ fields: inout ByteReader) throws(MalformedEntry) -> ChatParts {
        let chat = try EventCodec.chat(&fields)
        let position = Position(rawValue: try fields.integer())
        let olderCount = try fields.integer(UInt64.self)
        guard olderCount <= MessageID.counterMax else { throw MalformedEntry() }
        let newestID = try Self.messageID(&fields)
        let log = MessageLog.Parts(
            olderCount: Int(olderCount),
            newestID: newestID,
            newestTime: try fields.bool() ? try Self.time(&fields) : nil,
            preview: try Self.preview(&fields),
            olderPreview: try Self.preview(&fields)
        )
        return ChatParts(chat, log: log, at: position)
    }

    private static func preview(
        _ fields: inout ByteReader
    ) throws(MalformedEntry) -> MessagePreview {
        switch try fields.integer(UInt8.self) {
        case 0: return .none
        case 1: return .unknown
        case 2:
            let content = MessagePreview.Content(
                id: try Self.messageID(&fields),
                author: try EventCodec.user(&fields),
                ts: try Self.time(&fields),
                text: try fields.bool() ? try fields.array() : nil
            )
            return .message(content)
        default: throw MalformedEntry()
        }
    }

    private static func members(
        _ fields: inout ByteReader
    ) throws(MalformedEntry) -> MemberTable {
        let count = try fields.count(ofAtLeast: EventCodec.memberBytes + 16)
        var members = MemberTable()
        members.reserve(count)
        for _ in 0..<count {
            let member = try EventCodec.member(&fields)
            let entry = MemberTable.Entry(
                member,
                readCount: try Self.count(&fields),
                ownSinceCount: try Self.count(&fields)
            )
            guard members.append(entry) else { throw MalformedEntry() }
        }
        return members
    }

    private static func messages(
        _ fields: inout ByteReader
    ) throws(MalformedEntry) -> SnapshotRecord {
        let count = try fields.count(ofAtLeast: Self.messageBytesMin)
        var messages: ContiguousArray<StoredMessage> = []
        messages.reserveCapacity(count)
        var memoryBytes = 0
        var newest = MessageID(rawValue: 0)
        for _ in 0..<count {
            let message = try Self.message(&fields)
            guard newest < message.message.id else { throw MalformedEntry() }
            newest = message.message.id
            memoryBytes += message.memoryBytes
            messages.append(message)
        }
        return .messages(messages, memoryBytes: memoryBytes)
    }

    private static func message(
        _ fields: inout ByteReader
    ) throws(MalformedEntry) -> StoredMessage {
        let message = try EventCodec.message(&fields)
        let changedAt = Position(rawValue: try fields.integer())
        let count = try fields.count(ofAtLeast: Self.reactionBytesMin)
        guard count > 0 else { return StoredMessage(message, at: changedAt) }
        var reactions: [Reaction] = []
        reactions.reserveCapacity(count)
        for _ in 0..<count { reactions.append(try EventCodec.reaction(&fields)) }
        return StoredMessage(message, reactions: reactions, at: changedAt)
    }

    private static func touched(
        _ fields: inout ByteReader
    ) throws(MalformedEntry) -> TouchedMessage {
        if try fields.bool() { return TouchedMessage(try Self.message(&fields), pending: []) }
        let count = try fields.count(ofAtLeast: 9)
        var pending: [TouchedMessage.Pending] = []
        for _ in 0..<count {
            let position = Position(rawValue: try fields.integer())
            pending.append(.init(change: try Self.change(&fields), position: position))
        }
        return TouchedMessage(nil, pending: pending)
    }

    private static func change(_ fields: inout ByteReader) throws(MalformedEntry) -> MessageChange {
        switch try fields.integer(UInt8.self) {
        case 0: return .message(try EventCodec.message(&fields))
        case 1: return .reactionAdded(try EventCodec.reaction(&fields))
        case 2:
            let user = try EventCodec.user(&fields)
            return .reactionRemoved(user: user, emoji: try fields.text())
        default: throw MalformedEntry()
        }
    }

    // MARK: - Fields

    private static func time(_ fields: inout ByteReader) throws(MalformedEntry) -> Timestamp {
        Timestamp(microseconds: try fields.integer())
    }

    private static func messageID(_ fields: inout ByteReader) throws(MalformedEntry) -> MessageID {
        let id = try fields.integer(UInt64.self)
        // What follows the newest is counted up from it.
        guard id < 1 << 62 else { throw MalformedEntry() }
        return MessageID(rawValue: id)
    }

    private static func slot(_ fields: inout ByteReader) throws(MalformedEntry) -> Slot {
        let number = try fields.integer(UInt16.self)
        guard number < Slot.count else { throw MalformedEntry() }
        return Slot(rawValue: number)
    }

    private static func count(_ fields: inout ByteReader) throws(MalformedEntry) -> Int {
        let count = try fields.integer(Int64.self)
        guard (-1 << 48...1 << 48).contains(count) else { throw MalformedEntry() }
        return Int(count)
    }

    private static func integers<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ fields: inout ByteReader
    ) throws(MalformedEntry) -> ContiguousArray<Integer> {
        let count = try fields.count(ofAtLeast: MemoryLayout<Integer>.size)
        var integers: ContiguousArray<Integer> = []
        integers.reserveCapacity(count)
        for _ in 0..<count { integers.append(try fields.integer()) }
        return integers
    }
}
