import Persistence
import Shards
import Testing

/// A store that batches are written to, each a position after the one before.
final class StoreRun<Store: HistoryStore> {
    let store: Store
    private(set) var writer: Store.Writer
    private(set) var state: StoreState

    static var epoch: Epoch { Epoch(high: 0x0123_4567_89ab_cdef, low: 2) }

    /// Prepares the store and gives it to `epoch`, unless it has one already.
    init(_ store: Store) throws {
        self.store = store
        try store.prepare()
        self.writer = try store.writer()
        self.state = try self.writer.state()
        guard self.state.epoch == nil else { return }
        let found = self.state
        self.state.epoch = Self.epoch
        try self.writer.adopt(self.state, insteadOf: found)
    }

    /// Writes one batch; `moving` says how far it brings the store.
    func write(_ rows: RowBatch, moving: UInt64 = 1) throws {
        try self.writer.begin(self.state)
        try self.writer.apply(rows)
        try self.commit(moving: moving)
    }

    func commit(moving: UInt64 = 1, newest: NewestIDs = NewestIDs()) throws {
        var next = self.state
        next.applied = Position(rawValue: next.applied.rawValue + moving)
        next.newest.take(newest)
        try self.writer.commit(next)
        self.state = next
    }

    /// The state a position later.
    var next: StoreState {
        var next = self.state
        next.applied = next.applied.next
        return next
    }

    /// Lets the writer go and takes another, as after an error.
    func renewWriter() throws {
        self.writer = try self.store.writer()
        self.state = try self.writer.state()
    }

    func contents() throws -> StoreContents { try StoreContents(of: try self.store.reader()) }

    /// The answer to one query.
    func messages(_ query: HistoryQuery) throws -> [StoredMessage] {
        try #require(try self.store.reader().messages([query]).first)
    }
}

/// All that a store holds.
struct StoreContents: Equatable {
    struct UserRow: Equatable {
        var user: User
        var lastSeen: Timestamp?
        var position: UInt64
    }

    struct ChatRow: Equatable {
        var chat: Chat
        var position: UInt64
    }

    struct MemberRow: Equatable {
        var chat: UInt32
        var member: Member
        var readAt: Timestamp?
        var position: UInt64
    }

    struct AbsenceRow: Equatable {
        var chat: UInt32
        var absence: Absence
    }

    var state = StoreState()
    var users: [UserRow] = []
    var chats: [ChatRow] = []
    var members: [MemberRow] = []
    var absences: [AbsenceRow] = []
    var keys: [MessageKey] = []
    var previews: [StoredMessage] = []
    var letters: [DeadLetter] = []
    /// By ascending id.
    var messages: [StoredMessage] = []

    init() {}

    init(of reader: some HistoryReader) throws {
        var kinds: [Int] = []
        var found = StoreContents()
        found.state = try reader.load { kinds.append(found.add($0)) }
        #expect(kinds == kinds.sorted(), "rows come in the order of their kinds")
        self = found
        self.messages = try Self.allMessages(reader)
    }

    private static func allMessages(_ reader: some HistoryReader) throws -> [StoredMessage] {
        var all: [StoredMessage] = []
        while true {
            let last = all.last?.message.id ?? MessageID(rawValue: 0)
            let page = try reader.messages([.everywhere(above: last, countMax: 500)])[0]
            if page.isEmpty { return all }
            all += page
        }
    }

    /// - Returns: the number of the row's kind.
    private mutating func add(_ row: HistoryRow) -> Int {
        switch row {
        case .user(let user, let lastSeen, let position):
            self.users.append(
                UserRow(user: user, lastSeen: lastSeen, position: position.rawValue)
            )
            return 0
        case .chat(let chat, let position):
            self.chats.append(ChatRow(chat: chat, position: position.rawValue))
            return 1
        case .member(let member, let chat, let readAt, let position):
            self.members.append(
                MemberRow(
                    chat: chat.rawValue,
                    member: member,
                    readAt: readAt,
                    position: position.rawValue
                )
            )
            return 2
        case .absence(let absence, let chat):
            self.absences.append(AbsenceRow(chat: chat.rawValue, absence: absence))
            return 3
        case .message(let key):
            self.keys.append(key)
            return 4
        case .preview(let message):
            self.previews.append(message)
            return 5
        case .deadLetter(let letter):
            self.letters.append(letter)
            return -1
        }
    }
}
