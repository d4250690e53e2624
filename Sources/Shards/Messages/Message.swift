/// What a person wrote, as the finished bytes that every page and frame will show.
///
/// The bytes are encoded once, when the message changes, and are what the journal holds too. They
/// begin the contract's `Message` object and leave out its end, which is not a property of the
/// message's own row: `reactions` and `status` follow in `StoredMessage`.
package struct Message: Hashable, Sendable {
    package static let contentBytesMax = 16 * 1024
    package static let payloadBytesMax = 32 * 1024
    package static let kindCharactersMax = 50

    package let id: MessageID
    package let chat: ChatID
    package let author: UserID
    package let ts: Timestamp
    package let isDeleted: Bool
    /// `{"id":…,"updated_at":…` with no end.
    package let json: [UInt8]
    /// Where the value of `content` begins in `json`: all before it never changes.
    package let contentStart: Int
    package let contentEnd: Int
    package let payloadEnd: Int

    /// Puts together what was taken apart for the journal.
    ///
    /// - Returns: nil where the places are not inside the bytes and in order.
    package init?(
        id: MessageID,
        chat: ChatID,
        author: UserID,
        ts: Timestamp,
        isDeleted: Bool,
        json: [UInt8],
        contentStart: Int,
        contentEnd: Int,
        payloadEnd: Int
    ) {
        guard 0 < contentStart, contentStart < contentEnd, contentEnd < payloadEnd,
            payloadEnd < json.count, payloadEnd - contentEnd > Self.payloadKey.utf8CodeUnitCount
        else { return nil }
        self.id = id
        self.chat = chat
        self.author = author
        self.ts = ts
        self.isDeleted = isDeleted
        self.json = json
        self.contentStart = contentStart
        self.contentEnd = contentEnd
        self.payloadEnd = payloadEnd
    }

    /// A new message.
    package init(_ draft: Draft, id: MessageID, chat: ChatID, author: UserID, ts: Timestamp) {
        let size = 256 + (draft.content?.utf8.count ?? 0) + (draft.payload?.count ?? 0)
        var json = JSONWriter(reserving: size)
        json.raw("{\"id\":")
        json.integer(id.rawValue)
        json.raw(",\"chat_id\":")
        json.integer(chat.rawValue)
        json.raw(",\"author_id\":")
        if author == .nobody { json.null() } else { json.integer(author.rawValue) }
        json.raw(",\"ts\":")
        json.time(ts)
        json.raw(",\"reply_to_id\":")
        if let replyTo = draft.replyTo { json.integer(replyTo.rawValue) } else { json.null() }
        json.raw(",\"type\":")
        json.string(draft.kind)
        json.raw(",\"content\":")
        self.id = id
        self.chat = chat
        self.author = author
        self.ts = ts
        self.isDeleted = false
        self.contentStart = json.bytes.count
        json.string(draft.content)
        self.contentEnd = json.bytes.count
        json.raw(Self.payloadKey)
        if let payload = draft.payload { json.raw(payload) } else { json.null() }
        self.payloadEnd = json.bytes.count
        json.raw(",\"is_deleted\":false,\"deleted_at\":null,\"updated_at\":null")
        self.json = json.bytes
    }

    private init(
        changing old: Message,
        content: some Collection<UInt8>,
        payload: some Collection<UInt8>,
        isDeleted: Bool,
        at time: Timestamp
    ) {
        var json = JSONWriter(reserving: old.json.count + content.count + payload.count + 64)
        json.raw(old.json[..<old.contentStart])
        json.raw(content)
        self.contentEnd = json.bytes.count
        json.raw(Self.payloadKey)
        json.raw(payload)
        self.payloadEnd = json.bytes.count
        if isDeleted {
            json.raw(",\"is_deleted\":true,\"deleted_at\":")
            json.time(time)
            json.raw(",\"updated_at\":null")
        } else {
            json.raw(",\"is_deleted\":false,\"deleted_at\":null,\"updated_at\":")
            json.time(time)
        }
        self.id = old.id
        self.chat = old.chat
        self.author = old.author
        self.ts = old.ts
        self.isDeleted = isDeleted
        self.json = json.bytes
        self.contentStart = old.contentStart
    }

    /// The same message with another content or payload; what the edit leaves out stays.
    package func edited(_ edit: Edit, at time: Timestamp) -> Message {
        var content = Array(self.content)
        if case .set(let text) = edit.content {
            var json = JSONWriter()
            json.string(text)
            content = json.bytes
        }
        var payload = Array(self.payload)
        if case .set(let value) = edit.payload { payload = value ?? Self.null }
        return Message(
            changing: self,
            content: content,
            payload: payload,
            isDeleted: false,
            at: time
        )
    }

    /// The tombstone that keeps the message's place.
    package func deleted(at time: Timestamp) -> Message {
        Message(changing: self, content: Self.null, payload: Self.null, isDeleted: true, at: time)
    }

    /// The value of `content`, as JSON.
    package var content: ArraySlice<UInt8> { self.json[self.contentStart..<self.contentEnd] }

    /// The value of `payload`, as JSON.
    package var payload: ArraySlice<UInt8> {
        self.json[(self.contentEnd + Self.payloadKey.utf8CodeUnitCount)..<self.payloadEnd]
    }

    package var hasContent: Bool { self.content.first == UInt8(ascii: "\"") }

    private static let payloadKey: StaticString = ",\"payload\":"
    private static let null = Array("null".utf8)
}

extension Message {
    /// What somebody asks to send.
    package struct Draft: Sendable {
        package let kind: String
        package let content: String?
        /// A JSON object.
        package let payload: [UInt8]?
        package let replyTo: MessageID?

        package init(kind: String, content: String?, payload: [UInt8]?, replyTo: MessageID?) {
            self.kind = kind
            self.content = content
            self.payload = payload
            self.replyTo = replyTo
        }
    }

    /// What somebody asks to change.
    package struct Edit: Sendable {
        package enum Field<Value: Sendable>: Sendable {
            case keep
            case set(Value?)
        }

        package let content: Field<String>
        package let payload: Field<[UInt8]>

        package init(content: Field<String>, payload: Field<[UInt8]>) {
            self.content = content
            self.payload = payload
        }
    }
}
