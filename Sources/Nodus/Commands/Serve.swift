import ArgumentParser

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the HTTP and WebSocket interface.",
        discussion: """
            Rate limits are set in the environment; 0 turns one off: \
            NODUS_LIMIT_LOGINS (5 then 1 a minute per account and address), \
            NODUS_LIMIT_REGISTRATIONS (10 an hour per address), \
            NODUS_LIMIT_SENDS (10 a second per user, burst 40), \
            NODUS_LIMIT_CHAT_SENDS (100 a second per chat), \
            NODUS_LIMIT_SOCKET_MESSAGES (240 a minute per socket, burst 120), \
            NODUS_LIMIT_SOCKETS_PER_ADDRESS (100), NODUS_LIMIT_SOCKETS_PER_USER (20). \
            Rates take a burst too, as NODUS_LIMIT_SENDS_BURST.
            """
    )

    @Option(help: "The address to listen on. (default: 127.0.0.1)")
    var host: String?

    @Option(help: "The port to listen on; 0 takes any. (default: 8000)")
    var port: String?

    @Option(
        help: """
            Where the journal, the token secret and the file of SQLite are kept. (default: ./data)
            """
    )
    var dataDir: String?

    @Option(help: "Where snapshots are kept. (default: ./snapshots)")
    var snapshotDir: String?

    @Option(
        help: """
            Seconds between two snapshots, where anything has happened; 0 for none but at the end \
            and when the journal has grown. (default: 300)
            """
    )
    var snapshotInterval: String?

    @Option(
        help: """
            Bytes that the journal grows by until another snapshot is taken. (default: 268435456)
            """
    )
    var snapshotJournalBytes: String?

    @Option(
        help: """
            The Postgres database behind the journal, as a URL or in libpq's keywords. \
            (default: a file of SQLite in the data folder)
            """
    )
    var databaseURL: String?

    @Flag(
        help: """
            Do not bring the database's tables to this version: refuse to start where they are not. \
            (NODUS_MIGRATE=off; see `nodus migrate`)
            """
    )
    var noMigrate = false

    @Option(
        help: """
            MiB that messages in memory may take up; older ones are read from the database. \
            (default: half of the machine's memory)
            """
    )
    var memoryBudget: String?

    @Option(
        help: """
            Events that are kept for clients that reconnect; who missed more fetches anew. \
            (default: 131072)
            """
    )
    var resumeEvents: String?

    @Option(
        help: """
            MiB that those events may take up. (default: 64, or a quarter of --memory-budget where \
            that is less)
            """
    )
    var resumeMemory: String?

    @Option(help: "Shards, one an event loop. (default: one a core but one, at least one)")
    var shards: String?

    @Option(help: "Bytes of one journal segment. (default: 67108864)")
    var journalSegmentBytes: String?

    @Option(
        help: """
            Web origins that may call, separated by commas; "local" is any port of this machine, \
            "*" everyone. (default: local)
            """
    )
    var corsOrigins: String?

    @Option(
        help: """
            Where the web client lies that is served at /; "off" for none. \
            (default: Web beside the program, under share/nodus, or in its source tree)
            """
    )
    var webDir: String?

    @Flag(
        help: """
            Fill a new data folder with people and chats that are made up, and let anybody enter as \
            one of them. Such a folder is never anything else.
            """
    )
    var demo = false

    @Flag(help: "Turn all rate limits off. (NODUS_LIMITS=off)")
    var noLimits = false

    @Option(help: "The least level to log, such as debug, info or error. (default: info)")
    var logLevel: String?

    func run() async throws {
        let settings: Settings
        do throws(SettingsError) {
            settings = try Settings(self)
        } catch {
            throw Stop("\(error)")
        }
        try await Running(settings).run()
    }
}
