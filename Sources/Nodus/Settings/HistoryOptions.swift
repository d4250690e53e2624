import ArgumentParser
import Persistence

/// Where a command finds the server's history, named as for `nodus serve`.
struct HistoryOptions: ParsableArguments {
    @Option(help: "The server's data folder. (NODUS_DATA_DIR; default: ./data)")
    var dataDir: String?

    @Option(
        help: """
            The server's database, where it is Postgres. (NODUS_DATABASE_URL; default: the file of \
            SQLite in the data folder)
            """
    )
    var databaseURL: String?

    /// The store, where it is one of this version: nothing is made or changed.
    func openStore() throws -> any HistoryStore {
        let store = self.store.open(isPatient: true)
        if case .postgres = self.store { try store.prepare() }
        return store
    }

    var dataFolder: String { SettingsReader().text(self.dataDir, "data-dir") ?? "./data" }

    /// Those that a server with these options would have.
    func settings(snapshotFolder: String) throws -> Settings {
        var arguments = [
            "--data-dir", self.dataFolder, "--snapshot-dir", snapshotFolder, "--no-migrate",
        ]
        if let url = self.databaseURL { arguments += ["--database-url", url] }
        return try Settings(Serve.parse(arguments))
    }

    var store: StoreChoice {
        StoreChoice(
            url: SettingsReader().text(self.databaseURL, "database-url"),
            dataFolder: self.dataFolder,
            migrates: false
        )
    }

    var journal: JournalSettings { JournalSettings(folder: self.dataFolder + "/journal") }
}

/// Tells in one sentence what went wrong, whatever it was.
func stopping<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as Stop {
        throw error
    } catch {
        throw Stop("\(error)")
    }
}
