import NIOHTTP1

/// What can be asked for over a socket: an endpoint under a short name.
///
/// The fields of a command are those of the endpoint's path, and of its query (GET) or its body.
final class SocketCommand: Sendable {
    let name: String
    let route: Route
    /// The route's path, taken apart at `/`.
    let segments: [Segment]
    /// Whether it has a rate limit of its own, and is not counted against the socket's.
    let hasOwnLimit: Bool

    enum Segment: Sendable, Equatable {
        case fixed(String)
        case parameter(String)
    }

    /// The route is an endpoint, or something that only sockets have.
    init(_ name: String, _ route: Route, hasOwnLimit: Bool = false) {
        self.name = name
        self.route = route
        self.hasOwnLimit = hasOwnLimit
        self.segments = route.path.split(separator: "/").map { segment in
            let isParameter = segment.hasPrefix("{")
            return isParameter
                ? .parameter(String(segment.dropFirst().dropLast())) : .fixed(String(segment))
        }
    }

    private convenience init(
        _ name: String,
        _ method: HTTPMethod,
        _ path: String,
        hasOwnLimit: Bool = false
    ) {
        let route = API.routes.first { $0.method == method && $0.path == path }
        guard let route else { preconditionFailure("a command needs an endpoint: \(path)") }
        self.init(name, route, hasOwnLimit: hasOwnLimit)
    }

    // MARK: The table

    static let all = [
        SocketCommand("send", .POST, "/messages", hasOwnLimit: true),
        SocketCommand("edit", .PATCH, "/messages/{message_id}"),
        SocketCommand("delete", .DELETE, "/messages/{message_id}"),
        SocketCommand("react", .POST, "/messages/{message_id}/reactions"),
        SocketCommand("unreact", .DELETE, "/messages/{message_id}/reactions/{emoji}"),
        SocketCommand("read", .POST, "/chats/{chat_id}/read"),
        SocketCommand("page", .GET, "/messages"),
        SocketCommand("typing", .POST, "/presence/typing"),
        SocketCommand("heartbeat", API.heartbeatOfSocket),
        SocketCommand("subscribe", API.subscribe),
        SocketCommand("unsubscribe", API.unsubscribe),
    ]

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// As a refusal lists them.
    static let names = all.map(\.name).joined(separator: ", ")
}
