import TestSupport
import Testing

/// What people do, with Nodus, in a chat that the original has made.
struct Takeover {
    let database: OldDatabase
    let server: ServerProcess
    /// A group.
    let chat: Int64
    let admin: Person
    /// A member who has written there.
    let writer: Person
    /// Somebody of the original who is no member.
    let outsider: Person
    /// The original's newest message.
    let newestOld: Int64

    init(of database: OldDatabase, on server: ServerProcess) throws {
        self.database = database
        self.server = server
        self.chat = try database.number(
            "SELECT chat_id FROM chat_members WHERE role = 'admin' ORDER BY chat_id LIMIT 1"
        )
        func person(_ condition: String) throws -> Person {
            let email = try database.psql(
                "SELECT email FROM users WHERE \(condition) ORDER BY id LIMIT 1"
            )
            return try Person(loggingIn: email.first ?? "", database.password, on: server)
        }
        let members = "SELECT user_id FROM chat_members WHERE chat_id = \(self.chat)"
        let authors = """
            SELECT author_id FROM messages WHERE chat_id = \(self.chat) AND NOT is_deleted
            GROUP BY author_id HAVING count(*) > 1
            """
        self.admin = try person("id IN (\(members) AND role = 'admin')")
        self.writer = try person("id IN (\(members) AND role <> 'admin') AND id IN (\(authors))")
        self.outsider = try person("id NOT IN (\(members))")
        self.newestOld = try database.number("SELECT legacy_message_id FROM nodus_state")
    }

    /// Writes, replies, edits, reacts and reads, in old places and new ones.
    ///
    /// - Returns: the ids of the messages that were sent.
    func talk() throws -> [Int64] {
        let old = try self.oldMessages()
        let reply = try self.admin.post(
            "/messages",
            [
                "chat_id": .int(self.chat), "type": "text", "content": "To that:",
                "reply_to_id": old[0]["id"],
            ]
        )
        expect(reply, 201)
        #expect(reply.json["reply_to_id"] == old[0]["id"])
        let answer = try self.writer.say("I remember.", in: self.chat)
        let ids = [reply.json["id"].int ?? 0, answer]
        #expect(ids.allSatisfy { $0 > self.newestOld })
        #expect(ids[0] != ids[1])

        let own = try #require(old.first { $0["author_id"].int == self.writer.id })
        let edited = try self.writer.patch("/messages/\(own["id"])", ["content": "What I meant"])
        expect(edited, 200)
        #expect(edited.json["content"] == "What I meant")
        #expect(edited.json["ts"] == own["ts"])
        #expect(edited.json["reactions"] == own["reactions"])
        expect(try self.admin.patch("/messages/\(own["id"])", ["content": "No"]), 403)
        try self.react(to: old[0]["id"])

        expect(try self.writer.post("/chats/\(self.chat)/read"), 200)
        #expect(try self.listed(by: self.writer)["unreadCount"] == 0)
        #expect(try self.listed(by: self.writer)["lastMessagePreview"] == "I remember.")
        return ids
    }

    /// Old messages that are there, oldest first.
    private func oldMessages() throws -> [JSON] {
        try self.writer.allMessages(of: self.chat, includingDeleted: false).reversed()
            .filter { ($0["id"].int ?? 0) <= self.newestOld }
    }

    private func listed(by person: Person) throws -> JSON {
        let chats = try person.get("/chats").json.items
        return try #require(chats.first { $0["id"].int == self.chat })
    }

    /// On, off and on again.
    private func react(to message: JSON) throws {
        let path = "/messages/\(message)/reactions"
        expect(try self.writer.delete("\(path)/%F0%9F%90%99"), 204)
        let newest = try self.database.number("SELECT coalesce(max(id), 0) FROM message_reactions")
        let first = try self.writer.post(path, ["emoji": "🦊"])
        expect(first, 201)
        #expect((first.json["id"].int ?? 0) > newest)
        expect(try self.writer.post(path, ["emoji": "🦊"]), 400, "Reaction already exists")
        expect(try self.writer.delete("\(path)/%F0%9F%A6%8A"), 204)
        let second = try self.writer.post(path, ["emoji": "🐙"])
        #expect((second.json["id"].int ?? 0) > (first.json["id"].int ?? 0))
        let shown = try self.writer.get("/messages/\(message)").json["reactions"].items
        #expect(shown.contains(second.json))
        #expect(!shown.contains { $0["emoji"] == "🦊" })
        expect(try self.writer.delete("\(path)/%F0%9F%90%99"), 204)
        expect(try self.writer.post(path, ["emoji": "🐙"]), 201)
    }

    /// - Returns: the id of the message.
    func deleteOldMessage() throws -> Int64 {
        let message = try #require(
            self.oldMessages().last { $0["author_id"].int == self.writer.id }
        )
        let path = "/messages/\(message["id"])"
        expect(try self.admin.delete(path), 403)
        expect(try self.writer.delete(path), 204)
        let stone = try self.writer.get(path).json
        #expect(stone["is_deleted"] == true && stone["content"].isNull)
        #expect(stone["reactions"] == [])
        expect(try self.writer.delete(path), 400, "Message already deleted")
        return message["id"].int ?? 0
    }

    /// Takes off a reaction that somebody put on with the original.
    ///
    /// - Returns: its id.
    func takeOffOldReaction() throws -> Int64 {
        let row = try self.database.psql(
            """
            SELECT message_reactions.id, message_id, emoji, email
            FROM message_reactions
            JOIN messages ON messages.id = message_id
            JOIN users ON users.id = user_id
            JOIN chat_members USING (chat_id, user_id)
            WHERE NOT is_deleted AND is_present
            ORDER BY message_reactions.id LIMIT 1
            """
        )
        let columns = try #require(row.first).split(separator: "|").map(String.init)
        let id = try #require(Int64(columns[0]))
        let person = try Person(
            loggingIn: columns[3],
            self.database.password,
            on: self.server
        )
        func ids() throws -> [Int64] {
            let message = try person.get("/messages/\(columns[1])").json
            return message["reactions"].items.compactMap { $0["id"].int }
        }
        #expect(try ids().contains(id))
        let emoji = columns[2].utf8.map { "%" + String($0, radix: 16, uppercase: true) }.joined()
        expect(try person.delete("/messages/\(columns[1])/reactions/\(emoji)"), 204)
        #expect(try !ids().contains(id))
        return id
    }

    /// Somebody comes and goes, and an old member goes and comes back.
    func changeMembers() throws {
        let path = "/chats/\(self.chat)/members"
        expect(try self.outsider.get("/messages?chat_id=\(self.chat)"), 403)
        expect(try self.admin.post(path, ["user_id": .int(self.outsider.id)]), 201)
        let seen = try self.outsider.allMessages(of: self.chat)
        #expect(try seen.map { $0["id"] } == self.admin.allMessages(of: self.chat).map { $0["id"] })
        expect(try self.admin.delete("\(path)/\(self.outsider.id)"), 204)
        expect(try self.outsider.get("/messages?chat_id=\(self.chat)"), 403)
        expect(try self.admin.delete("\(path)/\(self.writer.id)"), 204)
        expect(try self.writer.get("/messages?chat_id=\(self.chat)"), 403)
        expect(try self.admin.post(path, ["user_id": .int(self.writer.id)]), 201)
        let members = try self.writer.get(path).json.items.compactMap { $0["user_id"].int }
        #expect(members.contains(self.writer.id) && !members.contains(self.outsider.id))
        #expect(Set(members).count == members.count)
    }

    /// Somebody new, who knows nobody but the admin.
    func welcome() throws -> (person: Person, chat: Int64) {
        let users = try self.database.number("SELECT newest_user FROM nodus_state")
        let chats = try self.database.number("SELECT newest_chat FROM nodus_state")
        let person = try Person("Zoe", on: self.server)
        #expect(person.id > users)
        let chat = try person.makeGroup("New", with: [self.admin])
        #expect(chat > chats)
        let id = try person.say("Hello there", in: chat)
        #expect(id > self.newestOld)
        expect(try self.admin.post("/messages/\(id)/reactions", ["emoji": "👋"]), 201)
        return (person, chat)
    }
}
