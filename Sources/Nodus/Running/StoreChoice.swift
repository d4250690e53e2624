import Persistence

/// Where history is kept behind the journal.
enum StoreChoice {
    case sqlite(path: String)
    case postgres(url: String, migrates: Bool)

    /// Postgres where there is an address, else a file in the data folder.
    init(url: String?, dataFolder: String, migrates: Bool) {
        self =
            url.map { .postgres(url: $0, migrates: migrates) }
            ?? .sqlite(path: dataFolder + "/history.sqlite")
    }

    /// What people are told of it: never a password.
    var name: String {
        switch self {
        case .sqlite(let path): path
        case .postgres: "Postgres"
        }
    }

    /// One that answers requests, and so has a few seconds, or one for a command that may take its
    /// time.
    func open(isPatient: Bool = false) -> any HistoryStore {
        switch self {
        case .sqlite(let path):
            var settings = SQLiteSettings(path: path)
            if isPatient { settings.readTimeout = settings.loadTimeout }
            return SQLiteStore(settings)
        case .postgres(let url, let migrates): return PostgresStore(url, migrates: migrates)
        }
    }
}
