extension ChatShard {
    /// What must be durable before anything that was seen of this chat leaves the server, also that
    /// there is none.
    package func lastPosition(of chat: ChatID) -> Position { self.state.lastPosition(of: chat) }

    package func lastPositions(of chats: [ChatID]) -> [Position] {
        chats.map { self.state.lastPosition(of: $0) }
    }

    /// Those of `chats` that are here and that `user` is in. That others are not shows their ends.
    package func summaries(of chats: [ChatID], for user: UserID) -> Shown<[ChatSummary]> {
        let after = chats.map { self.state.lastPosition(of: $0) }.max()
        let found = chats.compactMap { self.summary(of: $0, for: user) ?? nil }
        return Shown(found, after: after ?? .zero)
    }

    /// - Returns: nil where there is no such chat; `.some(nil)` where `user` is not in it.
    package func summary(of chat: ChatID, for user: UserID) -> ChatSummary?? {
        self.state.withChat(chat) { chat in
            chat.members.contains(user) ? ChatSummary(of: chat, for: user) : nil
        }
    }

    package func isMember(_ user: UserID, of chat: ChatID) -> Bool {
        self.state.withChat(chat) { $0.members.contains(user) } ?? false
    }

    /// Shows a chat that holds at least what the page needs.
    ///
    /// `show` gets nil where `user` is not a member, or there is no such chat.
    package func page<Value: Sendable>(
        _ query: PageQuery,
        of id: ChatID,
        for user: UserID,
        answer: StoreAnswer?,
        _ show: (ChatState?) -> Value
    ) -> Handled<Value> {
        let isUsable = answer.map { self.isUsable($0, for: query, of: id) } ?? false
        let shown = self.state.use(id) { chat -> (Value, [HistoryQuery]) in
            guard chat.members.contains(user) else { return (show(nil), []) }
            if let answer, isUsable {
                return (show(chat.showing(answer.rows, to: answer.question.queries)), [])
            }
            let missing = chat.missing(for: query)
            return (show(missing.isEmpty ? chat : nil), missing)
        }
        if let answer {
            if isUsable {
                self.take(answer, in: id)
            } else {
                self.drop(answer.question)
            }
        }
        let value = shown?.0 ?? show(nil)
        if let question = self.ask(shown?.1 ?? [], of: id) { return .needs(question) }
        return .done(Shown(value, after: self.state.lastPosition(of: id)))
    }

    private func isUsable(_ answer: StoreAnswer, for query: PageQuery, of chat: ChatID) -> Bool {
        let isEnough = self.state.withChat(chat) {
            $0.isEnough(answer.rows, to: answer.question.queries, for: query)
        }
        return self.isCurrent(answer, of: chat) && isEnough ?? false
    }

    /// Shows one message to a member of its chat.
    package func message<Value: Sendable>(
        _ id: MessageID,
        of chat: ChatID,
        for user: UserID,
        answer: StoreAnswer?,
        _ show: (ChatState, StoredMessage) -> Value
    ) -> Handled<Result<Value, Refusal>> {
        if let answer { self.take(answer, in: chat) }
        var isOnlyStored = false
        let result = self.state.use(chat) { chat -> Result<Value, Refusal> in
            guard chat.members.contains(user) else { return .failure(.accessDenied) }
            isOnlyStored =
                chat.log.isOnlyStored(id) && answer?.known.contains(id) != true
            return chat.message(id).map { .success(show(chat, $0)) } ?? .failure(.messageNotFound)
        }
        if isOnlyStored, let question = self.ask([.ids([id])], of: chat) {
            return .needs(question)
        }
        let after = self.state.lastPosition(of: chat)
        return .done(Shown(result ?? .failure(.messageNotFound), after: after))
    }

    /// Looks for text, as `foldedCase` made it, in at most `countMax` messages below `id`.
    ///
    /// Gives the messages that have it, newest first and finished, and the id to go on below, nil
    /// where nothing is left; `value` is nil where `user` is not a member.
    package func search(
        _ text: String,
        in chat: ChatID,
        for user: UserID,
        below id: MessageID,
        countMax: Int,
        answer: StoreAnswer?
    ) -> Handled<(found: [[UInt8]], next: MessageID?)?> {
        if let answer { self.drop(answer.question) }
        let isUsable = answer.map { self.isCurrent($0, of: chat) } ?? false
        var queries: [HistoryQuery] = []
        let result = self.state.withChat(chat) { chat -> (found: [[UInt8]], next: MessageID?)? in
            guard chat.members.contains(user) else { return nil }
            if let answer, isUsable {
                let rows = chat.older(answer.rows, to: answer.question.queries)
                let isLast = answer.rows.first.map { $0.count < countMax } ?? true
                return (chat.matches(text, in: rows), isLast ? nil : rows.first?.message.id)
            }
            guard id > chat.log.firstID, !chat.log.indices.isEmpty else {
                guard chat.log.olderCount > 0 else { return ([], nil) }
                let end = min(id, chat.log.firstID)
                queries = [
                    .below(end, of: chat.chat.id, countMax: countMax, includesDeleted: false)
                ]
                return ([], nil)
            }
            let end = chat.log.count(below: id)
            let start = max(chat.log.indices.lowerBound, end - countMax)
            let next = start == 0 ? nil : chat.log[start].message.id
            return (chat.matches(text, in: (start..<end).lazy.map { chat.log[$0] }), next)
        }
        if let question = self.ask(queries, of: chat) { return .needs(question) }
        return .done(Shown(result ?? nil, after: self.state.lastPosition(of: chat)))
    }
}
