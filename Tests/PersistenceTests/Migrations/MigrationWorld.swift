import Foundation
import Persistence
import TestSupport

/// A database of its own, and what a migration does to it.
struct MigrationWorld {
    static let newestOfOriginal = "7a428b8e8dac"

    let cluster: PostgresCluster
    let database: String
    let runner: MigrationRunner

    init(chain: MigrationChain = .nodus) throws {
        self.cluster = try PostgresCluster.shared()
        self.database = try self.cluster.newDatabase()
        let url = self.cluster.url(database: self.database)
        let connection = try PostgresConnection(url, timeouts: .patient)
        self.runner = MigrationRunner(connection, chain: chain)
    }

    var url: String { self.cluster.url(database: self.database) }

    /// The small chats of the fixture, as the original leaves them.
    static func ofOriginal() throws -> MigrationWorld {
        let world = try MigrationWorld()
        try world.runner.up(to: self.newestOfOriginal)
        try world.psql(String(contentsOfFile: self.fixture("original-chats.sql"), encoding: .utf8))
        return world
    }

    static func fixture(_ name: String) -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return folder.appending(path: "../Fixtures/\(name)").standardized.path
    }

    @discardableResult
    func psql(_ sql: String) throws -> [String] {
        try self.cluster.psql(self.database, sql).split(separator: "\n").map(String.init)
    }

    func current() throws -> String? { try self.runner.current()?.revision }

    /// Its statements, without settings, comments and empty lines.
    func schema() throws -> [String] {
        let arguments = ["--schema-only", "--no-owner", "-d", self.database]
        let dump = try self.cluster.run("pg_dump", arguments)
        let noise = ["--", "SET ", "SELECT pg_catalog.", "\\"]
        return dump.split(separator: "\n").map(String.init)
            .filter { line in !noise.contains { line.hasPrefix($0) } }
    }

    /// All that the original's tables hold, but for what has no meaning: the ids of the rows of
    /// members and reads, the moment of a read, and the two ways to say that there is no payload.
    func originalContent() throws -> [String] {
        try self.psql(
            """
            SELECT 'user', * FROM users ORDER BY id;
            SELECT 'chat', * FROM chats ORDER BY id;
            SELECT 'member', chat_id, user_id, role, joined_at FROM chat_members
            ORDER BY chat_id, user_id;
            SELECT 'message', id, chat_id, author_id, type, content, nullif(payload, 'null'), ts,
                status, reply_to_id, is_deleted, deleted_at, updated_at
            FROM messages ORDER BY id;
            SELECT 'read', message_id, user_id FROM message_reads ORDER BY message_id, user_id;
            SELECT 'reaction', * FROM message_reactions ORDER BY id;
            """
        )
    }
}
