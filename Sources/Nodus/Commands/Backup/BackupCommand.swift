import ArgumentParser
import Glibc
import Net
import Persistence
import Shards

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the server's folders, also while it runs.",
        discussion: """
            Makes the folder, with `data` and `snapshots` in it: a server started with these goes on \
            from the moment of the copy. The copy is read again and checked. A Postgres database is \
            not in it: dump that before, with pg_dump, and it catches up from the journal.
            """
    )

    @Argument(help: "The folder to make.", completion: .directory)
    var target: String

    @OptionGroup var snapshots: Snapshots.Options
    @OptionGroup var options: HistoryOptions

    func run() throws {
        let extent = try stopping { try self.make() }
        print(
            """
            \(self.target) has everything through position \(extent.last.rawValue). To start from it:

              nodus restore \(self.target) --data-dir … --snapshot-dir …
            """
        )
    }

    private func make() throws -> JournalExtent {
        guard let history = try Journal.look(in: self.options.journal) else {
            throw Stop("There is no journal in \(self.options.dataFolder)")
        }
        guard mkdir(self.target, 0o700) == 0 else {
            throw Stop("\(self.target) cannot be made: \(String(cString: strerror(errno)))")
        }
        let places = Backup.Places(in: self.target)
        let backup = Backup(
            of: Backup.Places(
                dataFolder: self.options.dataFolder,
                snapshotFolder: self.snapshots.path
            ),
            to: places
        )
        try backup.makeFolders()
        let copied = try self.copyHistory(to: places.dataFolder)
        let request = SnapshotRequest(snapshots: self.snapshots, options: self.options)
        _ = try request.take()
        try backup.copySnapshot(of: history.epoch)
        try backup.copyJournal()
        try backup.copyFile(named: TokenSecret.fileName)
        if DemoFolder(self.options.dataFolder).isMarked {
            try backup.copyFile(named: DemoFolder.markName)
        }
        return try backup.check(copied)
    }

    /// - Returns: nil where the history is in Postgres.
    private func copyHistory(to folder: String) throws -> StoreState? {
        guard case .sqlite(let path) = self.options.store else { return nil }
        let copy = "\(folder)/history.sqlite"
        try SQLiteStore(SQLiteSettings(path: path)).copy(to: copy)
        return try SQLiteStore(SQLiteSettings(path: copy)).reader().state()
    }
}
