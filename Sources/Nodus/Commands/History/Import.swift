import ArgumentParser
import Glibc
import Persistence

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the history of one database into another, such as SQLite into Postgres.",
        discussion: """
            Stop the server first. The target has to be empty, or to hold a part of the same copy: \
            run it again to go on after an interruption. In the end both are read again and \
            compared. Then start the server with the same data folder and the new database, such as

              nodus import --from data/history.sqlite --to postgresql://user@host/name
              nodus serve --database-url postgresql://user@host/name

            Only what Nodus keeps is copied. From Postgres to Postgres, pg_dump copies the original's \
            other tables and old password hashes as well.
            """
    )

    @Option(help: "The database to copy from: a file of SQLite, or a Postgres URL.")
    var from: String

    @Option(help: "The database to copy to: a file that is made, or a Postgres URL.")
    var to: String

    func run() throws {
        var line = ProgressLine()
        let result = try stopping { () -> StoreCopy.Progress in
            defer { line.end() }
            return try StoreCopy.run(from: self.source(), to: self.target()) { line.show($0) }
        }
        print(
            """
            Copied \(result.rowCount) people, chats and members, and \(result.messageCount) \
            messages with their reactions. Both databases are equal (CRC32C \
            \(String(result.checksum, radix: 16))).
            """
        )
    }

    private func source() throws -> any HistoryStore {
        guard Self.isPostgres(self.from) else {
            return SQLiteStore(SQLiteSettings(path: self.from))
        }
        let store = PostgresStore(self.from, migrates: false)
        try store.prepare()
        return store
    }

    /// One that is of an older revision is somebody's, and is left at that.
    private func target() throws -> any HistoryStore {
        guard Self.isPostgres(self.to) else { return SQLiteStore(SQLiteSettings(path: self.to)) }
        let store = PostgresStore(self.to)
        let revision = try store.revision()
        guard revision == nil || revision == MigrationChain.nodus.newest else {
            throw StoreCopy.Failure.targetInUse
        }
        return store
    }

    private static func isPostgres(_ place: String) -> Bool {
        place.contains("://") || place.contains("=")
    }
}

/// One line on a terminal that is written again and again; nothing where nobody watches.
private struct ProgressLine {
    private let isWatched = isatty(STDERR_FILENO) == 1
    private var isShown = false
    private static let width = 30

    mutating func show(_ progress: StoreCopy.Progress) {
        guard self.isWatched else { return }
        self.isShown = true
        let total = max(progress.total, 1)
        let filled = Self.width * min(progress.messageCount, total) / total
        let bar =
            String(repeating: "█", count: filled)
            + String(repeating: "░", count: Self.width - filled)
        let stage = progress.isComparing ? "comparing" : "copying  "
        let text = "\r\(stage) \(bar) \(progress.messageCount) of \(progress.total) messages"
        _ = text.utf8CString.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count - 1) }
    }

    func end() {
        if self.isShown { _ = write(STDERR_FILENO, "\n", 1) }
    }
}
