import Dispatch
import Logging

/// Files full of zeros, ready to become segments.
///
/// Zeros are written, not only reserved: then a batch later touches no metadata of the file
/// system, and `fdatasync` takes half as long. A thread of its own makes them, in pieces that are
/// synced one by one: in one go, the writer's own sync waited 27 ms behind it, so 1 ms. Where there
/// is no space it tries again for ever, and room comes back with the space.
final class SegmentReserve: Sendable {
    struct Ready: Sendable {
        let file: DiskFile
        let byteCount: Int
    }

    private struct State {
        var ready: [Ready] = []
        var nextNumber = 1
        var thread: BlockingThread?
        var isStopping = false
    }

    private static let pieceBytes = 1 << 20

    private let state = Lock(State())
    private let wake = DispatchSemaphore(value: 0)
    private let folder: JournalFolder
    private let disk: any Disk
    private let room: JournalRoom
    private let segmentBytes: Int
    private let count: Int
    private let retry: DispatchTimeInterval
    private let logger: Logger

    init(
        _ settings: JournalSettings,
        limits: JournalLimits,
        disk: any Disk,
        room: JournalRoom,
        logger: Logger
    ) {
        self.folder = JournalFolder(path: settings.folder)
        self.disk = disk
        self.room = room
        self.segmentBytes = limits.segmentBytes
        self.count = settings.reserveCount
        let (seconds, attoseconds) = settings.reserveRetry.components
        self.retry = .milliseconds(Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
        self.logger = logger
    }

    /// Takes over what an earlier process left, and removes what does not fit.
    ///
    /// Nothing was ever appended to it, so it is as good as new whatever the crash did.
    func adopt(_ numbers: [Int]) throws(DiskError) {
        for number in numbers.sorted() {
            let path = self.folder.reserve(number)
            let file = try self.disk.open(path, for: .writing)
            let fits = try self.disk.size(of: file) == self.segmentBytes
            let isAdopted = self.state.withLock { state in
                guard fits, state.ready.count < self.count else { return false }
                state.ready.append(Ready(file: file, byteCount: self.segmentBytes))
                state.nextNumber = max(state.nextNumber, number &+ 1)
                return true
            }
            guard isAdopted else {
                self.disk.close(file)
                try self.disk.remove(path)
                continue
            }
            self.room.addReserve(of: self.segmentBytes)
        }
    }

    /// Begins to fill up to the wanted number, now and whenever one is taken.
    func start() {
        self.state.withLock { state in
            state.thread = BlockingThread { self.run() }
        }
    }

    /// Ends the thread and lets go of the files, which stay for the next process.
    func stop() {
        let thread = self.state.withLock { state in
            state.isStopping = true
            return state.thread.take()
        }
        self.wake.signal()
        thread?.join()
        let ready = self.state.withLock { state in
            defer { state.ready = [] }
            return state.ready
        }
        for reserve in ready { self.disk.close(reserve.file) }
    }

    /// - Returns: nil where none is ready. `JournalRoom` still counts what was taken: the caller
    ///   says when it is in use.
    func take() -> Ready? {
        let taken = self.state.withLock { state in
            state.ready.isEmpty ? nil : state.ready.removeFirst()
        }
        if taken != nil { self.wake.signal() }
        return taken
    }

    /// Takes one that is ready or makes one on this thread. To be called before `start`.
    func takeOrMake() throws(DiskError) -> Ready {
        if let ready = self.take() { return ready }
        guard let made = try self.make() else {
            preconditionFailure("the reserve was stopped before it was started")
        }
        self.room.addReserve(of: made.byteCount)
        return made
    }

    // MARK: - The thread

    private func run() {
        var hasFailed = false
        while true {
            let (isStopping, isFull) = self.state.withLock { state in
                (state.isStopping, state.ready.count >= self.count)
            }
            if isStopping { return }
            if isFull {
                self.wake.wait()
                continue
            }
            do throws(DiskError) {
                guard let made = try self.make() else { return }
                self.state.withLock { $0.ready.append(made) }
                self.room.addReserve(of: made.byteCount)
                if hasFailed { self.logger.notice("journal segments can be preallocated again") }
                hasFailed = false
            } catch {
                if !hasFailed {
                    self.logger.error(
                        "cannot preallocate a journal segment, will try again",
                        metadata: ["error": "\(error)"]
                    )
                }
                hasFailed = true
                _ = self.wake.wait(timeout: .now() + self.retry)
            }
        }
    }

    /// - Returns: nil where the reserve is to stop. Nothing is left behind then, or on an error.
    private func make() throws(DiskError) -> Ready? {
        let number = self.state.withLock { state in
            defer { state.nextNumber &+= 1 }
            return state.nextNumber
        }
        let filling = self.folder.filling(number)
        let path = self.folder.reserve(number)
        // Asked first, so that a full disk is not filled and emptied under others' feet each time.
        guard try self.disk.freeBytes(in: self.folder.path) >= self.segmentBytes else {
            throw DiskError.noSpace(filling)
        }
        let file = try self.disk.open(filling, for: .writingAnew)
        do throws(DiskError) {
            guard try self.fill(file) else {
                self.discard(file)
                return nil
            }
            try self.disk.rename(filling, to: path)
        } catch {
            self.discard(file)
            throw error
        }
        return Ready(
            file: DiskFile(descriptor: file.descriptor, path: path),
            byteCount: self.segmentBytes
        )
    }

    /// - Returns: false where the reserve is to stop.
    private func fill(_ file: DiskFile) throws(DiskError) -> Bool {
        let zeros = [UInt8](repeating: 0, count: min(Self.pieceBytes, self.segmentBytes))
        var offset = 0
        while offset < self.segmentBytes {
            if self.state.withLock({ $0.isStopping }) { return false }
            let piece = min(zeros.count, self.segmentBytes - offset)
            try self.disk.write(
                piece == zeros.count ? zeros : Array(zeros[..<piece]),
                to: file,
                at: offset
            )
            try self.disk.sync(file)
            offset += piece
        }
        return true
    }

    private func discard(_ file: DiskFile) {
        self.disk.close(file)
        try? self.disk.remove(file.path)
    }
}
