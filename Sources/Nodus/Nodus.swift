import ArgumentParser

@main
struct Nodus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nodus",
        abstract: "A messenger server that keeps everything it has acknowledged.",
        discussion: """
            Start it with `nodus serve`: it keeps everything in ./data, or, with --database-url, in \
            Postgres as well. Options of the server can also be given in the environment, as \
            NODUS_HOST for --host.
            """,
        version: "0.1.0",
        subcommands: [
            Serve.self, Snapshots.self, JournalCommand.self, BackupCommand.self,
            RestoreCommand.self, Migrate.self, Verify.self,
            Import.self, DeadLetters.self, Users.self,
        ]
    )
}
