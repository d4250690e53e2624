import ArgumentParser
import Persistence

struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring a Postgres database to this version, or back to the original's.",
        discussion: """
            `nodus serve` brings it to this version by itself. To go back, stop the server first, \
            with the database running, so that everything is in it.
            """,
        subcommands: [Up.self, Down.self, Current.self, History.self]
    )

    struct Up: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Go up to a revision, or to the newest."
        )

        @OptionGroup var database: MigratedDatabase

        @Argument(help: "The revision to stop at. (default: the newest)")
        var revision: String?

        func run() throws {
            try self.database.migrate { runner in
                let steps = try runner.up(to: self.revision) { $0.show() }
                try runner.showCurrent(after: steps)
            }
        }
    }

    struct Down: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Go back to a revision.",
            discussion: """
                20241105_0005 is the one of NODUS v2.0. Where the older tables cannot hold a row, it \
                is listed, and the step is not taken. People who need a new password there are \
                listed too. With "base", nothing is left.
                """
        )

        @OptionGroup var database: MigratedDatabase

        @Argument(help: "The revision to stop at.")
        var revision: String

        func run() throws {
            try self.database.migrate { runner in
                let steps = try runner.down(to: self.revision) { $0.show() }
                try runner.showCurrent(after: steps)
            }
        }
    }

    struct Current: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the database's revision.")

        @OptionGroup var database: MigratedDatabase

        func run() throws {
            try self.database.migrate { runner in
                print(try runner.current()?.revision ?? MigrationChain.base)
            }
        }
    }

    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List all revisions, those that the database has with a ✓."
        )

        @OptionGroup var database: MigratedDatabase

        func run() throws {
            try self.database.migrate { runner in
                for (migration, isApplied) in try runner.history() {
                    print("\(isApplied ? "✓" : " ") \(migration.revision)  \(migration.name)")
                }
            }
        }
    }
}

/// The database that a command is about.
struct MigratedDatabase: ParsableArguments {
    @Option(help: "The database, such as postgresql://user@host/name. (NODUS_DATABASE_URL)")
    var databaseURL: String?

    /// - Throws: `Stop`, whatever went wrong.
    func migrate(_ body: (MigrationRunner) throws -> Void) throws {
        try self.connected { try body(MigrationRunner($0)) }
    }

    /// - Throws: `Stop`, whatever went wrong.
    func connected<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
        guard let url = SettingsReader().text(self.databaseURL, "database-url") else {
            throw Stop("no database is named: give --database-url or NODUS_DATABASE_URL")
        }
        do {
            return try body(PostgresConnection(url, timeouts: .patient))
        } catch let error as PostgresError {
            throw Stop("the database cannot be used: \(error)")
        } catch let error as MigrationError {
            throw Stop("\(error)")
        }
    }
}

extension MigrationStep {
    /// As it happens, since the next one can take minutes.
    fileprivate func show() {
        let (seconds, attoseconds) = self.duration.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        let way = self.direction == .up ? "Up to" : "Down from"
        print("\(way) \(self.migration.revision) (\(self.migration.name)) in \(milliseconds) ms.")
        for notice in self.notices { print(notice) }
    }
}

extension MigrationRunner {
    fileprivate func showCurrent(after steps: [MigrationStep]) throws {
        let current = try self.current()?.revision ?? MigrationChain.base
        let start = steps.isEmpty ? "Nothing to do: the" : "The"
        print("\(start) database is at \(current).")
    }
}
