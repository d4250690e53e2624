/// Which file holds the history, and how long calls may block.
package struct SQLiteSettings: Sendable {
    package let path: String
    /// For a lock that another connection holds, such as that of a second program.
    package var busyTimeout: Duration = .seconds(5)
    /// For the answer to one call of `messages`.
    package var readTimeout: Duration = .seconds(5)
    /// For one `load`. The write-ahead log cannot begin anew while a reader looks at one moment of
    /// the store, so this is also what bounds the log where somebody loads beside the writer.
    package var loadTimeout: Duration = .seconds(600)

    /// How far the write-ahead log grows before its pages are copied into the file: 16 MiB. Four
    /// times what SQLite takes by itself, because neighbouring batches change the same pages, and
    /// each page is copied once.
    var checkpointPages = 4096
    /// Above it, the log is cut once all of it is in the file.
    var logBytesMax = 64 << 20
    /// Pages that were changed and are not written yet stay in here, so it holds a batch with its
    /// indexes; what is more goes to the log before the commit.
    var writerCacheKiB = 32 << 10
    /// Small, because the kernel's page cache stands behind it and all readers share that.
    var readerCacheKiB = 4 << 10

    package init(path: String) {
        self.path = path
    }
}
