import ArgumentParser
import Net
import Persistence
import Shards

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a server's folders from a backup.",
        discussion: """
            The data folder and the folder of snapshots have to be empty or not there. What came after \
            the backup is gone, so a new history begins: clients that are still connected to the old \
            one read everything anew. With --database-url, load the dump of that time into an empty \
            database first.
            """
    )

    @Argument(help: "The folder that `nodus backup` made.", completion: .directory)
    var source: String

    @OptionGroup var snapshots: Snapshots.Options
    @OptionGroup var options: HistoryOptions

    func run() throws {
        let position = try stopping { try self.restore() }
        print("Restored through position \(position.rawValue). Start it with `nodus serve`.")
    }

    private func restore() throws -> Position {
        let (data, snapshots) = (self.options.dataFolder, self.snapshots.path)
        let from = Backup.Places(in: self.source)
        for folder in [data, snapshots] where !Self.isEmpty(folder) {
            throw Stop("\(folder) is not empty")
        }
        guard let history = try Journal.look(in: from.journal) else {
            throw Stop("\(self.source) is no backup: there is no journal in \(from.journal.folder)")
        }
        let backup = Backup(
            of: from,
            to: Backup.Places(dataFolder: data, snapshotFolder: snapshots)
        )
        try backup.makeFolders()
        if case .sqlite = self.options.store { try backup.copyFile(named: "history.sqlite") }
        try backup.copySnapshot(of: history.epoch)
        try backup.copyJournal()
        try backup.copyFile(named: TokenSecret.fileName)
        if DemoFolder(from.dataFolder).isMarked {
            try backup.copyFile(named: DemoFolder.markName)
        }
        let settings = try self.options.settings(snapshotFolder: snapshots)
        return try NewHistory(settings: settings).begin()
    }

    private static func isEmpty(_ folder: String) -> Bool {
        ((try? PosixDisk().list(folder)) ?? []).isEmpty
    }
}
