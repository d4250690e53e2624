/// Compares one chat as it was written with the same chat as the server pages it back.
///
/// A message that lacks or is too much is named once; those after it are compared with their own.
struct ChatComparison {
    /// A message of the log. `reply` is a place in the same list.
    struct Row: Equatable {
        let line: Int
        let author: String
        var text: String
        let reply: Int?
    }

    /// A message of the server, oldest first.
    struct Found: Equatable {
        let id: UInt64
        let authorID: UInt64?
        let author: String?
        let text: String?
        let reply: UInt64?
    }

    private(set) var differences: [String] = []
    /// The account that goes by each name. One name, one account: so that two people who share a
    /// name cannot pass for each other.
    private(set) var accounts: [[UInt8]: UInt64]
    private let chat: String
    private let rows: [Row]
    private let found: [Found]
    /// By row: the id on the server.
    private var ids: [UInt64?]

    /// How many messages may lack or be too much in one place before all after them count.
    private static let gapMax = 64

    /// `accounts` are those that other chats have shown.
    init(chat: String, rows: [Row], found: [Found], accounts: [[UInt8]: UInt64] = [:]) {
        self.chat = chat
        self.rows = rows
        self.found = found
        self.accounts = accounts
        self.ids = Array(repeating: nil, count: rows.count)
        let pairs = self.align()
        for (row, found) in pairs { self.compareReply(of: row, with: self.found[found]) }
    }

    /// Walks both in order. Returns the places that belong together.
    private mutating func align() -> [(row: Int, found: Int)] {
        var pairs: [(row: Int, found: Int)] = []
        var row = 0
        var place = 0
        while row < self.rows.count || place < self.found.count {
            let (missing, extra) = self.gap(row, place)
            for row in row..<row + missing { self.note(row, "missing") }
            for place in place..<place + extra { self.note(extra: self.found[place]) }
            row += missing
            place += extra
            guard row < self.rows.count, place < self.found.count else { continue }
            self.compare(row, with: self.found[place])
            self.ids[row] = self.found[place].id
            pairs.append((row, place))
            row += 1
            place += 1
        }
        return pairs
    }

    /// How many rows are missing here, or how many messages too much; neither where the two differ
    /// and nothing near fits better.
    private func gap(_ row: Int, _ place: Int) -> (missing: Int, extra: Int) {
        guard row < self.rows.count else { return (0, self.found.count - place) }
        guard place < self.found.count else { return (self.rows.count - row, 0) }
        if self.isSame(row, place) || self.isSame(row + 1, place + 1) { return (0, 0) }
        for distance in 1...Self.gapMax {
            if self.isSame(row + distance, place) { return (distance, 0) }
            if self.isSame(row, place + distance) { return (0, distance) }
        }
        return (0, 0)
    }

    private func isSame(_ row: Int, _ place: Int) -> Bool {
        guard row < self.rows.count, place < self.found.count else { return false }
        let (wanted, found) = (self.rows[row], self.found[place])
        return Self.isEqual(wanted.text, found.text) && Self.isEqual(wanted.author, found.author)
    }

    private mutating func compare(_ row: Int, with found: Found) {
        let wanted = self.rows[row]
        if !Self.isEqual(wanted.text, found.text) {
            let (expected, actual) = Self.shown(wanted.text, found.text)
            self.note(row, "text \(expected), found \(actual)")
        }
        if !Self.isEqual(wanted.author, found.author) {
            let (expected, actual) = Self.shown(wanted.author, found.author)
            return self.note(row, "author \(expected), found \(actual)")
        }
        guard let id = found.authorID else { return }
        let known = self.accounts.updateValue(id, forKey: Array(wanted.author.utf8))
        if let known, known != id {
            self.note(row, "author \"\(wanted.author)\" is user \(known) and user \(id)")
        }
    }

    private mutating func compareReply(of row: Int, with found: Found) {
        let wanted = self.rows[row].reply.flatMap { self.ids[$0] }
        guard wanted != found.reply else { return }
        let line = self.rows[row].reply.map { "line \(self.rows[$0].line)" } ?? "nothing"
        let id = found.reply.map { "\($0)" } ?? "none"
        self.note(row, "answers \(line), found the id \(id)")
    }

    private mutating func note(_ row: Int, _ what: String) {
        self.differences.append("\(self.chat) line \(self.rows[row].line): \(what)")
    }

    private mutating func note(extra found: Found) {
        let (_, text) = Self.shown("", found.text)
        self.differences.append("\(self.chat): \(found.id) is not in the log: \(text)")
    }

    /// Byte by byte; Swift would call two spellings of one accent equal.
    private static func isEqual(_ wanted: String, _ found: String?) -> Bool {
        found.map { wanted.utf8.elementsEqual($0.utf8) } ?? false
    }

    /// Both from a little before the place where they part.
    private static func shown(_ wanted: String, _ found: String?) -> (String, String) {
        let common = zip(wanted.unicodeScalars, (found ?? "").unicodeScalars).prefix { $0 == $1 }
        let start = max(0, common.reduce(0) { count, _ in count + 1 } - 20)
        let cut = { (text: String) in
            let part = String.UnicodeScalarView(text.unicodeScalars.dropFirst(start).prefix(80))
            return String(part).debugDescription
        }
        return (cut(wanted), found.map(cut) ?? "none")
    }
}
