import Foundation
import TestSupport

/// A database of the original, with people whose password is known, for a server to take over.
struct OldDatabase {
    enum Kind: CaseIterable {
        /// Each chat with one thing that Nodus holds differently.
        case small
        /// What people wrote, as the original's own interface has stored it.
        case real
    }

    let kind: Kind
    let cluster: PostgresCluster
    let name: String
    /// Everybody's.
    let password: String
    /// What the original answers: `chat_lists` by mail address, and for each of `chats` a `reader`
    /// and all `messages` that they see.
    let answers: JSON

    var url: String { self.cluster.url(database: self.name) }

    /// Where the original left it.
    var revision: String { self.kind == .small ? "7a428b8e8dac" : "20241105_0005" }

    /// A copy of its own. nil where there is none of this kind, and a line says so.
    init?(_ kind: Kind, neededBy suite: String) throws {
        let template = try (kind == .small ? Self.small : Self.real).get()
        guard let template else {
            print("NOT RUN: \(suite): \(Self.folder) is not there")
            return nil
        }
        self.kind = kind
        self.cluster = try PostgresCluster.shared()
        self.name = "old_\(UUID().uuidString)"
        try self.cluster.psql(
            "postgres",
            "CREATE DATABASE \"\(self.name)\" TEMPLATE \"\(template.database)\""
        )
        self.password = template.password
        self.answers = template.answers
    }

    /// The rows, a line each, the columns with `|` between them.
    func psql(_ sql: String) throws -> [String] {
        try self.cluster.psql(self.name, sql).split(separator: "\n").map(String.init)
    }

    func number(_ sql: String) throws -> Int64 {
        guard let number = try Int64(self.psql(sql).first ?? "") else {
            throw WaitError.malformed("no number from \(sql)")
        }
        return number
    }

    /// Its statements, without settings, comments and empty lines.
    func schema() throws -> [String] {
        let arguments = ["--schema-only", "--no-owner", "-d", self.name]
        let noise = ["--", "SET ", "SELECT pg_catalog.", "\\"]
        return try self.cluster.run("pg_dump", arguments).split(separator: "\n").map(String.init)
            .filter { line in !noise.contains { line.hasPrefix($0) } }
    }

    func serve(in folder: ThrowawayFolder? = nil) throws -> ServerProcess {
        try ServerProcess.small(["--no-limits", "--database-url", self.url], in: folder)
    }

    /// Runs `nodus` on this database.
    func nodus(
        _ arguments: String...,
        in folder: ThrowawayFolder? = nil
    ) throws -> ServerProcess.Outcome {
        try ServerProcess.run(arguments, environment: ["NODUS_DATABASE_URL": self.url], in: folder)
    }
}

// MARK: - What is copied

extension OldDatabase {
    private struct Template {
        let database: String
        let password: String
        let answers: JSON
    }

    private static let small = Result { try Self.makeSmall() as Template? }
    private static let real = Result { try Self.loadReal() }

    /// Beside the checkout, or where `NODUS_SHARED` says.
    private static var folder: String {
        let checkout = URL(fileURLWithPath: #filePath).appending(path: "../../../../..")
        let shared =
            ProcessInfo.processInfo.environment["NODUS_SHARED"]
            ?? checkout.appending(path: "shared").standardized.path
        return shared + "/data/nodus-v2"
    }

    private static func makeSmall() throws -> Template {
        let cluster = try PostgresCluster.shared()
        let name = try cluster.newDatabase()
        let url = cluster.url(database: name)
        let arguments = ["migrate", "up", "7a428b8e8dac", "--database-url", url]
        guard try ServerProcess.run(arguments).status == 0 else {
            throw WaitError.malformed("migration")
        }
        let fixture = URL(fileURLWithPath: #filePath)
            .appending(path: "../../../PersistenceTests/Fixtures/original-chats.sql").standardized
        try cluster.psql(name, String(contentsOf: fixture, encoding: .utf8))
        // As the original's hash of "secret".
        let hash = "$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW"
        try cluster.psql(name, "UPDATE users SET password_hash = '\(hash)'")
        let answers = try cluster.psql(name, Self.answersInSQL)
        return Template(
            database: name,
            password: "secret",
            answers: try JSON(parsing: answers.utf8)
        )
    }

    private static func loadReal() throws -> Template? {
        guard FileManager.default.fileExists(atPath: self.folder) else { return nil }
        let cluster = try PostgresCluster.shared()
        let name = try cluster.newDatabase()
        // Where the server's own user can read it, without what an older psql does not know.
        let script = "\(cluster.dataFolder)/../\(name).sql"
        let unpack = #"gzip -dc "$1" | grep -vE '^\\(un)?restrict ' > "$2""#
        _ = try Self.output(of: ["-c", unpack, "sh", "\(self.folder)/database.sql.gz", script])
        try cluster.psql(name, file: script)
        unlink(script)
        let read = #"gzip -dc "$1""#
        let text = try Self.output(of: ["-c", read, "sh", "\(self.folder)/expected.json.gz"])
        let answers = try JSON(parsing: text.utf8)
        return Template(
            database: name,
            password: answers["password"].string ?? "",
            answers: answers
        )
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

    /// The original's schema after the revision where it left the database, where it is known.
    func schemaOfOriginal() throws -> [String]? {
        let file = "\(Self.folder)/schema/\(self.revision).sql"
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            .map(String.init)
    }

    /// Answers as the original makes them of its rows.
    private static let answersInSQL = """
        SELECT json_build_object(
            'chat_lists', (SELECT json_object_agg(me.email, (
                SELECT coalesce(json_agg(json_build_object(
                    'id', chats.id,
                    'title', title,
                    'is_group', is_group,
                    'created_at', chats.created_at,
                    'participants', (
                        SELECT json_agg(json_build_object(
                            'id', users.id, 'email', email, 'display_name', display_name,
                            'tag', tag, 'avatar_url', avatar_url, 'created_at', created_at
                        ))
                        FROM chat_members JOIN users ON users.id = user_id
                        WHERE chat_id = chats.id
                    ),
                    'lastMessagePreview', newest.content,
                    'lastMessageAuthor', newest.author,
                    'updatedAt', newest.ts,
                    'unreadCount', (
                        SELECT count(*) FROM messages
                        WHERE chat_id = chats.id AND NOT is_deleted
                        AND author_id IS DISTINCT FROM me.id
                        AND NOT EXISTS (
                            SELECT FROM message_reads
                            WHERE message_id = messages.id AND user_id = me.id
                        )
                    )
                )), '[]')
                FROM chat_members
                JOIN chats ON chats.id = chat_id
                LEFT JOIN LATERAL (
                    SELECT coalesce(content, '[медиа]') AS content, display_name AS author, ts
                    FROM messages LEFT JOIN users ON users.id = author_id
                    WHERE chat_id = chats.id AND NOT is_deleted
                    ORDER BY messages.id DESC LIMIT 1
                ) AS newest ON true
                WHERE user_id = me.id
            )) FROM users AS me),
            'chats', (SELECT json_object_agg(chats.id, json_build_object(
                'reader', (
                    SELECT email FROM chat_members JOIN users ON users.id = user_id
                    WHERE chat_id = chats.id ORDER BY users.id LIMIT 1
                ),
                'messages', (
                    SELECT json_agg(json_build_object(
                        'id', id, 'chat_id', chat_id, 'author_id', author_id, 'type', type,
                        'content', content, 'payload', nullif(payload, 'null'), 'ts', ts,
                        'status', status, 'reply_to_id', reply_to_id, 'is_deleted', is_deleted,
                        'deleted_at', deleted_at, 'updated_at', updated_at,
                        'reactions', (
                            SELECT coalesce(json_agg(json_build_object(
                                'id', id, 'message_id', message_id, 'user_id', user_id,
                                'emoji', emoji, 'created_at', created_at
                            )), '[]')
                            FROM message_reactions WHERE message_id = messages.id
                        )
                    ))
                    FROM messages WHERE chat_id = chats.id AND NOT is_deleted
                )
            )) FROM chats)
        )
        """
}
