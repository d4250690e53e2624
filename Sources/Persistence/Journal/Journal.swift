package import Logging
package import Shards

/// The history of all that was acknowledged: events in segments of a folder, synced in groups.
///
/// Many threads offer, one writes. Events that come while the disk is busy go into the next batch
/// together, so the slower the disk, the more share a sync.
package final class Journal: EventSink {
    private enum Stage {
        case opened(ActiveSegment)
        case running(BlockingThread)
        case closed
    }

    /// The history that positions count.
    package let epoch: Epoch
    /// The first position that was there when the journal was opened, or the first to be handed out
    /// where there was no event. `trim` may have removed it since.
    package let firstAtOpen: Position

    private let settings: JournalSettings
    private let disk: any Disk
    private let lock: DiskFile
    private let room: JournalRoom
    private let reserve: SegmentReserve
    private let queue: JournalQueue
    private let logger: Logger
    private let stage: Lock<Stage>

    /// Takes the folder for this process and reads what is there.
    ///
    /// `replay` gets each event in the order of positions, also those before damage that then makes
    /// `open` throw. A journal without events begins a new history, after `origin`: what a store
    /// has that outlived its journal.
    ///
    /// Events at or before `after` are not handed out: a snapshot holds them. Segments and batches
    /// that end there are not read but for their headers. A journal without events that goes on just behind
    /// `after` goes on with its history, whatever `origin` is. Whether the journal reaches back to
    /// `after`, and as far, `firstAtOpen` and `durablePosition` tell.
    package static func open(
        _ settings: JournalSettings,
        disk: any Disk = PosixDisk(),
        logger: Logger,
        origin: Position = .zero,
        after: Position = .zero,
        replay: (Position, Event, IdempotencyMark?) -> Void
    ) throws(JournalError) -> Journal {
        let folder = JournalFolder(path: settings.folder)
        let lock = try JournalLock.take(folder, disk: disk)
        do throws(JournalError) {
            let recovery = JournalRecovery(folder: folder, disk: disk, logger: logger)
            var found = try recovery.run(after: after, replay: replay)
            let isExpected =
                after > .zero && found.next.follows(after) || found.next.follows(origin)
            if found.next == found.first, !isExpected {
                found = try recovery.restart(found, after: origin)
            }
            return try Journal(settings, disk: disk, logger: logger, lock: lock, found: found)
        } catch {
            disk.close(lock)
            throw error
        }
    }

    /// The first position that is in the folder, nil where it has no segment or is not there.
    package static func first(
        in settings: JournalSettings,
        disk: any Disk = PosixDisk()
    ) -> Position? {
        let folder = JournalFolder(path: settings.folder)
        return (try? JournalReader(folder: folder, disk: disk).first()) ?? nil
    }

    /// Reads the events of a folder that no process uses, and changes nothing. `visit` gets those
    /// before damage too, that then makes it throw. For `after` see `open`; nor is anything behind
    /// `through` handed out, and segments behind it are not read.
    ///
    /// - Returns: what was read, nil where there is no segment.
    @discardableResult
    package static func read(
        in settings: JournalSettings,
        disk: any Disk = PosixDisk(),
        after: Position = .zero,
        through: Position = Position(rawValue: .max),
        _ visit: (Position, Event) -> Void
    ) throws(JournalError) -> JournalExtent? {
        let folder = JournalFolder(path: settings.folder)
        let lock = try JournalLock.take(folder, disk: disk)
        defer { disk.close(lock) }
        let names = try journalErrors { () throws(DiskError) in try disk.list(folder.path) }
        let firsts = JournalFolder.firsts(in: names)
        let last = try SegmentChain(folder: folder, disk: disk).read(
            firsts,
            after: after,
            through: through
        ) { position, event, _ in visit(position, event) }
        guard let first = firsts.first, let last else { return nil }
        return JournalExtent(
            epoch: last.header.epoch,
            first: first,
            last: Position(rawValue: last.next.rawValue - 1)
        )
    }

    private init(
        _ settings: JournalSettings,
        disk: any Disk,
        logger: Logger,
        lock: DiskFile,
        found: JournalRecovery.Outcome
    ) throws(JournalError) {
        let limits = JournalLimits(segmentBytes: settings.segmentBytes)
        let room = JournalRoom(pendingBytesMax: settings.pendingBytesMax, limits: limits)
        let reserve = SegmentReserve(
            settings,
            limits: limits,
            disk: disk,
            room: room,
            logger: logger
        )
        let header = SegmentHeader(
            epoch: found.epoch ?? Epoch(high: settings.random(), low: settings.random()),
            first: found.next,
            salt: UInt32(truncatingIfNeeded: settings.random())
        )
        let segment: ActiveSegment
        do throws(DiskError) {
            try reserve.adopt(found.reserves)
            let ready = try reserve.takeOrMake()
            segment = try ActiveSegment.begin(
                in: ready,
                header: header,
                folder: JournalFolder(path: settings.folder),
                disk: disk
            )
            room.rolled(onto: ready.byteCount, leaving: segment.freeBytes)
        } catch {
            reserve.stop()
            throw .disk(error)
        }
        self.epoch = header.epoch
        self.firstAtOpen = found.first
        self.settings = settings
        self.disk = disk
        self.lock = lock
        self.room = room
        self.reserve = reserve
        self.queue = JournalQueue(next: found.next, room: room, limits: limits)
        self.logger = logger
        self.stage = Lock(.opened(segment))
    }

    /// A second look at what is durable, for one thread.
    package func makeReader() -> JournalReader {
        JournalReader(folder: JournalFolder(path: self.settings.folder), disk: self.disk)
    }

    /// All at or before it is on the disk.
    package var durablePosition: Position { self.queue.durablePosition }

    /// The last that was handed out, durable or not.
    package var offeredPosition: Position { self.queue.offeredPosition }

    /// What batches have taken up in the files since the journal was opened.
    package var writtenBytes: Int { self.queue.writtenBytes }

    package var hasRoom: Bool { self.room.hasRoom }

    package func offer(_ event: Event, mark: IdempotencyMark?, notice: Notice) -> Position {
        self.queue.offer(event, mark: mark, notice: notice)
    }

    /// Begins to write. Events that were offered before are written too.
    ///
    /// - Parameter deliver: called on the writer's thread, once a batch, in the order of positions. It must not block, nor call `close`.
    package func start(_ deliver: @escaping @Sendable (DurableBatch) -> Void) {
        self.stage.withLock { stage in
            guard case .opened(let segment) = stage else {
                preconditionFailure("the journal was started or closed already")
            }
            self.reserve.start()
            let writer = self.writer(of: segment, deliver)
            stage = .running(
                BlockingThread(.first) {
                    var writer = writer
                    writer.run()
                }
            )
        }
    }

    /// Removes the segments all of whose events are at or before `through`, but never the last.
    ///
    /// For any thread, beside the writer and beside readers of what comes later; it blocks. Oldest
    /// first, so that what a crash leaves is a whole rest. A journal that is closed keeps all.
    ///
    /// - Returns: how many segments.
    /// - Throws: `disk`; some may be gone then, and what was not removed is as good as before.
    @discardableResult
    package func trim(through position: Position) throws(JournalError) -> Int {
        // Under the lock, so that the folder is not let go of meanwhile.
        try self.stage.withLock { stage throws(JournalError) in
            if case .closed = stage { return 0 }
            return try JournalTrim(
                folder: JournalFolder(path: self.settings.folder),
                disk: self.disk
            ).run(through: position)
        }
    }

    /// Writes what was offered, delivers it, seals the segment and lets go of the folder.
    ///
    /// What is offered afterwards is never written; `hasRoom` is false from here on.
    package func close() {
        self.room.close()
        self.queue.close()
        let stage = self.stage.withLock { stage in
            defer { stage = .closed }
            return stage
        }
        switch stage {
        case .opened(let segment):
            var writer = self.writer(of: segment) { _ in }
            writer.run()
        case .running(let thread): thread.join()
        case .closed: return
        }
        self.reserve.stop()
        self.disk.close(self.lock)
    }

    private func writer(
        of segment: ActiveSegment,
        _ deliver: @escaping @Sendable (DurableBatch) -> Void
    ) -> JournalWriter {
        JournalWriter(
            queue: self.queue,
            room: self.room,
            reserve: self.reserve,
            disk: self.disk,
            settings: self.settings,
            logger: self.logger,
            segment: segment,
            deliver: deliver
        )
    }
}
