import NIOHTTP1
import Shards

extension API {
    static let members: [Route] = [
        .suspending(.GET, "/chats/{chat_id}/members") { call throws(Failure) in
            let summary = try await Self.summary(of: try call.chat(0), call)
            let shown = await call.server.directory.members(summary, for: call.user)
            return call.json(200, shown.value, after: shown.after)
        },
        .suspending(.POST, "/chats/{chat_id}/members") { call throws(Failure) in
            let chat = try call.chat(0)
            var fields = try call.fields()
            let user = UserID(any: fields.integer("user_id"))
            try fields.check()
            guard await call.server.directory.areKnown([user]) else {
                throw .status(400, "User not found")
            }
            let done = try await Self.change(.addMember(user), in: chat, call)
            return Response(
                call.head,
                status: 201,
                body: Array("{\"message\":\"Member added successfully\"}".utf8),
                headers: Call.replayHeaders(done.isReplay),
                after: done.after
            )
        },
        .suspending(.DELETE, "/chats/{chat_id}/members/{user_id}") { call throws(Failure) in
            let chat = try call.chat(0)
            let user = try call.user(1)
            let done = try await Self.change(.removeMember(user), in: chat, call)
            return call.noContent(after: done.after, isReplay: done.isReplay)
        },
        .suspending(.POST, "/chats/{chat_id}/leave") { call throws(Failure) in
            let chat = try call.chat(0)
            let done = try await Self.change(.leave, in: chat, call)
            return call.noContent(after: done.after, isReplay: done.isReplay)
        },
    ]

    /// Carries out a command that changes who is in which chat, and waits until it is durable and
    /// the index has it: what the answer promises, the next request finds.
    static func change(
        _ command: ChatCommand,
        in chat: ChatID,
        _ call: Call
    ) async throws(Failure) -> (after: Position, isReplay: Bool) {
        let request = try call.key(chat: chat)
        let shown = await call.server.handle(
            command,
            in: chat,
            by: call.user,
            request: request,
            on: call.server.loop(of: chat.slot).shard
        )
        await call.server.directory.indexed(through: shown.after)
        switch shown.value {
        case .failure(let refusal): throw Failure(refusal, after: shown.after)
        case .success(.replayed): return (shown.after, true)
        case .success: return (shown.after, false)
        }
    }
}
