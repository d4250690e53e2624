import NIOHTTP1
import Shards

/// What only a socket can ask about presence: its idleness, and whom it wants to hear of.
extension API {
    static let heartbeatOfSocket = Self.onSocket("/presence/heartbeat") {
        call,
        socket throws(ValidationFailure) in
        var fields = try call.body()
        let isIdle = fields.presence("idle") == .value ? fields.bool("idle") : nil
        try fields.finish()
        if let isIdle { socket.becomes(idle: isIdle) }
        call.server.heartbeatReceived(call.user)
        call.answer(call.noContent())
    }

    static let subscribe = Self.onSocket("") {
        call,
        socket throws(ValidationFailure) in
        let users = try Self.users(call)
        call.server.subscribe(socket, to: users) { result, after in
            call.answer(Self.show(result, call, after: after))
        }
    }

    static let unsubscribe = Self.onSocket("") {
        call,
        socket throws(ValidationFailure) in
        socket.loop.fanOut.presence.unsubscribe(socket, from: try Self.users(call))
        call.answer(call.noContent())
    }

    /// The path is that of the request which does the same, where there is one.
    private static func onSocket(
        _ path: String,
        _ action: @escaping @Sendable (Call, Socket) throws(ValidationFailure) -> Void
    ) -> Route {
        .immediate(.POST, path) { call throws(ValidationFailure) in
            guard case .socket(let socket) = call.asker else {
                preconditionFailure("only the table of commands has this route")
            }
            try action(call, socket)
        }
    }

    private static func users(_ call: Call) throws(ValidationFailure) -> [UserID] {
        var fields = try call.body()
        let ids = fields.integers("user_ids", countMax: PresenceDelivery.subscriptionsMax)
        try fields.finish()
        return ids.map { UserID(any: $0) }
    }

    private static func show(
        _ result: Server.Subscription,
        _ call: Call,
        after: Position
    ) -> Response {
        switch result {
        case .unknownUser: call.refusal(.status(404, "User not found", after: after))
        case .accessDenied: call.refusal(.status(403, "Access denied", after: after))
        case .tooMany: call.refusal(.status(400, "Too many subscriptions", after: after))
        case .done(let found):
            call.json(200, after: after) { json in
                json.array(found) { $0.presence.write(of: $0.user, to: &$1) }
            }
        }
    }
}

extension UserPresence {
    /// The contract's presence of a user.
    func write(of user: UserID, to json: inout JSONWriter) {
        json.raw("{\"user_id\":")
        json.integer(user.rawValue)
        json.raw(",\"status\":")
        json.string(self.status.text)
        json.raw(",\"last_seen\":")
        json.time(self.lastSeen)
        json.raw("}")
    }
}
