import Glibc

/// What a frame of ours says, found without taking the JSON apart: the server's own writer puts the
/// fields in one order.
enum ServerFrame {
    enum Kind {
        case hello
        case messageCreated
        case resync
        case chatResync
        case reply
        case typing
        case other
    }

    static func kind(of bytes: UnsafeRawBufferPointer) -> Kind {
        if Self.has("{\"event\":\"message.created\"", bytes, at: 0) { return .messageCreated }
        if Self.has("{\"reply\":", bytes, at: 0) { return .reply }
        if Self.has("{\"event\":\"hello\"", bytes, at: 0) { return .hello }
        if Self.has("{\"event\":\"user.typing\"", bytes, at: 0) { return .typing }
        if Self.has("{\"event\":\"resync\"", bytes, at: 0) { return .resync }
        return Self.has("{\"event\":\"chat.resync\"", bytes, at: 0) ? .chatResync : .other
    }

    /// The `seq` of a durable event's last frame, which ends with `,"seq":1,"prev":0}`.
    static func position(of bytes: UnsafeRawBufferPointer) -> UInt64? {
        var place = bytes.count - 1
        guard place > 0, bytes[place] == 0x7d else { return nil }
        guard Self.digits(bytes, before: &place) != nil else { return nil }
        guard Self.has(",\"prev\":", bytes, before: &place) else { return nil }
        guard let digits = Self.digits(bytes, before: &place) else { return nil }
        guard Self.has(",\"seq\":", bytes, before: &place) else { return nil }
        return Digits.number(bytes, digits)
    }

    /// Where a message's text begins.
    static func content(of bytes: UnsafeRawBufferPointer) -> Int? {
        Self.end(of: "\"content\":\"", in: bytes)
    }

    /// The status of a reply.
    static func status(of bytes: UnsafeRawBufferPointer) -> Int? {
        Self.number(after: "\"status\":", in: bytes).map { Int($0) }
    }

    /// The whole number behind a text that stands in the frame.
    static func number(after text: StaticString, in bytes: UnsafeRawBufferPointer) -> UInt64? {
        guard let start = Self.end(of: text, in: bytes) else { return nil }
        var end = start
        while end < bytes.count, bytes[end] &- 0x30 < 10 { end += 1 }
        return Digits.number(bytes, start..<end)
    }

    /// The text behind another, up to its quote. Nothing in it is escaped.
    static func text(after text: StaticString, in bytes: UnsafeRawBufferPointer) -> String? {
        guard let start = Self.end(of: text, in: bytes) else { return nil }
        return String(decoding: bytes[start...].prefix { $0 != 0x22 }, as: UTF8.self)
    }

    /// For messages to people; cut after 200 bytes.
    static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix(200), as: UTF8.self)
    }

    private static func end(of text: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let first = Int32(text.utf8Start.pointee)
        var place = 0
        while place < bytes.count,
            let found = memchr(base + place, first, bytes.count - place)
        {
            place = UnsafeRawPointer(found) - base
            if Self.has(text, bytes, at: place) { return place + text.utf8CodeUnitCount }
            place += 1
        }
        return nil
    }

    private static func has(
        _ text: StaticString,
        _ bytes: UnsafeRawBufferPointer,
        at start: Int
    ) -> Bool {
        let count = text.utf8CodeUnitCount
        guard start >= 0, start + count <= bytes.count, let base = bytes.baseAddress else {
            return false
        }
        return memcmp(base + start, text.utf8Start, count) == 0
    }

    private static func has(
        _ text: StaticString,
        _ bytes: UnsafeRawBufferPointer,
        before end: inout Int
    ) -> Bool {
        let start = end - text.utf8CodeUnitCount
        guard Self.has(text, bytes, at: start) else { return false }
        end = start
        return true
    }

    private static func digits(
        _ bytes: UnsafeRawBufferPointer,
        before end: inout Int
    ) -> Range<Int>? {
        var start = end
        while start > 0, bytes[start - 1] &- 0x30 < 10 { start -= 1 }
        guard start < end else { return nil }
        defer { end = start }
        return start..<end
    }
}
