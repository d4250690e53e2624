/// Turns logged lines into a corpus, and leaves out what is beyond the limits.
struct CorpusBuilder {
    /// One line of the file.
    struct Line: Decodable {
        enum Kind: String, Decodable {
            case message
            case joined
            case left
            case renamed
        }

        enum CodingKeys: String, CodingKey {
            case chat
            case line
            case kind
            case nick
            case to
            case text
            case reply = "reply_to_line"
        }

        let chat: String
        let line: Int
        let kind: Kind
        let nick: String
        var to: String?
        var text: String?
        var reply: Int?
    }

    struct Limits {
        var messageCount = Int.max
        var chatCount = Int.max
    }

    private let limits: Limits
    private var corpus = Corpus()
    private var numbers: [Name: Int] = [:]
    private var places: [String: Int] = [:]
    /// By chat: which place in its messages a line has.
    private var messagesOfLines: [[Int: Int]] = []
    private var messageCount = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    mutating func add(_ line: Line) {
        let person = self.number(of: line.nick)
        let renamed = line.to.map { self.number(of: $0) }
        guard self.messageCount < self.limits.messageCount, let place = self.place(of: line.chat)
        else { return }
        switch line.kind {
        case .message: self.addMessage(line, by: person, to: place)
        case .joined:
            self.corpus.chats[place].steps.append(.joined(person: person, line: line.line))
        case .left:
            self.corpus.chats[place].steps.append(.left(person: person, line: line.line))
        case .renamed:
            guard let renamed else { return }
            self.corpus.chats[place].steps.append(
                .renamed(person: person, to: renamed, line: line.line)
            )
        }
    }

    /// Chats without a message are left out: nobody would make them.
    consuming func finished() -> Corpus {
        var corpus = self.corpus
        corpus.chats.removeAll { $0.messages.isEmpty }
        return corpus
    }

    private mutating func addMessage(_ line: Line, by person: Int, to place: Int) {
        let index = self.corpus.chats[place].messages.count
        let message = LoggedMessage(
            line: line.line,
            author: person,
            text: line.text ?? "",
            reply: line.reply.flatMap { self.messagesOfLines[place][$0] }
        )
        self.corpus.chats[place].messages.append(message)
        self.corpus.chats[place].steps.append(.message(index))
        self.messagesOfLines[place][line.line] = index
        self.messageCount += 1
    }

    private mutating func number(of nick: String) -> Int {
        let name = Name(nick)
        if let number = self.numbers[name] { return number }
        let number = self.corpus.nicks.count
        self.corpus.nicks.append(nick)
        self.numbers[name] = number
        return number
    }

    private mutating func place(of key: String) -> Int? {
        if let place = self.places[key] { return place }
        guard self.corpus.chats.count < self.limits.chatCount else { return nil }
        let place = self.corpus.chats.count
        self.corpus.chats.append(ChatLog(key: key))
        self.messagesOfLines.append([:])
        self.places[key] = place
        return place
    }
}

/// A nick compared byte by byte, where Swift would call two spellings of one accent equal.
private struct Name: Hashable {
    private let bytes: [UInt8]

    init(_ nick: String) {
        self.bytes = Array(nick.utf8)
    }
}
