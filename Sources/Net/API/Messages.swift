import NIOCore
import NIOHTTP1
import Shards

extension API {
    static let messages: [Route] = [
        .immediate(.GET, "/messages") { call throws(ValidationFailure) in
            var query = call.query()
            let chat = ChatID(any: query.integer("chat_id"))
            let page = try Self.pageQuery(&query)
            call.onShard(of: chat.slot) { shard, answer in
                Self.page(page, of: chat, on: shard, answer: answer, call)
            }
        },
        .immediate(.POST, "/messages") { call throws(ValidationFailure) in
            var fields = try call.body()
            let chat = ChatID(any: fields.integer("chat_id"))
            let draft = try Self.draft(&fields)
            if let missing = Self.missingVoiceKeys(draft, payload: fields) {
                return call.answer(Response(call.head, status: 400, detail: missing))
            }
            if let limited = Self.limited(call) { return call.answer(limited) }
            try call.perform(.send(draft), in: chat, unknown: .accessDenied, status: 201)
        },
        .immediate(.GET, "/messages/{message_id}") { call throws(ValidationFailure) in
            let id = try call.pathMessage(0)
            call.onOwner(of: id) { chat, shard, answer in
                Self.message(id, of: chat, on: shard, answer: answer, call)
            }
        },
        .immediate(.PATCH, "/messages/{message_id}") { call throws(ValidationFailure) in
            let id = try call.pathMessage(0)
            var fields = try call.body()
            let edit = try Self.edit(&fields)
            try call.perform(on: id, .edit(id, edit))
        },
        .immediate(.DELETE, "/messages/{message_id}") { call throws(ValidationFailure) in
            let id = try call.pathMessage(0)
            try call.perform(on: id, .deleteMessage(id), status: 204)
        },
    ]

    // MARK: Reading

    private static func pageQuery(_ query: inout QueryFields) throws(ValidationFailure) -> PageQuery
    {
        let limit = query.optionalInteger("limit", min: 1, max: Int64(PageQuery.limitMax))
        let before = query.optionalInteger("before_id")
        let after = query.optionalInteger("after_id")
        let around = query.optionalInteger("around_id")
        let includesDeleted = query.bool("include_deleted", default: true)
        if [before, after, around].count(where: { $0 != nil }) > 1 {
            query.refuse("before_id", "before_id, after_id and around_id exclude each other")
        }
        try query.finish()
        var cursor = PageQuery.Cursor.newest
        if let before { cursor = .before(MessageID(clamping: before)) }
        if let after { cursor = .after(MessageID(clamping: after)) }
        if let around { cursor = .around(MessageID(clamping: around)) }
        return PageQuery(
            cursor: cursor,
            limit: limit.map(Int.init) ?? PageQuery.limitDefault,
            includesDeleted: includesDeleted
        )
    }

    /// The shard writes the page straight behind its head, into the memory that goes to the socket.
    private static func page(
        _ query: PageQuery,
        of chat: ChatID,
        on shard: isolated ChatShard,
        answer: StoreAnswer?,
        _ call: Call
    ) -> Call.Outcome {
        let handled = shard.page(query, of: chat, for: call.user, answer: answer) { chat in
            chat.map { Self.response(query, of: $0, call) }
        }
        switch handled {
        case .needs(let question):
            return .ask(question)
        case .done(let shown):
            return .answer(shown.value ?? call.refusal(.accessDenied, after: shown.after))
        }
    }

    private static func response(
        _ query: PageQuery,
        of chat: ChatState,
        _ call: Call
    ) -> Response {
        let plan = chat.plan(query)
        return Response(
            call.head,
            status: 200,
            bodyCount: plan.byteCount,
            after: chat.lastPosition
        ) { buffer in
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: plan.byteCount) { memory in
                var sink = MemoryWriter(memory)
                chat.write(plan, to: &sink)
                return sink.byteCount
            }
        }
    }

    private static func message(
        _ id: MessageID,
        of chat: ChatID,
        on shard: isolated ChatShard,
        answer: StoreAnswer?,
        _ call: Call
    ) -> Call.Outcome {
        let handled = shard.message(id, of: chat, for: call.user, answer: answer) {
            chat,
            message in
            call.show(message, of: chat, status: 200, after: chat.lastPosition)
        }
        switch handled {
        case .needs(let question):
            return .ask(question)
        case .done(let shown):
            switch shown.value {
            case .success(let response): return .answer(response)
            case .failure(let refusal): return .answer(call.refusal(refusal, after: shown.after))
            }
        }
    }

    // MARK: Writing

    private static func draft(
        _ fields: inout BodyFields
    ) throws(ValidationFailure) -> Message.Draft {
        let kind = fields.string("type", lengthMin: 1, lengthMax: Message.kindCharactersMax)
        let content = fields.optionalString("content")
        let payload = Self.payload(&fields)
        let replyTo = fields.optionalInteger("reply_to_id")
        Self.checkContent(content, &fields)
        try fields.finish()
        return Message.Draft(
            kind: kind,
            content: content,
            payload: payload,
            replyTo: replyTo.map { MessageID(any: $0) }
        )
    }

    private static func edit(_ fields: inout BodyFields) throws(ValidationFailure) -> Message.Edit {
        let content = fields.optionalString("content")
        let payload = Self.payload(&fields)
        Self.checkContent(content, &fields)
        if fields.presence("content") == .absent, fields.presence("payload") == .absent {
            fields.refuse("content", "content or payload is needed")
        }
        try fields.finish()
        return Message.Edit(
            content: fields.presence("content") == .absent ? .keep : .set(content),
            payload: fields.presence("payload") == .absent ? .keep : .set(payload)
        )
    }

    private static func payload(_ fields: inout BodyFields) -> [UInt8]? {
        guard let payload = fields.optionalObject("payload") else { return nil }
        var bytes: [UInt8] = []
        payload.write(to: &bytes)
        if bytes.count > Message.payloadBytesMax {
            fields.refuse("payload", "payload must have at most \(Message.payloadBytesMax) bytes")
        }
        if !payload.hasStorableNumbers {
            fields.refuse("payload", "payload has a number beyond the range of a double")
        }
        return bytes
    }

    private static func checkContent(_ content: String?, _ fields: inout BodyFields) {
        guard let content, content.utf8.count > Message.contentBytesMax else { return }
        fields.refuse("content", "content must have at most \(Message.contentBytesMax) bytes")
    }

    /// The sentence about what a voice message's payload lacks.
    private static func missingVoiceKeys(
        _ draft: Message.Draft,
        payload fields: BodyFields
    ) -> String? {
        guard draft.kind == "voice" else { return nil }
        var fields = fields
        let payload = fields.optionalObject("payload")
        let missing = ["attachment_id", "codec", "duration_ms"].filter { payload?[$0] == nil }
        guard !missing.isEmpty else { return nil }
        return "Voice message payload missing keys: \(missing.joined(separator: ", "))"
    }

    private static func limited(_ call: Call) -> Response? {
        let outcome = call.server.limiters.sends.take(call.user, at: call.loop.instant)
        guard case .limited(let seconds) = outcome else { return nil }
        return call.refusal(.limited(retryAfter: seconds))
    }
}

extension MessageID {
    /// As a cursor: below all ids where it is negative, above all where it is too large.
    fileprivate init(clamping value: Int64) {
        self.init(rawValue: UInt64(min(max(value, 0), 1 << 53)))
    }
}
