import Foundation
import Glibc
import Synchronization

/// The real server, as a process of its own on a port of its own, in a throw-away folder.
///
/// It is killed and its folder removed with the last reference to it, or with the test run.
package final class ServerProcess: Sendable {
    package let folder: ThrowawayFolder
    private let options: [String]
    private let environment: [String: String]
    private let state: Mutex<State>

    private struct State {
        var process: ChildProcess
        var port: UInt16
    }

    package static let startTimeout = Duration.seconds(120)
    package static let stopTimeout = Duration.seconds(60)

    /// Starts it and waits until it is ready.
    ///
    /// The options come behind the folders and `--port 0`. The environment is added to the test
    /// run's, from which all `NODUS_` settings are taken out.
    package init(
        _ options: [String] = ["--no-limits"],
        environment: [String: String] = [:],
        in folder: ThrowawayFolder? = nil
    ) throws {
        self.folder = try folder ?? ThrowawayFolder()
        self.options = options
        self.environment = environment
        self.state = Mutex(try Self.start(options, environment, in: self.folder))
    }

    deinit {
        // Before the folder goes, in which it writes.
        self.signal(SIGKILL)
        _ = try? self.waitForExit()
    }

    /// It changes with a restart.
    package var port: UInt16 { self.state.withLock { $0.port } }
    package var processID: Int32 { self.state.withLock { $0.process.id } }
    package var dataFolder: String { "\(self.folder.path)/data" }
    package var snapshotFolder: String { "\(self.folder.path)/snapshots" }

    /// What it has written to standard error, over all restarts.
    package var log: String { Self.log(in: self.folder) }

    package func signal(_ number: Int32) {
        self.state.withLock { $0.process.signal(number) }
    }

    /// Whether the process is there, and more than a remnant of one.
    package var isRunning: Bool {
        let path = "/proc/\(self.processID)/stat"
        let text = try? String(contentsOfFile: path, encoding: .utf8)
        return text.map { !$0.contains(") Z ") } ?? false
    }

    /// Ends it as a crash does, and waits until it is gone.
    package func kill() throws {
        self.signal(SIGKILL)
        _ = try self.waitForExit()
    }

    /// Ends it as an operator does.
    ///
    /// - Returns: its exit status.
    @discardableResult
    package func stop() throws -> Int32 {
        self.signal(SIGTERM)
        return try self.waitForExit()
    }

    @discardableResult
    package func waitForExit(timeout: Duration = ServerProcess.stopTimeout) throws -> Int32 {
        let process = self.state.withLock { $0.process }
        return try process.waitForExit(timeout: timeout)
    }

    /// Starts it again in the same folder, after `kill`, `stop` or its own end; with other options
    /// than before, with more in its environment or behind another program, where there are any.
    package func restart(
        _ options: [String]? = nil,
        environment: [String: String] = [:],
        behind program: [String] = []
    ) throws {
        _ = try self.waitForExit()
        let state = try Self.start(
            options ?? self.options,
            self.environment.merging(environment) { $1 },
            in: self.folder,
            behind: program
        )
        self.state.withLock { $0 = state }
    }

    private static func start(
        _ options: [String],
        _ environment: [String: String],
        in folder: ThrowawayFolder,
        behind program: [String] = []
    ) throws -> State {
        let arguments = [
            "serve", "--data-dir", "\(folder.path)/data",
            "--snapshot-dir", "\(folder.path)/snapshots", "--port", "0",
        ]
        let process = try Self.launch(
            arguments + options,
            environment,
            in: folder,
            behind: program
        )
        do {
            let line = try process.firstLine(timeout: Self.startTimeout)
            guard let port = line.split(separator: ":").last.flatMap({ UInt16($0) }) else {
                throw WaitError.malformed("ready line: \(line)")
            }
            return State(process: process, port: port)
        } catch {
            throw StartFailure(reason: "\(error)", log: Self.log(in: folder))
        }
    }

    private static func launch(
        _ arguments: [String],
        _ environment: [String: String],
        in folder: ThrowawayFolder,
        behind program: [String] = []
    ) throws -> ChildProcess {
        var all = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("NODUS_") }
        // Two, so that what crosses from one to another does so on any machine.
        all["NODUS_SHARDS"] = "2"
        all.merge(environment) { $1 }
        let words = program + [Self.program("nodus")] + arguments
        return try ChildProcess(
            words[0],
            Array(words.dropFirst()),
            environment: all.map { "\($0.key)=\($0.value)" },
            folder: folder.path,
            errorFile: "\(folder.path)/stderr.log"
        )
    }

    private static func log(in folder: ThrowawayFolder) -> String {
        let bytes = FileManager.default.contents(atPath: "\(folder.path)/stderr.log") ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A product of the same build as this test run, which lies beside it, or of the build whose
    /// folder is named by `NODUS_PROGRAMS`.
    package static func program(_ name: String) -> String {
        if let folder = ProcessInfo.processInfo.environment["NODUS_PROGRAMS"] {
            return "\(folder)/\(name)"
        }
        let link = "/proc/self/exe"
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) ?? ""
        return "\(own.prefix(upTo: own.lastIndex(of: "/") ?? own.startIndex))/\(name)"
    }
}

extension ServerProcess {
    /// Why it did not become ready.
    package struct StartFailure: Error, CustomStringConvertible {
        package let reason: String
        package let log: String

        package var description: String { "The server did not start: \(self.reason)\n\(self.log)" }
    }

    /// What a run of the program came to.
    package struct Outcome: Sendable {
        package let status: Int32
        package let output: String
        package let errorOutput: String
    }

    /// Runs `nodus` with these arguments, and nothing added, to its end.
    package static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        in folder: ThrowawayFolder? = nil,
        timeout: Duration = .seconds(120)
    ) throws -> Outcome {
        let folder = try folder ?? ThrowawayFolder()
        let before = Self.log(in: folder).count
        let process = try Self.launch(arguments, environment, in: folder)
        let status = try process.waitForExit(timeout: timeout)
        return Outcome(
            status: status,
            output: process.printed,
            errorOutput: String(Self.log(in: folder).dropFirst(before))
        )
    }
}
