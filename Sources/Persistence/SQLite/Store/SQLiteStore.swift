import GRDB
import Glibc

/// History in one file, through GRDB: the embedded default, for which no server is to be installed.
///
/// Beside the file lie its write-ahead log (`-wal`) and what connections share (`-shm`); the three
/// belong together for as long as any program has them open, and after a crash.
package struct SQLiteStore: HistoryStore {
    private let settings: SQLiteSettings

    package init(_ settings: SQLiteSettings) {
        self.settings = settings
    }

    /// Pages are checked as they are read, and not all at each start, which would read the whole
    /// file: that is what `check` is for.
    package func prepare() throws(StoreError) {
        try self.createFile()
        let file = try HistoryFile(self.settings, for: .writing)
        try file.use { database in
            let marks = try SQLiteSchema.Marks(of: database)
            if !marks.isNew { try SQLiteSchema.check(marks, file: file.path) }
            let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
            guard mode == "wal" else {
                throw StoreError.unusable("\(file.path): its file system takes no write-ahead log")
            }
            try database.inTransaction(.immediate) {
                let marks = try SQLiteSchema.Marks(of: database)
                if marks.isNew {
                    try SQLiteSchema.create(in: database)
                } else {
                    try SQLiteSchema.check(marks, file: file.path)
                }
                return .commit
            }
        }
    }

    package func writer() throws(StoreError) -> SQLiteWriter {
        SQLiteWriter(try HistoryFile(self.settings, for: .writing), self.settings)
    }

    package func reader() throws(StoreError) -> SQLiteReader {
        SQLiteReader(try HistoryFile(self.settings, for: .reading), self.settings)
    }

    /// Reads the whole file and compares every index with its table.
    ///
    /// - Throws: `unusable` with what is wrong.
    package func check() throws(StoreError) {
        let file = try HistoryFile(self.settings, for: .reading)
        try file.use { database in
            let found = try String.fetchAll(database, sql: "PRAGMA integrity_check(20)")
            guard found == ["ok"] else {
                let reasons = found.joined(separator: "; ")
                throw StoreError.unusable("\(file.path) is damaged: \(reasons)")
            }
        }
    }

    /// Copies what the store has at one moment into a new file, beside whoever writes.
    ///
    /// `VACUUM INTO` does not sync what it makes (https://www.sqlite.org/lang_vacuum.html), so that
    /// is done here.
    package func copy(to path: String) throws(StoreError) {
        let file = try HistoryFile(self.settings, for: .writing)
        try file.use { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
        let disk = PosixDisk()
        do throws(DiskError) {
            let copy = try disk.open(path, for: .writing)
            defer { disk.close(copy) }
            try disk.syncAll(copy)
        } catch {
            throw .unavailable("\(error)")
        }
    }

    /// Nobody else may read it. SQLite gives what it makes beside the file the same mode.
    ///
    /// A file that is there is not opened: closing it would drop the locks that SQLite has on it
    /// in this process (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    private func createFile() throws(StoreError) {
        let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC
        let descriptor = open(self.settings.path, flags, 0o600)
        if descriptor >= 0 {
            close(descriptor)
            return
        }
        let code = errno
        guard code == EEXIST else {
            throw .unavailable("\(self.settings.path): \(String(cString: strerror(code)))")
        }
    }
}
