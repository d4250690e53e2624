/// Holds what was sent, edited and deleted against answers, events and the last reading: LOST, DUP,
/// REORDER, PHANTOM, BROADCAST-LOST, and REGRESS of ids.
struct MessageCheck {
    /// One invocation of a send, and what it became.
    private struct Send {
        let number: Int
        let user: Int
        let chat: Int
        let text: String
        let replyTo: Int?
        /// The newest id of the chat that had been acknowledged before.
        let newestBefore: Int
        var ids: Set<Int> = []
        /// As it was first shown. Its id, author, time and reply never change.
        var shown: ShownMessage?
        var wasAcked = false
        /// Live, or on a page.
        var wasShown = false
        var isFound = false
    }

    /// What is shown of a message that changes. A deleted one stays deleted.
    private enum Content: Hashable {
        case text(String)
        case deleted
    }

    private(set) var findings: [HistoryFinding] = []
    private var sends: [Int: Send] = [:]
    private var sendOfText: [String: Int] = [:]
    private var sendOfMessage: [Int: Int] = [:]
    private var contents: [Int: Register<Content>] = [:]
    private var heardAsRead: Set<Int> = []
    private var newestAcked: [Int: Int] = [:]
    private var ackedOfChat: [Int: [(id: Int, place: Int)]] = [:]
    private var newestFound: [Int: Int] = [:]

    // MARK: What was asked and answered

    mutating func invoked(_ operation: Operation) {
        let number = operation.invocation.number
        switch operation.invocation.action {
        case .send(let chat, let text, let replyTo):
            self.sendOfText[text] = number
            self.sends[number] = Send(
                number: number,
                user: operation.invocation.user,
                chat: chat,
                text: text,
                replyTo: replyTo,
                newestBefore: self.newestAcked[chat] ?? 0
            )
        case .edit(let message, let text):
            self.contents[message, default: Register()].invoked(number, writing: .text(text))
        case .delete(let message):
            self.contents[message, default: Register()].invoked(number, writing: .deleted)
        default: break
        }
    }

    mutating func answered(_ answer: Answer, to operation: Operation, at place: Int) {
        if let page = answer.page, case .page(let chat, let limit) = operation.invocation.action {
            self.glimpsed(page, of: chat, limit: limit, askedAt: operation.invokedAt)
        }
        guard answer.outcome == .done, let message = answer.message,
            let send = self.sends[answer.number]
        else { return }
        let isFirst = !send.wasAcked
        self.sends[answer.number]?.wasAcked = true
        self.show(message, as: answer.number)
        guard isFirst else { return }
        if message.id <= send.newestBefore {
            let text = "\(message.id) was sent after \(send.newestBefore) was acknowledged"
            self.findings.append(HistoryFinding(.reorder, "chat \(send.chat): \(text)"))
        }
        self.newestAcked[send.chat] = max(self.newestAcked[send.chat] ?? 0, message.id)
        self.ackedOfChat[send.chat, default: []].append((message.id, place))
    }

    /// A page that was asked for at a place has all that had been acknowledged before it, down to
    /// its oldest message.
    private mutating func glimpsed(
        _ page: [ShownMessage],
        of chat: Int,
        limit: Int,
        askedAt: Int
    ) {
        let ids = Set(page.map(\.id))
        let oldest = page.count < limit ? 0 : page.last?.id ?? 0
        let before = (self.ackedOfChat[chat] ?? []).reversed().lazy.filter { $0.place < askedAt }
        for acked in before.prefix(limit) where acked.id >= oldest && !ids.contains(acked.id) {
            self.findings.append(
                HistoryFinding(.lost, "chat \(chat): \(acked.id) is not on a page asked for later")
            )
        }
        if zip(page, page.dropFirst()).contains(where: { $0.id <= $1.id }) {
            self.findings.append(HistoryFinding(.reorder, "chat \(chat): a page is out of order"))
        }
        for message in page {
            let number =
                self.sendOfMessage[message.id] ?? message.content.flatMap { self.sendOfText[$0] }
            guard let number else { continue }
            self.sends[number]?.wasShown = true
            self.show(message, as: number)
        }
    }

    // MARK: What was heard

    mutating func heard(_ frame: ServerFrame, at position: EventPosition) {
        guard frame.event.hasPrefix("message."), let message = frame.message else { return }
        if message.status == "read" { self.heardAsRead.insert(message.id) }
        if frame.event == "message.created" {
            guard let number = message.content.flatMap({ self.sendOfText[$0] }) else {
                self.findings.append(HistoryFinding(.phantom, "\(message.id) was heard"))
                return
            }
            self.sends[number]?.wasShown = true
            self.show(message, as: number)
        } else {
            let content = message.isDeleted ? Content.deleted : .text(message.content ?? "")
            self.contents[message.id, default: Register()].saw(content, at: position)
        }
    }

    /// Takes in that a send became a message, as one answer or frame has it.
    private mutating func show(_ message: ShownMessage, as number: Int) {
        guard let send = self.sends[number] else { return }
        if let other = self.sendOfMessage.updateValue(number, forKey: message.id), other != number {
            let text = "the id \(message.id) is of send \(other) and of send \(number)"
            self.findings.append(HistoryFinding(.regress, text))
        }
        if !send.ids.contains(message.id), !send.ids.isEmpty {
            let ids = send.ids.union([message.id]).sorted()
            self.findings.append(HistoryFinding(.duplicate, "send \(number) became \(ids)"))
        }
        self.sends[number]?.ids.insert(message.id)
        if let shown = send.shown, shown.id == message.id, !message.isSame(as: shown) {
            let text = "\(message.id) was made at \(shown.ts), and again at \(message.ts)"
            self.findings.append(HistoryFinding(.regress, text))
        }
        self.sends[number]?.shown = send.shown ?? message
    }

    // MARK: What was found

    mutating func found(_ message: ShownMessage, _ operations: Operations) {
        let newest = self.newestFound[message.chat] ?? 0
        if message.id == newest {
            self.findings.append(HistoryFinding(.duplicate, "\(message.id) is there twice"))
            return
        }
        if message.id < newest {
            self.findings.append(HistoryFinding(.reorder, "\(message.id) comes after \(newest)"))
        }
        self.newestFound[message.chat] = max(newest, message.id)
        let number =
            self.sendOfMessage[message.id] ?? message.content.flatMap { self.sendOfText[$0] }
        guard let number, let send = self.sends[number],
            operations[number]?.outcome != .refused
        else {
            self.findings.append(HistoryFinding(.phantom, "\(message.id) is there"))
            return
        }
        if !send.ids.isEmpty, !send.ids.contains(message.id) {
            let text = "\(message.id) repeats \(send.ids.sorted())"
            self.findings.append(HistoryFinding(.duplicate, text))
            return
        }
        if send.isFound {
            self.findings.append(HistoryFinding(.duplicate, "send \(number) is there twice"))
        }
        self.sends[number]?.isFound = true
        self.compare(message, with: send)
        self.checkContent(message, of: send, operations)
    }

    private mutating func compare(_ message: ShownMessage, with send: Send) {
        let isAsSent =
            message.author == send.user && message.chat == send.chat
            && message.replyTo == send.replyTo
        if !isAsSent || send.shown.map({ !message.isSame(as: $0) }) == true {
            let text = "\(message.id) is not the message that was shown for send \(send.number)"
            self.findings.append(HistoryFinding(send.wasAcked ? .lost : .broadcastLost, text))
        }
        if self.heardAsRead.contains(message.id), message.status != "read" {
            let text = "\(message.id) was heard as read and is \(message.status)"
            self.findings.append(HistoryFinding(.broadcastLost, text))
        }
    }

    private mutating func checkContent(
        _ message: ShownMessage,
        of send: Send,
        _ operations: Operations
    ) {
        let register = self.contents[message.id] ?? Register()
        let found = message.isDeleted ? Content.deleted : .text(message.content ?? "")
        let contradiction = register.contradiction(
            of: found,
            startingAs: .text(send.text),
            operations
        )
        let text = "\(message.id) is \(found)"
        switch contradiction {
        case .lost: self.findings.append(HistoryFinding(.lost, text))
        case .lostBroadcast: self.findings.append(HistoryFinding(.broadcastLost, text))
        case .phantom: self.findings.append(HistoryFinding(.phantom, text))
        case nil: break
        }
        for phantom in register.phantoms(startingAs: .text(send.text), operations) {
            self.findings.append(
                HistoryFinding(.phantom, "\(message.id) was heard as \(phantom)")
            )
        }
        if message.isDeleted, message.content != nil || !message.reactions.isEmpty {
            self.findings.append(HistoryFinding(.lost, "\(message.id) is deleted, but not empty"))
        }
    }

    mutating func finish(_ operations: Operations) {
        for send in self.sends.values.sorted(by: { $0.number < $1.number }) {
            if send.wasShown, operations[send.number]?.outcome == .refused {
                let text = "send \(send.number) was refused and shown"
                self.findings.append(HistoryFinding(.phantom, text))
            }
            guard !send.isFound, send.wasAcked || send.wasShown else { continue }
            let text = "send \(send.number) became \(send.ids.sorted()) in chat \(send.chat)"
            self.findings.append(HistoryFinding(send.wasAcked ? .lost : .broadcastLost, text))
        }
    }
}

extension ShownMessage {
    /// Whether all that never changes is the same.
    fileprivate func isSame(as other: ShownMessage) -> Bool {
        self.id == other.id && self.chat == other.chat && self.author == other.author
            && self.ts == other.ts && self.replyTo == other.replyTo
    }
}
