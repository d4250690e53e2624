import Persistence
import Shards
import TestSupport

/// A folder of snapshots on a simulated disk, with a journal of a few events beside it.
struct SnapshotWorld {
    static let folder = "/snapshots"

    let disk: SimulatedDisk
    let opened: JournalWorld.Opened

    init() throws(JournalError) {
        let world = JournalWorld()
        self.disk = world.disk
        self.opened = try world.open()
        self.opened.start()
        self.opened.write(JournalWorld.messages(3))
        _ = try? self.disk.createFolder(Self.folder)
    }

    func take(of source: some SnapshotSource) throws(SnapshotError) -> SnapshotTaking.Outcome {
        try SnapshotTaking(
            folder: SnapshotFolder(Self.folder, disk: self.disk),
            journal: self.opened.journal,
            source: source,
            waitUntilDurable: { $0 <= self.opened.journal.durablePosition }
        ).take(now: SampleState.time)
    }

    /// The one snapshot of a state.
    static func bytes(of source: some SnapshotSource) throws -> [UInt8] {
        let world = try SnapshotWorld()
        defer { world.opened.journal.close() }
        return world.disk.files[try world.take(of: source).path] ?? []
    }
}

/// Bytes that may be a snapshot.
struct SnapshotBytes {
    static let name = "00000000000000000003-0123456789abcdef.snapshot"

    let bytes: [UInt8]

    static var path: String { "\(SnapshotWorld.folder)/\(Self.name)" }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    func changing(_ change: (inout [UInt8]) -> Void) -> SnapshotBytes {
        var bytes = self.bytes
        change(&bytes)
        return SnapshotBytes(bytes)
    }

    func reader() throws(SnapshotError) -> SnapshotReader {
        let disk = SimulatedDisk()
        disk.files = [Self.path: self.bytes]
        return try SnapshotReader(Self.path, disk: disk)
    }

    func load(shardCount: Int = 2, threadCount: Int = 1) throws(SnapshotError) -> PlainState {
        var state = PlainState(shardCount: shardCount)
        try SnapshotLoading.load(try self.reader(), threadCount: threadCount) { state.restore($0) }
        return state
    }

    /// What keeps these bytes from being used; nil where nothing does.
    var refusal: SnapshotError? {
        do throws(SnapshotError) {
            _ = try self.load()
            return nil
        } catch {
            return error
        }
    }
}
