import NIOCore
import NIOHTTP1
import Shards

extension Call {
    /// Has the chat's shard carry out a command and answers with what it did: `status` where there
    /// is something to show, else 204; `unknown` where there is no such chat.
    func perform(
        _ command: ChatCommand,
        in chat: ChatID,
        unknown: Refusal = .chatNotFound,
        status: Int = 200
    ) throws(ValidationFailure) {
        let request = try self.idempotency(chat: chat)
        self.onShard(of: chat.slot) { shard, answer in
            self.perform(
                command,
                in: chat,
                on: shard,
                request: request,
                unknown: unknown,
                status: status,
                answer: answer
            )
        }
    }

    /// The same for commands that name a message, whose chat its shard or the store knows.
    func perform(
        on message: MessageID,
        _ command: ChatCommand,
        status: Int = 200
    ) throws(ValidationFailure) {
        let request = try self.idempotency()
        self.onOwner(of: message) { chat, shard, answer in
            self.perform(
                command,
                in: chat,
                on: shard,
                request: request,
                unknown: .messageNotFound,
                status: status,
                answer: answer
            )
        }
    }

    /// Runs `work` in the shard of the chat whose message it is, or answers that there is none.
    func onOwner(
        of message: MessageID,
        _ work:
            @escaping @Sendable (ChatID, isolated ChatShard, StoreAnswer?) -> Outcome
    ) {
        self.onShard(of: self.server.slot(of: message)) { shard, answer in
            switch self.server.owner(of: message, on: shard, answer: answer) {
            case .chat(let chat):
                let outcome = work(chat, shard, answer)
                guard case .ask(let question) = outcome, shard.owner(of: message) == .stored
                else { return outcome }
                return .ask(question.asking(for: message))
            case .stored:
                if let answer { shard.drop(answer.question) }
                return .ask(shard.ask(for: message))
            case .nobody:
                if let answer { shard.drop(answer.question) }
                return .answer(self.refusal(.messageNotFound, after: .zero))
            }
        }
    }

    private func perform(
        _ command: ChatCommand,
        in chat: ChatID,
        on shard: isolated ChatShard,
        request: IdempotencyMark.Request?,
        unknown: Refusal,
        status: Int,
        answer: StoreAnswer?
    ) -> Outcome {
        if case .send = command {
            if answer == nil, let limited = self.limited(in: chat, on: shard) {
                return .answer(limited)
            }
            // Before the journal has the message: then this is told first, however fast that is.
            // Whoever's message is refused types no more, either.
            self.server.stopTyping(self.user, in: chat, on: shard)
        }
        let handled = shard.handle(
            command,
            in: chat,
            by: self.user,
            request: request,
            now: Clocks.now,
            answer: answer
        )
        switch handled {
        case .needs(let question):
            return .ask(question)
        case .done(let shown):
            return .answer(
                self.show(shown, in: chat, on: shard, unknown: unknown, status: status)
            )
        }
    }

    private func show(
        _ shown: Shown<Result<ChatEffect, Refusal>>,
        in chat: ChatID,
        on shard: isolated ChatShard,
        unknown: Refusal,
        status: Int
    ) -> Response {
        switch shown.value {
        case .failure(.chatNotFound):
            return self.refusal(unknown, after: shown.after)
        case .failure(let refusal):
            return self.refusal(refusal, after: shown.after)
        case .success(let effect):
            return self.show(effect, in: chat, on: shard, status: status, after: shown.after)
        }
    }

    /// The refusal of a send where the chat has had too many. Strangers do not count.
    private func limited(in chat: ChatID, on shard: isolated ChatShard) -> Response? {
        guard shard.isMember(self.user, of: chat),
            case .limited(let seconds) = self.server.limiters.sendsOfChat.take(
                chat,
                at: Clocks.monotonic
            )
        else { return nil }
        return self.refusal(.limited(retryAfter: seconds))
    }

    private func show(
        _ effect: ChatEffect,
        in chat: ChatID,
        on shard: isolated ChatShard,
        status: Int,
        after: Position,
        isReplay: Bool = false
    ) -> Response {
        var json = JSONWriter(reserving: 512)
        switch effect {
        case .done:
            return self.noContent(after: after, isReplay: isReplay)
        case .message where status == 204:
            return self.noContent(after: after, isReplay: isReplay)
        case .message(let id):
            let headers = Self.replayHeaders(isReplay)
            let shown = shard.state.withChat(chat) { chat in
                chat.message(id).map { message in
                    self.show(message, of: chat, status: status, headers: headers, after: after)
                }
            }
            return (shown ?? nil) ?? self.refusal(.messageNotFound, after: after)
        case .reaction(let reaction):
            json.raw("{")
            reaction.writeFields(to: &json)
            json.raw("}")
        case .read(let ids, let through):
            json.raw("{\"message_ids\":")
            json.array(ids) { $1.integer($0.rawValue) }
            json.raw(",\"up_to_id\":")
            if through.rawValue > 0 { json.integer(through.rawValue) } else { json.null() }
            json.raw("}")
        case .replayed(let earlier):
            return self.show(
                earlier,
                in: chat,
                on: shard,
                status: status,
                after: after,
                isReplay: true
            )
        }
        let headers = Self.replayHeaders(isReplay)
        return Response(self.head, status: status, body: json.bytes, headers: headers, after: after)
    }

    /// The contract's `Message`, written straight behind the head.
    func show(
        _ message: StoredMessage,
        of chat: ChatState,
        status: Int,
        headers: [ResponseHeader] = [],
        after: Position
    ) -> Response {
        let isRead = chat.isRead(message)
        let byteCount = message.byteCount(isRead: isRead)
        return Response(
            self.head,
            status: status,
            bodyCount: byteCount,
            headers: headers,
            after: after
        ) { buffer in
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: byteCount) { memory in
                var sink = MemoryWriter(memory)
                message.write(isRead: isRead, to: &sink)
                return sink.byteCount
            }
        }
    }
}
