/// History in a Postgres database.
///
/// A pooler in between has to keep a session for each connection, since statements are prepared.
package struct PostgresStore: HistoryStore {
    private let address: String
    private let timeouts: PostgresTimeouts
    private let migrates: Bool

    /// The address is a URL or keywords, as `PostgresConnection` takes them. Where `migrates` is
    /// false, the tables have to be those of this version already.
    package init(
        _ address: String,
        timeouts: PostgresTimeouts = .standard,
        migrates: Bool = true
    ) {
        self.address = address
        self.timeouts = timeouts
        self.migrates = migrates
    }

    package func prepare() throws(StoreError) {
        // Done at each connecting, so with no more patience than anything else, unless there is
        // something to migrate.
        guard try self.revision() != MigrationChain.nodus.migrations.last?.revision else { return }
        try self.withRunner(.patient) { runner in
            let current = try runner.current()
            guard current != MigrationChain.nodus.migrations.last else { return }
            guard self.migrates else {
                let revision = current?.revision ?? MigrationChain.base
                throw StoreError.unusable(
                    "it is at revision \(revision); `nodus migrate up` brings it to this version"
                )
            }
            try runner.up()
        }
    }

    /// Of its tables; nil where there are none.
    package func revision() throws(StoreError) -> String? {
        try self.withRunner(self.timeouts) { try $0.current()?.revision }
    }

    private func withRunner<Result>(
        _ timeouts: PostgresTimeouts,
        _ body: (MigrationRunner) throws -> Result
    ) throws(StoreError) -> Result {
        let runner = MigrationRunner(try self.connect(timeouts))
        do {
            return try body(runner)
        } catch let error as StoreError {
            throw error
        } catch let error as PostgresError {
            throw StoreError(outsideOfRows: error)
        } catch {
            throw .unusable("\(error)")
        }
    }

    package func writer() throws(StoreError) -> PostgresWriter {
        try PostgresWriter(try self.connect(self.timeouts))
    }

    package func reader() throws(StoreError) -> PostgresReader {
        try PostgresReader(try self.connect(self.timeouts))
    }

    private func connect(_ timeouts: PostgresTimeouts) throws(StoreError) -> PostgresConnection {
        let connection = try storeErrors { () throws(PostgresError) in
            try PostgresConnection(self.address, timeouts: timeouts)
        }
        // Others cannot hold every text.
        guard connection.serverEncoding == "UTF8" else {
            throw .unusable("its encoding is \(connection.serverEncoding), and has to be UTF8")
        }
        return connection
    }
}
