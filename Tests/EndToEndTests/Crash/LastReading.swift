import Foundation
import TestSupport

/// Reads everything that the server has, when nobody writes any more, into the history.
struct LastReading {
    private let world: CrashWorld
    private let accounts: [CrashWorld.Account]
    private let take: (HistoryRecord) -> Void
    private let client: HTTPClient

    private struct WireMember: Decodable {
        let user: Int

        enum CodingKeys: String, CodingKey {
            case user = "user_id"
        }
    }

    private struct WireChat: Decodable {
        let id: Int
        let unreadCount: Int
    }

    /// With other tokens than they began with, where there are any.
    init(of world: CrashWorld, as accounts: [CrashWorld.Account]? = nil) {
        self.init(of: world, as: accounts, at: world.server) { world.log.add($0) }
    }

    /// At another server, which has a copy of the world; what is found is no part of its history.
    init(
        of world: CrashWorld,
        as accounts: [CrashWorld.Account]? = nil,
        at server: ServerProcess,
        _ take: @escaping (HistoryRecord) -> Void
    ) {
        self.world = world
        self.accounts = accounts ?? world.accounts
        self.take = take
        self.client = HTTPClient(server)
    }

    func note() throws {
        var members: [Int: [Int]] = [:]
        for (chat, reader) in zip(self.world.chats.list, [0, 1, 2]) {
            for message in try self.messages(of: chat, as: reader) {
                self.take(.found(message))
            }
            let path = "/chats/\(chat)/members"
            let found: [WireMember] = try self.get(path, as: reader)
            members[chat] = found.map(\.user)
            self.take(.foundMembers(chat: chat, users: found.map(\.user)))
        }
        for (place, account) in self.accounts.enumerated() {
            let chats: [WireChat] = try self.get("/chats", as: place)
            for chat in chats {
                self.take(
                    .foundUnread(chat: chat.id, user: account.id, count: chat.unreadCount)
                )
            }
            // Two roads to one truth: the chats of a user, and the users of a chat.
            let expected = members.filter { $0.value.contains(account.id) }.map(\.key)
            guard Set(chats.map(\.id)) == Set(expected) else {
                self.world.surprised(by: "user \(account.id) has the chats \(chats.map(\.id))")
                continue
            }
        }
        for user in self.world.registered {
            guard let found: WireID = try? self.get("/users/\(user)", as: 0) else { continue }
            self.take(.foundUser(found.id))
        }
    }

    /// Oldest first.
    private func messages(of chat: Int, as place: Int) throws -> [ShownMessage] {
        var messages: [ShownMessage] = []
        var cursor: Int?
        repeat {
            let before = cursor.map { "&before_id=\($0)" } ?? ""
            let path = "/messages?chat_id=\(chat)&limit=200\(before)"
            let page: WirePage = try self.get(path, as: place)
            messages += page.messages
            cursor = page.cursor
        } while cursor != nil
        return messages.reversed()
    }

    private func get<Value: Decodable>(_ path: String, as place: Int) throws -> Value {
        let token = self.accounts[place].token
        let answer = try self.client.send(
            "GET",
            "/api/v1\(path)",
            headers: [("Authorization", "Bearer \(token)")]
        )
        guard answer.status == 200 else { throw WaitError.malformed("\(path): \(answer)") }
        return try JSONDecoder().decode(Value.self, from: Data(answer.body))
    }
}
