import ArgumentParser
import Persistence

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Look at the journal, check it, print it, or repair it.",
        subcommands: [List.self, Verify.self, Dump.self, Repair.self]
    )
}

/// Which journal a command is about.
struct JournalOptions: ParsableArguments {
    @Option(help: "The server's data folder. (NODUS_DATA_DIR; default: ./data)")
    var dataDir: String?

    var dataFolder: String { SettingsReader().text(self.dataDir, "data-dir") ?? "./data" }

    var journal: JournalSettings { JournalSettings(folder: self.dataFolder + "/journal") }
}

extension JournalSettings {
    /// What a command says where it finds nothing.
    var missing: Stop { Stop("there is no journal that can be read in \(self.folder)") }
}
