import Persistence
import TestSupport
import Testing

@Suite struct MigrationDataTests {
    @Test func `status and unread counts stay what they were`() throws {
        let world = try MigrationWorld.ofOriginal()
        let statuses = try DerivedChats.statusesOfOriginal(world)
        let unread = try DerivedChats.unreadOfOriginal(world)
        #expect(statuses.count == 23)
        #expect(unread.count == 17)
        try world.runner.up()
        let derived = try DerivedChats(of: world)
        #expect(derived.statuses == statuses)
        #expect(derived.unread == unread)
    }

    @Test func `pointers stand where people have read to`() throws {
        let world = try MigrationWorld.ofOriginal()
        try world.runner.up()
        let members = try world.psql(
            """
            SELECT chat_id, user_id, is_present, joined_after, read_through, read_at
            FROM chat_members WHERE chat_id IN (1, 3, 4, 5) ORDER BY chat_id, user_id
            """
        )
        #expect(
            members == [
                "1|1|t|6|6|2026-01-05 00:00:01",
                "1|2|t|6|6|2026-01-05 00:00:02",
                // What Vera wrote herself does not wait for her.
                "1|3|t|2|2|2026-01-05 00:00:03",
                "3|1|t|11|11|2026-01-05 00:00:05",
                "3|2|t|10|10|2026-01-05 00:00:05",
                "3|5|t|11|0|",
                "4|1|t|0|15|2026-01-05 00:00:07",
                "4|2|t|13|14|2026-01-05 00:00:07",
                "4|4|f|13|13|2026-01-05 00:00:06",
                "5|1|t|0|0|",
                // One is unread, as before, though another one.
                "5|2|t|18|17|2026-01-05 00:00:08",
            ]
        )
        let absences = try world.psql("SELECT * FROM member_absences ORDER BY through_id")
        let nobody = 2_147_483_647
        #expect(
            absences == [
                "4|4|13|15", "5|\(nobody)|16|17", "6|\(nobody)|18|19", "8|\(nobody)|21|22",
            ]
        )
    }

    @Test func `the state begins above all ids that were handed out`() throws {
        let world = try MigrationWorld.ofOriginal()
        try world.runner.up()
        let state = try world.psql(
            """
            SELECT legacy_message_id, newest_user, newest_chat, newest_message, newest_reaction
            FROM nodus_state
            """
        )
        #expect(state == ["23|6|9|30|7"])
    }

    @Test func `a payload of null is none, and others are kept`() throws {
        let world = try MigrationWorld.ofOriginal()
        try world.runner.up()
        let payloads = try world.psql(
            "SELECT id, payload FROM messages WHERE payload IS NOT NULL ORDER BY id"
        )
        #expect(payloads == [#"8|{"ms": 1200, "codec": "opus"}"#])
    }

    @Test func `down and up again leaves what both sides can hold`() throws {
        let world = try MigrationWorld.ofOriginal()
        let before = try world.originalContent()
        try world.runner.up()
        let derived = try DerivedChats(of: world)
        let pointers = "SELECT * FROM chat_members WHERE is_present ORDER BY chat_id, user_id"
        let members = try world.psql(pointers)

        try world.runner.down(to: MigrationWorld.newestOfOriginal)
        // The one read that is no pointer.
        let expected = before.map { $0 == "read|18|2" ? "read|17|2" : $0 }
        #expect(try world.originalContent() == expected)
        #expect(try world.psql("SELECT message_id FROM attachments") == ["8"])

        try world.runner.up()
        #expect(try DerivedChats(of: world).statuses == derived.statuses)
        #expect(try DerivedChats(of: world).unread == derived.unread)
        #expect(try world.psql(pointers) == members)

        try world.runner.down(to: MigrationWorld.newestOfOriginal)
        #expect(try world.originalContent() == expected)
    }

    @Test func `the original's own steps keep what their schema can hold`() throws {
        let world = try MigrationWorld.ofOriginal()
        let users = try world.psql("SELECT id, email, tag FROM users ORDER BY id")
        let kept = "SELECT id, content FROM messages ORDER BY id"
        let messages = try world.psql(kept)
        let steps = try world.runner.down(to: "20240326_0001")
        #expect(
            steps.flatMap(\.notices) == [
                "Gone: 1 attachments (their files are still in the storage).",
                "Gone: 1 friendships and 1 pinned chats.",
                "Gone: 1 deleted messages, 1 reactions, and what 1 replies answered.",
                "Gone: who has read what (23 reads). Everything is unread.",
            ]
        )
        try world.runner.up()
        #expect(try world.psql("SELECT id, email, tag FROM users ORDER BY id") == users)
        // The deleted one does not come back.
        #expect(try world.psql(kept) == messages.filter { $0 != "9|a mistake" })
    }

    @Test func `going up to statuses takes over what all have read`() throws {
        let world = try MigrationWorld.ofOriginal()
        try world.runner.down(to: "20241104_0003")
        try world.runner.up(to: "20241104_0004")
        let read = try world.psql("SELECT id FROM messages WHERE status = 'read' ORDER BY id")
        let readByAll = [1, 2, 3, 6, 7, 13, 14, 15, 16, 18, 20, 22]
        #expect(read == readByAll.map(String.init))
    }
}
