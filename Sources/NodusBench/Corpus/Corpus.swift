/// What people wrote in a set of chats, in the order of the log.
///
/// People are numbered over the whole file, in the order in which they appear, before anything is
/// left out: so the same person has the same number, and the same account, under every limit.
struct Corpus: Equatable {
    /// By number. The nick exactly as written: two that differ only in case are two people.
    var nicks: [String] = []
    var chats: [ChatLog] = []

    var messageCount: Int { self.chats.reduce(0) { $0 + $1.messages.count } }
}

/// One chat's log.
struct ChatLog: Equatable {
    let key: String
    var messages: [LoggedMessage] = []
    var steps: [Step] = []

    enum Step: Equatable {
        /// The message at this place of `messages`.
        case message(Int)
        case joined(person: Int, line: Int)
        case left(person: Int, line: Int)
        case renamed(person: Int, to: Int, line: Int)
    }

    /// Who wrote first. He makes the chat, and so becomes its admin.
    var creator: Int? { self.messages.first?.author }
}

struct LoggedMessage: Equatable {
    let line: Int
    let author: Int
    var text: String
    /// The place in `messages` of the one it answers. None where the log names a line that is no
    /// message, or not an earlier one.
    let reply: Int?
}
