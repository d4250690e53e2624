import GRDB
import GRDBSQLite
import Glibc

/// One connection to the file of a history.
///
/// GRDB's queue of one: its `sync` runs on the thread that calls, and a writer and several readers
/// with one each work side by side, which is what the write-ahead log is for. GRDB's pool would
/// lend readers to whoever comes, and wants transactions to end within one call.
final class HistoryFile {
    enum Purpose {
        case writing, reading
    }

    /// When reading is to be broken off.
    private final class Deadline {
        var instant: ContinuousClock.Instant?

        var hasPassed: Bool { self.instant.map { $0 < .now } ?? false }
    }

    /// How many steps of SQLite's machine pass between two looks at the clock: some 50 µs.
    private static let stepsBetweenLooks: Int32 = 4096

    let path: String
    private let queue: DatabaseQueue
    private let deadline = Deadline()

    init(_ settings: SQLiteSettings, for purpose: Purpose) throws(StoreError) {
        self.path = settings.path
        guard access(settings.path, F_OK) == 0 else {
            throw .unavailable("\(settings.path): \(String(cString: strerror(errno)))")
        }
        do {
            let configuration = Self.configuration(settings, purpose)
            self.queue = try DatabaseQueue(path: settings.path, configuration: configuration)
            if purpose == .reading { self.watchTime() }
        } catch {
            throw StoreError(error, file: settings.path)
        }
    }

    func use<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try self.queue.writeWithoutTransaction(body)
        } catch {
            throw StoreError(error, file: self.path)
        }
    }

    /// As `use`, within an open transaction, which ends with any error but `refused`.
    func useTransaction<Result>(
        _ body: (Database) throws -> Result
    ) throws(StoreError) -> Result {
        try self.use { database in
            guard database.isInsideTransaction else {
                throw StoreError.unavailable("\(self.path): the transaction is over")
            }
            do {
                return try body(database)
            } catch {
                let reason = StoreError(error, file: self.path)
                if case .refused = reason { throw reason }
                try? database.rollback()
                throw reason
            }
        }
    }

    /// Reads from one moment of the store, for no longer than `limit`.
    func snapshot<Result>(
        _ limit: Duration,
        _ body: (Database) throws -> Result
    ) throws(StoreError) -> Result {
        try self.use { database in
            self.deadline.instant = .now.advanced(by: limit)
            try database.beginTransaction(.deferred)
            defer {
                self.deadline.instant = nil
                try? database.rollback()
            }
            return try body(database)
        }
    }

    /// Whether the file is not at its place any more, so that what is written to it will be found
    /// by nobody.
    func hasMoved(_ database: Database) -> Bool {
        var hasMoved: Int32 = 0
        sqlite3_file_control(
            database.sqliteConnection,
            "main",
            SQLITE_FCNTL_HAS_MOVED,
            &hasMoved
        )
        return hasMoved != 0
    }

    private func watchTime() {
        let context = Unmanaged.passUnretained(self.deadline).toOpaque()
        self.queue.writeWithoutTransaction { database in
            sqlite3_progress_handler(
                database.sqliteConnection,
                Self.stepsBetweenLooks,
                { context in
                    guard let context else { return 0 }
                    let deadline = Unmanaged<Deadline>.fromOpaque(context).takeUnretainedValue()
                    return deadline.hasPassed ? 1 : 0
                },
                context
            )
        }
    }

    private static func configuration(
        _ settings: SQLiteSettings,
        _ purpose: Purpose
    ) -> Configuration {
        var configuration = Configuration()
        configuration.label = "history"
        configuration.foreignKeysEnabled = false
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(settings.busyTimeout / .seconds(1))
        configuration.prepareDatabase { database in
            try database.execute(sql: Self.pragmas(settings, purpose))
        }
        return configuration
    }

    /// `synchronous` is said though FULL is what SQLite does by itself: a build of it may differ.
    /// Nothing is mapped into memory, because a disk that fails a mapped page ends the process,
    /// and a failed read is an error. What is sorted stays in memory: no file with content lies
    /// elsewhere. Readers do not open the file read-only, because then they could not make the
    /// shared memory of the log when they come first.
    private static func pragmas(_ settings: SQLiteSettings, _ purpose: Purpose) -> String {
        let isWriting = purpose == .writing
        let cacheKiB = isWriting ? settings.writerCacheKiB : settings.readerCacheKiB
        return """
            PRAGMA synchronous = FULL;
            PRAGMA wal_autocheckpoint = \(settings.checkpointPages);
            PRAGMA journal_size_limit = \(settings.logBytesMax);
            PRAGMA cache_size = -\(cacheKiB);
            PRAGMA mmap_size = 0;
            PRAGMA temp_store = MEMORY;
            PRAGMA cell_size_check = ON;
            PRAGMA trusted_schema = OFF;
            PRAGMA query_only = \(isWriting ? "OFF" : "ON")
            """
    }
}
