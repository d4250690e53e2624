import Foundation
import TestSupport

/// What faults need of the machine, and how programs of it are run.
enum Machine {
    /// Whether counts are those of a soak.
    static let isSoak = ProcessInfo.processInfo.environment["SOAK"] == "1"

    /// Whether this process may mount, trace and limit others.
    static let isRoot = geteuid() == 0

    /// A disk of its own is made, mounted, cut off and let go of, once.
    static let diskFailure: String? = {
        guard Self.isRoot else { return "only root may mount a disk" }
        do {
            let folder = try ThrowawayFolder()
            let disk = try LoopDisk(.ext4, at: "\(folder.path)/disk")
            defer { disk.detach() }
            try disk.cutPower()
            return nil
        } catch {
            return "\(error)"
        }
    }()

    /// Says loudly where something is missing.
    ///
    /// - Returns: whether `suite` can run.
    static func has(_ programs: String..., disk: Bool = false, for suite: String) -> Bool {
        let missing = programs.filter { (try? Self.run("which", $0)) == nil }
        var reason: String?
        if !missing.isEmpty {
            reason = "\(missing.joined(separator: ", ")) is not installed"
        } else if !Self.isRoot {
            reason = "only root may do this"
        } else if disk {
            reason = Self.diskFailure
        }
        guard let reason else { return true }
        print("NOT RUN: \(suite): \(reason)")
        return false
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a program to its end.
    ///
    /// - Returns: what it printed.
    /// - Throws: where it failed.
    @discardableResult
    static func run(_ words: String...) throws -> String {
        let folder = try ThrowawayFolder()
        let errors = "\(folder.path)/errors"
        let process = try ChildProcess(
            words[0],
            Array(words.dropFirst()),
            environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"],
            folder: folder.path,
            errorFile: errors
        )
        let status = try process.waitForExit(timeout: .seconds(60))
        guard status == 0 else {
            let text = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
            let command = words.joined(separator: " ")
            throw Failure(description: "\(command): \(status) \(text)")
        }
        return process.printed
    }

    /// Looks again and again, where no event tells.
    static func wait(
        for what: String,
        timeout: Duration = .seconds(60),
        _ isSo: () throws -> Bool
    ) throws {
        let end = ContinuousClock.now + timeout
        while try !isSo() {
            guard ContinuousClock.now < end else { throw WaitError.timedOut(waitingFor: what) }
            usleep(2_000)
        }
    }

    /// User and system time that a process has taken.
    static func processorTime(of process: Int32) throws -> Duration {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // Behind the name, which may hold anything: proc(5), fields 14 and 15.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else {
            throw WaitError.malformed(text)
        }
        return .milliseconds((user + system) * 1000 / sysconf(Int32(_SC_CLK_TCK)))
    }

    /// What a process has in memory, in MiB.
    static func residentMebibytes(of process: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE))) >> 20
    }
}
