import ArgumentParser
import Persistence

struct Users: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look after people's accounts.",
        subcommands: [ForgetOldHashes.self]
    )

    struct ForgetOldHashes: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Drop old password hashes that were replaced at a login.",
            discussion: """
                They came with a database of the original, and are kept so that after `nodus migrate \
                down` it can check those passwords. After this, those people need a new one there. \
                Who did not log in since keeps the old hash, which is their only one.
                """
        )

        @OptionGroup var database: MigratedDatabase

        func run() throws {
            let (forgotten, kept) = try self.database.connected { connection in
                let revision = try MigrationRunner(connection).current()?.revision
                guard revision == MigrationChain.nodus.newest else {
                    throw Stop(
                        "the database is at revision \(revision ?? MigrationChain.base), which has "
                            + "one hash for each person"
                    )
                }
                return try PasswordHashes(connection).forgetReplaced()
            }
            print("old hashes dropped: \(forgotten), kept because it is the only one: \(kept)")
        }
    }
}
