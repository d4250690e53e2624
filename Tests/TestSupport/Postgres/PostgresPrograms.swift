import Foundation
import Glibc

/// The installed programs of Postgres, run as somebody whom the server accepts: it refuses to run
/// as root.
struct PostgresPrograms: Sendable {
    private let binaries: String
    private let folder: String
    /// What comes before the program.
    private let prefix: [String]

    /// Gives the folder to the user that the programs run as.
    init(in folder: String) throws {
        self.folder = folder
        self.binaries = try Self.newestBinaries()
        guard geteuid() == 0 else {
            self.prefix = []
            return
        }
        guard let user = getpwnam("postgres")?.pointee else {
            throw PostgresMissing("a user named postgres", install: "postgresql")
        }
        guard let setpriv = Self.firstProgram(["/usr/bin/setpriv", "/bin/setpriv"]) else {
            throw PostgresMissing("setpriv", install: "util-linux")
        }
        guard chown(folder, user.pw_uid, user.pw_gid) == 0 else {
            throw WaitError.failed("chown", errno: errno)
        }
        self.prefix = [
            setpriv, "--reuid=\(user.pw_uid)", "--regid=\(user.pw_gid)", "--clear-groups",
        ]
    }

    /// Returns what it prints. The log is a file that says more where the program fails.
    @discardableResult
    func run(
        _ program: String,
        _ arguments: [String],
        readingOnError log: String? = nil
    ) throws -> String {
        let errors = "\(self.folder)/\(program).\(UUID().uuidString).err"
        defer { unlink(errors) }
        let command = self.prefix + ["\(self.binaries)/\(program)"] + arguments
        let process = try ChildProcess(
            command[0],
            Array(command.dropFirst()),
            environment: ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"],
            folder: self.folder,
            errorFile: errors
        )
        let status = try process.waitForExit(timeout: PostgresCluster.startTimeout * 2)
        guard status == 0 else {
            let said = [errors, log].compactMap { $0 }
                .compactMap { try? String(contentsOfFile: $0, encoding: .utf8).suffix(2000) }
            throw PostgresFailed(program: program, status: status, said: said.joined())
        }
        let printed = process.printed
        return printed.hasSuffix("\n") ? String(printed.dropLast()) : printed
    }

    private static func newestBinaries() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let installed = versions.compactMap(Int.init).sorted(by: >).map { "\(root)/\($0)/bin" }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = installed + path.split(separator: ":").map(String.init)
        for folder in folders where Self.firstProgram(["\(folder)/initdb"]) != nil {
            return folder
        }
        throw PostgresMissing("the server's programs (initdb, pg_ctl)", install: "postgresql")
    }

    private static func firstProgram(_ paths: [String]) -> String? {
        paths.first { access($0, X_OK) == 0 }
    }
}

/// The server that runs in a data folder, and those it has started.
struct PostmasterProcesses {
    /// The server first; empty where none runs.
    let all: [Int32]

    init(of dataFolder: String) {
        let file = try? String(contentsOfFile: dataFolder + "/postmaster.pid", encoding: .utf8)
        guard let line = file?.split(separator: "\n").first, let server = Int32(line),
            Self.isAlive(server), Self.folder(of: server) == dataFolder
        else {
            self.all = []
            return
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        self.all =
            [server] + names.compactMap(Int32.init).filter { Self.status(of: $0)?.parent == server }
    }

    /// A process that has ended but is still listed is none.
    static func isAlive(_ process: Int32) -> Bool {
        guard let status = Self.status(of: process) else { return false }
        return status.state != "Z" && status.state != "X"
    }

    /// The server's working folder is its data folder. A number may be another's by now.
    private static func folder(of process: Int32) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")
    }

    /// From `/proc/<pid>/stat` (proc(5)), behind the name, which may hold anything.
    private static func status(of process: Int32) -> (state: String, parent: Int32)? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
        return (String(fields[0]), parent)
    }
}

/// What has to be installed for the tests that need Postgres.
package struct PostgresMissing: Error, CustomStringConvertible {
    package let description: String

    init(_ what: String, install package: String) {
        self.description = "\(what) is missing: install the package \(package)"
    }
}

package struct PostgresFailed: Error, CustomStringConvertible {
    package let program: String
    package let status: Int32
    /// Its standard error.
    package let said: String

    package var description: String { "\(self.program) ended with \(self.status): \(self.said)" }
}
