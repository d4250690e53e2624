import NIOHTTP1
import Shards

extension API {
    static let presence: [Route] = [
        .immediate(.POST, "/presence/typing") { call throws(ValidationFailure) in
            var fields = try call.body()
            let chat = ChatID(any: fields.integer("chat_id"))
            let isTyping = fields.bool("is_typing")
            try fields.finish()
            call.onShard(of: chat) { shard in
                let after = shard.state.lastPosition(of: chat)
                guard shard.isMember(call.user, of: chat) else {
                    return call.refusal(.accessDenied, after: after)
                }
                if isTyping {
                    call.server.startTyping(call.user, in: chat, on: shard)
                } else {
                    call.server.stopTyping(call.user, in: chat, on: shard)
                }
                return call.noContent(after: after)
            }
        },
        .immediate(.GET, "/presence/typing/{chat_id}") { call throws(ValidationFailure) in
            let chat = try call.pathChat(0)
            call.onShard(of: chat) { shard in
                let after = shard.state.lastPosition(of: chat)
                guard shard.isMember(call.user, of: chat) else {
                    return call.refusal(.accessDenied, after: after)
                }
                return call.json(200, after: after) { json in
                    json.array(shard.typing.typing(in: chat)) { $1.integer($0.rawValue) }
                }
            }
        },
        .immediate(.POST, "/presence/heartbeat") { call throws(ValidationFailure) in
            call.server.heartbeatReceived(call.user)
            call.answer(call.noContent())
        },
        .suspending(.GET, "/presence/me") { call throws(Failure) in
            await Self.show(call.user, call, after: .zero)
        },
        .suspending(.GET, "/presence/{user_id}") { call throws(Failure) in
            let user = try call.user(0)
            let directory = call.server.directory
            let found = await directory.user(user)
            let after = found.after
            guard found.value != nil else {
                throw .status(404, "User not found", after: after)
            }
            let isConcerned = await directory.shareChat(user, call.user)
            guard user == call.user || isConcerned else {
                throw .status(403, "Access denied", after: after)
            }
            return await Self.show(user, call, after: after)
        },
    ]

    private static func show(_ user: UserID, _ call: Call, after: Position) async -> Response {
        let presence = await call.server.presence.presence(of: user, now: Clocks.monotonic)
        return call.json(200, after: after) { presence.write(of: user, to: &$0) }
    }
}
