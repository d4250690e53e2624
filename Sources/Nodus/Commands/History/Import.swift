import ArgumentParser
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
        let line = ProgressLine()
        let result = try stopping { () -> StoreCopy.Progress in
            defer { line.end() }
            return try StoreCopy.run(from: self.source(), to: self.target()) { progress in
                line.show(
                    progress.isComparing ? "comparing" : "copying",
                    progress.messageCount,
                    of: progress.total,
                    "messages"
                )
            }
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
            let end = self.from.lastIndex(of: "/")
            if DemoFolder(end.map { String(self.from[..<$0]) } ?? ".").isMarked {
                throw Stop("\(self.from) is a demo's: anybody could enter the copy as its people")
            }
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
