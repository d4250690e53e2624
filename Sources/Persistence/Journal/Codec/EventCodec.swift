package import Shards

/// Events as the bytes of a batch's body, and back. `docs/JOURNAL_FORMAT.md` has every byte.
///
/// An entry is its length, a kind, flags, the idempotency mark where a flag says so, and the
/// fields. Kinds and fields of a format version never change; a new one is a new version.
/// Decoding is total: whatever the bytes, it gives an event or throws.
package enum EventCodec {
    static let formatVersion: UInt16 = 2

    /// No event comes near: the largest is a chat made with all the members it may have.
    static let entryBytesMax = 16 << 20

    enum Kind: UInt8 {
        case chatCreated = 1
        case chatChanged = 2
        case chatDeleted = 3
        case memberAdded = 4
        /// Of format 1, without the absence. Read and never written.
        case memberRemovedBefore2 = 5
        case messageSent = 6
        case messageChanged = 7
        case reactionAdded = 8
        case reactionRemoved = 9
        case readAdvanced = 10
        case memberRemoved = 11
        case userChanged = 32
        case sessionChanged = 33
        case lastSeen = 34
    }

    private static let markFlag: UInt8 = 1
    private static let lengthBytes = MemoryLayout<UInt32>.size

    package static func append(_ event: Event, mark: IdempotencyMark?, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.appendInteger(UInt32(0))
        bytes.append(Self.kind(of: event).rawValue)
        if let mark {
            bytes.append(Self.markFlag)
            Self.append(mark, to: &bytes)
        } else {
            bytes.append(0)
        }
        switch event {
        case .chat(let chat, let change): Self.append(change, of: chat, to: &bytes)
        case .people(let change): Self.append(change, to: &bytes)
        }
        let count = bytes.count - start - Self.lengthBytes
        precondition(count <= Self.entryBytesMax, "an event that could not be read back")
        bytes.setInteger(UInt32(count), at: start)
    }

    /// One entry and nothing else.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer
    ) throws(MalformedEntry) -> (event: Event, mark: IdempotencyMark?) {
        var reader = ByteReader(bytes)
        let entry = try Self.decode(&reader)
        guard reader.remainingCount == 0 else { throw MalformedEntry() }
        return entry
    }

    /// Takes one entry, wholly.
    static func decode(
        _ reader: inout ByteReader
    ) throws(MalformedEntry) -> (event: Event, mark: IdempotencyMark?) {
        let entry = try reader.slice()
        guard entry.count <= Self.entryBytesMax else { throw MalformedEntry() }
        var fields = ByteReader(entry)
        guard let kind = Kind(rawValue: try fields.integer()) else { throw MalformedEntry() }
        let flags = try fields.integer(UInt8.self)
        guard flags & ~Self.markFlag == 0 else { throw MalformedEntry() }
        let mark = flags == 0 ? nil : try Self.mark(&fields)
        let event: Event =
            if kind.rawValue < Kind.userChanged.rawValue {
                try Self.chatEvent(kind, &fields)
            } else {
                .people(try Self.peopleEvent(kind, &fields))
            }
        guard fields.remainingCount == 0 else { throw MalformedEntry() }
        return (event, mark)
    }

    private static func kind(of event: Event) -> Kind {
        switch event {
        case .chat(_, let change): Self.kind(of: change)
        case .people(let change): Self.kind(of: change)
        }
    }
}

// MARK: - The idempotency mark

extension EventCodec {
    static func append(_ mark: IdempotencyMark, to bytes: inout [UInt8]) {
        Self.append(mark.request.scope, to: &bytes)
        Self.append(mark.request.body, to: &bytes)
        bytes.appendInteger(mark.user.rawValue)
        bytes.appendInteger(mark.resource)
        bytes.appendInteger(mark.at.microseconds)
    }

    static func append(_ digest: IdempotencyMark.Digest, to bytes: inout [UInt8]) {
        bytes.appendInteger(digest.high)
        bytes.appendInteger(digest.low)
    }

    static func mark(_ fields: inout ByteReader) throws(MalformedEntry) -> IdempotencyMark {
        IdempotencyMark(
            request: IdempotencyMark.Request(
                scope: try Self.digest(&fields),
                body: try Self.digest(&fields)
            ),
            user: UserID(rawValue: try fields.integer()),
            resource: try fields.integer(),
            at: Timestamp(microseconds: try fields.integer())
        )
    }

    static func digest(
        _ fields: inout ByteReader
    ) throws(MalformedEntry) -> IdempotencyMark.Digest {
        IdempotencyMark.Digest(high: try fields.integer(), low: try fields.integer())
    }
}
