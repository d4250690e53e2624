import Glibc
import Synchronization

/// A program that runs beside the tests; it does not outlive them.
package final class ChildProcess: Sendable {
    package let id: Int32
    /// The reading end of its standard output.
    private let output: Int32
    private let state = Mutex(State())

    private struct State {
        var output: [UInt8] = []
        var status: Int32?
    }

    private static let running = Mutex<Set<Int32>>([])
    private static let killsAllAtExit: Bool = {
        atexit { ChildProcess.killAll() }
        return true
    }()

    /// Runs in `folder`, and adds its standard error to `errorFile`.
    package init(
        _ path: String,
        _ arguments: [String],
        environment: [String],
        folder: String,
        errorFile: String
    ) throws {
        _ = Self.killsAllAtExit
        // One at a time, or another child would hold this one's pipe open.
        (self.id, self.output) = try Self.running.withLock { running in
            let (reading, writing) = try Self.pipe()
            defer { Glibc.close(writing) }
            do {
                let id = try Self.spawn(
                    // Changes the folder, then becomes the program.
                    ["/usr/bin/env", "--chdir=\(folder)", path] + arguments,
                    environment,
                    output: writing,
                    errorFile: errorFile
                )
                running.insert(id)
                return (id, reading)
            } catch {
                Glibc.close(reading)
                throw error
            }
        }
    }

    deinit {
        self.signal(SIGKILL)
        _ = try? self.waitForExit(timeout: .seconds(10))
        Glibc.close(self.output)
    }

    /// Does nothing to a process that has ended.
    package func signal(_ number: Int32) {
        self.state.withLock { state in
            guard state.status == nil else { return }
            Glibc.kill(self.id, number)
        }
    }

    /// Its standard output's first line, as soon as it is whole.
    package func firstLine(timeout: Duration) throws -> String {
        let deadline = Deadline(after: timeout)
        return try self.state.withLock { state in
            while true {
                if let end = state.output.firstIndex(of: UInt8(ascii: "\n")) {
                    return String(decoding: state.output[..<end], as: UTF8.self)
                }
                guard try self.read(into: &state, until: deadline, for: "a line") else {
                    throw WaitError.closed(waitingFor: "a line")
                }
            }
        }
    }

    /// - Returns: its exit status, or 128 + the number of the signal that ended it, as a shell does.
    package func waitForExit(timeout: Duration) throws -> Int32 {
        let deadline = Deadline(after: timeout)
        return try self.state.withLock { state in
            if let status = state.status { return status }
            // The end of its output is the end of the process: nothing else holds it open.
            while try self.read(into: &state, until: deadline, for: "the process to end") {}
            var raw: Int32 = 0
            while waitpid(self.id, &raw, 0) == -1 && errno == EINTR {}
            let signal = raw & 0x7f
            let status = signal == 0 ? (raw >> 8) & 0xff : 128 + signal
            state.status = status
            Self.running.withLock { _ = $0.remove(self.id) }
            return status
        }
    }

    /// All that it has printed, once it has ended.
    package var printed: String {
        self.state.withLock { String(decoding: $0.output, as: UTF8.self) }
    }

    /// The next line of its standard output that nobody has read.
    package func nextLine(timeout: Duration) throws -> String {
        let line = try self.firstLine(timeout: timeout)
        self.state.withLock { $0.output.removeFirst(line.utf8.count + 1) }
        return line
    }

    /// - Returns: false at the end.
    private func read(
        into state: inout State,
        until deadline: Deadline,
        for what: String
    ) throws -> Bool {
        var entry = pollfd(fd: self.output, events: Int16(POLLIN), revents: 0)
        let ready = poll(&entry, 1, deadline.milliseconds)
        if ready < 0 && errno == EINTR { return true }
        guard ready > 0 else { throw WaitError.timedOut(waitingFor: what) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(self.output, &bytes, bytes.count)
        state.output += bytes.prefix(max(0, count))
        return count > 0
    }

    private static func killAll() {
        let running = self.running.withLock { $0 }
        for id in running { Glibc.kill(id, SIGKILL) }
        for id in running { waitpid(id, nil, 0) }
    }
}

extension ChildProcess {
    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw WaitError.failed("pipe", errno: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func spawn(
        _ arguments: [String],
        _ environment: [String],
        output: Int32,
        errorFile: String
    ) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        let appending = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 2, errorFile, appending, 0o600)

        // What the test run ignores or blocks is not handed on.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let argv = arguments.map { strdup($0) } + [nil]
        let envp = environment.map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var id: Int32 = 0
        let code = posix_spawn(&id, arguments[0], &actions, &attributes, argv, envp)
        guard code == 0 else { throw WaitError.failed("posix_spawn", errno: code) }
        return id
    }
}
