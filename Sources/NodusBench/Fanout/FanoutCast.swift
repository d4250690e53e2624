/// Makes the sender and the readers, and with our server their chat.
struct FanoutCast {
    private let options: FanoutOptions
    private let server: ServerURL

    private static let probeByteCount = 40

    init(_ options: FanoutOptions, server: ServerURL) {
        self.options = options
        self.server = server
    }

    func run() throws -> FanoutRun {
        let streams = try Streams(to: self.server)
        let places = 0..<self.options.sockets
        let size = self.options.size
        switch self.options.dialect {
        case .nodus: return try self.nodus(streams)
        case .nats:
            return FanoutRun(
                streams,
                readers: places.map { _ in
                    NATSDialect(isListening: true, payloadByteCount: size)
                },
                sender: NATSDialect(isListening: false, payloadByteCount: size),
                doesSenderRead: false
            )
        case .mqtt:
            return FanoutRun(
                streams,
                readers: places.map {
                    MQTTDialect(name: "reader\($0)", isListening: true, payloadByteCount: size)
                },
                sender: MQTTDialect(name: "sender", isListening: false, payloadByteCount: size),
                doesSenderRead: false
            )
        }
    }

    private func nodus(_ streams: Streams) throws -> FanoutRun {
        let crowd = try self.crowd()
        let (chat, contentByteCount) = (crowd.chat, crowd.contentByteCount)
        let sending = Array(crowd.sender.utf8)
        let readers = (0..<self.options.sockets).map {
            NodusDialect(
                token: Array(crowd.readers[$0 % crowd.readers.count].utf8),
                chat: chat,
                contentByteCount: contentByteCount
            )
        }
        let isSocket = self.options.sendOver == .socket
        let sender: any Dialect =
            isSocket
            ? NodusDialect(token: sending, chat: chat, contentByteCount: contentByteCount)
            : HTTPSends(token: sending, chats: [chat], contentByteCount: contentByteCount)
        return FanoutRun(streams, readers: readers, sender: sender, doesSenderRead: isSocket)
    }

    private func crowd() throws -> Crowd {
        if let path = self.options.crowd, let crowd = try Crowd(file: path) { return crowd }
        let driver = Driver(server: self.server, connections: 8, patience: .seconds(30))
        let owners = min(self.options.people, self.options.sockets)
        let people = try People(max(owners + 1, self.options.members), with: driver)
        let chat = try people.makeChat(of: 0..<people.count)
        let sender = try people.token(of: 0)
        let readers = try (1...owners).map { try people.token(of: $0) }
        let crowd = Crowd(
            chat: chat,
            sender: String(decoding: sender, as: UTF8.self),
            readers: readers.map { String(decoding: $0, as: UTF8.self) },
            contentByteCount: try self.contentByteCount(in: chat, token: sender, driver)
        )
        if let path = self.options.crowd { try crowd.save(to: path) }
        return crowd
    }

    /// A frame is as large as the others' payload: the message as it is answered, and around it
    /// `{"event":"message.created","data":` and `,"seq":1234,"prev":1233}`.
    private func contentByteCount(in chat: UInt64, token: [UInt8], _ driver: Driver) throws -> Int {
        let content = String(repeating: "x", count: Self.probeByteCount)
        let body = "{\"chat_id\":\(chat),\"type\":\"text\",\"content\":\"\(content)\"}"
        let request = Request(
            method: .post,
            path: "/messages",
            token: token,
            body: Array(body.utf8)
        )
        let around = "{\"event\":\"message.created\",\"data\":,\"seq\":1234,\"prev\":1233}".utf8
            .count
        var answerByteCount = 0
        try driver.run([Errand([request]) { answerByteCount = $0.body.count }])
        let others = answerByteCount - Self.probeByteCount + around
        return max(MessageNumber.byteCount, self.options.size - others)
    }
}
