import Glibc
import TestSupport
import Testing

/// A database of the original, and a server that is started on it.
@Suite(.blocking) struct DropInTests {
    private static let suite = "DropInTests"

    @Test(arguments: OldDatabase.Kind.allCases)
    func `what the original answered is answered again`(kind: OldDatabase.Kind) throws {
        guard let database = try OldDatabase(kind, neededBy: Self.suite) else { return }
        let server = try database.serve()
        var people: [String: Person] = [:]
        for email in database.readers {
            people[email] = try Person(loggingIn: email, database.password, on: server)
        }
        #expect(people.count > 3)
        for _ in 0..<2 {
            try Self.compareLists(of: database, people)
            try Self.compareMessages(of: database, people)
            try server.stop()
            try server.restart()
        }
        try server.stop()
        let verified = try database.nodus("verify", "--data-dir", server.dataFolder)
        #expect(verified.status == 0, "\(verified.errorOutput)")
        #expect(verified.output.contains("in the database alone: "))
        #expect(verified.output.hasSuffix("\ndifferences: 0\n"), "\(verified.output)")
    }

    private static func compareLists(of database: OldDatabase, _ people: [String: Person]) throws {
        guard case .object(let lists) = database.answers["chat_lists"] else { return }
        #expect(!lists.isEmpty)
        for (email, list) in lists {
            let person = try #require(people[email])
            let answer = try person.get("/chats")
            expect(answer, 200)
            for chat in answer.json.items { expect(chat, is: .chat) }
            let wanted = OriginalAnswers.chats(list, for: email)
            // Ours come by newest activity, and the people in them in another order.
            #expect(OriginalAnswers.chats(answer.json, for: email) == wanted, "\(email)")
            let times = answer.json.items.compactMap { $0["updatedAt"].string }
            #expect(times == times.sorted(by: >))
        }
    }

    private static func compareMessages(
        of database: OldDatabase,
        _ people: [String: Person]
    ) throws {
        guard case .object(let chats) = database.answers["chats"] else { return }
        for (chat, answers) in chats {
            let chat = try #require(Int64(chat))
            let reader = try #require(people[answers["reader"].string ?? ""])
            let shown = try reader.allMessages(of: chat, includingDeleted: false)
            let wanted = OriginalAnswers.messages(answers["messages"])
            // The original skips messages that share their time with another.
            let ids = Set(wanted.map { $0["id"] })
            #expect(shown.filter { ids.contains($0["id"]) } == wanted, "chat \(chat)")
            let present = try database.psql(
                "SELECT id FROM messages WHERE chat_id = \(chat) AND NOT is_deleted ORDER BY id"
            )
            #expect(shown.reversed().map { "\($0["id"])" } == present)

            let all = try reader.allMessages(of: chat)
            let deleted = try database.psql(
                "SELECT id FROM messages WHERE chat_id = \(chat) AND is_deleted ORDER BY id"
            )
            let stones = all.filter { $0["is_deleted"] == true }
            #expect(stones.reversed().map { "\($0["id"])" } == deleted)
            for stone in stones {
                expect(stone, is: .message)
                #expect(stone["content"].isNull && stone["reactions"] == [])
            }
            #expect(all.count == shown.count + stones.count)
        }
    }

    @Test(arguments: OldDatabase.Kind.allCases)
    func `people go on in the old chats`(kind: OldDatabase.Kind) throws {
        guard let database = try OldDatabase(kind, neededBy: Self.suite) else { return }
        let server = try database.serve()
        let takeover = try Takeover(of: database, on: server)
        let newestReaction = try database.number("SELECT newest_reaction FROM nodus_state")
        var sent = try takeover.talk()
        let deleted = try takeover.deleteOldMessage()
        let takenOff = try takeover.takeOffOldReaction()
        try takeover.changeMembers()
        let (zoe, _) = try takeover.welcome()

        let people = [takeover.admin, takeover.writer, takeover.outsider, zoe]
        let before = try people.map { try $0.everything() }
        try server.stop()
        try server.restart()
        #expect(try people.map { try $0.everything() } == before)
        sent += try takeover.talk()
        try takeover.changeMembers()
        try server.kill()
        try server.restart()
        #expect(Set(sent).count == sent.count)
        let shown = try takeover.admin.allMessages(of: takeover.chat).compactMap { $0["id"].int }
        #expect(Set(shown).isSuperset(of: sent) && Set(shown).count == shown.count)
        #expect(try Person(loggingIn: zoe.email, zoe.password, on: server).id == zoe.id)

        try server.waitForDatabase()
        try server.stop()
        let verified = try database.nodus("verify", "--data-dir", server.dataFolder)
        #expect(verified.status == 0, "\(verified.output)\(verified.errorOutput)")
        #expect(
            try database.psql("SELECT is_deleted, content FROM messages WHERE id = \(deleted)")
                == ["t|"]
        )
        let left = try database.psql("SELECT id FROM message_reactions WHERE id = \(takenOff)")
        #expect(left.isEmpty)
        let own = try database.psql(
            "SELECT count(*), count(DISTINCT id), min(id) > \(newestReaction) "
                + "FROM message_reactions WHERE position > 0"
        )
        #expect(own.first?.hasSuffix("|t") == true, "\(own)")
    }

    @Test func `an old password is hashed anew, and the old hash is kept`() throws {
        let database = try #require(try OldDatabase(.small, neededBy: Self.suite))
        let server = try database.serve()
        let email = try #require(database.readers.sorted().first)
        for wrong in ["Secret", "secret ", ""] {
            #expect(throws: WaitError.self) { try Person(loggingIn: email, wrong, on: server) }
        }
        let person = try Person(loggingIn: email, database.password, on: server)
        try eventually("the new hash") {
            let hash = "SELECT password_hash FROM users WHERE id = \(person.id)"
            return try database.psql(hash).first?.hasPrefix("$argon2id$") == true
        }
        try server.stop()
        let kept = try database.psql(
            "SELECT DISTINCT legacy_password_hash LIKE '$2b$12$%' FROM users"
        )
        #expect(kept == ["t"])
        let others = try database.psql(
            "SELECT DISTINCT password_hash = legacy_password_hash FROM users WHERE id <> \(person.id)"
        )
        #expect(others == ["t"])
        try server.restart()
        #expect(try Person(loggingIn: email, database.password, on: server).id == person.id)
    }

    @Test func `a start that may not migrate says what to run`() throws {
        let database = try #require(try OldDatabase(.small, neededBy: Self.suite))
        let folder = try ThrowawayFolder()
        let refused = """
            Error: the database cannot be used: it is at revision 7a428b8e8dac; `nodus migrate up` \
            brings it to this version.

            """
        for (arguments, environment) in [
            (["--no-migrate"], [:]), ([], ["NODUS_MIGRATE": "off"]),
        ] {
            let outcome = try ServerProcess.run(
                ["serve", "--port", "0", "--database-url", database.url] + arguments,
                environment: environment,
                in: folder
            )
            #expect(outcome.status == 1)
            #expect(outcome.errorOutput.hasSuffix(refused))
        }
        #expect(try database.psql("SELECT version_num FROM alembic_version") == ["7a428b8e8dac"])
        for arguments in [["verify"], ["dead-letters", "list"], ["dead-letters", "retry"]] {
            let outcome = try ServerProcess.run(
                arguments + ["--database-url", database.url],
                in: folder
            )
            #expect(outcome.status == 1 && outcome.errorOutput == refused)
        }
        #expect(try database.nodus("migrate", "up").status == 0)
        let server = try ServerProcess.small(
            ["--no-limits", "--no-migrate", "--database-url", database.url]
        )
        expect(try HTTPClient(server).send("GET", "/health"), 200)
    }
}

extension OldDatabase {
    /// The mail addresses of those whose answers are known.
    var readers: Set<String> {
        var emails = self.answers["chat_lists"].keys
        guard case .object(let chats) = self.answers["chats"] else { return emails }
        emails.formUnion(chats.values.compactMap { $0["reader"].string })
        return emails
    }
}

/// Looks again and again, for what there is no event to wait for.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(120),
    _ condition: () throws -> Bool
) throws {
    let deadline = ContinuousClock.now + limit
    while try !condition() {
        guard ContinuousClock.now < deadline else { throw WaitError.timedOut(waitingFor: what) }
        usleep(5_000)
    }
}
