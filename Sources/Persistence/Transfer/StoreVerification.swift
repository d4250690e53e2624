import Shards

/// Compares a store row by row with what the journal says that is in it, and rows that are older than
/// the journal with a snapshot.
///
/// The journal is made into rows as one batch, whatever batches brought them into the store.
package struct StoreVerification {
    /// One row that is not as it should be.
    package struct Difference: Hashable, Sendable, CustomStringConvertible {
        package enum Kind: String, Sendable {
            case missing = "is missing"
            case extra = "should not be there"
            case different = "is different"
        }

        package let row: RowKey
        package let kind: Kind

        package var description: String {
            "\(self.row.table) \(self.row.key) \(self.kind.rawValue)"
        }
    }

    package struct Report: Sendable {
        package let state: StoreState
        /// Rows that were compared, by table.
        package internal(set) var counts: [String: Int] = [:]
        package internal(set) var differenceCount = 0
        /// The first of them.
        package internal(set) var differences: [Difference] = []
        /// Rows that are older than the journal and in no snapshot, so that only their number is
        /// known.
        package internal(set) var olderCount = 0
        /// Rows that the store refused; they are compared with nothing.
        package internal(set) var deadLetterCount = 0
        /// Events of the journal that the store does not have yet; they are not compared.
        package internal(set) var pendingCount = 0

        mutating func add(_ kind: Difference.Kind, _ key: RowKey) {
            self.differenceCount += 1
            guard self.differences.count < Self.listedMax else { return }
            self.differences.append(Difference(row: key, kind: kind))
        }

        private static let listedMax = 50
    }

    /// There is nothing to compare with.
    package struct JournalMissing: Error, CustomStringConvertible {
        let folder: String

        package var description: String {
            "there is no journal in \(self.folder): name the server's data folder with --data-dir"
        }
    }

    private static let pageCount = 2_000

    private var users: [UserID: RowBatch.Row<User>] = [:]
    private var sightings: [UserID: RowBatch.Sighting] = [:]
    private var chats: [ChatID: RowBatch.Row<Chat>] = [:]
    private var members: [RowKey: MemberRow] = [:]
    private var absences: [RowKey: AbsenceRow] = [:]
    private var messages: [MessageID: RowBatch.Row<Message>] = [:]
    private var reactions: [MessageID: [ReactionRow]] = [:]
    private var refused: Set<RowKey> = []
    /// Rows at or below it are older than the journal.
    private let origin: Position
    private let older: SnapshotRows?
    private var report: Report

    /// Reads the journal in a folder that no server uses, and the store.
    package static func run(
        _ settings: JournalSettings,
        disk: any Disk = PosixDisk(),
        snapshots: SnapshotFolder? = nil,
        store: some HistoryStore
    ) throws -> Report {
        let reader = try store.reader()
        let state = try reader.state()
        guard try Journal.look(in: settings, disk: disk) != nil else {
            throw JournalMissing(folder: settings.folder)
        }
        var coalescer = RowCoalescer()
        var pendingCount = 0
        let journal = try Journal.read(in: settings, disk: disk) { position, event in
            if position <= state.applied {
                coalescer.take(event, at: position)
            } else {
                pendingCount += 1
            }
        }
        guard let journal else { throw JournalMissing(folder: settings.folder) }
        try state.check(against: journal, in: settings.folder)
        let origin = Position(rawValue: journal.first.rawValue - 1)
        var verification = StoreVerification(
            coalescer.finish().rows,
            state,
            origin: origin,
            older: origin > .zero
                ? snapshots.flatMap { SnapshotRows(beside: journal, in: $0) } : nil
        )
        verification.report.pendingCount = pendingCount
        try verification.compare(with: reader)
        return verification.report
    }

    private init(
        _ rows: RowBatch,
        _ state: StoreState,
        origin: Position,
        older: SnapshotRows?
    ) {
        self.origin = origin
        self.older = older
        self.report = Report(state: state)
        for row in rows.users { self.users[row.value.id] = row }
        for row in rows.sightings { self.sightings[row.user] = row }
        for row in rows.chats { self.chats[row.value.id] = row }
        for row in rows.members { self.members[.member(row.user, of: row.chat)] = row }
        for row in rows.absences { self.absences[.absence(row.absence, of: row.chat)] = row }
        for row in rows.sentMessages + rows.changedMessages { self.messages[row.value.id] = row }
        for row in rows.reactions { self.reactions[row.message, default: []].append(row) }
    }

    private mutating func compare(with reader: some HistoryReader) throws(StoreError) {
        _ = try reader.load { (row) throws(StoreError) in self.compare(row) }
        var last = MessageID(rawValue: 0)
        while true {
            let query = HistoryQuery.everywhere(above: last, countMax: Self.pageCount)
            let rows = try reader.messages([query]).first ?? []
            for row in rows { self.compare(row) }
            guard let newest = rows.last?.message.id, rows.count == Self.pageCount else { break }
            last = newest
        }
        self.reportMissing()
    }

    // MARK: - What the store has

    private mutating func compare(_ row: HistoryRow) {
        switch row {
        case .deadLetter(let letter):
            self.refused.insert(RowKey(table: letter.table, key: letter.key))
            self.report.deadLetterCount += 1
        case .user(let user, let lastSeen, let position):
            let sighting = self.sightings.removeValue(forKey: user.id)
            if let sighting, sighting.at != lastSeen { self.report.add(.different, .user(user.id)) }
            let wanted = self.users.removeValue(forKey: user.id)
            self.judge(
                .user(user.id),
                at: position,
                wanted.map { $0.value == user },
                older: self.older?.users[user.id].map { $0 == user }
            )
        case .chat(let chat, let position):
            let wanted = self.chats.removeValue(forKey: chat.id)
            self.judge(
                .chat(chat.id),
                at: position,
                wanted.map { $0.value == chat },
                older: self.older?.chats[chat.id].map { $0 == chat }
            )
        case .member(let member, let chat, let readAt, let position):
            let key = RowKey.member(member.user, of: chat)
            let wanted = self.members.removeValue(forKey: key)
            self.judge(
                key,
                at: position,
                wanted.map { $0.isMet(by: member, readAt: readAt) },
                older: self.older?.members[key].map { $0 == member }
            )
        case .absence(let absence, let chat):
            let key = RowKey.absence(absence, of: chat)
            let wanted = self.absences.removeValue(forKey: key)
            self.judge(
                key,
                at: wanted?.position ?? .zero,
                wanted.map { $0.absence == absence },
                // In memory it shrinks as they read.
                older: self.older?.absences[key].map { $0.after >= absence.after }
            )
        case .message, .preview:
            break  // Compared whole, with their content.
        }
    }

    private mutating func compare(_ row: StoredMessage) {
        let id = row.message.id
        let wanted = self.messages.removeValue(forKey: id)
        let changes = self.reactions.removeValue(forKey: id) ?? []
        // Of an older message the journal may know reactions alone.
        let isOld = wanted == nil && (row.changedAt <= self.origin || !changes.isEmpty)
        self.judge(
            .message(id),
            at: isOld ? .zero : row.changedAt,
            wanted.map { $0.value == row.message },
            older: self.older?.messages[id].map { older in
                older.message == row.message
                    && (!changes.isEmpty || older.reactions == row.reactions)
            }
        )
        guard !row.message.isDeleted else { return }
        for change in changes {
            let key = RowKey.reaction(change)
            let found = row.reaction(of: change.user, emoji: change.emoji)
            switch (found, change.reaction) {
            case (nil, nil): continue
            case (nil, .some) where !self.refused.contains(key): self.report.add(.missing, key)
            case (.some, nil): self.report.add(.extra, key)
            default:
                self.judge(
                    key,
                    at: change.position,
                    found.map { $0 == change.reaction } ?? true,
                    older: nil
                )
            }
        }
        guard wanted != nil else { return }
        // All reactions of a message that the journal has sent are in the journal.
        let known = Set(changes.map { RowKey.reaction($0) })
        for reaction in row.reactions where !known.contains(.reaction(reaction)) {
            if isOldRow(wanted) { continue }
            self.report.add(.extra, .reaction(reaction))
        }
    }

    /// Whether the row was there before the journal, which has only changes of it.
    private func isOldRow(_ row: RowBatch.Row<Message>?) -> Bool {
        guard let id = row?.value.id else { return true }
        return id <= self.report.state.legacyMessages || self.origin > .zero
    }

    /// `isRight` is nil where the journal knows no such row, `older` where the snapshot does not
    /// either.
    private mutating func judge(
        _ key: RowKey,
        at position: Position,
        _ isRight: Bool?,
        older: Bool?
    ) {
        guard let isRight = isRight ?? (self.origin > .zero ? older : nil) else {
            // A journal that begins at the beginning has everything, whatever position a row says.
            if self.origin > .zero, position <= self.origin {
                self.report.olderCount += 1
            } else if !self.refused.contains(key) {
                self.report.add(.extra, key)
            }
            return
        }
        self.report.counts[key.table, default: 0] += 1
        if !isRight, !self.refused.contains(key) { self.report.add(.different, key) }
    }

    private mutating func reportMissing() {
        var missing = self.users.keys.map { RowKey.user($0) }
        missing += self.chats.keys.map { .chat($0) }
        missing += self.members.filter { $0.value.member != nil }.keys
        missing += self.absences.keys
        missing += self.messages.keys.map { .message($0) }
        for key in missing where !self.refused.contains(key) { self.report.add(.missing, key) }
    }
}

extension MemberRow {
    /// Whether a row of the store shows all that is known here.
    fileprivate func isMet(by member: Member, readAt: Timestamp?) -> Bool {
        if let wanted = self.member, wanted != member { return false }
        if let role = self.role, role != member.role { return false }
        if let isPresent = self.isPresent, isPresent != member.isPresent { return false }
        if let through = self.readThrough, through != member.readThrough { return false }
        return self.readAt == nil || self.readAt == readAt
    }
}
