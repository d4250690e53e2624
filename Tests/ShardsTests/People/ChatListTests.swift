import Shards
import Testing

@Suite struct ChatListTests {
    private struct ChatAnswer: Decodable, Equatable {
        struct Person: Decodable, Equatable {
            var id: UInt32
            var email: String?
        }

        var id: UInt32
        var title: String
        var participants: [Person?]
        var lastMessagePreview: String?
        var lastMessageAuthor: String?
        var updatedAt: String?
        var unreadCount: Int
    }

    private static func summaries(_ run: ShardRun, _ chats: [ChatID]) -> [ChatSummary] {
        chats.compactMap { id in
            run.state.withChat(id) { ChatSummary(of: $0, for: .anna) }
        }
    }

    @Test func `chats come newest activity first, each as its reader may see it`() async throws {
        let directory = DirectoryRun()
        _ = try await directory.register("anna@example.org")
        _ = try await directory.register("boris@example.org")
        var run = ShardRun.group(.anna, .boris)
        let second = ChatID(rawValue: 2)
        run.now = run.now.advanced(by: .seconds(1))
        let chat = Chat(id: second, title: "\"2\"", isGroup: true, createdAt: run.now)
        try run.handle(.create(chat, members: [.boris, .anna]), in: second, by: .boris)
        let all = Self.summaries(run, [.first, second])
        var list = await directory.directory.list(all, for: .anna, after: .zero)
        var answers = try Answer.decode([ChatAnswer].self, from: list.value)
        #expect(answers.map(\.id) == [2, 1])
        #expect(answers[0].title == "\"2\"")
        #expect(answers[0].participants.map { $0?.email } == ["anna@example.org", nil])
        #expect(answers[0].updatedAt == nil)
        run.now = run.now.advanced(by: .seconds(1))
        try run.send("tea?", by: .boris)
        let newer = Self.summaries(run, [.first, second])
        list = await directory.directory.list(newer, for: .anna, after: .zero)
        answers = try Answer.decode([ChatAnswer].self, from: list.value)
        #expect(answers.map(\.id) == [1, 2])
        #expect(answers[0].lastMessagePreview == "tea?")
        #expect(answers[0].lastMessageAuthor == "Anna")
        #expect(answers[0].unreadCount == 1)
        #expect(answers[0].updatedAt == Answer.time(run.now))
    }

    @Test func `a list waits for the newest thing that it shows`() async throws {
        let directory = DirectoryRun()
        _ = try await directory.register("anna@example.org")
        var run = ShardRun.group(.anna)
        for title in ["a", "b", "c", "d"] { try run.handle(.rename(title), by: .anna) }
        let chats = Self.summaries(run, [.first])
        let position = Position(rawValue: 5)
        let list = await directory.directory.list(chats, for: .anna, after: position)
        #expect(list.after == position)
        let empty = await directory.directory.list([], for: .anna, after: .zero)
        #expect(String(decoding: empty.value, as: UTF8.self) == "[]")
        #expect(empty.after == Position(rawValue: 2))
    }

    @Test func `members are listed in order of joining with their roles`() async throws {
        struct MemberAnswer: Decodable {
            var userID: UInt32
            var role: String

            private enum CodingKeys: String, CodingKey {
                case userID = "user_id"
                case role
            }
        }
        let directory = DirectoryRun()
        _ = try await directory.register("anna@example.org")
        let run = ShardRun.group(.boris, .anna)
        let summary = ChatSummary(of: run.chat, for: .anna)
        let shown = await directory.directory.members(summary, for: .anna)
        let members = try Answer.decode([MemberAnswer].self, from: shown.value)
        #expect(members.map(\.userID) == [1, 2])
        #expect(members.map(\.role) == ["member", "admin"])
        let one = await directory.directory.show(summary, for: .anna)
        #expect(try Answer.decode(ChatAnswer.self, from: one.value).id == 1)
    }
}
