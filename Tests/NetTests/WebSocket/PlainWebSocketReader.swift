import Net

/// RFC 6455 §5 as plainly as it can be put, for a stream that is there as a whole: what the decoder
/// is held against.
struct PlainWebSocketReader {
    private(set) var actions: [WebSocketDecoder.Action] = []
    /// The close code of the rule that was broken.
    private(set) var brokenRule: UInt16?

    private var stream: ArraySlice<UInt8>
    private var open: (isText: Bool, bytes: [UInt8], frameCount: Int)?

    init(_ stream: [UInt8]) {
        self.stream = stream[...]
        while self.readFrame() {}
    }

    private mutating func bytes(_ count: Int) -> [UInt8]? {
        guard self.stream.count >= count else { return nil }
        defer { self.stream = self.stream.dropFirst(count) }
        return Array(self.stream.prefix(count))
    }

    private mutating func fail(_ code: UInt16) -> Bool {
        self.brokenRule = code
        return false
    }

    /// - Returns: whether it may go on.
    private mutating func readFrame() -> Bool {
        guard let first = self.bytes(1)?[0] else { return false }
        let opcode = first & 15
        let isFinal = first & 128 != 0
        guard first & 112 == 0, [0, 1, 2, 8, 9, 10].contains(opcode), isFinal || opcode < 8
        else { return self.fail(1002) }
        guard let second = self.bytes(1)?[0] else { return false }
        guard second & 128 != 0, opcode < 8 || second & 127 < 126 else { return self.fail(1002) }
        var count = UInt64(second & 127)
        if count >= 126 {
            let width = count == 126 ? 2 : 8
            if self.stream.count < width {
                return width == 8 && self.stream.first ?? 0 >= 128 ? self.fail(1002) : false
            }
            guard let length = self.bytes(width) else { return false }
            count = length.reduce(0) { $0 << 8 | UInt64($1) }
            guard count < 1 << 63, count >= (width == 2 ? 126 : 65_536) else {
                return self.fail(1002)
            }
        }
        guard let key = self.bytes(4) else { return false }
        return self.readPayload(count, opcode: opcode, isFinal: isFinal, key: key)
    }

    private mutating func readPayload(
        _ count: UInt64,
        opcode: UInt8,
        isFinal: Bool,
        key: [UInt8]
    ) -> Bool {
        if opcode < 8 {
            guard (opcode == 0) == (self.open != nil) else { return self.fail(1002) }
            if opcode > 0 { self.open = (opcode == 1, [], 0) }
            self.open?.frameCount += 1
            let held = self.open?.bytes.count ?? 0
            guard self.open?.frameCount ?? 0 <= 256, count <= UInt64(65_536 - held) else {
                return self.fail(1009)
            }
        }
        let isWhole = UInt64(self.stream.count) >= count
        let masked = self.bytes(isWhole ? Int(count) : self.stream.count) ?? []
        let payload = masked.enumerated().map { $1 ^ key[$0 % 4] }
        guard opcode < 8 else {
            return isWhole && self.takeControl(opcode, payload)
        }
        self.open?.bytes += payload
        guard let (isText, bytes, _) = self.open else { return false }
        if isText {
            let isOver = isWhole && isFinal
            guard isOver ? Self.isUTF8(bytes) : Self.mayBecomeUTF8(bytes) else {
                return self.fail(1007)
            }
        }
        guard isWhole, isFinal else { return isWhole }
        self.actions.append(isText ? .text(bytes) : .binary(bytes))
        self.open = nil
        return true
    }

    private mutating func takeControl(_ opcode: UInt8, _ payload: [UInt8]) -> Bool {
        if opcode == 9 { self.actions.append(.ping(payload)) }
        guard opcode == 8 else { return true }
        guard payload.count > 0 else {
            self.actions.append(.close(code: nil, echo: []))
            return false
        }
        guard payload.count > 1 else { return self.fail(1002) }
        let code = UInt16(payload[0]) * 256 + UInt16(payload[1])
        guard [1000...1003, 1007...1014, 3000...4999].contains(where: { $0.contains(code) }) else {
            return self.fail(1002)
        }
        guard Self.isUTF8(Array(payload.dropFirst(2))) else { return self.fail(1007) }
        self.actions.append(.close(code: code, echo: Array(payload.prefix(2))))
        return false
    }

    private static func isUTF8(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    private static func mayBecomeUTF8(_ bytes: [UInt8]) -> Bool {
        let endings: [[UInt8]] = [
            [], [0x80], [0xBF], [0x80, 0x80], [0xBF, 0x80], [0x80, 0x80, 0x80], [0xBF, 0x80, 0x80],
        ]
        return endings.contains { Self.isUTF8(bytes + $0) }
    }
}
