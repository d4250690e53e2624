import TestSupport
import Testing

/// A database that was taken over and lived in, and is given back to the original.
@Suite(.blocking) struct GivenBackTests {
    private static let suite = "GivenBackTests"

    /// A stopped server's folder and database, and who was there.
    private struct Lived {
        let database: OldDatabase
        let server: ServerProcess
        let takeover: Takeover
        let zoe: Person
        let newChat: Int64
        let sent: [Int64]
        /// By mail address.
        let everything: [String: [String: JSON]]

        var people: [Person] { [self.takeover.admin, self.takeover.writer, self.zoe] }

        init(in database: OldDatabase) throws {
            self.database = database
            self.server = try database.serve()
            self.takeover = try Takeover(of: database, on: self.server)
            self.sent = try self.takeover.talk()
            _ = try self.takeover.deleteOldMessage()
            try self.takeover.changeMembers()
            (self.zoe, self.newChat) = try self.takeover.welcome()
            let people = [self.takeover.admin, self.takeover.writer, self.zoe]
            self.everything = Dictionary(
                uniqueKeysWithValues: try people.map { ($0.email, try $0.everything()) }
            )
            try self.server.waitForDatabase()
            try self.server.stop()
        }
    }

    @Test(arguments: OldDatabase.Kind.allCases)
    func `the original finds its tables, and what was written since`(kind: OldDatabase.Kind) throws
    {
        guard let database = try OldDatabase(kind, neededBy: Self.suite) else { return }
        let lived = try Lived(in: database)
        let (chat, zoe) = (lived.takeover.chat, lived.zoe)
        let down = try database.nodus("migrate", "down", database.revision)
        #expect(down.status == 0, "\(down.errorOutput)")
        #expect(down.output.contains("These users need a new password"))
        let listed = down.output.split(separator: "\n").filter { $0.contains("@example") }
        #expect(listed == ["  \(zoe.id) \(zoe.email)"])
        if let schema = try database.schemaOfOriginal() { #expect(try database.schema() == schema) }

        let old = lived.takeover.newestOld
        let sent = try database.psql(
            """
            SELECT messages.id - \(old), messages.content, parents.id <= \(old),
                messages.author_id
            FROM messages LEFT JOIN messages AS parents ON parents.id = messages.reply_to_id
            WHERE messages.id > \(old) AND messages.chat_id = \(chat) ORDER BY messages.id
            """
        )
        #expect(sent.count == 2)
        #expect(sent.contains { $0.hasSuffix("|To that:|t|\(lived.takeover.admin.id)") }, "\(sent)")
        #expect(sent.contains { $0.hasSuffix("|I remember.||\(lived.takeover.writer.id)") })
        let newest = try database.number("SELECT max(id) FROM messages")
        #expect(newest == old + 3)
        #expect(
            try database.psql(
                """
                SELECT emoji, message_reads.user_id IS NULL FROM message_reactions
                JOIN messages ON messages.id = message_id
                LEFT JOIN message_reads USING (message_id, user_id)
                WHERE chat_id = \(lived.newChat)
                """
            ) == ["👋|t"]
        )
        // The writer has read all of it; what is not read by all is no more than delivered.
        let unread = try database.number(
            """
            SELECT count(*) FROM messages WHERE chat_id = \(chat) AND NOT is_deleted
            AND author_id IS DISTINCT FROM \(lived.takeover.writer.id)
            AND NOT EXISTS (SELECT FROM message_reads
                WHERE message_id = messages.id AND user_id = \(lived.takeover.writer.id))
            """
        )
        #expect(unread == 0)
        let statuses = Set(try database.psql("SELECT DISTINCT status FROM messages"))
        #expect(statuses == (kind == .small ? ["delivered", "read"] : ["delivered"]))
        let hashes = try database.psql(
            "SELECT id FROM users WHERE password_hash NOT LIKE '$2b$12$%'"
        )
        #expect(hashes == ["\(zoe.id)"])
    }

    @Test(arguments: OldDatabase.Kind.allCases)
    func `a server goes on from it with an empty folder, and not with the old one`(
        kind: OldDatabase.Kind
    ) throws {
        guard let database = try OldDatabase(kind, neededBy: Self.suite) else { return }
        let lived = try Lived(in: database)
        #expect(try database.nodus("migrate", "down", database.revision).status == 0)
        let refused = try ServerProcess.run([
            "serve", "--port", "0", "--data-dir", lived.server.dataFolder, "--database-url",
            database.url,
        ])
        #expect(refused.status == 1)
        let sentence = try #require(refused.errorOutput.split(separator: "\n").last)
        #expect(
            sentence == """
                Error: the database cannot be used: its chats and people are the original's, or \
                were given back to it with `nodus migrate down`, and the data folder \
                \(lived.server.dataFolder) has another history. To go on from the database, name \
                an empty folder with --data-dir; people will have to sign in again.
                """
        )
        let verified = try database.nodus("verify", "--data-dir", lived.server.dataFolder)
        #expect(verified.status == 1)
        #expect(verified.errorOutput.contains("has another history"))

        let server = try database.serve()
        for person in lived.people {
            let person = try Person(loggingIn: person.email, person.password, on: server)
            let wanted = lived.everything[person.email]?.mapValues(Self.withoutIDs)
            #expect(try person.everything().mapValues(Self.withoutIDs) == wanted)
        }
        let again = try Takeover(of: database, on: server)
        _ = try again.talk()
        try again.changeMembers()
        try server.stop()
        let equal = try database.nodus("verify", "--data-dir", server.dataFolder)
        #expect(equal.status == 0, "\(equal.output)\(equal.errorOutput)")
    }

    /// Without the ids of messages and reactions, which are numbered anew on the way back.
    private static func withoutIDs(_ json: JSON) -> JSON {
        switch json {
        case .array(let items):
            return .array(items.map(self.withoutIDs))
        case .object(var members):
            if members.keys.contains("reply_to_id") || members.keys.contains("emoji") {
                for name in ["id", "message_id"] { members[name] = nil }
                members["reply_to_id"] = members["reply_to_id"].map { .bool($0.isNull) }
            }
            return .object(members.mapValues(self.withoutIDs))
        default:
            return json
        }
    }

    @Test func `old hashes are forgotten where they were replaced`() throws {
        let database = try #require(try OldDatabase(.small, neededBy: Self.suite))
        let early = try database.nodus("users", "forget-old-hashes")
        #expect(early.status == 1)
        #expect(
            early.errorOutput
                == "Error: the database is at revision 7a428b8e8dac, which has one hash for each "
                + "person.\n"
        )
        let server = try database.serve()
        let email = try #require(database.readers.sorted().first)
        let person = try Person(loggingIn: email, database.password, on: server)
        try eventually("the new hash") {
            let hash = "SELECT password_hash FROM users WHERE id = \(person.id)"
            return try database.psql(hash).first?.hasPrefix("$argon2id$") == true
        }
        try server.stop()
        let forgotten = try database.nodus("users", "forget-old-hashes")
        #expect(forgotten.status == 0)
        #expect(
            forgotten.output == "old hashes dropped: 1, kept because it is the only one: 4\n"
        )
        let again = try database.nodus("users", "forget-old-hashes")
        #expect(again.output == "old hashes dropped: 0, kept because it is the only one: 4\n")
        try server.restart()
        #expect(try Person(loggingIn: email, database.password, on: server).id == person.id)
        try server.stop()
        let down = try database.nodus("migrate", "down", database.revision)
        #expect(down.output.contains("These users need a new password"))
        #expect(down.output.contains("  \(person.id) \(email)\n"))
    }
}
