/// Owns the chats of its slots and the order in which things happen to them.
///
/// A thin door: it checks for room, asks the state to decide, offers the event to the journal and
/// applies it, in one step without suspension. It runs on its event loop, so a request that came in
/// on that loop enters through `assumeIsolated` with no hop.
package actor ChatShard {
    package nonisolated let unownedExecutor: UnownedSerialExecutor
    /// Held because `unownedExecutor` keeps nothing alive.
    private let executor: any SerialExecutor
    private let sink: any EventSink
    package internal(set) var state: ShardState
    package var typing = TypingBoard()

    package init(state: ShardState, executor: any SerialExecutor, sink: any EventSink) {
        self.unownedExecutor = executor.asUnownedSerialExecutor()
        self.executor = executor
        self.sink = sink
        self.state = state
    }

    /// Decides, offers and applies. The second time that `request` comes, the first one's effect is
    /// answered as it is now.
    ///
    /// Where messages are needed that are not in memory, nothing has happened yet; the same is
    /// called again with the `answer`.
    package func handle(
        _ command: ChatCommand,
        in chat: ChatID,
        by user: UserID,
        request: IdempotencyMark.Request? = nil,
        now: Timestamp,
        answer: StoreAnswer?
    ) -> Handled<Result<ChatEffect, Refusal>> {
        if let answer { self.take(answer, in: chat) }
        let mark = request.flatMap { self.mark(of: $0, at: now) }
        let known = answer?.known ?? []
        if let question = self.question(command, in: chat, by: user, mark: mark, known: known) {
            return .needs(question)
        }
        let result: Result<ChatEffect, Refusal>
        do throws(Refusal) {
            if let request, let mark {
                result = .success(try self.replay(command, in: chat, mark: mark, request: request))
            } else {
                result = .success(
                    try self.perform(command, in: chat, by: user, request: request, now: now)
                )
            }
        } catch {
            result = .failure(error)
        }
        return .done(Shown(result, after: self.state.lastPosition(of: chat)))
    }

    /// The same for commands that concern no message.
    package func handle(
        _ command: ChatCommand,
        in chat: ChatID,
        by user: UserID,
        request: IdempotencyMark.Request? = nil,
        now: Timestamp
    ) -> Shown<Result<ChatEffect, Refusal>> {
        let handled = self.handle(
            command,
            in: chat,
            by: user,
            request: request,
            now: now,
            answer: nil
        )
        guard case .done(let shown) = handled else {
            preconditionFailure("a command that concerns a message may need the store")
        }
        return shown
    }

    private func mark(
        of request: IdempotencyMark.Request,
        at now: Timestamp
    ) -> IdempotencyMark? {
        guard let mark = self.state.mark(of: request.scope),
            now <= mark.at.advanced(by: MarkTable.retention)
        else { return nil }
        return mark
    }

    /// Whose message it is, where its id names its slot.
    package func owner(of message: MessageID) -> SlotState.Owner { self.state.owner(of: message) }

    private func perform(
        _ command: ChatCommand,
        in chat: ChatID,
        by user: UserID,
        request: IdempotencyMark.Request?,
        now: Timestamp
    ) throws(Refusal) -> ChatEffect {
        guard self.sink.hasRoom, !self.state.memory.isFull || !command.takesMemory else {
            throw .noRoom
        }
        var decided = try self.state.decide(command, in: chat, by: user, now: now)
        if decided == nil, request != nil {
            decided = self.state.affirm(command, in: chat, by: user, now: now)
        }
        guard let decision = decided else { return self.unchanged(command, in: chat, by: user) }
        let effect = ChatEffect(of: decision.event, on: self.state, in: chat)
        let mark = request.map {
            IdempotencyMark(request: $0, user: user, resource: effect.resource, at: now)
        }
        let event = Event.chat(chat, decision.event)
        let position = self.sink.offer(event, mark: mark, notice: decision.notice)
        self.state.apply(decision.event, to: chat, mark: mark, at: position)
        return effect
    }

    private func replay(
        _ command: ChatCommand,
        in chat: ChatID,
        mark: IdempotencyMark,
        request: IdempotencyMark.Request
    ) throws(Refusal) -> ChatEffect {
        guard mark.request.body == request.body else { throw .keyReused }
        switch command {
        case .send, .edit, .react:
            // What is shown is shown to members only.
            guard self.isMember(mark.user, of: chat) else { throw .accessDenied }
        default:
            break
        }
        switch command {
        case .send, .edit:
            return .replayed(.message(MessageID(rawValue: mark.resource)))
        case .react(let message, let emoji):
            let made = Reaction(
                id: ReactionID(rawValue: mark.resource),
                message: message,
                user: mark.user,
                emoji: emoji,
                createdAt: mark.at
            )
            let current = self.state.withChat(chat) {
                $0.message(message)?.reaction(of: mark.user, emoji: emoji)
            }
            return .replayed(.reaction((current ?? nil) ?? made))
        case .create, .rename, .delete, .addMember, .removeMember, .leave, .deleteMessage,
            .unreact, .markRead:
            return .replayed(self.unchanged(command, in: chat, by: mark.user))
        }
    }

    private func unchanged(
        _ command: ChatCommand,
        in chat: ChatID,
        by user: UserID
    ) -> ChatEffect {
        guard case .markRead = command else { return .done }
        // As far as they have read, which messages that came since do not change.
        let through = self.state.withChat(chat) { $0.members[user]?.member.readThrough }
        return .read([], through: (through ?? nil) ?? MessageID(rawValue: 0))
    }
}
