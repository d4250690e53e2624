import Foundation
import TestSupport

/// strace on a server that runs: it notes calls, and makes some of them fail, wait or kill.
///
/// Counts begin with it, and each thread has its own.
final class Tracer {
    /// Whose calls.
    enum Threads {
        case all
        case journalWriter
        case eventLoops
        /// The thread that takes snapshots: the one that gives way to the others.
        case snapshotKeeper
    }

    private let process: ChildProcess
    private let folder: ThrowawayFolder

    /// Waits until it is attached.
    ///
    /// `faults` are what strace calls `inject`: names of calls, a colon, what happens. `noted` are
    /// the names of calls that only are written down. `path` is the file that a call has to touch.
    /// The journal's writer is found by its work: there has to be some.
    init(
        _ server: ServerProcess,
        _ threads: Threads = .all,
        _ faults: [String],
        noting noted: String? = nil,
        path: String? = nil
    ) throws {
        let calls =
            faults.compactMap { $0.split(separator: ":").first.map(String.init) }
            + [noted].compactMap { $0 }
        let whose =
            switch threads {
            case .all: ["-f", "-p", "\(server.processID)"]
            case .journalWriter: ["-p", "\(try Self.journalWriter(of: server))"]
            case .snapshotKeeper: try Self.politeThreads(of: server).flatMap { ["-p", "\($0)"] }
            case .eventLoops:
                try Self.threads(of: server) { $0.hasPrefix("NIO-ELT") }.flatMap {
                    ["-p", "\($0)"]
                }
            }
        let folder = try ThrowawayFolder()
        self.folder = folder
        let inject = faults.flatMap { ["-e", "inject=\($0)"] }
        let process = try ChildProcess(
            "strace",
            [
                "-ttt", "-y", "-s", "16", "-o", "\(folder.path)/calls", "-e",
                "trace=\(calls.joined(separator: ","))",
            ]
                + inject + (path.map { ["-P", $0] } ?? []) + whose,
            environment: ["PATH=/usr/bin:/bin"],
            folder: folder.path,
            errorFile: "\(folder.path)/errors"
        )
        self.process = process
        try Machine.wait(for: "strace to attach") {
            let text = try String(contentsOfFile: "\(folder.path)/errors", encoding: .utf8)
            let count = text.split(separator: "\n").count { $0.contains("attached") }
            if count < whose.count(where: { $0 == "-p" }), text.contains("strace: attach") {
                throw Machine.Failure(description: text)
            }
            return count == whose.count { $0 == "-p" }
        }
    }

    /// Lets go of the server, which goes on.
    func stop() throws {
        self.process.signal(SIGTERM)
        _ = try self.process.waitForExit(timeout: .seconds(30))
    }

    /// What it has noted: a line a call, with its time in seconds.
    var lines: [Substring] {
        let text = (try? String(contentsOfFile: "\(self.folder.path)/calls", encoding: .utf8)) ?? ""
        return text.split(separator: "\n")
    }

    /// When it first made a call fail, since 1970.
    var faultTime: Date? {
        self.lines.first { $0.contains("INJECTED") }
            .flatMap { line in
                line.split(separator: " ").lazy.compactMap { $0.contains(".") ? Double($0) : nil }
                    .first
            }
            .map { Date(timeIntervalSince1970: $0) }
    }

    // MARK: Whose calls

    /// Where another segment has been begun by the time strace is attached, nobody syncs the one
    /// that it looks at: then the next one is looked at.
    private static func journalWriter(of server: ServerProcess) throws -> Int {
        let end = ContinuousClock.now + .seconds(60)
        repeat {
            if let writer = try self.journalWriterNow(of: server) { return writer }
        } while ContinuousClock.now < end
        throw WaitError.timedOut(waitingFor: "a sync of the journal")
    }

    /// - Returns: nil where the newest segment is not synced within some seconds.
    private static func journalWriterNow(of server: ServerProcess) throws -> Int? {
        let journal = "\(server.dataFolder)/journal"
        let names = try FileManager.default.contentsOfDirectory(atPath: journal)
        guard let newest = names.filter({ $0.hasPrefix("journal-") }).max() else {
            throw WaitError.malformed("\(journal) has no segment")
        }
        let tracer = try Tracer(server, .all, [], noting: "fdatasync", path: "\(journal)/\(newest)")
        defer { try? tracer.stop() }
        let end = ContinuousClock.now + .seconds(3)
        while true {
            let first = tracer.lines.first?.split(separator: " ").first
            if let writer = first.flatMap({ Int($0) }) { return writer }
            guard ContinuousClock.now < end else { return nil }
            usleep(2_000)
        }
    }

    /// Those with a nice value above 0 (proc(5), the 19th field of `stat`).
    private static func politeThreads(of server: ServerProcess) throws -> [Int] {
        let tasks = "/proc/\(server.processID)/task"
        return try FileManager.default.contentsOfDirectory(atPath: tasks).compactMap { Int($0) }
            .filter { task in
                let text = try? String(contentsOfFile: "\(tasks)/\(task)/stat", encoding: .utf8)
                // The name before them may hold anything, in parentheses.
                let fields = text?.split(separator: ")").last?.split(separator: " ") ?? []
                return fields.count > 16 && (Int(fields[16]) ?? 0) > 0
            }
    }

    private static func threads(
        of server: ServerProcess,
        named matches: (String) -> Bool
    ) throws -> [Int] {
        let tasks = "/proc/\(server.processID)/task"
        return try FileManager.default.contentsOfDirectory(atPath: tasks).compactMap { Int($0) }
            .filter {
                let name = try? String(contentsOfFile: "\(tasks)/\($0)/comm", encoding: .utf8)
                return name.map(matches) ?? false
            }
    }
}
