import TestSupport

/// Chats of one author and one partner, written on a connection each, and remembered.
struct Corpus: Sendable {
    private enum Step {
        case send(number: Int, replyTo: Int64?)
        case edit(Remembered)
        case delete(Remembered)
        case react(Remembered, String)
        case unreact(Remembered, String)
    }

    let author: Person.Credentials
    let partner: Person.Credentials
    private(set) var chats: [RememberedChat]
    /// Of content, that of edits too.
    private(set) var sentBytes = 0
    private(set) var changeCount = 0
    private var number: Int
    private var random: SeededRandom

    /// Requests that are on their way at once.
    private static let stepsAtOnce = 16
    private static let emoji = ["👍", "🦔", "é", "%_\\"]

    /// Corpora with different places have different content.
    init(_ place: Int, chatCount: Int, on server: ServerProcess) throws {
        let author = try Person("Author", on: server)
        let partner = try Person("Partner", on: server)
        self.author = author.credentials
        self.partner = partner.credentials
        self.chats = try (0..<chatCount).map { _ in
            RememberedChat(id: try author.makeGroup("Corpus", with: [partner]))
        }
        self.number = place * 1_000_000
        self.random = SeededRandom(seed: UInt64(place))
    }

    /// The same with so many bytes more.
    func grown(by byteCount: Int) throws -> Corpus {
        var corpus = self
        let author = Person(self.author)
        let partner = Person(self.partner)
        while corpus.sentBytes < self.sentBytes + byteCount {
            let place = Int.random(in: 0..<self.chats.count, using: &corpus.random)
            try corpus.write(to: place, by: author)
            if corpus.random.one(in: 4) { try corpus.takePart(in: place, by: partner) }
        }
        return corpus
    }

    private mutating func write(to place: Int, by author: Person) throws {
        var steps = self.plan(in: self.chats[place])
        while !steps.isEmpty {
            for step in steps { try Self.write(step, in: self.chats[place].id, by: author) }
            var refused: [Step] = []
            for step in steps {
                let answer = try author.client.readAnswer()
                if answer.isPutOff {
                    refused.append(step)
                } else if !self.take(answer, to: step, in: place) {
                    let text = answer.description.prefix(300)
                    throw WaitError.malformed("answer to \(step): \(text)")
                }
            }
            steps = refused
            if !steps.isEmpty { HTTPAnswer.waitAWhile() }
        }
    }

    /// No two of them concern the same message, so that their order does not matter.
    private mutating func plan(in chat: RememberedChat) -> [Step] {
        var free = chat.messages.values.filter { !$0.isDeleted }.sorted { $0.id < $1.id }
        return (0..<Self.stepsAtOnce).map { index in
            guard index >= Self.stepsAtOnce - 6, !free.isEmpty else { return self.send(nil) }
            let message = free.remove(at: Int.random(in: free.indices, using: &self.random))
            switch index % 6 {
            case 0: return self.send(message.id)
            case 1, 2: return .edit(message)
            case 3: return .delete(message)
            default: return self.reaction(to: message)
            }
        }
    }

    private mutating func send(_ replyTo: Int64?) -> Step {
        self.number += 1
        return .send(number: self.number, replyTo: replyTo)
    }

    private mutating func reaction(to message: Remembered) -> Step {
        let emoji = Self.emoji[Int.random(in: Self.emoji.indices, using: &self.random)]
        let mark = Remembered.Reaction(user: self.author.id, emoji: emoji)
        return message.reactions.contains(mark) ? .unreact(message, emoji) : .react(message, emoji)
    }

    private static func write(_ step: Step, in chat: Int64, by author: Person) throws {
        switch step {
        case .send(let number, let replyTo):
            let body: JSON = [
                "chat_id": .int(chat), "type": "text",
                "content": .string(Remembered.content(number: number, revision: 0)),
                "payload": Remembered.payload(number: number),
                "reply_to_id": replyTo.map { JSON.int($0) } ?? .null,
            ]
            try author.write("POST", "/messages", body)
        case .edit(let old):
            let content = Remembered.content(number: old.number, revision: old.revision + 1)
            try author.write("PATCH", "/messages/\(old.id)", ["content": .string(content)])
        case .delete(let old):
            try author.write("DELETE", "/messages/\(old.id)")
        case .react(let old, let emoji):
            try author.write("POST", "/messages/\(old.id)/reactions", ["emoji": .string(emoji)])
        case .unreact(let old, let emoji):
            let path = "/messages/\(old.id)/reactions/\(emoji.percentEncoded)"
            try author.write("DELETE", path)
        }
    }

    /// - Returns: whether it is the answer that there should be.
    private mutating func take(
        _ answer: HTTPAnswer,
        to step: Step,
        in place: Int
    ) -> Bool {
        self.changeCount += 1
        let author = self.author.id
        switch step {
        case .send(let number, let replyTo):
            let body = answer.json
            guard answer.status == 201, let id = body["id"].int else { return false }
            let message = Remembered(id: id, number: number, replyTo: replyTo)
            self.sentBytes += message.byteCount
            self.chats[place].messages[id] = message
            return message.difference(from: body, isRead: false) == nil
        case .edit(let old):
            self.change(old, in: place) { $0.revision += 1 }
            let message = self.chats[place].messages[old.id]
            self.sentBytes += message?.byteCount ?? 0
            let isRead = old.id <= self.chats[place].readThrough
            return answer.status == 200
                && message?.difference(from: answer.json, isRead: isRead) == nil
        case .delete(let old):
            self.change(old, in: place) { $0.isDeleted = true }
            return answer.status == 204
        case .react(let old, let emoji):
            let mark = Remembered.Reaction(user: author, emoji: emoji)
            self.change(old, in: place) { $0.reactions.append(mark) }
            return answer.status == 201 && answer.json["message_id"].int == old.id
        case .unreact(let old, let emoji):
            let mark = Remembered.Reaction(user: author, emoji: emoji)
            self.change(old, in: place) { $0.reactions.removeAll { $0 == mark } }
            return answer.status == 204
        }
    }

    private mutating func change(
        _ message: Remembered,
        in place: Int,
        _ change: (inout Remembered) -> Void
    ) {
        var message = message
        change(&message)
        self.chats[place].messages[message.id] = message
    }

    /// The partner reads the chat and reacts to some message of it.
    private mutating func takePart(in place: Int, by partner: Person) throws {
        let chat = self.chats[place]
        let ordered = chat.ordered
        let read = try HTTPAnswer.untilNotPutOff { try partner.post("/chats/\(chat.id)/read") }
        let unread = ordered.filter { $0.id > chat.readThrough && !$0.isDeleted }.map(\.id)
        let body = read.json
        let named = body["message_ids"].items.compactMap(\.int)
        guard read.status == 200, named == Array(unread.suffix(1000).reversed()),
            body["up_to_id"].int == ordered.last?.id
        else { throw WaitError.malformed("reading \(unread.count) unread: \(read)") }
        self.chats[place].readThrough = ordered.last?.id ?? 0
        let open = ordered.filter { !$0.isDeleted }
        let message = open[Int.random(in: open.indices, using: &self.random)]
        let mark = Remembered.Reaction(user: partner.id, emoji: "❤️")
        guard !message.reactions.contains(mark) else { return }
        let answer = try HTTPAnswer.untilNotPutOff {
            try partner.post("/messages/\(message.id)/reactions", ["emoji": "❤️"])
        }
        guard answer.status == 201 else { throw WaitError.malformed("reaction: \(answer)") }
        self.change(message, in: place) { $0.reactions.append(mark) }
    }
}
