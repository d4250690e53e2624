/// A client of an MQTT 3.1.1 broker, QoS 0 (OASIS standard, section 3).
final class MQTTDialect: Dialect {
    private let name: String
    private let isListening: Bool
    private let payloadByteCount: Int

    let opening = Opening(target: "/mqtt", subprotocol: "mqtt")
    let isByteStream = true

    private static let topic = Array("fanout".utf8)

    /// Names are unique in a broker. Who is not listening gets no messages.
    init(name: String, isListening: Bool, payloadByteCount: Int) {
        self.name = name
        self.isListening = isListening
        self.payloadByteCount = payloadByteCount
    }

    func greeting() -> [UInt8] {
        // Protocol level 4, a clean session, no keep-alive.
        let connect =
            Self.string(Array("MQTT".utf8)) + [4, 2, 0, 0]
            + Self.string(Array(self.name.utf8))
        let subscribe = [0, 1] + Self.string(Self.topic) + [0]
        return Self.packet(0x10, connect)
            + (self.isListening ? Self.packet(0x82, subscribe) : [])
    }

    func append(_ number: Int, to output: inout [UInt8]) {
        let payload = MessageNumber.payload(number, byteCount: self.payloadByteCount)
        output.append(contentsOf: Self.packet(0x30, Self.string(Self.topic) + payload))
    }

    func read(
        _ bytes: UnsafeRawBufferPointer,
        _ hear: (Heard) throws -> Void
    ) throws -> Int {
        var used = 0
        while used < bytes.count {
            guard let (body, end) = try self.bounds(bytes, at: used), end <= bytes.count else {
                return used
            }
            switch bytes[used] >> 4 {
            case 2:
                guard bytes[body + 1] == 0 else { throw Failure("mqtt: refused") }
                if !self.isListening { try hear(.ready) }
            case 9: try hear(.ready)
            case 3:
                let topicByteCount = Int(bytes[body]) << 8 | Int(bytes[body + 1])
                let payload = body + 2 + topicByteCount
                guard let number = MessageNumber.read(bytes, at: payload) else {
                    throw Failure("mqtt: a message without its number")
                }
                try hear(.message(number: number, position: nil))
            default: throw Failure("mqtt: packet of type \(bytes[used] >> 4)")
            }
            used = end
        }
        return used
    }

    /// Where the packet's body begins, and where the packet ends.
    private func bounds(
        _ bytes: UnsafeRawBufferPointer,
        at start: Int
    ) throws -> (body: Int, end: Int)? {
        var (count, shift, place) = (0, 0, start + 1)
        while place < bytes.count {
            count |= Int(bytes[place] & 0x7f) << shift
            if bytes[place] & 0x80 == 0 {
                guard count >= 2 else { throw Failure("mqtt: a short packet") }
                return (place + 1, place + 1 + count)
            }
            (shift, place) = (shift + 7, place + 1)
            guard shift <= 21 else { throw Failure("mqtt: a malformed length") }
        }
        return nil
    }

    private static func packet(_ head: UInt8, _ body: [UInt8]) -> [UInt8] {
        var packet = [head]
        var count = body.count
        repeat {
            packet.append(UInt8(count & 0x7f) | (count > 0x7f ? 0x80 : 0))
            count >>= 7
        } while count > 0
        return packet + body
    }

    private static func string(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes
    }
}
