/// What one socket's client knows: its cursor, and how far it has come in each of its chats.
///
/// Messages have numbers, and message n goes to chat n % count, so the ones of a chat are counted
/// on by n / count: none may be missing, none may come twice.
struct ResumeReader {
    private struct Chat {
        /// The ordinal that has to come next.
        var next = 0
        /// The server said that some are missing.
        var mayJump = false
    }

    let person: Int
    private var chats: [Int: Chat]
    private(set) var cursor: UInt64?
    private(set) var epoch = ""
    /// Whether a hello has come since the socket was opened.
    private(set) var isGreeted = false
    private(set) var deliveryCount = 0
    private(set) var resyncCount = 0
    /// Messages that a resync told of.
    private(set) var passedOverCount = 0

    /// Chats by their place among all.
    init(person: Int, chats: [Int]) {
        self.person = person
        self.chats = Dictionary(uniqueKeysWithValues: chats.map { ($0, Chat()) })
    }

    var target: String {
        self.cursor.map { "/ws?since=\($0)&epoch=\(self.epoch)" } ?? "/ws"
    }

    mutating func reopened() { self.isGreeted = false }

    mutating func greeted(position: UInt64, epoch: String) throws {
        if let cursor = self.cursor, epoch == self.epoch, position < cursor {
            throw Failure("hello says \(position), behind the cursor \(cursor)")
        }
        (self.cursor, self.epoch, self.isGreeted) = (position, epoch, true)
    }

    mutating func moved(to position: UInt64) throws {
        guard let cursor = self.cursor, position > cursor else {
            throw Failure("position \(position) came behind \(self.cursor ?? 0)")
        }
        self.cursor = position
    }

    mutating func received(_ number: Int, of chatCount: Int) throws {
        let (place, ordinal) = (number % chatCount, number / chatCount)
        guard var chat = self.chats[place] else {
            throw Failure("a message of a chat that the reader is not in")
        }
        let isNext = ordinal == chat.next || (chat.mayJump && ordinal > chat.next)
        guard isNext else {
            let kind = ordinal < chat.next ? "twice" : "too early"
            throw Failure("message \(ordinal) of chat \(place) came \(kind), not \(chat.next)")
        }
        self.passedOverCount += ordinal - chat.next
        chat = Chat(next: ordinal + 1)
        self.chats[place] = chat
        self.deliveryCount += 1
    }

    /// Without a place: all chats.
    mutating func resync(_ place: Int?) {
        self.resyncCount += 1
        for key in place.map({ [$0] }) ?? Array(self.chats.keys) {
            self.chats[key]?.mayJump = true
        }
    }

    func missingCount(of sentCount: Int, chatCount: Int) -> Int {
        self.chats.reduce(0) { total, chat in
            total + max(0, (sentCount - chat.key + chatCount - 1) / chatCount - chat.value.next)
        }
    }

    /// Whether it has all of the first `sentCount` messages, or has been told to fetch them.
    func has(_ sentCount: Int, of chatCount: Int) -> Bool {
        guard self.isGreeted else { return false }
        return self.chats.allSatisfy { place, chat in
            let wanted = (sentCount - place + chatCount - 1) / chatCount
            return chat.next >= wanted || chat.mayJump
        }
    }
}
