import Glibc
import Logging
import Net
import Persistence
import Shards

/// Brings the state of the last run back, from the journal and, where that does not reach back to
/// the beginning, from the store.
struct Recovery {
    struct Outcome {
        let journal: Journal
        fileprivate(set) var recovered: Recovered
    }

    /// How long a start waits between attempts to reach a store that it cannot do without.
    private static let retry: UInt32 = 1

    let settings: Settings
    let store: any HistoryStore
    let logger: Logger
    /// Told how many events have been read so far.
    let replayed: (Int) -> Void

    private var journalSettings: JournalSettings {
        var settings = JournalSettings(folder: self.settings.dataFolder + "/journal")
        settings.segmentBytes = self.settings.segmentBytes
        return settings
    }

    /// Blocks: for a thread of its own.
    func run() throws -> Outcome {
        let first = Journal.first(in: self.journalSettings)
        let found = try self.lookAtStore(isNeeded: first != Position.zero.next)
        do {
            if let found, found.isHalfCopied { throw StoreState.halfCopied }
            var outcome = try self.recover(first: first, found: found)
            outcome.recovered.finish(at: Clocks.now)
            return outcome
        } catch {
            throw Stop("\(error)")
        }
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

    private func recover(first: Position?, found: StoreState?) throws -> Outcome {
        let letters = found?.epoch == nil ? [] : try self.store.writer().deadLetters()
        var recovered = self.nothing(before: found, but: letters)
        if let first, first > Position.zero.next {
            recovered = try self.load(into: recovered, isHistoryLost: false)
        }
        let origin = found.map { $0.isEmpty ? .zero : max($0.applied, Position.zero.next) }
        let journal = try self.open(origin: origin ?? .zero, into: &recovered)
        guard let found else { return Outcome(journal: journal, recovered: recovered) }
        if journal.durablePosition < journal.firstAtOpen {
            // A history that begins here, after what the store has of another.
            let isHistoryLost = found.epoch.map { $0 != journal.epoch } ?? false
            if isHistoryLost || (recovered.base == nil && !found.isEmpty) {
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
        recovered.confirm(through: found.applied, refused: letters.compactMap(\.message))
        if !recovered.shards.allSatisfy(\.unknownPreviews.isEmpty) {
            try self.findPreviews(in: &recovered)
        }
        return Outcome(journal: journal, recovered: recovered)
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
        into recovered: inout Recovered
    ) throws(JournalError) -> Journal {
        try Journal.open(
            self.journalSettings,
            disk: PosixDisk(),
            logger: self.logger,
            origin: origin
        ) { position, event, mark in
            recovered.apply(event, mark: mark, at: position)
            self.replayed(recovered.eventCount)
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
