/// Messages that are in the store and not in memory: who needs them, and what becomes of them.
extension ChatState {
    /// How many unread messages a reader's answer may name, all of which have to be looked at.
    private static let readMessagesMax = 1000

    /// What the store has to be asked before the command can be decided; empty where nothing.
    ///
    /// `known` are messages that it was asked for already, whether it has them or not.
    package func missing(
        for command: ChatCommand,
        by user: UserID,
        known: Set<MessageID>
    ) -> [HistoryQuery] {
        guard self.log.olderCount > 0, self.members.contains(user) else { return [] }
        var queries: [HistoryQuery] = []
        func ask(_ id: MessageID) {
            guard self.log.isOnlyStored(id), !known.contains(id) else { return }
            queries.append(.ids([id]))
        }
        switch command {
        case .send(let draft):
            if let id = draft.replyTo { ask(id) }
        case .edit(let id, _), .react(let id, emoji: _), .unreact(let id, emoji: _):
            ask(id)
        case .deleteMessage(let id):
            ask(id)
            guard self.log.isLastPreview(id) else { break }
            queries.append(self.undeletedBelow(min(id, self.log.firstID), countMax: 1))
        case .markRead:
            let unread = self.log.olderCount - (self.members[user]?.readCount ?? 0)
            let count = min(unread, Self.readMessagesMax - self.log.indices.count)
            guard count > 0 else { break }
            queries.append(
                .below(
                    self.log.firstID,
                    of: self.chat.id,
                    countMax: count,
                    includesDeleted: true
                )
            )
        case .create, .rename, .delete, .addMember, .removeMember, .leave:
            break
        }
        return queries
    }

    /// What the store has to be asked for a page; empty where memory has all of it.
    ///
    /// One more than the limit on each side of the cursor is enough to tell whether there is more.
    package func missing(for page: PageQuery) -> [HistoryQuery] {
        guard self.log.olderCount > 0, !self.isInWindow(page) else { return [] }
        let first = self.log.firstID
        switch page.cursor {
        case .newest:
            return [self.below(first, for: page)]
        case .before(let id):
            return [self.below(min(id, first), for: page)]
        case .after(let id):
            return [self.above(id, for: page)]
        case .around(let id):
            let from = MessageID(rawValue: max(id.rawValue, 1) - 1)
            return [self.below(min(id, first), for: page), self.above(from, for: page)]
        }
    }

    /// Whether the answers leave enough for the page when what was deleted since is left out.
    func isEnough(
        _ answers: [[StoredMessage]],
        to queries: [HistoryQuery],
        for page: PageQuery
    ) -> Bool {
        page.includesDeleted
            || zip(queries, answers).allSatisfy { query, rows in
                rows.count < query.countMax
                    || rows.contains { $0.message.id >= self.log.firstID }
                    || rows.count { !self.log.isDeleted($0.message.id) } > page.limit
            }
    }

    private func isInWindow(_ page: PageQuery) -> Bool {
        let first = self.log.firstID
        func holds(below id: MessageID) -> Bool {
            guard id >= first else { return false }
            let window = self.log.olderCount..<self.log.count(below: id)
            guard !page.includesDeleted else { return window.count >= page.limit }
            return window.reversed().lazy.filter { !self.log[$0].message.isDeleted }
                .prefix(page.limit + 1).count > page.limit
        }
        switch page.cursor {
        case .newest: return holds(below: MessageID(rawValue: .max))
        case .before(let id): return holds(below: id)
        case .after(let id): return id >= first || id.rawValue + 1 == first.rawValue
        case .around(let id): return holds(below: id)
        }
    }

    private func below(_ id: MessageID, for page: PageQuery) -> HistoryQuery {
        let count = page.limit + 1
        guard page.includesDeleted else { return self.undeletedBelow(id, countMax: count) }
        return .below(id, of: self.chat.id, countMax: count, includesDeleted: true)
    }

    /// Those more that the store may not know to be deleted.
    private func undeletedBelow(_ id: MessageID, countMax: Int) -> HistoryQuery {
        let count = countMax + self.log.touchedDeletedCount(in: MessageID(rawValue: 0)..<id)
        return .below(id, of: self.chat.id, countMax: count, includesDeleted: false)
    }

    private func above(_ id: MessageID, for page: PageQuery) -> HistoryQuery {
        var count = page.limit + 1
        if !page.includesDeleted {
            count += self.log.touchedDeletedCount(in: id.next..<MessageID(rawValue: .max))
        }
        let all = page.includesDeleted
        return .above(id, of: self.chat.id, countMax: count, includesDeleted: all)
    }

    // MARK: - What came back

    /// This chat with just the messages in it that the store gave and those of the window, which
    /// follow them: enough to plan and write the page that asked.
    package func showing(_ answers: [[StoredMessage]], to queries: [HistoryQuery]) -> ChatState {
        var chat = self
        chat.log = MessageLog(of: self.older(answers, to: queries) + self.log.loaded)
        return chat
    }

    /// The same, laid over by what is newer in memory, by ascending id.
    func older(
        _ answers: [[StoredMessage]],
        to queries: [HistoryQuery]
    ) -> [StoredMessage] {
        var rows: [MessageID: StoredMessage] = [:]
        for row in answers.joined() where row.message.id < self.log.firstID {
            rows[row.message.id] = row
        }
        return self.log.laid(
            over: rows.values.sorted { $0.message.id < $1.message.id },
            completeIn: zip(queries, answers).compactMap { $0.complete(in: $1) }
        )
    }

    /// Takes in what the store gave for `queries`, so that it is there for whoever asks next.
    package mutating func adopt(_ answers: [[StoredMessage]], to queries: [HistoryQuery]) {
        for (query, rows) in zip(queries, answers) {
            switch query {
            case .ids:
                for row in rows where row.message.chat == self.chat.id { self.log.adopt(row) }
            case .below(let id, of: _, countMax: _, includesDeleted: false):
                self.adoptPreview(below: id, rows, to: query)
            case .below(self.log.firstID, of: _, countMax: _, includesDeleted: true):
                self.log.extendWindow(with: self.older([rows], to: [query]))
            case .below, .above, .everywhere:
                break
            }
        }
    }

    package mutating func shrink(keeping keptCount: Int, confirmed: Position) {
        self.log.shrink(keeping: keptCount, confirmed: confirmed)
    }

    private mutating func adoptPreview(
        below id: MessageID,
        _ rows: [StoredMessage],
        to query: HistoryQuery
    ) {
        guard case .message(let preview) = self.log.preview,
            id >= min(preview.id, self.log.firstID)
        else { return }
        let messages = self.older([rows], to: [query]) + self.log.loaded
        let found = messages.last { $0.message.id < preview.id && !$0.message.isDeleted }
        // Where all that came were deleted since, there may be more.
        guard found != nil || rows.count < query.countMax else { return }
        self.log.foundOlderPreview(found?.message)
    }

    package mutating func foundPreview(_ message: Message?) { self.log.foundPreview(message) }

    package mutating func refused(_ message: StoredMessage) { self.log.refused(message) }

    package mutating func refused(_ id: MessageID) { self.log.refused(id) }

    // MARK: - Search

    /// Those of the rows, or of the window below `id`, that hold the text, newest first.
    package func matches(
        _ text: String,
        in messages: some BidirectionalCollection<StoredMessage>
    ) -> [[UInt8]] {
        messages.reversed().compactMap { message in
            guard let content = JSONText.string(in: message.message.content),
                content.foldedCase.contains(text)
            else { return nil }
            var json = JSONWriter(reserving: message.byteCount(isRead: true))
            message.write(isRead: self.isRead(message), to: &json)
            return json.bytes
        }
    }
}

extension HistoryQuery {
    fileprivate var countMax: Int {
        switch self {
        case .ids(let ids): ids.count
        case .below(_, of: _, let count, includesDeleted: _): count
        case .above(_, of: _, let count, includesDeleted: _): count
        case .everywhere(above: _, let count): count
        }
    }

    /// The ids that the answer has all messages of; nil where it has some by name.
    fileprivate func complete(in answer: [StoredMessage]) -> Range<MessageID>? {
        let last = answer.count < self.countMax ? nil : answer.last?.message.id
        switch self {
        case .below(let id, of: _, countMax: _, includesDeleted: _):
            return (last ?? MessageID(rawValue: 0))..<id
        case .above(let id, of: _, countMax: _, includesDeleted: _):
            return id.next..<(last?.next ?? MessageID(rawValue: .max))
        case .ids, .everywhere:
            return nil
        }
    }
}
