import Glibc

/// A client of nats-server: lines, and payloads behind some of them
/// (https://docs.nats.io/reference/reference-protocols/nats-protocol).
final class NATSDialect: Dialect {
    private let isListening: Bool
    private let payloadByteCount: Int

    let opening = Opening(target: "/")
    let isByteStream = true

    private static let subject = "fanout"
    private static let lineBytesMax = 64 * 1024

    /// Who is not listening gets no messages.
    init(isListening: Bool, payloadByteCount: Int) {
        self.isListening = isListening
        self.payloadByteCount = payloadByteCount
    }

    func greeting() -> [UInt8] {
        let subscription = self.isListening ? "SUB \(Self.subject) 1\r\n" : ""
        let options = "{\"verbose\":false,\"pedantic\":false,\"echo\":false}"
        // The answer to PING says that everything before it was taken.
        return Array("CONNECT \(options)\r\n\(subscription)PING\r\n".utf8)
    }

    func append(_ number: Int, to output: inout [UInt8]) {
        output.append(contentsOf: "PUB \(Self.subject) \(self.payloadByteCount)\r\n".utf8)
        output.append(
            contentsOf: MessageNumber.payload(number, byteCount: self.payloadByteCount)
        )
        output.append(contentsOf: [13, 10])
    }

    func read(
        _ bytes: UnsafeRawBufferPointer,
        _ hear: (Heard) throws -> Void
    ) throws -> Int {
        var used = 0
        while let end = try self.lineEnd(bytes, from: used) {
            switch bytes[used] {
            case UInt8(ascii: "M"):
                let payload = end + 2
                guard let count = self.lastNumber(bytes, used..<end) else {
                    throw Failure("a message without its size")
                }
                guard payload + count + 2 <= bytes.count else { return used }
                guard let number = MessageNumber.read(bytes, at: payload) else {
                    throw Failure("a message without its number")
                }
                try hear(.message(number: number, position: nil))
                used = payload + count + 2
                continue
            case UInt8(ascii: "P"):
                // PING or PONG.
                let isQuestion = bytes[used + 1] == UInt8(ascii: "I")
                try hear(isQuestion ? .question(answer: Array("PONG\r\n".utf8)) : .ready)
            case UInt8(ascii: "I"), UInt8(ascii: "+"): break
            default:
                let line = UnsafeRawBufferPointer(rebasing: bytes[used..<end])
                throw Failure("nats: \(ServerFrame.text(line))")
            }
            used = end + 2
        }
        return used
    }

    private func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) throws -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress else { return nil }
        guard let found = memchr(base + start, 10, bytes.count - start) else {
            guard bytes.count - start <= Self.lineBytesMax else { throw Failure("an endless line") }
            return nil
        }
        let end = UnsafeRawPointer(found) - base - 1
        guard end > start else { throw Failure("nats: an empty line") }
        return end
    }

    private func lastNumber(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) -> Int? {
        var start = line.upperBound
        while start > line.lowerBound, bytes[start - 1] != 0x20 { start -= 1 }
        return Digits.number(bytes, start..<line.upperBound).map { Int($0) }
    }
}
