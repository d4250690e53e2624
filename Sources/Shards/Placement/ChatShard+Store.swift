/// What is asked of the store, and what comes back from it.
extension ChatShard {
    /// How many chats may lose messages in one go: a few milliseconds where all of them do.
    private static let roomVisitsMax = 2_000

    /// Sets what the messages of this shard may take up, in bytes.
    package func limitMemory(to byteCountMax: Int) {
        self.state.memory.byteCountMax = byteCountMax
        self.makeRoom()
    }

    /// The store has every event through `position`, but for those messages.
    package func confirm(through position: Position, refused: [MessageID]) {
        self.state.keep(refused: refused)
        self.state.memory.confirm(through: position)
        self.makeRoom()
    }

    /// Lets messages go where too many are in memory. To be called now and then.
    package func makeRoom() { self.state.makeRoom(visitMax: Self.roomVisitsMax) }

    func question(
        _ command: ChatCommand,
        in chat: ChatID,
        by user: UserID,
        mark: IdempotencyMark?,
        known: Set<MessageID>
    ) -> StoreQuestion? {
        let queries = self.state.withChat(chat) { chat -> [HistoryQuery] in
            guard let mark else { return chat.missing(for: command, by: user, known: known) }
            // What it made is shown as it is now.
            guard let id = command.message(ofReplayed: mark), chat.log.isOnlyStored(id),
                !known.contains(id)
            else { return [] }
            return [.ids([id])]
        }
        return queries.flatMap { self.ask($0, of: chat) }
    }

    /// - Returns: nil where there is nothing to ask.
    func ask(_ queries: [HistoryQuery], of chat: ChatID?) -> StoreQuestion? {
        guard !queries.isEmpty else { return nil }
        let firstID = chat.flatMap { self.state.withChat($0, \.log.firstID) }
        let look = self.state.memory.beginLook(firstID: firstID ?? MessageID(rawValue: 0))
        return StoreQuestion(queries: queries, look: look)
    }

    /// Asks for a message of which only the store knows whose it is.
    package func ask(for message: MessageID) -> StoreQuestion {
        let look = self.state.memory.beginLook(firstID: MessageID(rawValue: 0))
        return StoreQuestion(queries: [.ids([message])], look: look)
    }

    /// There is no answer.
    package func drop(_ question: StoreQuestion) { self.state.memory.end(question.look) }

    /// Keeps what the store gave, as far as it still fits to what is in memory.
    func take(_ answer: StoreAnswer, in chat: ChatID) {
        self.state.memory.end(answer.question.look)
        self.state.change(chat) { $0.adopt(answer.rows, to: answer.question.queries) }
        self.state.memory.adopted()
    }

    /// Whether what was asked for ends where the chat's window begins.
    func isCurrent(_ answer: StoreAnswer, of chat: ChatID) -> Bool {
        self.state.withChat(chat) { $0.log.firstID == answer.question.look.firstID } ?? false
    }
}

extension ChatCommand {
    /// The message that the answer shows, or of which it shows a reaction.
    fileprivate func message(ofReplayed mark: IdempotencyMark) -> MessageID? {
        switch self {
        case .send, .edit: MessageID(rawValue: mark.resource)
        case .react(let id, emoji: _): id
        default: nil
        }
    }
}
