import Foundation
import Persistence
import TestSupport
import Testing

/// The whole chain on a real database of the original.
@Suite struct RealDatabaseTests {
    private static let revision = "20241105_0005"

    /// nil, and a line that says so, where there is no such database.
    private static func world() throws -> (world: MigrationWorld, expected: JSON)? {
        guard let folder = SharedData.original(neededBy: "RealDatabaseTests") else { return nil }
        let world = try MigrationWorld()
        // Where the server's own user can read it, without what an older psql does not know.
        let script = "\(world.cluster.dataFolder)/../\(world.database).sql"
        let command = #"gzip -dc "$1" | grep -vE '^\\(un)?restrict ' > "$2""#
        _ = try Self.output(of: ["-c", command, "sh", "\(folder)/database.sql.gz", script])
        try world.cluster.psql(world.database, file: script)
        unlink(script)
        let answers = try Self.output(of: [
            "-c", #"gzip -dc "$1""#, "sh", "\(folder)/expected.json.gz",
        ])
        return (world, try JSON(parsing: answers.utf8))
    }

    private static func output(of shell: [String]) throws -> String {
        let folder = try ThrowawayFolder()
        let process = try ChildProcess(
            "/bin/sh",
            shell,
            environment: ["PATH=/usr/bin:/bin"],
            folder: folder.path,
            errorFile: folder.path + "/errors"
        )
        guard try process.waitForExit(timeout: .seconds(60)) == 0 else {
            throw WaitError.malformed(
                try String(contentsOfFile: folder.path + "/errors", encoding: .utf8)
            )
        }
        return process.printed
    }

    @Test func `status and unread counts are what the original answered`() throws {
        guard let (world, expected) = try Self.world() else { return }
        let statuses = try DerivedChats.statusesOfOriginal(world)
        let unread = try DerivedChats.unreadOfOriginal(world)
        try world.runner.up()
        let derived = try DerivedChats(of: world)
        #expect(derived.statuses == statuses)
        #expect(derived.unread == unread)

        var answered: [String] = []
        for chat in Self.members(of: expected["chats"]) {
            answered += chat["messages"].items.map {
                "\($0["id"].int ?? 0)|\($0["status"].string ?? "")"
            }
        }
        #expect(answered.count == 2_448)
        #expect(Set(answered).subtracting(derived.statuses).isEmpty)

        guard case .object(let lists) = expected["chat_lists"] else { return }
        var counted = 0
        for (email, list) in lists {
            let id = try world.psql("SELECT id FROM users WHERE email = '\(email)'")
            for chat in list.items {
                let line =
                    "\(chat["id"].int ?? 0)|\(id.first ?? "")|\(chat["unreadCount"].int ?? -1)"
                #expect(derived.unread.contains(line), "\(email)")
                counted += 1
            }
        }
        #expect(counted > 0)
    }

    @Test func `the whole chain, up and down and up again`() throws {
        guard let (world, _) = try Self.world() else { return }
        let before = try world.originalContent()
        let schema = try world.schema()
        #expect(before.filter { $0.hasPrefix("message|") }.count == 2_521)
        #expect(before.filter { $0.hasPrefix("read|") }.count == 14_840)
        try world.runner.up()
        let newest = try world.schema()
        let derived = try DerivedChats(of: world)

        let steps = try world.runner.down(to: Self.revision)
        #expect(steps.flatMap(\.notices).isEmpty)
        #expect(try world.originalContent() == before)
        #expect(try world.schema() == schema)

        try world.runner.up()
        #expect(try world.schema() == newest)
        #expect(try DerivedChats(of: world).statuses == derived.statuses)
        #expect(try DerivedChats(of: world).unread == derived.unread)

        let tags = try world.psql("SELECT id, email, tag, password_hash FROM users ORDER BY id")
        let kept = try world.psql(
            "SELECT id, content FROM messages WHERE NOT is_deleted ORDER BY id"
        )
        try world.runner.down(to: "20240326_0001")
        try world.runner.up()
        #expect(try world.schema() == newest)
        #expect(
            try world.psql("SELECT id, email, tag, password_hash FROM users ORDER BY id") == tags
        )
        #expect(try world.psql("SELECT id, content FROM messages ORDER BY id") == kept)
    }

    @Test func `new messages on old chats find their way back`() throws {
        guard let (world, _) = try Self.world() else { return }
        try world.runner.up()
        try world.psql(
            """
            INSERT INTO messages (id, chat_id, author_id, type, content, reply_to_id)
            SELECT 4096 + number * 1024 + number, 1, 1, 'text', 'new ' || number,
                CASE WHEN number > 1 THEN 4096 + (number - 1) * 1024 + number - 1 ELSE 420 END
            FROM generate_series(1, 1000) AS number;
            UPDATE chat_members SET read_through = 5121 WHERE (chat_id, user_id) = (1, 4);
            """
        )
        try world.runner.down(to: Self.revision)
        let rows = try world.psql(
            """
            SELECT count(*), min(id), max(id), count(*) FILTER (WHERE reply_to_id = id - 1),
                min(reply_to_id)
            FROM messages WHERE id > 2521
            """
        )
        #expect(rows == ["1000|2522|3521|999|420"])
        let reads = try world.psql("SELECT user_id FROM message_reads WHERE message_id = 2522")
        #expect(reads == ["4"])
    }

    private static func members(of object: JSON) -> [JSON] {
        guard case .object(let members) = object else { return object.items }
        return Array(members.values)
    }
}
