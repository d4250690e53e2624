import Persistence
import Shards

/// What a store holds, in memory: the rules of `HistoryStoreContract`, as simply as they can be
/// written down.
struct SimulatedRows: Equatable, Sendable {
    private struct UserRow: Equatable, Sendable {
        var user: User
        var lastSeen: Timestamp?
        var position: Position
    }

    private struct MemberKey: Hashable, Sendable {
        let chat: ChatID
        let user: UserID
    }

    private struct MemberValue: Equatable, Sendable {
        var member: Member
        var readAt: Timestamp?
        var position: Position
    }

    private struct AbsenceKey: Hashable, Comparable, Sendable {
        let chat: ChatID
        let through: MessageID
        let user: UserID

        static func < (left: AbsenceKey, right: AbsenceKey) -> Bool {
            (left.chat, left.through, left.user) < (right.chat, right.through, right.user)
        }
    }

    private struct ReactionKey: Hashable, Sendable {
        let user: UserID
        /// Bytes, as a database compares them.
        let emoji: [UInt8]
    }

    private struct ReactionValue: Equatable, Sendable {
        var reaction: Reaction
        var position: Position
    }

    var state = StoreState()
    private(set) var letters: [DeadLetter] = []
    private var newestLetter: Int64 = 0
    private var users: [UserID: UserRow] = [:]
    private var chats: [ChatID: RowBatch.Row<Chat>] = [:]
    private var members: [MemberKey: MemberValue] = [:]
    private var absences: [AbsenceKey: MessageID] = [:]
    private var messages: [MessageID: RowBatch.Row<Message>] = [:]
    private var reactions: [MessageID: [ReactionKey: ReactionValue]] = [:]

    // MARK: - Writing

    mutating func apply(_ batch: RowBatch) {
        for chat in batch.deletedChats { self.delete(chat) }
        for row in batch.users where row.isNewer(than: self.users[row.value.id]?.position) {
            let lastSeen = self.users[row.value.id]?.lastSeen
            self.users[row.value.id] = UserRow(
                user: row.value,
                lastSeen: lastSeen,
                position: row.position
            )
        }
        for sighting in batch.sightings { self.users[sighting.user]?.lastSeen = sighting.at }
        for row in batch.chats where row.isNewer(than: self.chats[row.value.id]?.position) {
            self.chats[row.value.id] = row
        }
        for row in batch.members { self.apply(row) }
        for row in batch.absences { self.apply(row) }
        for row in batch.sentMessages + batch.changedMessages
        where row.isNewer(than: self.messages[row.value.id]?.position) {
            self.messages[row.value.id] = row
        }
        for row in batch.reactions { self.apply(row) }
    }

    private mutating func delete(_ chat: ChatID) {
        for id in self.messages.filter({ $0.value.value.chat == chat }).keys {
            self.messages[id] = nil
            self.reactions[id] = nil
        }
        self.absences = self.absences.filter { $0.key.chat != chat }
        self.members = self.members.filter { $0.key.chat != chat }
        self.chats[chat] = nil
    }

    private mutating func apply(_ row: MemberRow) {
        let key = MemberKey(chat: row.chat, user: row.user)
        let old = self.members[key]
        if let old, old.position >= row.position { return }
        guard var member = row.member ?? old?.member else { return }
        if row.member == nil {
            member.role = row.role ?? member.role
            member.isPresent = row.isPresent ?? member.isPresent
            member.readThrough = max(member.readThrough, row.readThrough ?? member.readThrough)
        }
        self.members[key] = MemberValue(
            member: member,
            readAt: row.readAt ?? old?.readAt,
            position: row.position
        )
    }

    private mutating func apply(_ row: AbsenceRow) {
        let key = AbsenceKey(chat: row.chat, through: row.absence.through, user: row.absence.user)
        self.absences[key] = max(self.absences[key] ?? row.absence.after, row.absence.after)
    }

    private mutating func apply(_ row: ReactionRow) {
        let key = ReactionKey(user: row.user, emoji: Array(row.emoji.utf8))
        if let old = self.reactions[row.message]?[key], old.position >= row.position { return }
        self.reactions[row.message, default: [:]][key] = row.reaction.map { reaction in
            ReactionValue(reaction: reaction, position: row.position)
        }
        if self.reactions[row.message]?.isEmpty == true { self.reactions[row.message] = nil }
    }

    /// Without reactions to messages that are not there, which nobody sees.
    var visible: SimulatedRows {
        var rows = self
        rows.reactions = rows.reactions.filter { rows.messages[$0.key] != nil }
        return rows
    }

    mutating func add(_ letter: DeadLetter) {
        self.newestLetter += 1
        self.letters.append(
            DeadLetter(
                id: self.newestLetter,
                position: letter.position,
                table: letter.table,
                key: letter.key,
                events: letter.events,
                code: letter.code,
                reason: letter.reason,
                at: letter.at
            )
        )
    }

    mutating func remove(_ letter: DeadLetter) { self.letters.removeAll { $0.id == letter.id } }

    /// The newest ids never go down.
    mutating func move(to state: StoreState) {
        var state = state
        state.newest.take(self.state.newest)
        self.state = state
    }

    // MARK: - Reading

    func messages(_ query: HistoryQuery) -> [StoredMessage] {
        switch query {
        case .ids(let ids):
            Set(ids).sorted().compactMap { self.messages[$0] }.map { self.stored($0) }
        case .below(let id, let chat, let countMax, let includesDeleted):
            self.page(countMax, descending: true) {
                $0.chat == chat && $0.id < id && (includesDeleted || !$0.isDeleted)
            }
        case .above(let id, let chat, let countMax, let includesDeleted):
            self.page(countMax) {
                $0.chat == chat && $0.id > id && (includesDeleted || !$0.isDeleted)
            }
        case .everywhere(let id, let countMax):
            self.page(countMax) { $0.id > id }
        }
    }

    private func page(
        _ countMax: Int,
        descending: Bool = false,
        _ isWanted: (Message) -> Bool
    ) -> [StoredMessage] {
        let found = self.messages.values.filter { isWanted($0.value) }
            .sorted { descending ? $0.value.id > $1.value.id : $0.value.id < $1.value.id }
        return found.prefix(max(0, countMax)).map { self.stored($0) }
    }

    private func stored(_ row: RowBatch.Row<Message>) -> StoredMessage {
        let reactions = (self.reactions[row.value.id] ?? [:]).values.map(\.reaction)
            .sorted { $0.id.rawValue < $1.id.rawValue }
        return StoredMessage(row.value, reactions: reactions, at: row.position)
    }

    func load(_ visit: (HistoryRow) throws(StoreError) -> Void) throws(StoreError) {
        for letter in self.letters { try visit(.deadLetter(letter)) }
        for row in self.users.values.sorted(by: { $0.user.id < $1.user.id }) {
            try visit(.user(row.user, lastSeen: row.lastSeen, at: row.position))
        }
        let chats = self.chats.values.sorted { $0.value.id < $1.value.id }
        for row in chats { try visit(.chat(row.value, at: row.position)) }
        let members = self.members.sorted {
            ($0.key.chat, $0.key.user) < ($1.key.chat, $1.key.user)
        }
        for (key, row) in members {
            try visit(.member(row.member, of: key.chat, readAt: row.readAt, at: row.position))
        }
        for (key, after) in self.absences.sorted(by: { $0.key < $1.key }) {
            let absence = Absence(user: key.user, after: after, through: key.through)
            try visit(.absence(absence, of: key.chat))
        }
        let messages = self.messages.values.sorted {
            ($0.value.chat, $0.value.id) < ($1.value.chat, $1.value.id)
        }
        for row in messages { try visit(.message(MessageKey(of: row))) }
        let newest = MessageID(rawValue: .max)
        for chat in chats {
            let query = HistoryQuery.below(
                newest,
                of: chat.value.id,
                countMax: 1,
                includesDeleted: false
            )
            for message in self.messages(query) { try visit(.preview(message)) }
        }
    }
}

extension RowBatch.Row {
    fileprivate func isNewer(than position: Position?) -> Bool {
        position.map { $0 < self.position } ?? true
    }
}

extension MessageKey {
    fileprivate init(of row: RowBatch.Row<Message>) {
        self.init(
            id: row.value.id,
            chat: row.value.chat,
            author: row.value.author,
            ts: row.value.ts,
            isDeleted: row.value.isDeleted,
            position: row.position
        )
    }
}
