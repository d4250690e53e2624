import Foundation
import Logging
import Persistence
import Shards
import TestSupport
import Testing

/// Rows that Postgres does not take. None gets in over HTTP (`UnstorableTests`), so here they are
/// in the journal before the server starts: the queue goes on, they are put aside, and shown.
@Suite(.blocking) struct PoisonTests {
    private static let password = "secret"
    private static let hash = "$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW"
    private static let time = Timestamp(microseconds: 1_730_800_800_000_000)
    private static let chat = ChatID(rawValue: 1)
    /// Enough for a COPY, which is how many at once are written.
    private static let goodCount: UInt64 = 80

    private let cluster: PostgresCluster
    private let url: String
    private let folder: ThrowawayFolder

    init() throws {
        self.cluster = try PostgresCluster.shared()
        self.url = self.cluster.url(database: try self.cluster.newDatabase())
        self.folder = try ThrowawayFolder()
        try FileManager.default.createDirectory(
            atPath: "\(self.folder.path)/data",
            withIntermediateDirectories: false
        )
    }

    private func write(_ events: [Event]) throws {
        var settings = JournalSettings(folder: "\(self.folder.path)/data/journal")
        settings.segmentBytes = 1 << 20
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let journal = try Journal.open(settings, logger: logger) { _, _, _ in }
        for event in events { _ = journal.offer(event, mark: nil, notice: .silent) }
        journal.close()
    }

    // MARK: - Events

    private static func user(_ number: UInt32, name: String) -> Event {
        .people(
            .userChanged(
                User(
                    id: UserID(rawValue: number),
                    email: "user\(number)@example.org",
                    displayName: name,
                    tag: "user_\(number)",
                    avatarURL: nil,
                    createdAt: self.time,
                    passwordHash: self.hash
                )
            )
        )
    }

    private static func row(_ chat: ChatID, title: String) -> Chat {
        Chat(id: chat, title: title, isGroup: true, createdAt: self.time)
    }

    private static func creation(of chat: ChatID, title: String) -> Event {
        let members = (1...2).map { number in
            Member(
                user: UserID(rawValue: number),
                role: number == 1 ? .admin : .member,
                joinedAt: self.time,
                joinedAfter: MessageID(rawValue: 0)
            )
        }
        return .chat(chat, .created(self.row(chat, title: title), members: members))
    }

    private static func message(
        _ number: UInt64,
        _ text: String,
        kind: String = "text"
    ) -> Message {
        Message(
            Message.Draft(
                kind: kind,
                content: text,
                payload: nil,
                replyTo: nil
            ),
            id: MessageID(counter: number, slot: self.chat.slot),
            chat: self.chat,
            author: UserID(rawValue: 1),
            ts: self.time.advanced(by: .milliseconds(number))
        )
    }

    private static func reaction(_ number: UInt64, _ emoji: String, on message: UInt64) -> Event {
        let reaction = Reaction(
            id: ReactionID(counter: number, slot: self.chat.slot),
            message: MessageID(counter: message, slot: self.chat.slot),
            user: UserID(rawValue: 2),
            emoji: emoji,
            createdAt: self.time
        )
        return .chat(self.chat, .reactionAdded(reaction))
    }

    private static var first: [Event] {
        let good = (1...Self.goodCount).map { Self.message($0, "good \($0)") }
        let poison = [
            Self.message(101, "poison \0 in a text"),
            Self.message(102, "of a poisonous kind", kind: String(repeating: "k", count: 51)),
        ]
        let people = [
            Self.user(1, name: "Ann"), Self.user(2, name: "Poi\0son"),
            Self.user(3, name: String(repeating: "x", count: 300)),
        ]
        let chats = [
            Self.creation(of: Self.chat, title: "Good"),
            Self.creation(of: ChatID(rawValue: 2), title: "Poi\0son"),
        ]
        let messages = (good + poison + [Self.message(103, "good again")])
            .map { Event.chat(Self.chat, .messageSent($0)) }
        return people + chats + messages + [
            Self.reaction(1, "👍", on: 5), Self.reaction(2, "a\0b", on: 5),
            Self.reaction(3, String(repeating: "e", count: 11), on: 101),
        ]
    }

    /// On rows that the database has.
    private static var second: [Event] {
        let edit = Message.Edit(content: .set("poison \0 in an edit"), payload: .keep)
        let edited = Self.message(7, "good 7").edited(edit, at: Self.time)
        let healed = Self.row(ChatID(rawValue: 2), title: "Healed")
        return [
            .chat(Self.chat, .messageChanged(edited)),
            .chat(Self.chat, .changed(Self.row(Self.chat, title: "Poison \0 in a change"))),
            .chat(ChatID(rawValue: 2), .changed(healed)),
            Self.user(1, name: "Ann \0"), Self.user(2, name: "Healed"),
        ]
    }

    // MARK: - What is seen of them

    private func signIn(_ server: ServerProcess) throws -> String {
        let answer = try HTTPClient(server).send(
            "POST",
            "/api/v1/auth/login",
            ["email": "user1@example.org", "password": .string(Self.password)]
        )
        return try #require(answer.json["access_token"].string, "\(answer)")
    }

    private func sight(_ server: ServerProcess) throws -> [JSON] {
        let client = HTTPClient(server)
        let token = try self.signIn(server)
        func get(_ path: String) throws -> JSON {
            let headers = [("Authorization", "Bearer \(token)")]
            return try client.send("GET", "/api/v1\(path)", headers: headers).json
        }
        return try [
            get("/users/me"), get("/users/2"), get("/users/3"), get("/chats"),
            get("/chats/1/members"), get("/chats/2/members"),
            get("/messages?chat_id=1&limit=200"), get("/messages?chat_id=2&limit=200"),
        ]
    }

    private func waitUntilCaughtUp(_ server: ServerProcess) throws {
        let end = ContinuousClock.now + .seconds(120)
        while true {
            let health = try HTTPClient(server).send("GET", "/health/ready").json
            if health["database"] == "up", health["backlog_events"] == 0 { return }
            guard ContinuousClock.now < end else { throw WaitError.malformed("\(health)") }
            usleep(10_000)
        }
    }

    private func run(_ command: [String], _ server: ServerProcess) throws -> ServerProcess.Outcome {
        let folder = ["--data-dir", server.dataFolder, "--database-url", self.url]
        return try ServerProcess.run(command + folder)
    }

    @Test func `rows that the database refuses are put aside and shown, and the others go on`()
        throws
    {
        try self.write(Self.first)
        let server = try ServerProcess.small(
            ["--no-limits", "--database-url", self.url],
            in: self.folder
        )
        try self.waitUntilCaughtUp(server)
        #expect(try server.stop() == 0)
        let letters = try self.run(["dead-letters", "list"], server)
        #expect(letters.output.hasSuffix("\n7 rows\n"), "\(letters.output)")
        for row in ["users 2 ", "users 3 ", "chats 2 ", "message_reactions "] {
            #expect(letters.output.contains("  \(row)"), "\(letters.output)")
        }

        try self.write(Self.second)
        try server.restart()
        try self.waitUntilCaughtUp(server)
        let before = try self.sight(server)
        #expect(before[6]["messages"].items.count == Int(Self.goodCount) + 3)
        #expect(before[6]["messages"][1]["content"] == "of a poisonous kind")
        #expect(before[6]["messages"][2]["content"] == "poison \0 in a text")
        #expect(try server.stop() == 0)
        let verified = try self.run(["verify"], server)
        #expect(verified.status == 0, "\(verified.output)\(verified.errorOutput)")
        let retried = try self.run(["dead-letters", "retry"], server)
        #expect(retried.status == 1, "\(retried.output)\(retried.errorOutput)")
        print("poison: \(retried.output.split(separator: "\n").last ?? "")")

        try FileManager.default.removeItem(atPath: server.dataFolder)
        try server.restart()
        let after = try self.sight(server)
        for (one, other) in zip(before, after) where one != other {
            Issue.record("\(one)\n is after a start from the database alone \n\(other)")
        }
    }
}
