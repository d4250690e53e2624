import Shards

extension StoreState {
    /// The epoch of a store that a copy is being made into: no journal has it.
    static let copying = Epoch(high: 0, low: 0)

    /// Whether a copy into it has begun and not ended.
    package var isHalfCopied: Bool { self.epoch == Self.copying }

    /// Why a server must not go on from a store that is half copied.
    package static let halfCopied = StoreError.unusable(
        "a copy into it has begun and not ended. Run the same `nodus import` again, which goes on "
            + "where it was interrupted, or empty the database"
    )

    /// Names the data folder in what it says.
    ///
    /// - Throws: `unusable` where the journal has not filled this store, or could not go on filling
    ///   it.
    package func check(
        against journal: JournalExtent,
        in folder: String
    ) throws(StoreError) {
        if self.isHalfCopied { throw Self.halfCopied }
        guard !self.isEmpty else {
            guard journal.first > Position.zero.next else { return }
            throw .unusable(
                "it is empty, and the journal in \(folder) begins at position "
                    + "\(journal.first.rawValue): what was before is in the database that the folder "
                    + "was used with. Name that one, with --database-url or NODUS_DATABASE_URL"
            )
        }
        guard let epoch = self.epoch else { throw Self.foreign(to: journal, in: folder) }
        guard epoch == journal.epoch else {
            throw .unusable(
                "it belongs to history \(epoch.text), and the data folder \(folder) to "
                    + "\(journal.epoch.text): they are of two servers, or one is from before the "
                    + "other was begun anew. Name the database that this folder was used with, "
                    + "with --database-url or NODUS_DATABASE_URL, or that database's folder, with "
                    + "--data-dir; an empty folder goes on from the database"
            )
        }
        guard self.applied <= journal.last else {
            throw .unusable(
                "it is at position \(self.applied.rawValue), but the journal in \(folder) ends at "
                    + "\(journal.last.rawValue): the folder is an older copy. Move its journal aside "
                    + "to go on from the database; people will have to sign in again"
            )
        }
        guard self.applied.next >= journal.first else {
            throw .unusable(
                "it is at position \(self.applied.rawValue), but the journal in \(folder) begins at "
                    + "\(journal.first.rawValue): the database is an older copy, and what lies "
                    + "between is not there"
            )
        }
    }

    /// It has rows, and no journal of any server.
    private static func foreign(
        to journal: JournalExtent,
        in folder: String
    ) -> StoreError {
        let other =
            journal.first > Position.zero.next
            ? "" : ". To go on from the folder, name an empty database"
        return .unusable(
            "its chats and people are the original's, or were given back to it with `nodus migrate "
                + "down`, and the data folder \(folder) has another history. To go on from the "
                + "database, name an empty folder with --data-dir; people will have to sign in "
                + "again\(other)"
        )
    }
}
