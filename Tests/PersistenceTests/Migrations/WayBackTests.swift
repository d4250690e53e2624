import Persistence
import TestSupport
import Testing

/// A database that Nodus has written to, given back to the original.
@Suite struct WayBackTests {
    /// The original's chats, and then some of Nodus's.
    static func world() throws -> MigrationWorld {
        let world = try MigrationWorld.ofOriginal()
        try world.runner.up()
        try world.psql(
            #"""
            INSERT INTO users (id, email, password_hash, display_name, tag, created_at)
            VALUES (7, 'egor@example.com', '$argon2id$egor', 'Egor', 'egor_7', '2026-02-01');
            UPDATE users SET password_hash = '$argon2id$anna' WHERE id = 1;
            INSERT INTO messages (id, chat_id, author_id, type, content, payload, ts, reply_to_id)
            VALUES
                (40970, 1, 2, 'text', 'after all of them', NULL, '2026-02-01 00:00:01', 6),
                (40965, 2, 1, 'text', 'first of the new ones', NULL, '2026-02-01 00:00:00', NULL),
                (9007199254740991, 2, 2, 'text', 'the last there can be', '{"b":1,  "a":2}',
                    '2026-02-01 00:00:02', 40965);
            INSERT INTO message_reactions (id, message_id, user_id, emoji, created_at) VALUES
                (9007199254740991, 7, 1, '🔥', '2026-02-01 00:00:04'),
                (9007199254740990, 40970, 1, '🎉', '2026-02-01 00:00:03');
            UPDATE attachments SET message_id = 40970;
            UPDATE chat_members SET read_through = 40970, read_at = '2026-02-02'
            WHERE (chat_id, user_id) = (1, 1);
            UPDATE chat_members SET read_through = 40965, read_at = NULL
            WHERE (chat_id, user_id) = (2, 2);
            UPDATE chat_members SET is_present = false WHERE (chat_id, user_id) = (1, 3);
            INSERT INTO member_absences VALUES (1, 3, 2, 40970);
            UPDATE nodus_state SET newest_user = 8, newest_message = 9007199254740991,
                newest_reaction = 9007199254740991;
            """#
        )
        return world
    }

    @Test func `new ids follow the original's, with all that refers to them`() throws {
        let world = try Self.world()
        try world.runner.down(to: MigrationWorld.newestOfOriginal)
        let messages = try world.psql(
            """
            SELECT id, chat_id, content, payload, reply_to_id, status
            FROM messages WHERE id > 23 ORDER BY id
            """
        )
        #expect(
            messages == [
                "24|2|first of the new ones|||read",
                "25|1|after all of them||6|delivered",
                #"26|2|the last there can be|{"a": 2, "b": 1}|24|delivered"#,
            ]
        )
        let reactions = try world.psql(
            "SELECT id, message_id, user_id, emoji FROM message_reactions ORDER BY id"
        )
        #expect(reactions == ["1|7|2|👍", "2|9|2|😂", "3|25|1|🎉", "4|7|1|🔥"])
        #expect(try world.psql("SELECT message_id FROM attachments") == ["25"])
    }

    @Test func `pointers become rows of reads`() throws {
        let world = try Self.world()
        try world.runner.down(to: MigrationWorld.newestOfOriginal)
        let reads = try world.psql(
            """
            SELECT message_id, user_id, read_at
            FROM message_reads JOIN messages ON messages.id = message_id
            WHERE (chat_id, user_id) IN ((1, 1), (2, 2)) ORDER BY user_id, message_id
            """
        )
        #expect(
            reads == [
                "2|1|2026-02-02 00:00:00", "3|1|2026-02-02 00:00:00", "5|1|2026-02-02 00:00:00",
                "6|1|2026-02-02 00:00:00", "25|1|2026-02-02 00:00:00",
                // Nobody knows when: not before it was written.
                "7|2|2026-01-03 00:00:07", "9|2|2026-01-03 00:00:09", "24|2|2026-02-01 00:00:00",
            ]
        )
    }

    @Test func `status is what Nodus showed, and who has left is gone`() throws {
        let world = try Self.world()
        let derived = try DerivedChats(of: world)
        try world.runner.down(to: MigrationWorld.newestOfOriginal)
        let statuses = try world.psql("SELECT status FROM messages ORDER BY id")
        #expect(statuses == derived.statuses.map { $0.split(separator: "|").last.map(String.init) })
        #expect(try DerivedChats.unreadOfOriginal(world) == derived.unread)
        #expect(try world.psql("SELECT user_id FROM chat_members WHERE chat_id = 1") == ["1", "2"])
    }

    @Test func `old passwords come back, and those who have none are listed`() throws {
        let world = try Self.world()
        let steps = try world.runner.down(to: MigrationWorld.newestOfOriginal)
        let hashes = try world.psql("SELECT id, password_hash FROM users WHERE id IN (1, 7)")
        #expect(hashes.sorted() == ["1|$2b$12$anna", "7|$argon2id$egor"])
        #expect(
            steps.flatMap(\.notices) == [
                """
                These users need a new password, because the original cannot check theirs:
                  7 egor@example.com
                """
            ]
        )
    }

    @Test func `the original goes on with ids that nobody had`() throws {
        let world = try Self.world()
        try world.runner.down(to: MigrationWorld.newestOfOriginal)
        let inserted = try world.psql(
            """
            INSERT INTO users (email, password_hash, display_name, tag)
            VALUES ('new@example.com', '$2b$new', 'New', 'new') RETURNING id;
            INSERT INTO chats (title) VALUES ('New') RETURNING id;
            INSERT INTO chat_members (chat_id, user_id) VALUES (10, 9) RETURNING id;
            INSERT INTO messages (chat_id, author_id, type) VALUES (10, 9, 'text') RETURNING id;
            INSERT INTO message_reads (message_id, user_id) VALUES (27, 9) RETURNING id > 0;
            INSERT INTO message_reactions (message_id, user_id, emoji)
            VALUES (27, 9, '👍') RETURNING id;
            """
        )
        #expect(inserted == ["9", "10", "17", "27", "t", "5"])
    }

    @Test func `a database that Nodus has made can be given to the original as well`() throws {
        let world = try MigrationWorld()
        try world.runner.up()
        try world.psql(
            """
            INSERT INTO users (id, email, password_hash, display_name, tag)
            VALUES (1, 'a', 'x', 'A', 'a_1');
            INSERT INTO chats (id, title) VALUES (1, 'Notes');
            INSERT INTO chat_members (chat_id, user_id) VALUES (1, 1);
            INSERT INTO messages (id, chat_id, author_id, type) VALUES (1029, 1, 1, 'text');
            """
        )
        try world.runner.down(to: "20241105_0005")
        #expect(try world.psql("SELECT id, status FROM messages") == ["1|read"])
        try world.runner.up()
        #expect(try DerivedChats(of: world).statuses == ["1|read"])
        #expect(try world.psql("SELECT legacy_message_id FROM nodus_state") == ["1"])
    }
}
