import Persistence
import Shards
import TestSupport

/// A disk, the database beside it, and what has to be in them.
struct CrashWorld: Sendable {
    /// What a start must not come to, whatever the disk did.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What a start ends with.
    struct Started {
        let journal: Journal
        let writer: SteppedWriter
        let snapshots: SnapshotFolder
        let lock: SnapshotLock
        var state: PlainState
        let snapshotStart: Position?
    }

    static let journalFolder = "/journal"
    static let snapshotFolder = "/snapshots"

    /// What all I/O goes through: `disk`, or one that leaves something out.
    var disk: any Disk
    var store = ModelStore()
    /// All events that were offered and may be in the journal.
    var history: [HistoryEntry] = []
    /// So many of them are durable.
    var acknowledged = Position.zero
    var memoryBudget = Int.max
    /// Whether a start replays all behind the beginning of the capture, as it must.
    var replaysCapture = true
    let random: UInt64

    /// What the state is after the events through a position.
    private var model = (state: PlainState(shardCount: 2), through: Position.zero)

    init(_ disk: any Disk, random: UInt64) {
        self.disk = disk
        self.random = random
    }

    // MARK: - A start, as Nodus/Recovery does it

    /// - Throws: `Failure`; any other error is the disk's, and ends the process.
    func start(shardCount: Int) throws -> Started {
        let writer = SteppedWriter()
        let snapshots = SnapshotFolder(Self.snapshotFolder, disk: self.disk)
        let lock = try snapshots.lock()
        do {
            let settings = self.settings(writer)
            guard let history = try Journal.look(in: settings, disk: self.disk) else {
                let empty = self.nothing(shardCount: shardCount)
                return try self.open(settings, writer, snapshots, lock, empty, behind: nil)
            }
            var diskError: SnapshotError?
            for entry in try snapshots.entries(of: history.epoch) {
                let restored: (state: PlainState, header: SnapshotHeader)?
                do throws(SnapshotError) {
                    restored = try self.restore(entry, in: snapshots, of: history, shardCount)
                } catch {
                    if case .disk = error { diskError = error }
                    continue
                }
                guard let (state, header) = restored else { continue }
                return try self.open(settings, writer, snapshots, lock, state, behind: header)
            }
            if let diskError { throw diskError }
            guard history.first == Position.zero.next else {
                throw Failure(
                    description: "the journal begins at \(history.first.rawValue), and no snapshot "
                        + "is good"
                )
            }
            let empty = self.nothing(shardCount: shardCount)
            return try self.open(settings, writer, snapshots, lock, empty, behind: nil)
        } catch {
            lock.release()
            throw error
        }
    }

    /// - Returns: nil where the journal does not reach back to it.
    private func restore(
        _ entry: SnapshotFolder.Entry,
        in snapshots: SnapshotFolder,
        of history: (epoch: Epoch, first: Position),
        _ shardCount: Int
    ) throws(SnapshotError) -> (state: PlainState, header: SnapshotHeader)? {
        let reader = try SnapshotReader(entry, in: snapshots)
        guard reader.header.epoch == history.epoch, reader.header.start.next >= history.first else {
            return nil
        }
        var state = self.nothing(shardCount: shardCount)
        try SnapshotLoading.load(reader, threadCount: 1) { state.restore($0) }
        return (state, reader.header)
    }

    private func settings(_ writer: SteppedWriter) -> JournalSettings {
        var settings = JournalSettings(folder: Self.journalFolder)
        settings.segmentBytes = 64 << 10
        // Those are made by a thread of their own, which would be another order each time.
        settings.reserveCount = 0
        settings.random = SeededRandom.source(seed: self.random)
        settings.exit = { _ in writer.fail() }
        return settings
    }

    private func nothing(shardCount: Int) -> PlainState {
        var state = PlainState(shardCount: shardCount)
        for index in state.shards.indices {
            state.shards[index].memory.byteCountMax = self.memoryBudget
            state.shards[index].memory.confirm(through: self.store.applied)
        }
        return state
    }

    private func open(
        _ settings: JournalSettings,
        _ writer: SteppedWriter,
        _ snapshots: SnapshotFolder,
        _ lock: SnapshotLock,
        _ restored: PlainState,
        behind header: SnapshotHeader?
    ) throws -> Started {
        var state = restored
        let journal = try Journal.open(
            settings,
            disk: self.disk,
            logger: .silent,
            origin: header?.newest ?? .zero,
            after: (self.replaysCapture ? header?.start : header?.newest) ?? .zero
        ) { position, event, mark in
            state.apply(event, mark: mark, at: position)
            if position.rawValue % 8 == 0 { state.makeRoom() }
        }
        if let header, header.newest > journal.durablePosition {
            writer.close(journal)
            throw Failure(description: "a snapshot is newer than the journal")
        }
        state.makeRoom()
        state.findPreviews(in: self.store)
        state.indexChats()
        return Started(
            journal: journal,
            writer: writer,
            snapshots: snapshots,
            lock: lock,
            state: state,
            snapshotStart: header?.start
        )
    }

    // MARK: - What has to be

    /// Takes note of what a start found.
    ///
    /// - Returns: what is wrong with it.
    mutating func check(_ started: Started) -> [String] {
        let durable = started.journal.durablePosition
        guard durable >= self.acknowledged else {
            return ["lost \(durable.next.rawValue) to \(self.acknowledged.rawValue)"]
        }
        guard durable.rawValue <= UInt64(self.history.count) else {
            return ["\(durable.rawValue) events of \(self.history.count)"]
        }
        self.history.removeLast(self.history.count - Int(durable.rawValue))
        self.acknowledged = durable
        while self.model.through < durable {
            let entry = self.history[Int(self.model.through.rawValue)]
            self.model.through = self.model.through.next
            self.model.state.apply(entry.event, mark: entry.mark, at: self.model.through)
        }
        return StateComparison(
            actual: started.state,
            expected: self.model.state,
            store: self.store,
            history: self.history
        ).differences
    }

    /// A start, a look at it, and an end in peace.
    ///
    /// - Returns: what is wrong; nil where the disk failed meanwhile.
    mutating func startAndStop(shardCount: Int) -> [String]? {
        do {
            let started = try self.start(shardCount: shardCount)
            let differences = self.check(started)
            started.writer.close(started.journal)
            started.lock.release()
            return differences
        } catch {
            return Self.failure(in: error)
        }
    }

    /// - Returns: nil where it is the disk's.
    static func failure(in error: any Error) -> [String]? {
        switch error {
        case JournalError.disk, SnapshotError.disk, SnapshotError.notDurable: nil
        default: ["\(error)"]
        }
    }
}

extension PlainState {
    fileprivate mutating func makeRoom() {
        for index in self.shards.indices { self.shards[index].makeRoom(visitMax: 100) }
    }

    fileprivate mutating func findPreviews(in store: ModelStore) {
        for index in self.shards.indices {
            for (chat, newest) in self.shards[index].unknownPreviews {
                let row = store.messages(of: chat).last { row in
                    row.message.id < newest && !row.message.isDeleted
                        && !self.shards[index].isDeleted(row.message.id, in: chat)
                }
                self.shards[index].foundPreview(row?.message, of: chat)
            }
        }
    }

    fileprivate mutating func indexChats() {
        for shard in self.shards {
            for chat in shard.allChats {
                let users = Array(chat.members.presentUsers)
                let change = Notice.SubscriptionChange.create(users, isGroup: chat.chat.isGroup)
                self.directory.index(change, of: chat.chat.id)
            }
        }
    }
}
