extension Message {
    /// The columns of the row that are not stored properties: what the finished bytes say, taken
    /// apart for a database.
    package struct Columns: Hashable, Sendable {
        package let kind: String
        package let content: String?
        /// A JSON object, byte for byte.
        package let payload: [UInt8]?
        package let replyTo: MessageID?
        package let deletedAt: Timestamp?
        package let updatedAt: Timestamp?

        package init(
            kind: String,
            content: String?,
            payload: [UInt8]?,
            replyTo: MessageID?,
            deletedAt: Timestamp?,
            updatedAt: Timestamp?
        ) {
            self.kind = kind
            self.content = content
            self.payload = payload
            self.replyTo = replyTo
            self.deletedAt = deletedAt
            self.updatedAt = updatedAt
        }
    }

    /// Finishes the bytes of a row again: those of the message that it was made from.
    package init(
        _ columns: Columns,
        isDeleted: Bool,
        id: MessageID,
        chat: ChatID,
        author: UserID,
        ts: Timestamp
    ) {
        let draft = Draft(
            kind: columns.kind,
            content: isDeleted ? nil : columns.content,
            payload: isDeleted ? nil : columns.payload,
            replyTo: columns.replyTo
        )
        let message = Message(draft, id: id, chat: chat, author: author, ts: ts)
        if isDeleted {
            self = message.deleted(at: columns.deletedAt ?? columns.updatedAt ?? ts)
        } else if let time = columns.updatedAt {
            self = message.edited(Edit(content: .keep, payload: .keep), at: time)
        } else {
            self = message
        }
    }

    /// What the row of this message holds beside the stored properties.
    package var columns: Columns {
        var reader = FinishedFields(self.json[..<self.contentStart])
        reader.skip(past: ",\"reply_to_id\":")
        let replyTo = reader.integer().map { MessageID(rawValue: $0) }
        reader.skip(past: ",\"type\":")
        let kind = JSONText.string(in: reader.rest.dropLast(Self.contentKey.utf8CodeUnitCount))
        var ending = FinishedFields(self.json[self.payloadEnd...])
        ending.skip(past: ",\"deleted_at\":")
        let deletedAt = ending.time()
        ending.skip(past: ",\"updated_at\":")
        let payload = self.payload
        return Columns(
            kind: kind ?? "",
            content: JSONText.string(in: self.content),
            payload: payload.first == UInt8(ascii: "{") ? Array(payload) : nil,
            replyTo: replyTo,
            deletedAt: deletedAt,
            updatedAt: ending.time()
        )
    }

    private static let contentKey: StaticString = ",\"content\":"
}

/// Walks over our own finished bytes, whose fields and their order are known.
private struct FinishedFields {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        self.rest = bytes
    }

    /// Goes on behind the first `key`. No text stands before the keys that are asked for, so none
    /// is mistaken for one.
    mutating func skip(past key: StaticString) {
        let count = key.utf8CodeUnitCount
        let key = UnsafeBufferPointer(start: key.utf8Start, count: count)
        while self.rest.count >= count, !self.rest.prefix(count).elementsEqual(key) {
            self.rest.removeFirst()
        }
        self.rest = self.rest.dropFirst(count)
    }

    mutating func integer() -> UInt64? {
        let digits = self.rest.prefix { 48...57 ~= $0 }
        self.rest = self.rest.dropFirst(digits.count)
        return digits.isEmpty ? nil : digits.reduce(0) { $0 &* 10 &+ UInt64($1 - 48) }
    }

    /// A quoted time, or nil for anything else.
    mutating func time() -> Timestamp? {
        guard self.rest.first == UInt8(ascii: "\"") else { return nil }
        return Timestamp(iso8601: self.rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") })
    }
}
