import Shards

/// Copies one store into another, in pieces that a later run goes on from.
///
/// Until all is there the target belongs to no server, which its epoch says; its applied position
/// is the source's, and its newest message id says how far the copy has come.
package struct StoreCopy {
    package enum Failure: Error, CustomStringConvertible {
        case targetInUse
        case alreadyCopied
        case sourceUnderWay
        case sourceChanged
        /// What is different, a row each.
        case notEqual([RowKey])

        package var description: String {
            switch self {
            case .targetInUse: "the target holds a history of its own: copy into an empty database"
            case .alreadyCopied: "the target holds this very history already: nothing was copied"
            case .sourceUnderWay: "the source is itself the target of a copy that did not end"
            case .sourceChanged:
                "the source has changed since the copy began: stop its server, empty the target, "
                    + "and begin again"
            case .notEqual(let rows):
                "the copy differs from its source in "
                    + rows.prefix(10).map { "\($0.table) \($0.key)" }.joined(separator: "; ")
                    + (rows.count > 10 ? " and \(rows.count - 10) more" : "")
                    + ": empty the target, and begin again"
            }
        }
    }

    package struct Progress: Sendable {
        package internal(set) var rowCount = 0
        package internal(set) var messageCount = 0
        /// Messages of the source.
        package internal(set) var total = 0
        package internal(set) var isComparing = false
        /// CRC32C of all messages and reactions, in order of id.
        package internal(set) var checksum: UInt32 = 0
    }

    private static let pageCount = 1_000

    private let source: any HistoryReader
    private let target: any HistoryStore
    private let writer: any HistoryWriter
    private var state: StoreState
    private let found: StoreState
    private var progress = Progress()

    /// Tells how far it is after each piece. Running it again after any failure goes on.
    package static func run(
        from source: some HistoryStore,
        to target: some HistoryStore,
        _ tell: (Progress) -> Void
    ) throws -> Progress {
        var copy = try StoreCopy(from: source, to: target)
        try copy.copyRows()
        tell(copy.progress)
        while try copy.copyMessages() { tell(copy.progress) }
        do {
            try copy.compare(tell)
        } catch Failure.notEqual(let rows) {
            throw try copy.hasSourceChanged(source) ? Failure.sourceChanged : .notEqual(rows)
        }
        guard try !copy.hasSourceChanged(source) else { throw Failure.sourceChanged }
        try copy.writer.adopt(copy.found, insteadOf: copy.state)
        return copy.progress
    }

    /// Where the source cannot be read, the target is not touched.
    private init(from source: some HistoryStore, to target: some HistoryStore) throws {
        self.source = try source.reader()
        self.found = try self.source.state()
        guard !self.found.isHalfCopied else { throw Failure.sourceUnderWay }
        try target.prepare()
        self.target = target
        self.writer = try target.writer()
        let before = try self.writer.state()
        self.state = before
        if before.isEmpty {
            self.state.epoch = StoreState.copying
            self.state.applied = self.found.applied
            try self.writer.adopt(self.state, insteadOf: before)
        } else if !before.isHalfCopied {
            let isSame = before.epoch != nil && before == self.found
            throw isSame ? Failure.alreadyCopied : .targetInUse
        } else if before.applied != self.found.applied {
            throw Failure.sourceChanged
        }
    }

    private func hasSourceChanged(_ source: some HistoryStore) throws -> Bool {
        try source.reader().state() != self.found
    }

    // MARK: - Copying

    /// People, chats and members: all of them each time, which changes nothing the second time.
    private mutating func copyRows() throws {
        var rows = RowBatch()
        var letters: [DeadLetter] = []
        var count = 0
        var total = 0
        _ = try self.source.load { (row) throws(StoreError) in
            if case .deadLetter(let letter) = row { letters.append(letter) }
            if case .message = row { total += 1 }
            rows.take(row)
            guard rows.count >= Self.pageCount else { return }
            count += rows.count
            try self.write(rows)
            rows = RowBatch()
        }
        count += rows.count
        try self.write(rows)
        if try self.writer.deadLetters().isEmpty, !letters.isEmpty {
            try self.writer.begin(self.state)
            for letter in letters { try self.writer.bury(letter) }
            try self.writer.commit(self.state)
        }
        self.progress.rowCount = count
        self.progress.total = total
    }

    /// - Returns: whether there are more.
    private mutating func copyMessages() throws -> Bool {
        let page =
            try self.source.messages([
                .everywhere(above: self.state.newest.message, countMax: Self.pageCount)
            ]).first ?? []
        guard let last = page.last?.message.id else { return false }
        var rows = RowBatch()
        for message in page { rows.take(message) }
        var after = self.state
        after.newest.message = last
        try self.write(rows, after: after)
        self.state = after
        self.progress.messageCount += page.count
        return true
    }

    private func write(_ rows: RowBatch) throws(StoreError) {
        guard rows.count > 0 else { return }
        try self.write(rows, after: self.state)
    }

    private func write(_ rows: RowBatch, after: StoreState) throws(StoreError) {
        try self.writer.begin(self.state)
        try self.writer.apply(rows)
        try self.writer.commit(after)
    }

    // MARK: - Comparing

    private mutating func compare(_ tell: (Progress) -> Void) throws {
        let copy = try self.target.reader()
        var rows = Set<RowBatch.Image>()
        _ = try self.source.load { (row) throws(StoreError) in
            if let image = RowBatch.Image(row) { rows.insert(image) }
        }
        var differences: [RowKey] = []
        _ = try copy.load { (row) throws(StoreError) in
            guard let image = RowBatch.Image(row) else { return }
            if rows.remove(image) == nil { differences.append(image.key) }
        }
        differences += rows.map(\.key)
        var last = MessageID(rawValue: 0)
        self.progress.messageCount = 0
        self.progress.isComparing = true
        while differences.isEmpty {
            let query = HistoryQuery.everywhere(above: last, countMax: Self.pageCount)
            let wanted = try self.source.messages([query]).first ?? []
            let found = try copy.messages([query]).first ?? []
            if wanted != found { differences += Self.differences(wanted, found) }
            self.progress.take(found)
            tell(self.progress)
            guard let newest = wanted.last?.message.id else { break }
            last = newest
        }
        guard differences.isEmpty else { throw Failure.notEqual(differences) }
    }

    private static func differences(
        _ wanted: [StoredMessage],
        _ found: [StoredMessage]
    ) -> [RowKey] {
        let rows = Dictionary(
            found.map { ($0.message.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let ids = Set(wanted.map(\.message.id))
        return wanted.filter { rows[$0.message.id] != $0 }.map { .message($0.message.id) }
            + found.filter { !ids.contains($0.message.id) }.map { .message($0.message.id) }
    }
}

extension StoreCopy.Progress {
    fileprivate mutating func take(_ messages: [StoredMessage]) {
        self.messageCount += messages.count
        for message in messages {
            var json = JSONWriter(reserving: message.byteCount(isRead: false))
            message.write(isRead: false, to: &json)
            self.checksum = json.bytes.withUnsafeBytes {
                CRC32C.checksum($0, seed: self.checksum)
            }
        }
    }
}

extension RowBatch {
    /// A row of a walk over a store, as it is compared.
    fileprivate struct Image: Hashable {
        let key: RowKey
        let position: Position
        private let content: Content

        private enum Content: Hashable {
            case user(User, Timestamp?)
            case chat(Chat)
            case member(Member, Timestamp?)
            case absence(Absence)
        }

        init?(_ row: HistoryRow) {
            switch row {
            case .user(let user, let lastSeen, let position):
                self.key = .user(user.id)
                self.position = position
                self.content = .user(user, lastSeen)
            case .chat(let chat, let position):
                self.key = .chat(chat.id)
                self.position = position
                self.content = .chat(chat)
            case .member(let member, let chat, let readAt, let position):
                self.key = .member(member.user, of: chat)
                self.position = position
                self.content = .member(member, readAt)
            case .absence(let absence, let chat):
                self.key = .absence(absence, of: chat)
                self.position = .zero
                self.content = .absence(absence)
            case .message, .preview, .deadLetter:
                return nil
            }
        }
    }

    fileprivate mutating func take(_ row: HistoryRow) {
        switch row {
        case .user(let user, let lastSeen, let position):
            self.users.append(Row(user, at: position))
            guard let lastSeen else { return }
            self.sightings.append(Sighting(user: user.id, at: lastSeen, position: position))
        case .chat(let chat, let position):
            self.chats.append(Row(chat, at: position))
        case .member(let member, let chat, let readAt, let position):
            var row = MemberRow(chat: chat, user: member.user, position: position)
            row.member = member
            row.readAt = readAt
            self.members.append(row)
        case .absence(let absence, let chat):
            self.absences.append(AbsenceRow(chat: chat, absence: absence, position: .zero))
        case .message, .preview, .deadLetter:
            break
        }
    }

    fileprivate mutating func take(_ message: StoredMessage) {
        self.sentMessages.append(Row(message.message, at: message.changedAt))
        for reaction in message.reactions {
            self.reactions.append(
                ReactionRow(
                    chat: message.message.chat,
                    message: reaction.message,
                    user: reaction.user,
                    emoji: reaction.emoji,
                    reaction: reaction,
                    position: message.changedAt
                )
            )
        }
    }
}
