import Glibc
import Logging
import Net
import Persistence
import Shards

/// Brings the state of the last run back: from the newest good snapshot and the journal after it.
/// Without one, from all of the journal and, where that does not reach back to the beginning, from
/// the store.
struct Recovery {
    struct Outcome {
        let journal: Journal
        /// Where the snapshot began that was used; nil where none was.
        let snapshotStart: Position?
        let recovered: Recovered
    }

    /// The snapshot that was restored.
    private struct Restored {
        let header: SnapshotHeader
        let path: String
    }

    /// How long a start waits between attempts to reach a store that it cannot do without.
    private static let retry: UInt32 = 1

    let settings: Settings
    let store: any HistoryStore
    let logger: Logger
    /// Told how far it is.
    let progress: (Progress) -> Void

    enum Progress {
        /// So many percent of the snapshot.
        case restored(Int)
        /// So many events.
        case replayed(Int)
    }

    private var journalSettings: JournalSettings {
        var settings = JournalSettings(folder: self.settings.dataFolder + "/journal")
        settings.segmentBytes = self.settings.segmentBytes
        return settings
    }

    /// Blocks: for a thread of its own. Under the lock of the folder of snapshots.
    func run() throws -> Outcome {
        do {
            let history = try Journal.look(in: self.journalSettings)
            let candidates = try history.map { history in
                try self.choice(of: history).candidates()
            }
            var found = try self.lookAtStore(
                isNeeded: candidates?.isEmpty ?? true && history?.first != Position.zero.next
            )
            if let found, found.isHalfCopied { throw StoreState.halfCopied }
            // One, which is handed on to be changed in place: a copy of it would copy every chat
            // that the journal goes on to change.
            var recovered = self.nothing(before: found, but: [])
            let restored = try history.flatMap { history in
                let choice = self.choice(of: history)
                return try self.restore(candidates ?? [], choice, found, into: &recovered)
            }
            if restored == nil, found == nil, history?.first != Position.zero.next {
                found = try self.lookAtStore(isNeeded: true)
            }
            let journal = try self.recover(history?.first, restored, found, into: &recovered)
            recovered.finish(at: Clocks.now, through: journal.durablePosition)
            return Outcome(
                journal: journal,
                snapshotStart: restored?.header.start,
                recovered: recovered
            )
        } catch let stop as Stop {
            throw stop
        } catch {
            throw Stop("\(error)")
        }
    }

    // MARK: - The snapshot

    private func choice(of history: (epoch: Epoch, first: Position)) -> SnapshotChoice {
        SnapshotChoice(
            folder: SnapshotFolder(self.settings.snapshotFolder),
            epoch: history.epoch,
            first: history.first,
            logger: self.logger
        )
    }

    /// The first that is whole.
    private func restore(
        _ candidates: [SnapshotReader],
        _ choice: SnapshotChoice,
        _ found: StoreState?,
        into recovered: inout Recovered
    ) throws -> Restored? {
        for reader in candidates {
            do throws(SnapshotError) {
                recovered = self.nothing(before: found, but: [])
                return try self.restore(reader, into: &recovered)
            } catch {
                choice.report(error)
            }
        }
        if choice.first > Position.zero.next {
            self.logger.warning(
                """
                the journal does not reach back to the beginning and no snapshot of its history \
                can be used: going on from the database; people will have to sign in again
                """,
                metadata: ["folder": "\(self.settings.snapshotFolder)"]
            )
        }
        return nil
    }

    private func restore(
        _ reader: SnapshotReader,
        into recovered: inout Recovered
    ) throws(SnapshotError) -> Restored {
        let start = ContinuousClock.now
        try SnapshotLoading.load(
            reader,
            threadCount: PasswordHasher.coreCount,
            progress: { self.progress(.restored(100 * $0 / $1)) },
            { recovered.restore($0) }
        )
        self.logger.info(
            "a snapshot has been restored",
            metadata: [
                "file": "\(reader.path)",
                "position": "\(reader.header.start.rawValue)",
                "chats": "\(reader.header.counts.chats)",
                "messages": "\(reader.header.counts.messages)",
                "seconds": "\(ContinuousClock.now - start)",
            ]
        )
        return Restored(header: reader.header, path: reader.path)
    }

    // MARK: - The store

    /// - Returns: nil where the store is away and the journal has everything.
    private func lookAtStore(isNeeded: Bool) throws -> StoreState? {
        var isAnnounced = false
        while true {
            do throws(StoreError) {
                try self.store.prepare()
                return try self.store.reader().state()
            } catch {
                guard case .unavailable = error else { throw Stop("\(error)") }
                guard isNeeded else {
                    self.logger.warning(
                        "the database is away: starting from the journal alone",
                        metadata: ["error": "\(error)"]
                    )
                    return nil
                }
                if !isAnnounced {
                    self.logger.warning(
                        "waiting for the database, without which this start is not possible",
                        metadata: ["error": "\(error)"]
                    )
                }
                isAnnounced = true
                sleep(Self.retry)
            }
        }
    }

    private func recover(
        _ first: Position?,
        _ restored: Restored?,
        _ found: StoreState?,
        into recovered: inout Recovered
    ) throws -> Journal {
        let letters = found?.epoch == nil ? [] : try self.store.writer().deadLetters()
        if restored == nil {
            recovered = self.nothing(before: found, but: letters)
            if let first, first > Position.zero.next {
                recovered = try self.load(into: recovered, isHistoryLost: false)
            }
        }
        let origin = found.map { $0.isEmpty ? .zero : max($0.applied, Position.zero.next) }
        let journal = try self.open(
            origin: restored?.header.newest ?? origin ?? .zero,
            after: restored?.header.start ?? .zero,
            into: &recovered
        )
        if let restored { try self.check(restored, against: journal) }
        guard let found else { return journal }
        if restored == nil, journal.durablePosition < journal.firstAtOpen {
            // A history that begins here, after what the store has of another.
            let isHistoryLost = found.epoch.map { $0 != journal.epoch } ?? false
            if isHistoryLost || (recovered.base == nil && !found.isEmpty) {
                try self.checkSnapshots(againstLossOf: found)
                let nothing = self.nothing(before: found, but: letters)
                recovered = try self.load(into: nothing, isHistoryLost: isHistoryLost)
            }
            try self.adopt(found, journal)
        } else {
            let extent = JournalExtent(
                epoch: journal.epoch,
                first: journal.firstAtOpen,
                last: journal.durablePosition
            )
            try found.check(against: extent, in: self.settings.dataFolder)
        }
        recovered.confirm(
            through: found.applied,
            refused: letters.compactMap(\.message)
        )
        if !recovered.shards.allSatisfy(\.unknownPreviews.isEmpty) {
            try self.findPreviews(in: &recovered)
        }
        return journal
    }

    private func check(_ restored: Restored, against journal: Journal) throws(Stop) {
        guard restored.header.newest > journal.durablePosition else { return }
        throw Stop(
            """
            \(restored.path) holds events through position \(restored.header.newest.rawValue), but \
            the journal in \(self.settings.dataFolder) ends at \(journal.durablePosition.rawValue): \
            the data folder is an older copy. Put the newer one back, or move that snapshot aside to \
            go on without what came after
            """
        )
    }

    /// Going on from a database, where the journal is lost, leaves out nothing that a snapshot has.
    private func checkSnapshots(againstLossOf found: StoreState) throws {
        guard let epoch = found.epoch else { return }
        let folder = SnapshotFolder(self.settings.snapshotFolder)
        for entry in try folder.entries(of: epoch) {
            guard let reader = try? SnapshotReader(entry, in: folder),
                reader.header.epoch == epoch, reader.header.newest > found.applied
            else { continue }
            throw Stop(
                """
                the journal in \(self.settings.dataFolder) is gone, and \(reader.path) has events \
                that the database has not: through position \(reader.header.newest.rawValue), the \
                database \(found.applied.rawValue). Put the journal back, or move that snapshot \
                aside to go on from the database without them
                """
            )
        }
    }

    /// What the store has may leave the memory while it is brought back; what it refused is known
    /// only when all is there.
    private func nothing(before found: StoreState?, but letters: [DeadLetter]) -> Recovered {
        let refused = letters.lazy.map(\.position.rawValue).filter { $0 > 0 }.min()
        let before = refused.map { Position(rawValue: $0 - 1) }
        let applied = found?.applied ?? .zero
        return Recovered(
            shardCount: self.settings.shardCount,
            memoryBudget: self.settings.memoryBudget,
            recentBounds: self.settings.recentBounds,
            confirmed: min(applied, before ?? applied)
        )
    }

    private func load(
        into recovered: Recovered,
        isHistoryLost: Bool
    ) throws(StoreError) -> Recovered {
        let (loaded, state) = try StoreLoading.load(
            try self.store.reader(),
            into: recovered,
            isHistoryLost: isHistoryLost
        )
        self.logger.info(
            "the database has been read",
            metadata: ["position": "\(state.applied.rawValue)"]
        )
        return loaded
    }

    private func open(
        origin: Position,
        after start: Position,
        into recovered: inout Recovered
    ) throws(JournalError) -> Journal {
        try Journal.open(
            self.journalSettings,
            disk: PosixDisk(),
            logger: self.logger,
            origin: origin,
            after: start
        ) { position, event, mark in
            recovered.apply(event, mark: mark, at: position)
            self.progress(.replayed(recovered.eventCount))
        }
    }

    /// Gives the store to a journal that begins.
    private func adopt(_ found: StoreState, _ journal: Journal) throws(StoreError) {
        if let epoch = found.epoch, epoch != journal.epoch {
            self.logger.warning(
                "the data folder has no history, so the database's goes on in a new one",
                metadata: [
                    "database": "\(self.settings.store.name)",
                    "position": "\(found.applied.rawValue)",
                ]
            )
        }
        var state = found
        state.epoch = journal.epoch
        state.applied = Position(rawValue: journal.firstAtOpen.rawValue - 1)
        guard state != found else { return }
        try self.store.writer().adopt(state, insteadOf: found)
    }

    /// Looks up what chat lists show where the newest messages were deleted after the store had
    /// them, and before the crash.
    private func findPreviews(in recovered: inout Recovered) throws(StoreError) {
        let reader = try self.store.reader()
        for index in recovered.shards.indices {
            for (chat, newest) in recovered.shards[index].unknownPreviews {
                var row = try reader.newest(of: chat, below: newest)
                while let id = row?.message.id, recovered.shards[index].isDeleted(id, in: chat) {
                    row = try reader.newest(of: chat, below: id)
                }
                recovered.shards[index].foundPreview(row?.message, of: chat)
            }
        }
    }
}

extension HistoryReader {
    fileprivate func newest(
        of chat: ChatID,
        below id: MessageID
    ) throws(StoreError) -> StoredMessage? {
        try self.messages([.below(id, of: chat, countMax: 1, includesDeleted: false)]).first?.first
    }
}
