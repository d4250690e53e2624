import Logging
import Persistence
import Shards

/// Finds the newest snapshot that a start can go on from, and says what is wrong with the others.
struct SnapshotChoice {
    let folder: SnapshotFolder
    /// What the journal has.
    let epoch: Epoch
    let first: Position
    let logger: Logger

    /// Those that look whole and lie in the journal's history, the newest first.
    func candidates() throws(SnapshotError) -> [SnapshotReader] {
        try self.folder.entries(of: self.epoch).compactMap { entry in
            do throws(SnapshotError) {
                let reader = try SnapshotReader(entry, in: self.folder)
                guard reader.header.epoch == self.epoch else { return nil }
                guard reader.header.start.next >= self.first else {
                    self.logger.warning(
                        "a snapshot is older than what the journal has kept, and is not used",
                        metadata: ["file": "\(reader.path)", "first": "\(self.first.rawValue)"]
                    )
                    return nil
                }
                return reader
            } catch {
                self.report(error)
                return nil
            }
        }
    }

    func report(_ error: SnapshotError) {
        self.logger.error(
            "a snapshot cannot be used, going on from the one before",
            metadata: ["error": "\(error)"]
        )
    }
}
