import Shards

/// Records as bytes: a kind and the fields. Rows are as in the journal (`EventCodec`).
enum SnapshotCodec {
    static func append(_ account: DirectoryState.Account, to bytes: inout [UInt8]) {
        bytes.append(.account)
        EventCodec.append(account.user, to: &bytes)
        bytes.appendBool(account.lastSeen != nil)
        if let time = account.lastSeen { bytes.appendInteger(time.microseconds) }
    }

    static func append(_ session: Session, to bytes: inout [UInt8]) {
        bytes.append(.session)
        EventCodec.append(session, to: &bytes)
    }

    static func append(ended session: SessionID, at time: Timestamp, to bytes: inout [UInt8]) {
        bytes.append(.endedSession)
        bytes.appendInteger(session.rawValue)
        bytes.appendInteger(time.microseconds)
    }

    static func append(_ made: DirectoryState.ChatReservation, to bytes: inout [UInt8]) {
        bytes.append(.reservation)
        EventCodec.append(made.scope, to: &bytes)
        bytes.appendInteger(made.chat.rawValue)
        bytes.appendInteger(made.at.microseconds)
    }

    static func appendSpent(users: UInt32, chats: UInt32, to bytes: inout [UInt8]) {
        bytes.append(.spent)
        bytes.appendInteger(users)
        bytes.appendInteger(chats)
    }

    static func append(_ slot: SlotState, to bytes: inout [UInt8]) {
        bytes.append(.slot)
        bytes.appendInteger(slot.slot.rawValue)
        bytes.appendInteger(slot.messageCounter)
        bytes.appendInteger(slot.reactionCounter)
        bytes.appendIntegers(slot.chatOfMessage)
    }

    static func append(_ mark: IdempotencyMark, in slot: Slot, to bytes: inout [UInt8]) {
        bytes.append(.mark)
        bytes.appendInteger(slot.rawValue)
        EventCodec.append(mark, to: &bytes)
    }

    static func append(deleted chat: ChatID, to bytes: inout [UInt8]) {
        bytes.append(.deletedChat)
        bytes.appendInteger(chat.rawValue)
    }

    static func append(
        legacyMessages chats: some Collection<UInt32>,
        from first: UInt64,
        to bytes: inout [UInt8]
    ) {
        bytes.append(.legacyMessages)
        bytes.appendInteger(first)
        bytes.appendIntegers(chats)
    }
}

// MARK: - Chats

extension SnapshotCodec {
    /// Writes of the parts only what a chat's own record has.
    static func append(_ parts: ChatParts, to bytes: inout [UInt8]) {
        bytes.append(.chat)
        EventCodec.append(parts.chat, to: &bytes)
        bytes.appendInteger(parts.position.rawValue)
        bytes.appendInteger(UInt64(parts.log.olderCount))
        bytes.appendInteger(parts.log.newestID.rawValue)
        bytes.appendBool(parts.log.newestTime != nil)
        if let time = parts.log.newestTime { bytes.appendInteger(time.microseconds) }
        Self.append(parts.log.preview, to: &bytes)
        Self.append(parts.log.olderPreview, to: &bytes)
    }

    private static func append(_ preview: MessagePreview, to bytes: inout [UInt8]) {
        switch preview {
        case .none: bytes.append(0)
        case .unknown: bytes.append(1)
        case .message(let content):
            bytes.append(2)
            bytes.appendInteger(content.id.rawValue)
            bytes.appendInteger(content.author.rawValue)
            bytes.appendInteger(content.ts.microseconds)
            bytes.appendBool(content.text != nil)
            if let text = content.text { bytes.appendBlock(text) }
        }
    }

    static func append(
        _ members: some Collection<MemberTable.Entry>,
        to bytes: inout [UInt8]
    ) {
        bytes.append(.members)
        bytes.appendInteger(UInt32(members.count))
        for entry in members {
            EventCodec.append(entry.member, to: &bytes)
            bytes.appendInteger(Int64(entry.readCount))
            bytes.appendInteger(Int64(entry.ownSinceCount))
        }
    }

    static func append(_ absence: Absence, to bytes: inout [UInt8]) {
        bytes.append(.absence)
        bytes.appendInteger(absence.user.rawValue)
        bytes.appendInteger(absence.after.rawValue)
        bytes.appendInteger(absence.through.rawValue)
    }

    static func append(_ messages: some Collection<StoredMessage>, to bytes: inout [UInt8]) {
        bytes.append(.messages)
        bytes.appendInteger(UInt32(messages.count))
        for message in messages { Self.append(message, to: &bytes) }
    }

    static func append(
        deletedMessages ids: some Collection<MessageID>,
        to bytes: inout [UInt8]
    ) {
        bytes.append(.deletedMessages)
        bytes.appendIntegers(ids.lazy.map(\.rawValue))
    }

    static func append(
        _ touched: TouchedMessage,
        of id: MessageID,
        to bytes: inout [UInt8]
    ) {
        bytes.append(.touchedMessage)
        bytes.appendInteger(id.rawValue)
        bytes.appendBool(touched.message != nil)
        if let message = touched.message {
            Self.append(message, to: &bytes)
            return
        }
        bytes.appendInteger(UInt32(touched.pending.count))
        for pending in touched.pending {
            bytes.appendInteger(pending.position.rawValue)
            Self.append(pending.change, to: &bytes)
        }
    }

    static func append(refused id: MessageID, to bytes: inout [UInt8]) {
        bytes.append(.refusedMessage)
        bytes.appendInteger(id.rawValue)
    }

    private static func append(_ message: StoredMessage, to bytes: inout [UInt8]) {
        EventCodec.append(message.message, to: &bytes)
        bytes.appendInteger(message.changedAt.rawValue)
        bytes.appendInteger(UInt32(message.reactions.count))
        for reaction in message.reactions { EventCodec.append(reaction, to: &bytes) }
    }

    private static func append(_ change: MessageChange, to bytes: inout [UInt8]) {
        switch change {
        case .message(let message):
            bytes.append(0)
            EventCodec.append(message, to: &bytes)
        case .reactionAdded(let reaction):
            bytes.append(1)
            EventCodec.append(reaction, to: &bytes)
        case .reactionRemoved(let user, let emoji):
            bytes.append(2)
            bytes.appendInteger(user.rawValue)
            bytes.appendText(emoji)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ kind: SnapshotRecord.Kind) { self.append(kind.rawValue) }

    /// A count and as many integers.
    fileprivate mutating func appendIntegers(
        _ integers: some Collection<some FixedWidthInteger & BitwiseCopyable>
    ) {
        self.appendInteger(UInt32(integers.count))
        for integer in integers { self.appendInteger(integer) }
    }
}
