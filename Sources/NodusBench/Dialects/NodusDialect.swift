/// A client of ours: JSON in text frames.
final class NodusDialect: Dialect {
    private let token: [UInt8]
    private let chat: UInt64
    /// Of a message's content.
    var contentByteCount: Int
    private var commandCount = 0
    /// Where the last message had its number: the next one has it there too, nearly always.
    private var numberAt = 0

    let isByteStream = false

    init(token: [UInt8], chat: UInt64, contentByteCount: Int) {
        self.token = token
        self.chat = chat
        self.contentByteCount = contentByteCount
    }

    var opening: Opening { Opening(target: "/ws", token: self.token) }

    func greeting() -> [UInt8] { [] }

    func append(_ number: Int, to output: inout [UInt8]) {
        self.commandCount += 1
        let content = MessageNumber.payload(number, byteCount: self.contentByteCount)
        output.append(
            contentsOf: "{\"id\":\(self.commandCount),\"do\":\"send\",\"chat_id\":\(self.chat)".utf8
        )
        output.append(contentsOf: ",\"type\":\"text\",\"content\":\"".utf8)
        output.append(contentsOf: content)
        output.append(contentsOf: "\"}".utf8)
    }

    func read(
        _ bytes: UnsafeRawBufferPointer,
        _ hear: (Heard) throws -> Void
    ) throws -> Int {
        switch ServerFrame.kind(of: bytes) {
        case .hello: try hear(.ready)
        case .messageCreated:
            guard let number = self.number(in: bytes) else { break }
            try hear(.message(number: number, position: ServerFrame.position(of: bytes)))
        case .reply:
            guard ServerFrame.status(of: bytes) == 201 else {
                throw Failure("a message was answered with \(ServerFrame.text(bytes))")
            }
            try hear(.accepted)
        case .resync, .chatResync, .typing, .other: break
        }
        return bytes.count
    }

    private func number(in bytes: UnsafeRawBufferPointer) -> Int? {
        if let number = MessageNumber.read(bytes, at: self.numberAt) { return number }
        guard let place = ServerFrame.content(of: bytes) else { return nil }
        self.numberAt = place
        return MessageNumber.read(bytes, at: place)
    }
}
