import TestSupport

/// People who do all that can be done to chats, at random.
///
/// What is refused is part of it: a member who was removed tries too.
struct RandomTraffic {
    private let people: [Person]
    private var random: SeededRandom
    private var chats: [Int64] = []
    private var messages: [Int64] = []
    private(set) var refusedCount = 0
    private(set) var doneCount = 0

    init(_ people: [Person], seed: UInt64) {
        self.people = people
        self.random = SeededRandom(seed: seed)
    }

    private mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &self.random)]
    }

    mutating func step() throws {
        let who = self.pick(self.people)
        guard self.chats.count >= 3 else { return try self.begin(as: who) }
        let chat = self.pick(self.chats)
        let other = self.pick(self.people)
        let message = self.pick(self.messages.isEmpty ? [1] : self.messages.suffix(30))
        let emoji = self.pick(["a", "b", "c"])
        switch Int.random(in: 0..<100, using: &self.random) {
        case 0..<35: try self.say(nil, in: chat, as: who)
        case 35..<42: try self.say(message, in: chat, as: who)
        case 42..<52:
            let text: JSON = ["content": JSON("edited \(self.doneCount)")]
            self.count(try who.patch("/messages/\(message)", text))
        case 52..<58: self.count(try who.delete("/messages/\(message)"))
        case 58..<68:
            self.count(try who.post("/messages/\(message)/reactions", ["emoji": JSON(emoji)]))
        case 68..<74: self.count(try who.delete("/messages/\(message)/reactions/\(emoji)"))
        case 74..<82: self.count(try who.post("/chats/\(chat)/read"))
        case 82..<85:
            self.count(try who.patch("/chats/\(chat)", ["title": JSON("T\(self.doneCount)")]))
        case 85..<90:
            self.count(try who.post("/chats/\(chat)/members", ["user_id": JSON(other.id)]))
        case 90..<93: self.count(try who.delete("/chats/\(chat)/members/\(other.id)"))
        case 93..<95: self.count(try who.post("/chats/\(chat)/leave"))
        case 95..<96: self.count(try who.delete("/chats/\(chat)"))
        case 96..<98: _ = try? self.chats.append(who.openDirect(with: other))
        default: try self.begin(as: who)
        }
    }

    private mutating func begin(as who: Person) throws {
        let others = self.people.filter { _ in self.random.one(in: 2) }
        self.chats.append(try who.makeGroup("G\(self.chats.count)", with: others))
        if self.chats.count > 8 { self.chats.removeFirst() }
    }

    private mutating func say(_ reply: Int64?, in chat: Int64, as who: Person) throws {
        let answer = try who.post(
            "/messages",
            [
                "chat_id": JSON(chat), "type": "text", "content": JSON("m\(self.doneCount)"),
                "reply_to_id": reply.map { JSON($0) } ?? .null,
            ]
        )
        self.count(answer)
        if let id = answer.json["id"].int { self.messages.append(id) }
    }

    private mutating func count(_ answer: HTTPAnswer) {
        self.doneCount += 1
        if answer.status >= 300 { self.refusedCount += 1 }
    }
}
