import NIOHTTP1
import Shards

extension API {
    static let chats: [Route] = [
        .suspending(.GET, "/chats") { call throws(Failure) in await Self.list(call) },
        .suspending(.POST, "/chats") { call throws(Failure) in try await Self.create(call) },
        .suspending(.POST, "/chats/direct") { call throws(Failure) in
            try await Self.openDirect(call)
        },
        .suspending(.GET, "/chats/{chat_id}") { call throws(Failure) in
            try await Self.show(try call.chat(0), call)
        },
        .suspending(.PATCH, "/chats/{chat_id}") { call throws(Failure) in
            let chat = try call.chat(0)
            var fields = try call.fields()
            let title = fields.optionalString(
                "title",
                lengthMin: 1,
                lengthMax: Chat.titleCharactersMax
            )
            try fields.check()
            guard let title else { return try await Self.show(chat, call) }
            let done = try await Self.change(.rename(title), in: chat, call)
            return try await Self.show(chat, call, isReplay: done.isReplay)
        },
        .suspending(.DELETE, "/chats/{chat_id}") { call throws(Failure) in
            let done = try await Self.change(.delete, in: try call.chat(0), call)
            return call.noContent(after: done.after, isReplay: done.isReplay)
        },
        .immediate(.POST, "/chats/{chat_id}/read") { call throws(ValidationFailure) in
            try call.perform(.markRead, in: try call.pathChat(0))
        },
    ]

    // MARK: Showing

    /// What a chat list needs of one chat, for a member.
    static func summary(of chat: ChatID, _ call: Call) async throws(Failure) -> ChatSummary {
        let shard = call.server.loop(of: chat.slot).shard
        let found = await shard.summary(of: chat, for: call.user)
        if case .some(.some(let summary)) = found { return summary }
        let after = await shard.lastPosition(of: chat)
        throw Failure(found == nil ? .chatNotFound : .accessDenied, after: after)
    }

    private static func show(
        _ chat: ChatID,
        _ call: Call,
        status: Int = 200,
        isReplay: Bool = false
    ) async throws(Failure) -> Response {
        let summary = try await Self.summary(of: chat, call)
        let shown = await call.server.directory.show(summary, for: call.user)
        return Response(
            call.head,
            status: status,
            body: shown.value,
            headers: Call.replayHeaders(isReplay),
            after: shown.after
        )
    }

    private static func list(_ call: Call) async -> Response {
        let server = call.server
        let found = await server.directory.chats(of: call.user, indexedThrough: .zero)
        let ofShard = Dictionary(grouping: found.chats) { $0.slot.shard(of: server.loops.count) }
        var summaries: [ChatSummary] = []
        var after = Position.zero
        for (index, chats) in ofShard {
            let part = await server.loops[index].shard.summaries(of: chats, for: call.user)
            summaries += part.value
            after = max(after, part.after)
        }
        let shown = await server.directory.list(summaries, for: call.user, after: after)
        return call.json(200, shown.value, after: shown.after)
    }

    // MARK: Creating

    private static func create(_ call: Call) async throws(Failure) -> Response {
        var fields = try call.fields()
        let title = fields.string("title", lengthMin: 1, lengthMax: Chat.titleCharactersMax)
        let isGroup = fields.bool("is_group", default: true)
        let ids = fields.integers("member_ids", countMax: Chat.membersMax)
        try fields.check()
        let request = try call.key()
        var members = [call.user]
        var seen = Set(members)
        for id in ids.map({ UserID(any: $0) }) where seen.insert(id).inserted {
            members.append(id)
        }
        guard await call.server.directory.areKnown(members) else {
            throw .status(400, "User not found")
        }
        guard members.count <= Chat.membersMax else {
            throw Failure(.chatIsFull, after: .zero)
        }
        let now = Clocks.now
        let id = await call.server.directory.reserveChat(scope: request?.scope, now: now)
        let chat = Chat(id: id, title: title, isGroup: isGroup, createdAt: now)
        let done = try await Self.make(chat, members, request: request, call)
        return try await Self.show(id, call, status: 201, isReplay: done.isReplay)
    }

    private static func openDirect(_ call: Call) async throws(Failure) -> Response {
        var fields = try call.fields()
        let other = UserID(any: fields.integer("user_id"))
        try fields.check()
        guard other != call.user else {
            throw .status(400, "Cannot create direct message with yourself")
        }
        let directory = call.server.directory
        guard let me = await directory.user(call.user).value,
            let them = await directory.user(other).value
        else { throw .status(400, "One or both users not found") }
        let title = String(
            String.UnicodeScalarView(
                "\(me.displayName) & \(them.displayName)".unicodeScalars.prefix(
                    Chat.titleCharactersMax
                )
            )
        )
        var spent: ChatID?
        while true {
            let id = await directory.reserveDirect(me.id, them.id, insteadOf: spent)
            let chat = Chat(id: id, title: title, isGroup: false, createdAt: Clocks.now)
            do {
                _ = try await Self.make(chat, [me.id, them.id], request: nil, call)
                return try await Self.show(id, call)
            } catch .status(404, _, _) where spent != id {
                // It was deleted a moment ago, and the index does not know yet.
                spent = id
            }
        }
    }

    /// Makes the chat where its id is not taken by an earlier attempt of the same request.
    private static func make(
        _ chat: Chat,
        _ members: [UserID],
        request: IdempotencyMark.Request?,
        _ call: Call
    ) async throws(Failure) -> (after: Position, isReplay: Bool) {
        let shown = await call.server.loop(of: chat.id.slot).shard.handle(
            .create(chat, members: members),
            in: chat.id,
            by: call.user,
            request: request,
            now: chat.createdAt
        )
        await call.server.directory.indexed(through: shown.after)
        switch shown.value {
        case .failure(let refusal): throw Failure(refusal, after: shown.after)
        case .success(.replayed): return (shown.after, true)
        case .success: return (shown.after, false)
        }
    }
}
