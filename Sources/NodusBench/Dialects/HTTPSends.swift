/// Sends messages to chats of ours, to one after the other, as pipelined requests.
final class HTTPSends: Dialect {
    private let token: [UInt8]
    private let chats: [UInt64]
    private let contentByteCount: Int

    let opening = Opening(kind: .plain)
    let isByteStream = true

    init(token: [UInt8], chats: [UInt64], contentByteCount: Int) {
        self.token = token
        self.chats = chats
        self.contentByteCount = contentByteCount
    }

    func greeting() -> [UInt8] { [] }

    func append(_ number: Int, to output: inout [UInt8]) {
        let chat = self.chats[number % self.chats.count]
        var body = Array("{\"chat_id\":\(chat),\"type\":\"text\",\"content\":\"".utf8)
        body += MessageNumber.payload(number, byteCount: self.contentByteCount)
        body += Array("\"}".utf8)
        Request(method: .post, path: "/messages", token: self.token, body: body)
            .append(to: &output)
    }

    func read(
        _ bytes: UnsafeRawBufferPointer,
        _ hear: (Heard) throws -> Void
    ) throws -> Int {
        var used = 0
        while used < bytes.count {
            let rest = Span<UInt8>(_unsafeElements: bytes[used...].bindMemory(to: UInt8.self))
            switch ResponseParser.parse(rest) {
            case .incomplete: return used
            case .malformed: throw Failure("the server sent what is no HTTP/1.1 response")
            case .complete(let response):
                guard response.status == 201 else {
                    throw Failure("a message was answered with status \(response.status)")
                }
                used += response.body.upperBound
                try hear(.accepted)
            }
        }
        return used
    }
}
