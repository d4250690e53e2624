import Logging
import Net
import Persistence
import Shards

/// Makes what the folders hold the beginning of a new history, under an epoch of its own: for a
/// backup that others may have gone on from.
struct NewHistory {
    /// How long the database may take to catch up with the journal.
    private static let catchingUpMax = Duration.seconds(3600)

    private let settings: Settings
    private let logger: Logger

    init(settings: Settings) {
        self.settings = settings
        var logger = Logger(label: "nodus")
        logger.logLevel = .warning
        self.logger = logger
    }

    /// No server uses the folders. Begun anew from the backup where it ends before it is done.
    ///
    /// - Returns: where the new history begins.
    func begin() throws -> Position {
        let store = self.settings.store.open()
        let line = StartBar()
        let found = try Recovery(
            settings: self.settings,
            store: store,
            logger: self.logger,
            progress: { line.show($0) }
        ).run()
        line.end()
        try self.bringHistory(into: store, from: found.journal)
        found.journal.close()
        let folder = SnapshotFolder(self.settings.snapshotFolder)
        let lock = try folder.lock()
        defer { lock.release() }
        let old = try folder.entries(of: found.journal.epoch)
        let journal = try self.replace(found.journal)
        defer { journal.close() }
        let taking = SnapshotTaking(
            folder: folder,
            journal: journal,
            source: RecoveredState(recovered: found.recovered),
            waitUntilDurable: { $0 <= journal.durablePosition }
        )
        _ = try taking.take(now: Clocks.now)
        let writer = try store.writer()
        let state = try writer.state()
        var adopted = state
        adopted.epoch = journal.epoch
        try writer.adopt(adopted, insteadOf: state)
        for entry in old { try PosixDisk().remove(folder.path(of: entry)) }
        return journal.durablePosition
    }

    private func bringHistory(into store: any HistoryStore, from journal: Journal) throws {
        var settings = WriteBehindSettings()
        settings.closingMax = Self.catchingUpMax
        let writeBehind = WriteBehind(
            store: store,
            journal: journal,
            settings: settings,
            logger: self.logger,
            now: { Clocks.now },
            confirm: { _ in }
        )
        writeBehind.start()
        writeBehind.becameDurable(through: journal.durablePosition)
        writeBehind.close()
        let progress = writeBehind.progress
        guard progress.backlog == 0 else {
            let reason = progress.lastError.map { ": \($0)" } ?? ""
            throw Stop("The database did not catch up with the journal\(reason)")
        }
    }

    /// An empty journal in the place of one whose events are all in the state.
    private func replace(_ old: Journal) throws -> Journal {
        let disk = PosixDisk()
        var settings = JournalSettings(folder: self.settings.dataFolder + "/journal")
        settings.segmentBytes = self.settings.segmentBytes
        for name in try disk.list(settings.folder) {
            try disk.remove("\(settings.folder)/\(name)")
        }
        return try Journal.open(
            settings,
            logger: self.logger,
            origin: old.durablePosition
        ) { _, _, _ in }
    }
}
