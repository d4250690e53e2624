import Persistence
import TestSupport
import Testing

/// Whatever is refused leaves the database as it was.
@Suite struct MigrationRefusalTests {
    private static func expectUnchanged(
        _ world: MigrationWorld,
        _ error: MigrationError,
        by body: () throws -> Void
    ) throws {
        let schema = try world.schema()
        #expect(throws: error) { try body() }
        #expect(try world.schema() == schema)
    }

    @Test func `a version of a newer program`() throws {
        let world = try MigrationWorld()
        try world.runner.up()
        try world.psql("UPDATE alembic_version SET version_num = '20991231_9999'")
        let error = MigrationError.unknownVersion("20991231_9999")
        try Self.expectUnchanged(world, error) { try world.runner.up() }
        try Self.expectUnchanged(world, error) { try world.runner.down(to: "base") }
        #expect(throws: error) { try world.runner.current() }
        #expect("\(error)".contains("20991231_9999"))
    }

    @Test func `a version called base`() throws {
        let world = try MigrationWorld()
        try world.runner.up()
        try world.psql("UPDATE alembic_version SET version_num = 'base'")
        try Self.expectUnchanged(world, .unknownVersion("base")) { try world.runner.up() }
    }

    @Test func `several versions at once`() throws {
        let world = try MigrationWorld()
        try world.runner.up()
        try world.psql("INSERT INTO alembic_version VALUES ('20241104_0002')")
        let error = MigrationError.severalVersions(["20241104_0002", "20261122_0009"])
        try Self.expectUnchanged(world, error) { try world.runner.up() }
    }

    @Test func `tables that nobody has given a version`() throws {
        let world = try MigrationWorld()
        try world.psql("CREATE TABLE invoices (); CREATE TABLE users ()")
        let error = MigrationError.unversioned(tables: ["invoices", "users"])
        try Self.expectUnchanged(world, error) { try world.runner.up() }
        try world.psql("CREATE TABLE alembic_version (version_num varchar(32))")
        try Self.expectUnchanged(world, error) { try world.runner.up() }
    }

    @Test func `an encoding that does not hold every text`() throws {
        let world = try MigrationWorld()
        let name = "\(world.database)_latin"
        try world.psql(
            "CREATE DATABASE \(name) ENCODING latin1 TEMPLATE template0 LOCALE 'C'"
        )
        let connection = try PostgresConnection(world.cluster.url(database: name))
        #expect(throws: MigrationError.notUnicode(encoding: "LATIN1")) {
            try MigrationRunner(connection).up()
        }
    }

    @Test func `a table that somebody else holds`() throws {
        let world = try MigrationWorld.ofOriginal()
        var timeouts = PostgresTimeouts.patient
        timeouts.lock = .milliseconds(100)
        let runner = MigrationRunner(try PostgresConnection(world.url, timeouts: timeouts))
        let other = try PostgresConnection(world.url)
        try other.execute("BEGIN; LOCK TABLE message_reads IN ACCESS SHARE MODE")
        let reason = "canceling statement due to lock timeout (55P03)"
        try Self.expectUnchanged(world, .failed("20261122_0008", .up, reason: reason)) {
            try runner.up()
        }
        try other.execute("ROLLBACK")
        #expect(try runner.up().count == 2)
    }

    @Test func `a version that somebody else moves meanwhile`() throws {
        let moving = Migration(revision: "1", name: "", up: "CREATE TABLE a ()", down: "")
        let world = try MigrationWorld(chain: MigrationChain([moving]))
        try world.runner.up()
        // As a program without our lock would, between the look and the step.
        try world.psql(
            """
            CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE TRIGGER skip BEFORE DELETE ON alembic_version
            FOR EACH ROW EXECUTE FUNCTION skip();
            """
        )
        #expect(throws: MigrationError.versionMoved(from: "1")) {
            try world.runner.down(to: "base")
        }
        #expect(try world.current() == "1")
    }

    @Test func `a revision that there is not`() throws {
        let world = try MigrationWorld()
        try world.runner.up(to: "20241104_0002")
        let error = MigrationError.unknownRevision("20241104_000")
        try Self.expectUnchanged(world, error) { try world.runner.up(to: "20241104_000") }
        try Self.expectUnchanged(world, error) { try world.runner.down(to: "20241104_000") }
    }

    @Test func `the wrong direction`() throws {
        let world = try MigrationWorld()
        try world.runner.up(to: "20241104_0002")
        let beyond = MigrationError.alreadyBeyond("20240326_0001", current: "20241104_0002")
        try Self.expectUnchanged(world, beyond) { try world.runner.up(to: "20240326_0001") }
        let before = MigrationError.notYetAt("20241104_0003", current: "20241104_0002")
        try Self.expectUnchanged(world, before) { try world.runner.down(to: "20241104_0003") }
        #expect(try world.runner.up(to: "20241104_0002").isEmpty)
        #expect(try world.runner.down(to: "20241104_0002").isEmpty)
    }

    @Test func `a step that fails halfway`() throws {
        let good = Migration(revision: "1", name: "", up: "CREATE TABLE a ()", down: "DROP TABLE a")
        let bad = Migration(
            revision: "2",
            name: "",
            up: "CREATE TABLE b (); SELECT 1 / 0",
            down: ""
        )
        let world = try MigrationWorld(chain: MigrationChain([good, bad]))
        #expect(
            throws: MigrationError.failed("2", .up, reason: "division by zero (22012)")
        ) { try world.runner.up() }
        #expect(try world.current() == "1")
        #expect(try world.psql("SELECT to_regclass('b')").isEmpty)
        #expect(try world.runner.history().map(\.isApplied) == [true, false])
    }

    @Test func `on the way down, duplicates of mail and tag, and dead letters`() throws {
        let world = try MigrationWorld.ofOriginal()
        try world.runner.up()
        try world.psql(
            """
            UPDATE users SET email = 'same@example.com' WHERE id IN (1, 3, 4);
            UPDATE users SET tag = 'same' WHERE id IN (2, 5);
            INSERT INTO nodus_dead_letters (position, table_name, row_key, events, code, error)
            VALUES (5, 'messages', '1029', '', '22021', 'invalid byte sequence');
            """
        )
        let reason = """
            the database before this revision cannot hold these rows:
              dead letter 1: messages 1029: invalid byte sequence
              users 1, 3, 4: all have same@example.com
              users 2, 5: all have @same
            """
        try Self.expectUnchanged(world, .failed("20261122_0009", .down, reason: reason)) {
            try world.runner.down(to: "base")
        }
        #expect(try world.current() == "20261122_0009")
    }

    @Test func `on the way down, rows whose parents are missing, and payloads`() throws {
        let world = try MigrationWorld.ofOriginal()
        try world.runner.up()
        try world.psql(
            #"""
            INSERT INTO messages (id, chat_id, author_id, type, reply_to_id)
            VALUES (2001, 77, 66, 'text', 55);
            INSERT INTO messages (id, chat_id, author_id, type, payload)
            VALUES (2002, 1, 1, 'text', '{"a":"\u0000"}'), (2003, 1, 1, 'text', '["\ud800"]'),
                (2004, 1, 1, 'text', '1e200000');
            INSERT INTO chat_members (chat_id, user_id) VALUES (78, 67);
            INSERT INTO message_reactions (id, message_id, user_id, emoji) VALUES (1, 56, 68, 'x');
            """#
        )
        let reason = """
            the original's tables cannot hold these rows:
              member 67 of chat 78: there is no such chat
              member 67 of chat 78: there is no such user
              message 2001: there is no chat 77
              message 2001: there is no message 55 to reply to
              message 2001: there is no user 66
              reaction 1: there is no message 56
              reaction 1: there is no user 68
              message 2002: its payload: unsupported Unicode escape sequence
              message 2003: its payload: invalid input syntax for type json
              message 2004: its payload: value overflows numeric format
            """
        let error = MigrationError.failed("20261122_0008", .down, reason: reason)
        try world.runner.down(to: "20261122_0008")
        try Self.expectUnchanged(world, error) { try world.runner.down(to: "base") }
    }

    @Test func `on the way down, more ids than integer has room for`() throws {
        let world = try MigrationWorld.ofOriginal()
        try world.runner.up()
        try world.psql(
            """
            INSERT INTO messages (id, chat_id, author_id, type)
            VALUES (2147483648, 1, 1, 'text'), (2147483649, 1, 1, 'text');
            UPDATE nodus_state SET legacy_message_id = 2147483646;
            """
        )
        let reason = """
            the original's tables cannot hold these rows:
              2 messages are newer than 2147483646, and ids of the type integer end at 2147483647
            """
        let error = MigrationError.failed("20261122_0008", .down, reason: reason)
        try world.runner.down(to: "20261122_0008")
        try Self.expectUnchanged(world, error) { try world.runner.down(to: "base") }
    }

    @Test func `a long list is cut`() throws {
        let world = try MigrationWorld.ofOriginal()
        try world.runner.up()
        try world.psql(
            """
            INSERT INTO message_reactions (id, message_id, user_id, emoji)
            SELECT number, number, 1, 'x' FROM generate_series(1000, 1099) AS number
            """
        )
        let error = #expect(throws: MigrationError.self) { try world.runner.down(to: "base") }
        let lines = "\(error.map(String.init(describing:)) ?? "")".split(separator: "\n")
        #expect(lines.count == 22)
        #expect(lines.last == "  and 80 more")
    }
}
