/// How far people have read, which shows in their unread counts: LOST, BROADCAST-LOST, PHANTOM.
struct ReadCheck {
    private struct Reader: Hashable {
        let chat: Int
        let user: Int
    }

    private struct Pointer {
        var acked = 0
        var heard = 0
        var numbers: [Int] = []
    }

    /// The messages of one chat that are not deleted, in order.
    private struct Messages {
        var all: [Int] = []
        var ofAuthor: [Int: [Int]] = [:]

        func unreadCount(of user: Int, after id: Int) -> Int {
            let own = self.ofAuthor[user] ?? []
            return self.all.count(after: id) - own.count(after: id)
        }
    }

    private(set) var findings: [HistoryFinding] = []
    private var pointers: [Reader: Pointer] = [:]
    private var messages: [Int: Messages] = [:]
    private var unread: [Reader: Int] = [:]

    mutating func invoked(_ operation: Operation) {
        guard case .read(let chat) = operation.invocation.action else { return }
        let reader = Reader(chat: chat, user: operation.invocation.user)
        self.pointers[reader, default: Pointer()].numbers.append(operation.invocation.number)
    }

    mutating func answered(_ answer: Answer, to operation: Operation) {
        guard case .read(let chat) = operation.invocation.action, let id = answer.readThrough
        else { return }
        let reader = Reader(chat: chat, user: operation.invocation.user)
        let acked = max(self.pointers[reader]?.acked ?? 0, id)
        self.pointers[reader, default: Pointer()].acked = acked
    }

    mutating func heard(_ frame: ServerFrame) {
        guard frame.event == "message.read", let chat = frame.data.chat,
            let user = frame.data.user, let id = frame.data.readThrough
        else { return }
        let reader = Reader(chat: chat, user: user)
        let heard = max(self.pointers[reader]?.heard ?? 0, id)
        self.pointers[reader, default: Pointer()].heard = heard
    }

    mutating func found(_ message: ShownMessage) {
        guard !message.isDeleted else { return }
        self.messages[message.chat, default: Messages()].all.append(message.id)
        guard let author = message.author else { return }
        self.messages[message.chat]?.ofAuthor[author, default: []].append(message.id)
    }

    mutating func foundUnread(_ count: Int, of user: Int, in chat: Int) {
        self.unread[Reader(chat: chat, user: user)] = count
    }

    mutating func finish(_ operations: Operations) {
        for (reader, count) in self.unread {
            let pointer = self.pointers[reader] ?? Pointer()
            let messages = self.messages[reader.chat] ?? Messages()
            let through = max(pointer.acked, pointer.heard)
            let most = messages.unreadCount(of: reader.user, after: through)
            let text = "user \(reader.user) has \(count) unread in chat \(reader.chat), not \(most)"
            if count > most {
                let isLost = count > messages.unreadCount(of: reader.user, after: pointer.acked)
                self.findings.append(HistoryFinding(isLost ? .lost : .broadcastLost, text))
            }
            let mayBeFurther = pointer.numbers.contains { operations[$0]?.outcome == .open }
            if count < most, !mayBeFurther { self.findings.append(HistoryFinding(.phantom, text)) }
        }
    }
}

extension [Int] {
    /// How many are above `value`, of an ascending array.
    fileprivate func count(after value: Int) -> Int {
        var low = 0
        var high = self.count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return self.count - low
    }
}
