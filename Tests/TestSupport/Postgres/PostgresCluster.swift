import Foundation
import Glibc
import Synchronization

/// A real Postgres server in a folder of its own, on a free port of 127.0.0.1, with no passwords.
///
/// It writes as durably as a real one, so that it may be killed. It is stopped and its folder
/// removed with the last reference to it, or with the test run.
package final class PostgresCluster: Sendable {
    /// How a server is told to end (`pg_ctl`, `-m`).
    package enum StopMode: String, Sendable {
        /// Open transactions are rolled back.
        case fast
        /// As a crash: the next start recovers.
        case immediate
    }

    package let port: UInt16
    private let folder: ThrowawayFolder
    private let programs: PostgresPrograms
    private let watchdog: ChildProcess
    private let databaseCount = Atomic<Int>(0)

    package static let startTimeout = Duration.seconds(60)
    private static let running = Mutex<Set<String>>([])
    private static let killsAllAtExit: Bool = {
        atexit { PostgresCluster.killAll() }
        return true
    }()
    private static let sharedResult = Result { try PostgresCluster() }

    /// The one that suites share, each with its own databases. Not to be stopped or killed.
    package static func shared() throws -> PostgresCluster { try self.sharedResult.get() }

    /// Makes the cluster and starts it, with more lines for its `postgresql.conf`, such as
    /// `max_connections = 5`.
    package init(settings: [String] = []) throws {
        self.folder = try ThrowawayFolder()
        // Behind the folder's, so that the servers are gone before their folders go.
        _ = Self.killsAllAtExit
        self.programs = try PostgresPrograms(in: self.folder.path)
        self.watchdog = try Self.watchdog(over: self.folder.path)
        self.port = try Self.freePort()
        try self.programs.run(
            "initdb",
            [
                "-D", self.dataFolder, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                "--locale=C.UTF-8", "--no-sync", "--no-instructions",
            ]
        )
        try self.configure(settings)
        _ = Self.running.withLock { $0.insert(self.dataFolder) }
        try self.start()
    }

    deinit {
        self.kill()
        self.watchdog.signal(SIGTERM)
        _ = Self.running.withLock { $0.remove(self.dataFolder) }
    }

    package var dataFolder: String { self.folder.path + "/data" }

    /// Starts it again after `stop` or `kill`; returns when it takes connections.
    package func start() throws {
        let log = self.folder.path + "/server.log"
        try self.programs.run(
            "pg_ctl",
            ["-D", self.dataFolder, "-l", log, "-s", "-w", "-t", "60", "start"],
            readingOnError: log
        )
    }

    package func stop(_ mode: StopMode = .fast) throws {
        try self.programs.run(
            "pg_ctl",
            ["-D", self.dataFolder, "-m", mode.rawValue, "-s", "-w", "-t", "60", "stop"]
        )
    }

    /// Holds all of its processes, as a machine without power to compute.
    package func pause() {
        for process in self.processes() { Glibc.kill(process, SIGSTOP) }
    }

    package func resume() {
        for process in self.processes() { Glibc.kill(process, SIGCONT) }
    }

    /// Kills all of its processes at once and returns when they are gone.
    package func kill() { Self.kill(self.dataFolder) }

    /// As libpq takes it.
    package func url(database: String) -> String {
        "postgresql://postgres@127.0.0.1:\(self.port)/\(database)"
    }

    package func createDatabase(_ name: String) throws {
        try self.psql("postgres", "CREATE DATABASE \"\(name)\"")
    }

    /// An empty database with a name of its own.
    ///
    /// - Returns: its name.
    package func newDatabase() throws -> String {
        let number = self.databaseCount.add(1, ordering: .relaxed).newValue
        let name = "nodus_\(number)"
        try self.createDatabase(name)
        return name
    }

    /// Runs statements and returns the rows, a line each, the columns with `|` between them.
    @discardableResult
    package func psql(_ database: String, _ sql: String) throws -> String {
        try self.run("psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, "-d", database])
    }

    /// Runs the statements of a file.
    package func psql(_ database: String, file: String) throws {
        try self.run("psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", "-f", file, "-d", database])
    }

    /// Runs a program of Postgres, such as `pg_dump`, against this server.
    ///
    /// - Returns: what it prints.
    @discardableResult
    package func run(_ program: String, _ arguments: [String]) throws -> String {
        let server = ["-h", "127.0.0.1", "-p", "\(self.port)", "-U", "postgres"]
        return try self.programs.run(program, server + arguments)
    }

    private func configure(_ settings: [String]) throws {
        let lines =
            [
                "listen_addresses = '127.0.0.1'", "port = \(self.port)",
                "unix_socket_directories = '\(self.folder.path)'", "max_connections = 50",
                "shared_buffers = 16MB", "fsync = on", "log_min_messages = warning",
                // Instead of each file by itself, where it recovers.
                "recovery_init_sync_method = syncfs",
            ] + settings
        let file = try FileHandle(
            forUpdating: URL(fileURLWithPath: self.dataFolder + "/postgresql.conf")
        )
        try file.seekToEnd()
        try file.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
        try file.close()
    }

    private func processes() -> [Int32] { PostmasterProcesses(of: self.dataFolder).all }
}

extension PostgresCluster {
    private static func killAll() {
        for dataFolder in self.running.withLock({ $0 }) { self.kill(dataFolder) }
    }

    private static func kill(_ dataFolder: String) {
        // Held first, so that it starts no others meanwhile.
        if let postmaster = PostmasterProcesses(of: dataFolder).all.first {
            Glibc.kill(postmaster, SIGSTOP)
        }
        let processes = PostmasterProcesses(of: dataFolder).all
        for process in processes { Glibc.kill(process, SIGKILL) }
        let deadline = Deadline(after: .seconds(10))
        // Not our children, so that there is no event to wait for.
        while processes.contains(where: PostmasterProcesses.isAlive), deadline.milliseconds > 0 {
            usleep(1000)
        }
        // Until somebody has asked for its status, the dead server would count as a running one.
        guard !processes.isEmpty else { return }
        unlink(dataFolder + "/postmaster.pid")
        let folder = URL(fileURLWithPath: dataFolder).deletingLastPathComponent().path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(".s.PGSQL.") { unlink("\(folder)/\(name)") }
    }

    /// Cleans up where this process ends so suddenly that it cannot.
    private static func watchdog(over folder: String) throws -> ChildProcess {
        let script = """
            trap 'kill $!; exit' TERM
            tail --pid=\(getpid()) -f /dev/null &
            wait $!
            kill -QUIT $(head -n 1 '\(folder)/data/postmaster.pid')
            sleep 1
            rm -rf '\(folder)'
            """
        return try ChildProcess(
            "/bin/sh",
            ["-c", script],
            environment: ["PATH=/usr/bin:/bin"],
            folder: "/",
            errorFile: "/dev/null"
        )
    }

    /// One below those that outgoing connections take, so that it stays free between two starts.
    private static func freePort() throws -> UInt16 {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000..<32_000)
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
            let status = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if status == 0 { return port }
        }
        throw WaitError.failed("bind", errno: errno)
    }
}
