import Shards

/// The rows that a snapshot shows: what a store's rows that are older than the journal are compared
/// with. Nothing has changed them since, so that it does not matter when the snapshot was taken.
struct SnapshotRows {
    private(set) var users: [UserID: User] = [:]
    private(set) var chats: [ChatID: Chat] = [:]
    private(set) var members: [RowKey: Member] = [:]
    private(set) var absences: [RowKey: Absence] = [:]
    /// Those in memory; the store alone has the others.
    private(set) var messages: [MessageID: StoredMessage] = [:]

    /// Of the newest snapshot of the journal's history that is whole and joins on to the journal.
    ///
    /// - Returns: nil where there is none.
    init?(beside journal: JournalExtent, in folder: SnapshotFolder) {
        guard let entries = try? folder.entries(of: journal.epoch) else { return nil }
        for entry in entries {
            guard let reader = try? SnapshotReader(entry, in: folder),
                reader.header.epoch == journal.epoch, reader.header.newest <= journal.last,
                reader.header.start.next >= journal.first
            else { continue }
            var rows = SnapshotRows()
            guard (try? SnapshotLoading.load(reader, threadCount: 1, { rows.take($0) })) != nil
            else { continue }
            self = rows
            return
        }
        return nil
    }

    private init() {}

    private mutating func take(_ item: SnapshotItem) {
        switch item {
        case .account(let account): self.users[account.user.id] = account.user
        case .chat(let state): self.take(state)
        default: break
        }
    }

    private mutating func take(_ state: ChatState) {
        let id = state.chat.id
        let parts = state.parts
        self.chats[id] = state.chat
        for entry in parts.members.all {
            self.members[.member(entry.member.user, of: id)] = entry.member
        }
        for absence in parts.absences { self.absences[.absence(absence, of: id)] = absence }
        for message in parts.log.window { self.messages[message.message.id] = message }
    }
}
