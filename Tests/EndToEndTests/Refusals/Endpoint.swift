import TestSupport
import Testing

/// One endpoint of the contract's section 2, for tests that go through all of them.
struct Endpoint: Sendable, CustomTestStringConvertible {
    let method: String
    /// With `{name}` where a parameter is.
    let path: String
    var needsToken = true
    /// A body that is right, member by member.
    var body: [String: JSON] = [:]
    var query: [String: String] = [:]

    var testDescription: String { "\(self.method) \(self.path)" }

    static let all: [Endpoint] = [
        Endpoint(
            method: "POST",
            path: "/auth/register",
            needsToken: false,
            body: ["email": "a@example.org", "password": "long enough", "display_name": "A"]
        ),
        Endpoint(
            method: "POST",
            path: "/auth/login",
            needsToken: false,
            body: ["email": "a@example.org", "password": "x"]
        ),
        Endpoint(
            method: "POST",
            path: "/auth/refresh",
            needsToken: false,
            body: ["refresh_token": "x"]
        ),
        Endpoint(method: "POST", path: "/auth/logout", body: ["refresh_token": "x"]),
        Endpoint(method: "GET", path: "/users/me"),
        Endpoint(
            method: "PATCH",
            path: "/users/me",
            body: ["display_name": "A", "avatar_url": "x"]
        ),
        Endpoint(method: "GET", path: "/users/{id}"),
        Endpoint(method: "PUT", path: "/users/me/tag", body: ["tag": "abc"]),
        Endpoint(method: "GET", path: "/users/tag/{tag}/available", needsToken: false),
        Endpoint(method: "GET", path: "/users/search", query: ["tag": "abc"]),
        Endpoint(method: "GET", path: "/chats"),
        Endpoint(
            method: "POST",
            path: "/chats",
            body: ["title": "x", "is_group": true, "member_ids": [1]]
        ),
        Endpoint(method: "GET", path: "/chats/{id}"),
        Endpoint(method: "PATCH", path: "/chats/{id}", body: ["title": "x"]),
        Endpoint(method: "DELETE", path: "/chats/{id}"),
        Endpoint(method: "POST", path: "/chats/direct", body: ["user_id": 1]),
        Endpoint(method: "POST", path: "/chats/{id}/read"),
        Endpoint(method: "GET", path: "/chats/{id}/members"),
        Endpoint(method: "POST", path: "/chats/{id}/members", body: ["user_id": 1]),
        Endpoint(method: "DELETE", path: "/chats/{id}/members/{id}"),
        Endpoint(method: "POST", path: "/chats/{id}/leave"),
        Endpoint(
            method: "GET",
            path: "/messages",
            query: ["chat_id": "1", "limit": "5", "before_id": "5", "include_deleted": "true"]
        ),
        Endpoint(
            method: "POST",
            path: "/messages",
            body: [
                "chat_id": 1, "type": "text", "content": "x", "payload": ["a": 1],
                "reply_to_id": 5,
            ]
        ),
        Endpoint(method: "GET", path: "/messages/{id}"),
        Endpoint(method: "PATCH", path: "/messages/{id}", body: ["content": "x", "payload": [:]]),
        Endpoint(method: "DELETE", path: "/messages/{id}"),
        Endpoint(method: "POST", path: "/messages/{id}/reactions", body: ["emoji": "x"]),
        Endpoint(method: "DELETE", path: "/messages/{id}/reactions/{emoji}"),
        Endpoint(
            method: "GET",
            path: "/messages/search",
            query: ["chat_id": "1", "query": "x", "limit": "5", "offset": "5"]
        ),
        Endpoint(
            method: "POST",
            path: "/presence/typing",
            body: ["chat_id": 1, "is_typing": true]
        ),
        Endpoint(method: "GET", path: "/presence/typing/{id}"),
        Endpoint(method: "POST", path: "/presence/heartbeat"),
        Endpoint(method: "GET", path: "/presence/{id}"),
        Endpoint(method: "GET", path: "/presence/me"),
    ]

    /// The path below `/api/v1`, with this in the place of every parameter.
    func path(with parameter: String) -> String {
        self.path.split(separator: "/").map { $0.hasPrefix("{") ? parameter : String($0) }
            .reduce("") { "\($0)/\($1)" }
    }
}
