package import Shards

extension SnapshotFolder {
    /// Reads snapshots of a history, the newest first, until one is whole: the one that a start goes
    /// on from, if the journal reaches back to it.
    ///
    /// - Returns: nil where there is none, or the folder is not there.
    package func newestWhole(of epoch: Epoch) -> SnapshotReader? {
        guard let entries = try? self.entries(of: epoch) else { return nil }
        return entries.lazy.compactMap { entry -> SnapshotReader? in
            guard let reader = try? SnapshotReader(entry, in: self), reader.header.epoch == epoch,
                (try? SnapshotLoading.load(reader, threadCount: 1) { _ in }) != nil
            else { return nil }
            return reader
        }
        .first
    }
}

extension JournalCover {
    /// Of a start from this snapshot beside a store that is of the same history.
    package init(_ snapshot: SnapshotHeader, beside store: StoreState) {
        let applied = store.epoch == snapshot.epoch ? store.applied : .zero
        self.init(
            through: min(snapshot.start, applied),
            newest: max(snapshot.newest, applied)
        )
    }
}
