/// Pages a whole chat back, newest first, and holds the server to the page's promises.
struct ChatReader {
    let chatID: UInt64
    private var cursor: UInt64?
    private var newestFirst: [WireMessage] = []
    private(set) var isFinished = false

    init(chatID: UInt64) {
        self.chatID = chatID
    }

    /// Oldest first.
    var messages: [WireMessage] { self.newestFirst.reversed() }

    func request(token: [UInt8]) -> Request {
        let before = self.cursor.map { "&before_id=\($0)" } ?? ""
        let path = "/messages?chat_id=\(self.chatID)&limit=200\(before)"
        return Request(method: .get, path: path, token: token)
    }

    mutating func take(_ answer: Answer) throws {
        guard answer.status == 200 else {
            throw Failure("a page of chat \(self.chatID) is refused: \(answer.summary)")
        }
        let page = try answer.decoded(as: WirePage.self)
        for message in page.messages {
            guard message.id < self.cursor ?? .max else {
                throw Failure("chat \(self.chatID): \(message.id) is not below the id before it")
            }
            self.cursor = message.id
            self.newestFirst.append(message)
        }
        guard page.hasMore else {
            self.isFinished = true
            return
        }
        guard let last = page.messages.last, page.cursor == last.id else {
            throw Failure("chat \(self.chatID): there is more, but the cursor is not the last id")
        }
    }
}
