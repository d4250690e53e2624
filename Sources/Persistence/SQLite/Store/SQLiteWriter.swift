import GRDB
import Glibc

/// The connection that writes.
package final class SQLiteWriter: HistoryWriter {
    let file: HistoryFile
    private let logBytesMax: Int
    /// How large the write-ahead log may become until it is tried to cut it.
    private var logBytesBearable: Int

    init(_ file: HistoryFile, _ settings: SQLiteSettings) {
        self.file = file
        self.logBytesMax = settings.logBytesMax
        self.logBytesBearable = settings.logBytesMax
    }

    package func state() throws(StoreError) -> StoreState {
        try self.file.use { try StateRow(database: $0).read() }
    }

    package func adopt(
        _ state: StoreState,
        insteadOf found: StoreState
    ) throws(StoreError) {
        try self.begin { $0 == found }
        try self.commit(state)
    }

    package func begin(_ expected: StoreState) throws(StoreError) {
        try self.begin { $0.epoch == expected.epoch && $0.applied == expected.applied }
    }

    private func begin(where isExpected: (StoreState) -> Bool) throws(StoreError) {
        try self.file.use { database in
            guard !self.file.hasMoved(database) else {
                throw StoreError.unusable("\(self.file.path) is not at its place any more")
            }
            try database.beginTransaction(.immediate)
        }
        try self.file.useTransaction { database in
            let found = try StateRow(database: database).read()
            guard isExpected(found) else { throw StoreError.moved(found) }
        }
    }

    package func apply(_ rows: RowBatch) throws(StoreError) {
        try self.file.useTransaction { database in
            try database.inSavepoint {
                try RowTables(database: database).write(rows)
                return .commit
            }
        }
    }

    package func bury(_ letter: DeadLetter) throws(StoreError) {
        try self.file.useTransaction { try DeadLetterTable(database: $0).add(letter) }
    }

    package func commit(_ state: StoreState) throws(StoreError) {
        try self.file.useTransaction { database in
            do {
                try StateRow(database: database).write(state)
                try database.commit()
            } catch {
                // Nothing of the batch is to blame, whatever the reason.
                let reason = StoreError(error, file: self.file.path)
                guard case .refused(_, let text) = reason else { throw reason }
                throw StoreError.unusable(text)
            }
        }
        try self.file.use { self.cutLog($0) }
    }

    package func deadLetters() throws(StoreError) -> [DeadLetter] {
        try self.file.use { try DeadLetterTable(database: $0).all() }
    }

    package func remove(_ letter: DeadLetter) throws(StoreError) {
        try self.file.useTransaction { try DeadLetterTable(database: $0).remove(letter) }
    }

    /// Cuts the log where it has become large: all of it goes into the file, and readers are waited
    /// for, because as long as one looks into the log it cannot begin anew. Where one stays longer
    /// than the busy timeout, it is tried again when the log has grown by as much. What is in the
    /// log is durable, so no error of this is an error of the batch.
    private func cutLog(_ database: Database) {
        var status = stat()
        guard stat("\(self.file.path)-wal", &status) == 0 else { return }
        let bytes = Int(status.st_size)
        if bytes <= self.logBytesMax { self.logBytesBearable = self.logBytesMax }
        guard bytes > self.logBytesBearable else { return }
        try? database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        self.logBytesBearable = bytes + self.logBytesMax
    }
}
