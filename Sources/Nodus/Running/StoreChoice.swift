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

    func open() -> any HistoryStore {
        switch self {
        case .sqlite(let path): SQLiteStore(SQLiteSettings(path: path))
        case .postgres(let url, let migrates): PostgresStore(url, migrates: migrates)
        }
    }
}
