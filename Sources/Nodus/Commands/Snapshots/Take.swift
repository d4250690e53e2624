import ArgumentParser
import Glibc
import Logging
import Net
import Persistence
import Shards

extension Snapshots {
    struct Take: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a snapshot now.",
            discussion: """
                Of the server that uses the folder of snapshots, which goes on meanwhile; where none \
                runs, of what its folders hold.
                """
        )

        @OptionGroup var snapshots: Options
        @OptionGroup var options: HistoryOptions

        func run() throws {
            print(try SnapshotRequest(snapshots: self.snapshots, options: self.options).take())
        }
    }
}

/// Has a snapshot taken, by the server that runs or without one.
struct SnapshotRequest {
    let snapshots: Snapshots.Options
    let options: HistoryOptions

    /// The largest takes some seconds; a disk that is full says so in the server's log.
    private static let waitingMax = Duration.seconds(120)
    private static let lookMicroseconds: UInt32 = 50_000

    /// - Returns: the file.
    func take() throws -> String {
        let lock: SnapshotLock
        do throws(SnapshotError) {
            lock = try self.snapshots.folder.lock()
        } catch {
            guard case .locked(folder: _, process: let process?) = error else {
                throw Stop("\(error)")
            }
            return try self.ask(process)
        }
        defer { lock.release() }
        return try stopping { try self.takeHere() }
    }

    /// Has the running server take it, and waits for the file.
    private func ask(_ process: Int32) throws -> String {
        let before = self.newest
        guard kill(process, SIGUSR1) == 0 else {
            throw Stop(
                "Process \(process) cannot be asked: \(String(cString: strerror(errno)))"
            )
        }
        let end = ContinuousClock.now + Self.waitingMax
        while ContinuousClock.now < end {
            if let newest = self.newest, newest.header != before?.header {
                return newest.path
            }
            guard kill(process, 0) == 0 else { throw Stop("The server ended meanwhile") }
            usleep(Self.lookMicroseconds)
        }
        throw Stop("No snapshot came within \(Self.waitingMax): see the server's log")
    }

    private var newest: SnapshotReader? {
        let readers = try? self.snapshots.folder.entries().lazy.compactMap { entry in
            try? SnapshotReader(entry, in: self.snapshots.folder)
        }
        return readers?.max { $0.header.takenAt < $1.header.takenAt }
    }

    private func takeHere() throws -> String {
        guard access(self.options.journal.folder, F_OK) == 0 else {
            throw Stop("There is no journal in \(self.options.dataFolder)")
        }
        let settings = try self.options.settings(snapshotFolder: self.snapshots.path)
        var logger = Logger(label: "nodus")
        logger.logLevel = .warning
        let line = StartBar()
        let found = try Recovery(
            settings: settings,
            store: settings.store.open(),
            logger: logger,
            progress: { line.show($0) }
        ).run()
        line.end()
        defer { found.journal.close() }
        let taking = SnapshotTaking(
            folder: self.snapshots.folder,
            journal: found.journal,
            source: RecoveredState(recovered: found.recovered),
            waitUntilDurable: { $0 <= found.journal.durablePosition }
        )
        return try taking.take(now: Clocks.now).path
    }
}
