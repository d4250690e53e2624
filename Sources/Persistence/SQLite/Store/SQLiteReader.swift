import GRDB
package import Shards

/// One of the connections that read.
package final class SQLiteReader: HistoryReader {
    let file: HistoryFile
    private let settings: SQLiteSettings

    init(_ file: HistoryFile, _ settings: SQLiteSettings) {
        self.file = file
        self.settings = settings
    }

    package func state() throws(StoreError) -> StoreState {
        try self.file.snapshot(self.settings.readTimeout) { try StateRow(database: $0).read() }
    }

    package func messages(_ queries: [HistoryQuery]) throws(StoreError) -> [[StoredMessage]] {
        try self.file.snapshot(self.settings.readTimeout) { database in
            let table = MessageTable(database: database)
            return try queries.map { try table.messages($0) }
        }
    }

    package func load(
        _ visit: (HistoryRow) throws(StoreError) -> Void
    ) throws(StoreError) -> StoreState {
        try self.file.snapshot(self.settings.loadTimeout) { database in
            let state = try StateRow(database: database).read()
            let walk = HistoryWalk(database: database)
            try DeadLetterTable(database: database).walk { try visit(.deadLetter($0)) }
            try walk.users(visit)
            try walk.chats(visit)
            try walk.members(visit)
            try walk.absences(visit)
            try walk.messageKeys(visit)
            try walk.previews(visit)
            return state
        }
    }
}
