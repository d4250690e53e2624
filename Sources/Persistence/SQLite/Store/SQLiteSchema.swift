import GRDB

/// The tables of a history file.
///
/// The same tables and columns as in Postgres, in types of SQLite. Times are microseconds since
/// 1970, which sort and compare as numbers and need no parsing (a page reads two or three a
/// message); booleans are 0 and 1. There are no tables for what Nodus does not know, and no
/// indexes that it does not ask: mail addresses and tags are looked up in memory.
enum SQLiteSchema {
    /// `user_version` of the file.
    static let version: Int64 = 1
    /// `application_id` of the file, `Ndus`: what `file` and other programs tell it by.
    static let applicationID: Int64 = 0x4e64_7573

    /// What `PRAGMA`s say of a file.
    struct Marks: Equatable {
        var applicationID: Int64
        var version: Int64
        var tableCount: Int64

        init(of database: Database) throws {
            self.applicationID = try Self.number("PRAGMA application_id", database)
            self.version = try Self.number("PRAGMA user_version", database)
            self.tableCount = try Self.number("SELECT count(*) FROM sqlite_schema", database)
        }

        /// Nothing was ever made in it.
        var isNew: Bool { self.applicationID == 0 && self.version == 0 && self.tableCount == 0 }

        private static func number(_ sql: String, _ database: Database) throws -> Int64 {
            try Int64.fetchOne(database, sql: sql) ?? 0
        }
    }

    /// - Throws: `unusable` where the file is not a history of this version. Nothing was changed.
    static func check(_ marks: Marks, file: String) throws(StoreError) {
        guard marks.applicationID == Self.applicationID else {
            throw .unusable("\(file) is a database of another program")
        }
        guard marks.version <= Self.version else {
            throw .unusable(
                "\(file) was made by a newer version: its tables are of version \(marks.version), "
                    + "and this program knows up to \(Self.version)"
            )
        }
        guard marks.version == Self.version else {
            throw .unusable("\(file) has tables of the unknown version \(marks.version)")
        }
    }

    /// Within a transaction, on a file that is new.
    static func create(in database: Database) throws {
        try database.execute(sql: Self.baseline)
        try database.execute(
            sql: """
                PRAGMA application_id = \(Self.applicationID);
                PRAGMA user_version = \(Self.version)
                """
        )
    }

    /// Where a table has no rowid, the columns of its key come first and in their order: else
    /// `integrity_check` (3.40) takes sound rows for damaged.
    ///
    /// The index of `messages` holds all that a start asks of every message, in the order in which
    /// it asks, so that a start reads no content.
    private static let baseline = """
        CREATE TABLE users (
            id INTEGER PRIMARY KEY,
            email TEXT NOT NULL,
            password_hash TEXT NOT NULL,
            display_name TEXT NOT NULL,
            avatar_url TEXT,
            created_at INTEGER NOT NULL,
            tag TEXT NOT NULL,
            legacy_password_hash TEXT,
            last_seen INTEGER,
            position INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE chats (
            id INTEGER PRIMARY KEY,
            title TEXT NOT NULL,
            is_group INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            position INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE chat_members (
            chat_id INTEGER NOT NULL,
            user_id INTEGER NOT NULL,
            role TEXT NOT NULL,
            joined_at INTEGER NOT NULL,
            is_present INTEGER NOT NULL DEFAULT 1,
            joined_after INTEGER NOT NULL DEFAULT 0,
            read_through INTEGER NOT NULL DEFAULT 0,
            read_at INTEGER,
            position INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (chat_id, user_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE member_absences (
            chat_id INTEGER NOT NULL,
            through_id INTEGER NOT NULL,
            user_id INTEGER NOT NULL,
            after_id INTEGER NOT NULL,
            PRIMARY KEY (chat_id, through_id, user_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE messages (
            id INTEGER PRIMARY KEY,
            chat_id INTEGER NOT NULL,
            author_id INTEGER,
            type TEXT NOT NULL,
            content TEXT,
            payload TEXT,
            ts INTEGER NOT NULL,
            reply_to_id INTEGER,
            is_deleted INTEGER NOT NULL,
            deleted_at INTEGER,
            updated_at INTEGER,
            position INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX messages_chat_id
            ON messages (chat_id, id, is_deleted, author_id, ts, position);
        CREATE TABLE message_reactions (
            message_id INTEGER NOT NULL,
            user_id INTEGER NOT NULL,
            emoji TEXT NOT NULL,
            id INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            position INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (message_id, user_id, emoji)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE nodus_state (
            only INTEGER PRIMARY KEY DEFAULT 1 CHECK (only = 1),
            epoch TEXT,
            applied_position INTEGER NOT NULL DEFAULT 0,
            legacy_message_id INTEGER NOT NULL DEFAULT 0,
            newest_user INTEGER NOT NULL DEFAULT 0,
            newest_chat INTEGER NOT NULL DEFAULT 0,
            newest_message INTEGER NOT NULL DEFAULT 0,
            newest_reaction INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        INSERT INTO nodus_state (only) VALUES (1);
        CREATE TABLE nodus_dead_letters (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            position INTEGER NOT NULL,
            table_name TEXT NOT NULL,
            row_key TEXT NOT NULL,
            events BLOB NOT NULL,
            code TEXT NOT NULL,
            error TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;
        """
}
