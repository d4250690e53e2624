import ArgumentParser
import Persistence
import Shards

/// A journal, and what a start has of its history beside it.
struct StartOptions: ParsableArguments {
    @OptionGroup var history: HistoryOptions
    @OptionGroup var snapshots: Snapshots.Options

    /// What makes up for damage in the journal, as far as it goes.
    struct Found {
        let cover: JournalCover
        /// Who has what, in words.
        let text: String
    }

    var journal: JournalSettings { self.history.journal }

    /// The options as they have to be given again, for commands that are to be copied.
    var words: String {
        "--data-dir \(self.history.dataFolder) --snapshot-dir \(self.snapshots.path)"
    }

    /// Reads the newest snapshot that is whole, and asks the database how far it is.
    ///
    /// - Returns: nil where there is no such snapshot.
    func cover(of epoch: Epoch) -> Found? {
        guard let snapshot = self.snapshots.folder.newestWhole(of: epoch) else { return nil }
        let has =
            "\(snapshot.path) has everything through position \(snapshot.header.start.rawValue)"
        do {
            let state = try self.history.openStore().reader().state()
            let cover = JournalCover(snapshot.header, beside: state)
            guard cover.through < snapshot.header.start else {
                return Found(cover: cover, text: has)
            }
            return Found(
                cover: cover,
                text: """
                    \(has), but the database only through \(cover.through.rawValue): what lies between \
                    is still wanted for it
                    """
            )
        } catch {
            return Found(
                cover: JournalCover(through: .zero, newest: snapshot.header.newest),
                text: "\(has), but whether the database has it too cannot be told: \(error)"
            )
        }
    }
}
